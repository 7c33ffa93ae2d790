//! The stack machine: protocols 0 to 5, without out-of-band buffers and the extension registry, whose meaning
//! lies outside the stream.

use super::{Call, Global, Node, NodeId, Pickle, PickleError, Rules};
use std::collections::HashMap;
use std::io::{ErrorKind, Read};

/// Runs the stream to its STOP instruction.
pub(super) fn run(input: impl Read, rules: Rules) -> Result<Pickle, PickleError> {
    let mut machine = Machine {
        input: Input {
            inner: input,
            offset: 0,
            max_bytes: rules.max_bytes,
        },
        rules,
        nodes: Vec::new(),
        stack: Vec::new(),
        memo: HashMap::new(),
        at: 0,
    };
    let root = machine.run()?;
    Ok(Pickle {
        nodes: machine.nodes,
        root,
        consumed: machine.input.offset,
    })
}

/// The stream, with its position and its limit.
struct Input<R> {
    inner: R,
    offset: u64,
    max_bytes: u64,
}

impl<R: Read> Input<R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let mut bytes = [0; N];
        self.charge(N as u64)?;
        self.inner
            .read_exact(&mut bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => PickleError::Truncated {
                    offset: self.offset,
                },
                _ => PickleError::Io(error),
            })?;
        self.offset += N as u64;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, PickleError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// `length` comes from the stream: memory grows only with bytes that are really there.
    fn bytes(&mut self, length: u64) -> Result<Vec<u8>, PickleError> {
        self.charge(length)?;
        let mut bytes = Vec::new();
        let read = self.inner.by_ref().take(length).read_to_end(&mut bytes)? as u64;
        self.offset += read;
        if read < length {
            Err(PickleError::Truncated {
                offset: self.offset,
            })
        } else {
            Ok(bytes)
        }
    }

    /// The bytes up to the next newline, without it.
    fn line(&mut self) -> Result<Vec<u8>, PickleError> {
        let mut line = Vec::new();
        loop {
            match self.byte()? {
                b'\n' => return Ok(line),
                byte => line.push(byte),
            }
        }
    }

    fn charge(&self, length: u64) -> Result<(), PickleError> {
        if length > self.max_bytes - self.offset {
            return Err(PickleError::TooLong {
                limit: self.max_bytes,
            });
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Slot {
    Mark,
    Value(NodeId),
}

struct Machine<R> {
    input: Input<R>,
    rules: Rules,
    nodes: Vec<Node>,
    stack: Vec<Slot>,
    memo: HashMap<u32, NodeId>,
    /// Byte offset of the instruction in progress, for errors.
    at: u64,
}

impl<R: Read> Machine<R> {
    fn run(&mut self) -> Result<NodeId, PickleError> {
        loop {
            self.at = self.input.offset;
            let opcode = self.input.byte()?;
            if opcode == b'.' {
                return self.pop();
            }
            self.step(opcode)?;
            let n_held = self.nodes.len().max(self.stack.len()).max(self.memo.len());
            if n_held > self.rules.max_nodes as usize {
                return Err(PickleError::TooMany {
                    limit: self.rules.max_nodes,
                });
            }
        }
    }

    fn step(&mut self, opcode: u8) -> Result<(), PickleError> {
        match opcode {
            // Framing and protocol: nothing to do, the stream is read as it comes.
            0x80 => drop(self.input.byte()?),
            0x95 => drop(self.input.array::<8>()?),

            b'(' => self.stack.push(Slot::Mark),
            b'0' => drop(
                self.stack
                    .pop()
                    .ok_or_else(|| self.malformed("the stack is empty"))?,
            ),
            b'1' => drop(self.pop_to_mark()?),
            b'2' => {
                let top = self.top()?;
                self.stack.push(Slot::Value(top));
            }

            b'N' => self.push(Node::None),
            0x88 => self.push(Node::Bool(true)),
            0x89 => self.push(Node::Bool(false)),
            b'I' | b'L' => self.decimal()?,
            b'J' => {
                let bytes = self.input.array()?;
                self.push(Node::Int(i32::from_le_bytes(bytes).into()));
            }
            b'K' => {
                let byte = self.input.byte()?;
                self.push(Node::Int(byte.into()));
            }
            b'M' => {
                let bytes = self.input.array()?;
                self.push(Node::Int(u16::from_le_bytes(bytes).into()));
            }
            0x8a => {
                let length = self.input.byte()?;
                self.long(length.into())?;
            }
            0x8b => {
                let length = u64::from(self.u32()?);
                self.long(length)?;
            }
            b'F' => {
                let value = self
                    .text_line()?
                    .parse()
                    .map_err(|_| self.malformed("a float is not a number"))?;
                self.push(Node::Float(value));
            }
            b'G' => {
                let bytes = self.input.array()?;
                self.push(Node::Float(f64::from_be_bytes(bytes)));
            }

            b'U' => {
                let length = self.input.byte()?.into();
                self.python2_string(length)?;
            }
            b'T' => {
                let length = self.u32()?.into();
                self.python2_string(length)?;
            }
            b'S' => self.quoted_string()?,
            b'V' | b'X' | 0x8c | 0x8d => {
                let text = match opcode {
                    b'V' => self.text_line()?,
                    b'X' => {
                        let length = self.u32()?.into();
                        self.text(length)?
                    }
                    0x8c => {
                        let length = self.input.byte()?.into();
                        self.text(length)?
                    }
                    _ => {
                        let length = self.u64()?;
                        self.text(length)?
                    }
                };
                self.push(Node::Str(text));
            }
            b'C' => {
                let length = self.input.byte()?.into();
                self.binary(length)?;
            }
            b'B' => {
                let length = self.u32()?.into();
                self.binary(length)?;
            }
            0x8e | 0x96 => {
                let length = self.u64()?;
                self.binary(length)?;
            }

            b')' => self.push(Node::Tuple(Vec::new())),
            b']' => self.push(Node::List(Vec::new())),
            b'}' => self.push(Node::Dict(Vec::new())),
            0x8f => self.push(Node::Set(Vec::new())),
            b't' => {
                let values = self.pop_to_mark()?;
                self.push(Node::Tuple(values));
            }
            b'l' => {
                let values = self.pop_to_mark()?;
                self.push(Node::List(values));
            }
            0x91 => {
                let values = self.pop_to_mark()?;
                self.push(Node::Set(values));
            }
            b'd' => {
                let pairs = self.pairs_to_mark()?;
                self.push(Node::Dict(pairs));
            }
            0x85..=0x87 => {
                let mut values = Vec::with_capacity(3);
                for _ in 0..opcode - 0x84 {
                    values.push(self.pop()?);
                }
                values.reverse();
                self.push(Node::Tuple(values));
            }
            b'a' => {
                let value = self.pop()?;
                self.append(vec![value])?;
            }
            b'e' | 0x90 => {
                let values = self.pop_to_mark()?;
                self.append(values)?;
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set_items(vec![(key, value)])?;
            }
            b'u' => {
                let pairs = self.pairs_to_mark()?;
                self.set_items(pairs)?;
            }

            b'p' | b'g' => {
                let index = self
                    .text_line()?
                    .parse()
                    .map_err(|_| self.malformed("a memo index is not a number"))?;
                if opcode == b'p' {
                    self.memorise(index)?
                } else {
                    self.recall(index)?
                }
            }
            b'q' | b'h' => {
                let index = self.input.byte()?.into();
                if opcode == b'q' {
                    self.memorise(index)?
                } else {
                    self.recall(index)?
                }
            }
            b'r' | b'j' => {
                let index = self.u32()?;
                if opcode == b'r' {
                    self.memorise(index)?
                } else {
                    self.recall(index)?
                }
            }
            0x94 => {
                let index = u32::try_from(self.memo.len())
                    .map_err(|_| self.malformed("the memo is full"))?;
                self.memorise(index)?;
            }

            b'c' => {
                let global = self.named_by_lines()?;
                self.push(Node::Global(global));
            }
            0x93 => {
                let name = self.pop()?;
                let module = self.pop()?;
                let (Node::Str(module), Node::Str(name)) =
                    (self.node(module).clone(), self.node(name).clone())
                else {
                    return Err(self.malformed("a global is not named by two strings"));
                };
                let global = self.permitted(module, name)?;
                self.push(Node::Global(global));
            }
            b'R' | 0x81 => {
                let args = self.pop()?;
                let callable = self.pop()?;
                self.call(callable, args)?;
            }
            0x92 => {
                let keywords = self.pop()?;
                let args = self.pop()?;
                let callable = self.pop()?;
                if !matches!(self.node(keywords), Node::Dict(pairs) if pairs.is_empty()) {
                    return Err(self.malformed("keyword arguments are not supported"));
                }
                self.call(callable, args)?;
            }
            b'o' => {
                let values = self.pop_to_mark()?;
                let (&callable, args) = values
                    .split_first()
                    .ok_or_else(|| self.malformed("an object without a class"))?;
                let callable = self.callable(callable)?;
                let args = self.add(Node::Tuple(args.to_vec()));
                self.record(callable, args);
            }
            b'i' => {
                let callable = self.named_by_lines()?;
                let args = self.pop_to_mark()?;
                let args = self.add(Node::Tuple(args));
                self.record(callable, args);
            }
            b'b' => {
                let state = self.pop()?;
                let target = self.top()?;
                match self.node_mut(target) {
                    Node::Call(call) => call.state = Some(state),
                    _ => return Err(self.malformed("state is set on something that has none")),
                }
            }
            b'P' => {
                let id = self.text_line()?;
                let id = self.add(Node::Str(id));
                self.push(Node::Persistent(id));
            }
            b'Q' => {
                let id = self.pop()?;
                self.push(Node::Persistent(id));
            }
            _ => {
                return Err(PickleError::Opcode {
                    opcode,
                    offset: self.at,
                });
            }
        }
        Ok(())
    }

    fn call(&mut self, callable: NodeId, args: NodeId) -> Result<(), PickleError> {
        let callable = self.callable(callable)?;
        if !matches!(self.node(args), Node::Tuple(_)) {
            return Err(self.malformed("the arguments of a call are not a tuple"));
        }
        self.record(callable, args);
        Ok(())
    }

    fn callable(&self, id: NodeId) -> Result<Global, PickleError> {
        let callable = match self.node(id) {
            Node::Global(global) => return Ok(global.clone()),
            Node::Call(_) => "the result of another call",
            Node::Persistent(_) => "an external object",
            _ => "a plain value",
        };
        Err(PickleError::CallOfValue {
            callable,
            offset: self.at,
        })
    }

    fn record(&mut self, callable: Global, args: NodeId) {
        let call = Call {
            callable,
            args,
            state: None,
            appended: Vec::new(),
            items: Vec::new(),
        };
        self.push(Node::Call(Box::new(call)));
    }

    fn named_by_lines(&mut self) -> Result<Global, PickleError> {
        let module = self.text_line()?;
        let name = self.text_line()?;
        self.permitted(module, name)
    }

    fn permitted(&self, module: String, name: String) -> Result<Global, PickleError> {
        let global = Global { module, name };
        if self.rules.permit(&global) {
            Ok(global)
        } else {
            Err(PickleError::Forbidden { global })
        }
    }

    fn append(&mut self, values: Vec<NodeId>) -> Result<(), PickleError> {
        let target = self.top()?;
        match self.node_mut(target) {
            Node::List(list) | Node::Set(list) => list.extend(values),
            Node::Call(call) => call.appended.extend(values),
            _ => return Err(self.malformed("values are appended to something that is not a list")),
        }
        Ok(())
    }

    fn set_items(&mut self, pairs: Vec<(NodeId, NodeId)>) -> Result<(), PickleError> {
        let target = self.top()?;
        match self.node_mut(target) {
            Node::Dict(dict) => dict.extend(pairs),
            Node::Call(call) => call.items.extend(pairs),
            _ => return Err(self.malformed("items are set on something that is not a dictionary")),
        }
        Ok(())
    }

    fn memorise(&mut self, index: u32) -> Result<(), PickleError> {
        let top = self.top()?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn recall(&mut self, index: u32) -> Result<(), PickleError> {
        let id = *self
            .memo
            .get(&index)
            .ok_or_else(|| self.malformed("a memo entry was never stored"))?;
        self.stack.push(Slot::Value(id));
        Ok(())
    }

    fn decimal(&mut self) -> Result<(), PickleError> {
        let text = self.text_line()?;
        let node = match text.as_str() {
            // Protocol 0 spells truth values as integers with a leading zero.
            "00" => Node::Bool(false),
            "01" => Node::Bool(true),
            digits => {
                let digits = digits.strip_suffix('L').unwrap_or(digits);
                Node::Int(
                    digits
                        .parse()
                        .map_err(|_| self.malformed("an integer is not a number of 16 bytes"))?,
                )
            }
        };
        self.push(node);
        Ok(())
    }

    fn long(&mut self, length: u64) -> Result<(), PickleError> {
        if length > 16 {
            return Err(self.malformed("an integer is longer than 16 bytes"));
        }
        let bytes = self.input.bytes(length)?;
        let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
        let mut whole = [if negative { 0xff } else { 0 }; 16];
        whole[..bytes.len()].copy_from_slice(&bytes);
        self.push(Node::Int(i128::from_le_bytes(whole)));
        Ok(())
    }

    fn python2_string(&mut self, length: u64) -> Result<(), PickleError> {
        let bytes = self.input.bytes(length)?;
        self.push(
            String::from_utf8(bytes)
                .map_or_else(|error| Node::Bytes(error.into_bytes()), Node::Str),
        );
        Ok(())
    }

    /// Protocol 0 strings are Python literals; those with escapes do not occur in names and are refused.
    fn quoted_string(&mut self) -> Result<(), PickleError> {
        let text = self.text_line()?;
        let inner = ['\'', '"']
            .into_iter()
            .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
            .filter(|inner| !inner.contains('\\'))
            .ok_or_else(|| self.malformed("a quoted string is not a plain one"))?
            .to_owned();
        self.push(Node::Str(inner));
        Ok(())
    }

    fn binary(&mut self, length: u64) -> Result<(), PickleError> {
        let bytes = self.input.bytes(length)?;
        self.push(Node::Bytes(bytes));
        Ok(())
    }

    fn text(&mut self, length: u64) -> Result<String, PickleError> {
        let bytes = self.input.bytes(length)?;
        String::from_utf8(bytes).map_err(|_| self.malformed("text is not UTF-8"))
    }

    fn text_line(&mut self) -> Result<String, PickleError> {
        let bytes = self.input.line()?;
        String::from_utf8(bytes).map_err(|_| self.malformed("text is not UTF-8"))
    }

    fn u32(&mut self) -> Result<u32, PickleError> {
        Ok(u32::from_le_bytes(self.input.array()?))
    }

    fn u64(&mut self) -> Result<u64, PickleError> {
        Ok(u64::from_le_bytes(self.input.array()?))
    }

    fn add(&mut self, node: Node) -> NodeId {
        // `max_nodes`, a u32, is checked after every instruction, and one makes two nodes at most.
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        id
    }

    fn push(&mut self, node: Node) {
        let id = self.add(node);
        self.stack.push(Slot::Value(id));
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    fn top(&self) -> Result<NodeId, PickleError> {
        match self.stack.last() {
            Some(Slot::Value(id)) => Ok(*id),
            Some(Slot::Mark) => Err(self.malformed("a mark stands where a value is needed")),
            None => Err(self.malformed("the stack is empty")),
        }
    }

    fn pop(&mut self) -> Result<NodeId, PickleError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<NodeId>, PickleError> {
        let mark = self
            .stack
            .iter()
            .rposition(|slot| matches!(slot, Slot::Mark))
            .ok_or_else(|| self.malformed("there is no mark on the stack"))?;
        let values = self.stack.drain(mark..).filter_map(|slot| match slot {
            Slot::Value(id) => Some(id),
            Slot::Mark => None,
        });
        Ok(values.collect())
    }

    fn pairs_to_mark(&mut self) -> Result<Vec<(NodeId, NodeId)>, PickleError> {
        let values = self.pop_to_mark()?;
        let (pairs, rest) = values.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(self.malformed("a key has no value"));
        }
        Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
    }

    fn malformed(&self, problem: &'static str) -> PickleError {
        PickleError::Malformed {
            problem,
            offset: self.at,
        }
    }
}
