//! The file format before PyTorch 1.6: five pickles (magic number, protocol, writer's properties, the object, storage
//! keys) and then, for each key, a count of elements and the raw elements.

use super::state_dict::{StateDict, StorageRef};
use super::{STATE_DICT_RULES, format_error};
use crate::ImportError;
use crate::pickle::{Node, Pickle};
use crate::tensor::{Place, Storage, Tensor};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

const MAGIC: i128 = 0x1950_a86a_20f9_469c_fc6c;
const PROTOCOL: i128 = 1001;

pub(super) fn tensors(
    path: &Path,
    file: &File,
    length: u64,
) -> Result<BTreeMap<String, Tensor>, ImportError> {
    let io = |source| ImportError::Io {
        path: path.to_owned(),
        source,
    };
    let malformed = |problem: &str| format_error(path, problem.to_owned());
    let mut input = BufReader::new(file);
    let mut position = 0;
    let mut next = || {
        let pickle =
            Pickle::read(&mut input, STATE_DICT_RULES).map_err(|source| ImportError::Pickle {
                path: path.to_owned(),
                source,
            })?;
        position += pickle.consumed_bytes();
        Ok::<_, ImportError>(pickle)
    };
    if next()?.root() != &Node::Int(MAGIC) || next()?.root() != &Node::Int(PROTOCOL) {
        return Err(ImportError::NotTensors {
            path: path.to_owned(),
        });
    }
    let properties = next()?;
    let Node::Dict(pairs) = properties.root() else {
        return Err(malformed("the writer's properties are not a dictionary"));
    };
    let little_endian = pairs.iter().any(|&(key, value)| {
        matches!(properties.node(key), Node::Str(key) if key == "little_endian")
            && properties.node(value) == &Node::Bool(true)
    });
    if !little_endian {
        return Err(ImportError::ByteOrder {
            path: path.to_owned(),
            order: "big".to_owned(),
        });
    }
    let object = next()?;
    let dict = StateDict::new(&object).map_err(|problem| format_error(path, problem))?;
    let keys = next()?;
    let Node::List(keys_in_order) = keys.root() else {
        return Err(malformed("the storage keys are not a list"));
    };

    let references: HashMap<&str, StorageRef<'_>> = dict
        .entries
        .iter()
        .map(|entry| (entry.storage.key, entry.storage))
        .collect();
    let mut storages = HashMap::new();
    let mut raw = file;
    for &key in keys_in_order {
        let Node::Str(key) = keys.node(key) else {
            return Err(malformed("a storage key is not a string"));
        };
        let reference = references.get(key.as_str()).ok_or_else(|| {
            format_error(path, format!("no tensor says what storage {key} holds"))
        })?;
        let truncated = |needed| ImportError::Truncated {
            path: path.to_owned(),
            needed,
            found: length,
        };
        let start = position + 8;
        if start > length {
            return Err(truncated(start));
        }
        let mut count = [0; 8];
        raw.seek(SeekFrom::Start(position)).map_err(io)?;
        raw.read_exact(&mut count).map_err(io)?;
        let bytes = u64::from_le_bytes(count)
            .checked_mul(reference.dtype.bytes())
            .ok_or_else(|| format_error(path, format!("storage {key} is too large")))?;
        position = start.saturating_add(bytes);
        if position > length {
            return Err(truncated(position));
        }
        storages.insert(
            key.as_str(),
            Storage {
                place: Place::Plain { start },
                bytes,
            },
        );
    }
    dict.tensors(|storage| storages.get(storage.key).cloned())
        .map_err(|problem| format_error(path, problem))
}
