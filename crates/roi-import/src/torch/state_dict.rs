//! Reads a state dictionary out of the plain data of its pickle: names, and views of storages.

use crate::pickle::{Node, NodeId, Pickle};
use crate::tensor::{Dtype, Storage, Tensor};
use std::collections::BTreeMap;

/// A storage as a pickle refers to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct StorageRef<'a> {
    pub(super) key: &'a str,
    pub(super) dtype: Dtype,
    /// Elements.
    pub(super) length: u64,
    /// First element, for a legacy storage that is a window of another.
    pub(super) window_start: u64,
}

/// A tensor as a pickle describes it; offset and strides count elements.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) storage: StorageRef<'a>,
    shape: Vec<u64>,
    strides: Vec<u64>,
    offset: u64,
}

/// A dictionary of tensors.
#[derive(Debug)]
pub(super) struct StateDict<'a> {
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> StateDict<'a> {
    pub(super) fn new(pickle: &'a Pickle) -> Result<Self, String> {
        let pairs = match pickle.root() {
            Node::Dict(pairs) => pairs,
            Node::Call(call) if call.callable.is("collections", "OrderedDict") => &call.items,
            _ => return Err("its pickle is not a dictionary of tensors".to_owned()),
        };
        let mut entries = Vec::with_capacity(pairs.len());
        for &(key, value) in pairs {
            let Node::Str(name) = pickle.node(key) else {
                return Err("a key of its dictionary is not a string".to_owned());
            };
            let entry =
                entry(pickle, name, value).map_err(|problem| format!("{name}: {problem}"))?;
            entries.push(entry);
        }
        Ok(Self { entries })
    }

    /// The tensors by name, given where each storage lies.
    pub(super) fn tensors(
        &self,
        mut place: impl FnMut(&StorageRef<'a>) -> Option<Storage>,
    ) -> Result<BTreeMap<String, Tensor>, String> {
        let mut tensors = BTreeMap::new();
        for entry in &self.entries {
            let reference = &entry.storage;
            let storage = place(reference)
                .ok_or_else(|| format!("storage {} of {} is missing", reference.key, entry.name))?;
            let needed = reference
                .window_start
                .checked_add(reference.length)
                .and_then(|elements| elements.checked_mul(reference.dtype.bytes()));
            if needed.is_none_or(|needed| needed > storage.bytes) {
                return Err(format!(
                    "storage {} of {} should hold {} elements of {}, but has {} bytes",
                    reference.key,
                    entry.name,
                    reference.length,
                    reference.dtype.name(),
                    storage.bytes
                ));
            }
            let (shape, strides) = (entry.shape.clone(), entry.strides.clone());
            let offset = reference.window_start.saturating_add(entry.offset);
            let tensor = Tensor::new(reference.dtype, shape, strides, offset, &storage)
                .map_err(|problem| format!("tensor {} {problem}", entry.name))?;
            tensors.insert(entry.name.to_owned(), tensor);
        }
        Ok(tensors)
    }
}

fn entry<'a>(pickle: &'a Pickle, name: &'a str, value: NodeId) -> Result<Entry<'a>, String> {
    let Node::Call(call) = pickle.node(value) else {
        return Err("the value is not a tensor".to_owned());
    };
    let args = tuple(pickle, call.args)?;
    let (call, args) = if call.callable.is("torch._utils", "_rebuild_parameter") {
        let inner = args.first().map(|inner| pickle.node(*inner));
        let Some(Node::Call(inner)) = inner else {
            return Err("a parameter without a tensor".to_owned());
        };
        (inner, tuple(pickle, inner.args)?)
    } else {
        (call, args)
    };
    if !call.callable.is("torch._utils", "_rebuild_tensor_v2") {
        return Err(format!("a {} is not a tensor", call.callable));
    }
    let &[storage, offset, shape, strides, ..] = args else {
        return Err(format!("a tensor described by {} values", args.len()));
    };
    Ok(Entry {
        name,
        storage: storage_ref(pickle, storage)?,
        offset: unsigned(pickle, offset)?,
        shape: sides(pickle, shape)?,
        strides: sides(pickle, strides)?,
    })
}

/// Storage identifiers are tuples of `"storage"`, class, key, device, length and, in legacy files, a window.
fn storage_ref(pickle: &Pickle, id: NodeId) -> Result<StorageRef<'_>, String> {
    let Node::Persistent(id) = pickle.node(id) else {
        return Err("the tensor has no storage".to_owned());
    };
    let &[kind, class, key, _device, length, ref window @ ..] = tuple(pickle, *id)? else {
        return Err("the storage's identifier is too short".to_owned());
    };
    let (Node::Str(kind), Node::Global(class), Node::Str(key)) =
        (pickle.node(kind), pickle.node(class), pickle.node(key))
    else {
        return Err("the storage's identifier has other parts than expected".to_owned());
    };
    if kind != "storage" {
        return Err(format!("an external object of kind {kind:?}"));
    }
    let dtype = match (class.module.as_str(), class.name.as_str()) {
        ("torch", "HalfStorage") => Dtype::F16,
        ("torch", "BFloat16Storage") => Dtype::Bf16,
        ("torch", "FloatStorage") => Dtype::F32,
        ("torch", "DoubleStorage") => Dtype::Other("f64", 8),
        ("torch", "LongStorage") => Dtype::Other("i64", 8),
        ("torch", "IntStorage") => Dtype::Other("i32", 4),
        ("torch", "ShortStorage") => Dtype::Other("i16", 2),
        ("torch", "CharStorage") => Dtype::Other("i8", 1),
        ("torch", "ByteStorage") => Dtype::Other("u8", 1),
        ("torch", "BoolStorage") => Dtype::Other("bool", 1),
        _ => return Err(format!("a {class} is not a storage")),
    };
    let length = unsigned(pickle, length)?;
    let (window_start, length) = match window.first().map(|window| (pickle.node(*window), *window))
    {
        None | Some((Node::None, _)) => (0, length),
        Some((_, window)) => {
            let &[_view_key, start, view_length] = tuple(pickle, window)? else {
                return Err("the storage's window has other parts than expected".to_owned());
            };
            (unsigned(pickle, start)?, unsigned(pickle, view_length)?)
        }
    };
    Ok(StorageRef {
        key,
        dtype,
        length,
        window_start,
    })
}

fn sides(pickle: &Pickle, id: NodeId) -> Result<Vec<u64>, String> {
    tuple(pickle, id)?
        .iter()
        .map(|side| unsigned(pickle, *side))
        .collect()
}

fn tuple(pickle: &Pickle, id: NodeId) -> Result<&[NodeId], String> {
    match pickle.node(id) {
        Node::Tuple(values) | Node::List(values) => Ok(values),
        _ => Err("a tuple was expected".to_owned()),
    }
}

fn unsigned(pickle: &Pickle, id: NodeId) -> Result<u64, String> {
    match pickle.node(id) {
        Node::Int(value) => u64::try_from(*value).map_err(|_| format!("{value} is not a size")),
        _ => Err("a whole number was expected".to_owned()),
    }
}
