//! safetensors files: which tensors they hold and where their bytes lie.

use crate::ImportError;
use crate::tensor::{Dtype, Place, Storage, Tensor};
use safetensors::tensor::{Dtype as Stored, Metadata};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes of the header's length in front of the header.
const LENGTH_BYTES: u64 = 8;
/// The format's own limit.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// The tensors of a safetensors file by name.
///
/// # Errors
/// [`ImportError`] naming the file when its header is malformed or promises more bytes than there are.
pub(crate) fn tensors(path: &Path, file: &File) -> Result<BTreeMap<String, Tensor>, ImportError> {
    let io = |source| ImportError::Io {
        path: path.to_owned(),
        source,
    };
    let format = |problem| ImportError::Format {
        path: path.to_owned(),
        problem,
    };
    let length = file.metadata().map_err(io)?.len();
    let truncated = |needed| ImportError::Truncated {
        path: path.to_owned(),
        needed,
        found: length,
    };
    if length < LENGTH_BYTES {
        return Err(truncated(LENGTH_BYTES));
    }
    let mut input = file;
    input.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut header_bytes = [0; 8];
    input.read_exact(&mut header_bytes).map_err(io)?;
    let header_bytes = u64::from_le_bytes(header_bytes);
    if header_bytes > MAX_HEADER_BYTES {
        return Err(format(format!("its header claims {header_bytes} bytes")));
    }
    let data_start = LENGTH_BYTES + header_bytes;
    if data_start > length {
        return Err(truncated(data_start));
    }
    let mut header = Vec::new();
    input
        .take(header_bytes)
        .read_to_end(&mut header)
        .map_err(io)?;
    let metadata: Metadata =
        serde_json::from_slice(&header).map_err(|source| ImportError::Json {
            path: path.to_owned(),
            source,
        })?;

    let mut tensors = BTreeMap::new();
    for (name, info) in metadata.tensors() {
        let (start, end) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
        let data_end = data_start.saturating_add(end);
        if data_end > length {
            return Err(truncated(data_end));
        }
        let storage = Storage {
            place: Place::Plain {
                start: data_start + start,
            },
            bytes: end - start,
        };
        let shape = info.shape.iter().map(|side| *side as u64).collect();
        let tensor = Tensor::contiguous(dtype(info.dtype), shape, &storage)
            .map_err(|problem| format(format!("tensor {name} {problem}")))?;
        tensors.insert(name, tensor);
    }
    Ok(tensors)
}

fn dtype(stored: Stored) -> Dtype {
    match stored {
        Stored::F16 => Dtype::F16,
        Stored::BF16 => Dtype::Bf16,
        Stored::F32 => Dtype::F32,
        Stored::F64 => Dtype::Other("f64", 8),
        Stored::I64 => Dtype::Other("i64", 8),
        Stored::I32 => Dtype::Other("i32", 4),
        Stored::BOOL => Dtype::Other("bool", 1),
        Stored::U8 => Dtype::Other("u8", 1),
        // None of these is read, so only the name matters. Zero bytes keep the packed ones within their storage.
        _ => Dtype::Other("an unusual type", 0),
    }
}
