//! Reads a pickle stream into plain data. A pickle is a program for a small stack machine that may name any
//! Python function and call it; here a call is only ever *recorded*, and only if the caller allowed that name.
//!
//! The result is an arena of [`Node`]s, because pickles share and may even contain themselves: no recursion
//! is needed to build, walk or drop it, and its size is bounded by the length of the stream.

mod machine;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Read;

/// The name of a Python callable or class as a pickle spells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Global {
    /// Dotted module path, `torch._utils` for example.
    pub module: String,
    /// Name within the module.
    pub name: String,
}

impl Global {
    /// Whether this is `module.name`.
    pub fn is(&self, module: &str, name: &str) -> bool {
        self.module == module && self.name == name
    }
}

impl fmt::Display for Global {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.name)
    }
}

/// What one use of the reader accepts; everything else ends the reading.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The names a stream may hold, as `(module, name)`.
    pub names: &'static [(&'static str, &'static str)],
    /// The longest stream.
    pub max_bytes: u64,
    /// The most values a stream may make, or hold on its stack: one byte can make a value of fifty.
    pub max_nodes: u32,
}

impl Rules {
    fn permit(self, global: &Global) -> bool {
        self.names
            .iter()
            .any(|(module, name)| global.is(module, name))
    }
}

/// Index of a [`Node`] in its [`Pickle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(u32);

/// One value of a pickle.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer of at most 16 bytes.
    Int(i128),
    /// A float.
    Float(f64),
    /// Text.
    Str(String),
    /// `bytes`, `bytearray`, or a Python 2 string that is not UTF-8.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<NodeId>),
    /// A tuple.
    Tuple(Vec<NodeId>),
    /// A set or frozen set.
    Set(Vec<NodeId>),
    /// A dictionary, in stream order, later duplicates included.
    Dict(Vec<(NodeId, NodeId)>),
    /// An allowed name.
    Global(Global),
    /// A call that Python would make: recorded, never made.
    Call(Box<Call>),
    /// A reference to something outside the stream, described by its identifier.
    Persistent(NodeId),
}

/// A recorded call of an allowed name, with what the stream later put into the resulting object.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What would be called.
    pub callable: Global,
    /// The argument tuple.
    pub args: NodeId,
    /// What `__setstate__` or the instance dictionary would get.
    pub state: Option<NodeId>,
    /// Elements appended to the object.
    pub appended: Vec<NodeId>,
    /// Key and value pairs set on the object.
    pub items: Vec<(NodeId, NodeId)>,
}

/// A pickle read to its end.
#[derive(Clone, Debug)]
pub struct Pickle {
    nodes: Vec<Node>,
    root: NodeId,
    consumed: u64,
}

impl Pickle {
    /// Reads one pickle; `input` is left right behind it, if it is read a byte at a time from a buffer.
    ///
    /// # Errors
    /// [`PickleError`] for a name outside `rules`, a stream beyond their limits, and a malformed or truncated one.
    pub fn read(input: impl Read, rules: Rules) -> Result<Self, PickleError> {
        machine::run(input, rules)
    }

    /// The value the stream describes.
    pub fn root(&self) -> &Node {
        self.node(self.root)
    }

    /// The node with this id; ids come from nodes of the same pickle.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Bytes the stream took.
    pub fn consumed_bytes(&self) -> u64 {
        self.consumed
    }
}

/// Why a pickle stream is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PickleError {
    /// The stream names something that is not on the allow-list. Nothing of it was run.
    #[error("the pickle names `{global}`, which is not part of a file of numbers; nothing was run")]
    Forbidden {
        /// The name.
        global: Global,
    },
    /// The stream calls a value that is not a name at all.
    #[error("the pickle calls {callable} at byte {offset}; nothing was run")]
    CallOfValue {
        /// The kind of value that was to be called.
        callable: &'static str,
        /// Byte offset of the instruction.
        offset: u64,
    },
    /// An instruction that this reader does not know or does not accept.
    #[error("pickle instruction 0x{opcode:02x} at byte {offset} is not supported")]
    Opcode {
        /// The instruction byte.
        opcode: u8,
        /// Its byte offset.
        offset: u64,
    },
    /// An instruction finds other operands than it needs.
    #[error("malformed pickle at byte {offset}: {problem}")]
    Malformed {
        /// What is wrong.
        problem: &'static str,
        /// Byte offset of the instruction.
        offset: u64,
    },
    /// The stream ends inside an instruction, or without the final one.
    #[error("the pickle ends at byte {offset} in the middle of its data")]
    Truncated {
        /// Where the bytes ran out.
        offset: u64,
    },
    /// The stream is longer than the rules allow.
    #[error("the pickle is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: u64,
    },
    /// The stream makes more values than the rules allow.
    #[error("the pickle holds more than {limit} values")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// A value is no array of numbers, or one that does not add up.
    #[error("{0}")]
    Array(String),
    /// Reading failed.
    #[error("reading the pickle: {0}")]
    Io(#[from] std::io::Error),
}
