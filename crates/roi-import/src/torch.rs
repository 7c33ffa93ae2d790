//! Files of `torch.save`: which tensors they hold and where their bytes lie.
//!
//! Both containers are read: the zip archive written since PyTorch 1.6, and the older sequence of pickles followed by
//! raw storages, which some files of the LLaMA and LLaVA era still are.

mod legacy;
mod state_dict;
#[cfg(test)]
mod tests;

use crate::ImportError;
use crate::pickle::{Pickle, PickleError, Rules};
use crate::tensor::{Place, Storage, Tensor};
use state_dict::StateDict;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use zip::{CompressionMethod, ZipArchive};

/// What a state dictionary may name: how a tensor is rebuilt, the dictionary it stands in, and element types.
pub const STATE_DICT_RULES: Rules = Rules {
    names: &[
        ("torch._utils", "_rebuild_tensor_v2"),
        ("torch._utils", "_rebuild_parameter"),
        ("collections", "OrderedDict"),
        ("torch", "HalfStorage"),
        ("torch", "BFloat16Storage"),
        ("torch", "FloatStorage"),
        ("torch", "DoubleStorage"),
        ("torch", "LongStorage"),
        ("torch", "IntStorage"),
        ("torch", "ShortStorage"),
        ("torch", "CharStorage"),
        ("torch", "ByteStorage"),
        ("torch", "BoolStorage"),
    ],
    // The dictionary of a 7B checkpoint takes 100 KB and 10 000 values.
    max_bytes: 64 << 20,
    max_nodes: 4 << 20,
};

/// The tensors of a `torch.save` file by name.
///
/// # Errors
/// [`ImportError`] naming the file when it is not such a file, is truncated or big-endian, or when its pickle asks for
/// anything but tensors.
pub(crate) fn tensors(path: &Path, file: &File) -> Result<BTreeMap<String, Tensor>, ImportError> {
    let mut head = [0; 4];
    let mut input = file;
    let io = |source| ImportError::Io {
        path: path.to_owned(),
        source,
    };
    input.seek(SeekFrom::Start(0)).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    if length < head.len() as u64 {
        return Err(ImportError::Truncated {
            path: path.to_owned(),
            needed: head.len() as u64,
            found: length,
        });
    }
    input.read_exact(&mut head).map_err(io)?;
    input.seek(SeekFrom::Start(0)).map_err(io)?;
    match head {
        [b'P', b'K', ..] => zip_tensors(path, file, length),
        // A pickle of protocol 2, whose first value is a long integer: the magic number.
        [0x80, 2, 0x8a, _] => legacy::tensors(path, file, length),
        // Another protocol's, or no such file. What a pickle asks for is said whatever it is.
        _ => match legacy::tensors(path, file, length) {
            Err(ImportError::Pickle { source, .. })
                if !matches!(source, PickleError::Forbidden { .. }) =>
            {
                Err(ImportError::NotTensors {
                    path: path.to_owned(),
                })
            }
            outcome => outcome,
        },
    }
}

fn zip_tensors(
    path: &Path,
    file: &File,
    length: u64,
) -> Result<BTreeMap<String, Tensor>, ImportError> {
    let zip_error = |source| ImportError::Zip {
        path: path.to_owned(),
        source,
    };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    // The folder inside is named after the file it was first saved as.
    let prefix = archive
        .file_names_raw()
        .filter_map(|name| std::str::from_utf8(name).ok()?.strip_suffix("data.pkl"))
        .find(|prefix| prefix.is_empty() || prefix.ends_with('/'))
        .map(str::to_owned)
        .ok_or_else(|| ImportError::NotTensors {
            path: path.to_owned(),
        })?;

    if archive
        .index_for_name(&format!("{prefix}byteorder"))
        .is_some()
    {
        let mut order = Vec::new();
        let entry = archive
            .by_name(&format!("{prefix}byteorder"))
            .map_err(zip_error)?;
        entry
            .take(16)
            .read_to_end(&mut order)
            .map_err(|source| ImportError::Io {
                path: path.to_owned(),
                source,
            })?;
        if order != b"little" {
            return Err(ImportError::ByteOrder {
                path: path.to_owned(),
                order: String::from_utf8_lossy(&order).into_owned(),
            });
        }
    }

    let pickle = {
        let entry = archive
            .by_name(&format!("{prefix}data.pkl"))
            .map_err(zip_error)?;
        Pickle::read(BufReader::new(entry), STATE_DICT_RULES).map_err(|source| {
            ImportError::Pickle {
                path: path.to_owned(),
                source,
            }
        })?
    };
    let dict = StateDict::new(&pickle).map_err(|problem| format_error(path, problem))?;

    let mut storages: HashMap<&str, Storage> = HashMap::new();
    for entry in &dict.entries {
        let key = entry.storage.key;
        if storages.contains_key(key) {
            continue;
        }
        let index = archive
            .index_for_name(&format!("{prefix}data/{key}"))
            .ok_or_else(|| {
                format_error(
                    path,
                    format!(
                        "storage {key} of tensor {} is not in the archive",
                        entry.name
                    ),
                )
            })?;
        let stored = archive.by_index(index).map_err(zip_error)?;
        let bytes = stored.size();
        let place = match (stored.compression(), stored.data_start()) {
            (CompressionMethod::Stored, Some(start)) => {
                let end = start.saturating_add(bytes);
                if end > length {
                    return Err(ImportError::Truncated {
                        path: path.to_owned(),
                        needed: end,
                        found: length,
                    });
                }
                Place::Plain { start }
            }
            _ => Place::Deflated { entry: index },
        };
        storages.insert(key, Storage { place, bytes });
    }
    dict.tensors(|storage| storages.get(storage.key).cloned())
        .map_err(|problem| format_error(path, problem))
}

/// Bytes of a compressed zip entry.
pub(crate) fn inflate(
    path: &Path,
    file: &File,
    entry: usize,
    skip: u64,
    length: u64,
) -> Result<Vec<u8>, ImportError> {
    let zip_error = |source| ImportError::Zip {
        path: path.to_owned(),
        source,
    };
    let io = |source| ImportError::Io {
        path: path.to_owned(),
        source,
    };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    let mut entry = archive.by_index(entry).map_err(zip_error)?;
    let skipped =
        std::io::copy(&mut entry.by_ref().take(skip), &mut std::io::sink()).map_err(io)?;
    let mut bytes = Vec::new();
    let read = entry.take(length).read_to_end(&mut bytes).map_err(io)? as u64;
    if skipped + read < skip + length {
        return Err(ImportError::Truncated {
            path: path.to_owned(),
            needed: skip + length,
            found: skipped + read,
        });
    }
    Ok(bytes)
}

fn format_error(path: &Path, problem: String) -> ImportError {
    ImportError::Format {
        path: path.to_owned(),
        problem,
    }
}
