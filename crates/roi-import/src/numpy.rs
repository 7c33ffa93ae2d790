//! Arrays inside pickles, for the one list of detections that is published that way.
//!
//! A list of names of its own: what reads weights must not be able to name NumPy, and what reads this must not be able to
//! name PyTorch.
//!
//! Source: numpy/numpy 1.24 and 2.2, `array_reduce`, `array_setstate` (protocols to 4) and `_frombuffer` (protocol 5);
//! Python's `pickle.py`, `save_bytes` (protocols to 2 spell bytes as a call of `_codecs.encode`, no bytes as one of `bytes`).

#[cfg(test)]
mod tests;

use std::io::Read;

use crate::pickle::{Call, Node, NodeId, Pickle, PickleError, Rules};

/// What a list of arrays may name: NumPy's rebuilders in both spellings of their module, and how bytes are spelt.
pub const NUMPY_RULES: Rules = Rules {
    names: &[
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
        ("_codecs", "encode"),
        ("__builtin__", "bytes"),
        ("builtins", "bytes"),
    ],
    max_bytes: 8 << 30,
    max_nodes: 64 << 20,
};

/// An array's numbers, whatever type they are stored as.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Lengths of its axes; none for a scalar.
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: Vec<f64>,
}

/// Reads a pickle that may hold NumPy's arrays and plain data, and nothing else.
///
/// # Errors
/// As [`Pickle::read`].
pub fn read_numpy_pickle(input: impl Read) -> Result<Pickle, PickleError> {
    Pickle::read(input, NUMPY_RULES)
}

/// The array that a value of such a pickle describes.
///
/// Costs no more than the bytes that are there: a shape must agree with them.
///
/// # Errors
/// [`PickleError::Array`] if it is no array, is of a type other than numbers of up to 8 bytes, or lacks bytes.
pub fn array(pickle: &Pickle, id: NodeId) -> Result<Array, PickleError> {
    Reader(pickle).array(id).map_err(PickleError::Array)
}

/// How one number is stored.
#[derive(Clone, Copy)]
struct Dtype {
    kind: char,
    bytes: usize,
    is_big_endian: bool,
}

impl Dtype {
    fn number(self, stored: &[u8]) -> f64 {
        // The bytes of a number of up to 8, the lowest first.
        let mut bytes = [0; 8];
        for (byte, &stored) in bytes.iter_mut().zip(stored) {
            *byte = stored;
        }
        if self.is_big_endian {
            bytes[..self.bytes].reverse();
        }
        let unsigned = u64::from_le_bytes(bytes);
        match (self.kind, self.bytes) {
            ('f', 4) => f32::from_bits(unsigned as u32).into(),
            ('f', 2) => half::f16::from_bits(unsigned as u16).into(),
            ('f', _) => f64::from_bits(unsigned),
            ('i', _) => {
                let unused = 64 - 8 * self.bytes;
                ((unsigned << unused) as i64 >> unused) as f64
            }
            _ => unsigned as f64,
        }
    }
}

struct Reader<'a>(&'a Pickle);

impl<'a> Reader<'a> {
    fn array(&self, id: NodeId) -> Result<Array, String> {
        let Node::Call(call) = self.0.node(id) else {
            return Err("a value is no array".to_owned());
        };
        let name = call.callable.name.as_str();
        match (name, self.tuple(call.args)?) {
            ("_reconstruct", _) => {
                let state = call.state.ok_or("an array has no contents")?;
                let &[_, shape, dtype, is_fortran, data] = self.tuple(state)? else {
                    return Err("an array's contents are not five values".to_owned());
                };
                let is_fortran = matches!(self.0.node(is_fortran), Node::Bool(true));
                self.numbers(self.shape(shape)?, dtype, data, is_fortran)
            }
            ("_frombuffer", &[data, dtype, shape, order]) => {
                let is_fortran = matches!(self.0.node(order), Node::Str(order) if order == "F");
                self.numbers(self.shape(shape)?, dtype, data, is_fortran)
            }
            ("scalar", &[dtype, data]) => self.numbers(Vec::new(), dtype, data, false),
            _ => Err(format!("{} makes no array", call.callable)),
        }
    }

    fn numbers(
        &self,
        shape: Vec<usize>,
        dtype: NodeId,
        data: NodeId,
        is_fortran: bool,
    ) -> Result<Array, String> {
        let dtype = self.dtype(dtype)?;
        let data = self.bytes(data)?;
        let n_bytes = shape
            .iter()
            .try_fold(dtype.bytes, |bytes, &length| bytes.checked_mul(length));
        if n_bytes != Some(data.len()) {
            return Err(format!(
                "an array of shape {shape:?} and {} bytes a number has {} bytes",
                dtype.bytes,
                data.len()
            ));
        }
        let stored = data.chunks_exact(dtype.bytes);
        let mut values: Vec<f64> = stored.map(|stored| dtype.number(stored)).collect();
        if is_fortran && shape.len() > 1 {
            let &[rows, columns] = &shape[..] else {
                return Err("an array of more than two axes is stored by columns".to_owned());
            };
            let stored = std::mem::take(&mut values);
            values = (0..rows * columns)
                .map(|at| stored[at % columns * rows + at / columns])
                .collect();
        }
        Ok(Array { shape, values })
    }

    fn shape(&self, id: NodeId) -> Result<Vec<usize>, String> {
        let length = |&id: &NodeId| match self.0.node(id) {
            Node::Int(length) => usize::try_from(*length).map_err(|_| *length),
            _ => Err(-1),
        };
        let lengths: Result<Vec<usize>, i128> = self.tuple(id)?.iter().map(length).collect();
        lengths.map_err(|length| format!("an array has an axis of length {length}"))
    }

    fn dtype(&self, id: NodeId) -> Result<Dtype, String> {
        let call = self.call(id, "dtype")?;
        let name = match self.tuple(call.args)?.first().map(|&id| self.0.node(id)) {
            Some(Node::Str(name)) => name,
            _ => return Err("an array's type has no name".to_owned()),
        };
        let order = match call.state {
            Some(state) => self.tuple(state)?.get(1).map(|&id| self.0.node(id)),
            None => None,
        };
        let is_big_endian = matches!(order, Some(Node::Str(order)) if order == ">");
        let (kind, bytes) = match name.as_str() {
            "f2" => ('f', 2),
            "f4" => ('f', 4),
            "f8" => ('f', 8),
            "i1" => ('i', 1),
            "i2" => ('i', 2),
            "i4" => ('i', 4),
            "i8" => ('i', 8),
            "u1" | "b1" => ('u', 1),
            "u2" => ('u', 2),
            "u4" => ('u', 4),
            "u8" => ('u', 8),
            _ => return Err(format!("an array holds {name:?}, which is no number")),
        };
        Ok(Dtype {
            kind,
            bytes,
            is_big_endian,
        })
    }

    fn bytes(&self, id: NodeId) -> Result<Vec<u8>, String> {
        match self.0.node(id) {
            Node::Bytes(bytes) => Ok(bytes.clone()),
            // A Python 2 string that happens to be UTF-8.
            Node::Str(text) => Ok(text.clone().into_bytes()),
            Node::Call(call) if call.callable.name == "bytes" => match self.tuple(call.args)? {
                [] => Ok(Vec::new()),
                _ => Err("bytes are made of something".to_owned()),
            },
            _ => {
                let &[text, encoding] = self.tuple(self.call(id, "encode")?.args)? else {
                    return Err("text is encoded without saying how".to_owned());
                };
                match (self.0.node(text), self.0.node(encoding)) {
                    (Node::Str(text), Node::Str(encoding)) if encoding == "latin1" => text
                        .chars()
                        .map(|c| u8::try_from(c).map_err(|_| format!("{c:?} is no byte")))
                        .collect(),
                    _ => Err("text is encoded otherwise than as Latin-1".to_owned()),
                }
            }
        }
    }

    fn call(&self, id: NodeId, name: &str) -> Result<&'a Call, String> {
        match self.0.node(id) {
            Node::Call(call) if call.callable.name == name => Ok(call),
            _ => Err(format!("a part of an array is no {name}")),
        }
    }

    fn tuple(&self, id: NodeId) -> Result<&'a [NodeId], String> {
        match self.0.node(id) {
            Node::Tuple(values) => Ok(values),
            _ => Err("a part of an array is no tuple".to_owned()),
        }
    }
}
