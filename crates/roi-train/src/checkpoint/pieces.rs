//! Vectors cut into safetensors files of limited size, so that a checkpoint can be committed, copied and checked in parts.
//!
//! A tensor that does not fit into what is left of a piece goes on in the next one: `GROUP/NAME#START` is the run of values
//! from `START` on.

use roi_weights::{TensorSpec, sha256_hex};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::{CheckpointError, n_values};

/// Largest piece.
pub(super) const MAX_PIECE_BYTES: usize = 16 << 20;
/// Bytes of a header besides its entries: its length, its braces, and what aligns it.
const HEADER_BYTES: usize = 32;
/// Bytes of an entry besides its name: type, shape and offsets with all their digits.
const ENTRY_BYTES: usize = 120;
const VALUE_BYTES: usize = size_of::<f32>();
/// Fewer values than this are not worth an entry at the end of a piece.
const MIN_RUN: usize = 64;

/// A file of a checkpoint as its index lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) file: String,
    length: u64,
    sha256: String,
}

/// Vectors that belong together, one for each tensor.
pub(super) struct Group<T> {
    name: &'static str,
    values: T,
}

impl<T> Group<T> {
    pub(super) fn new(name: &'static str, values: T) -> Self {
        Self { name, values }
    }
}

impl Piece {
    fn new(number: usize, bytes: &[u8]) -> Self {
        Self {
            file: format!("piece-{number:05}.safetensors"),
            length: bytes.len() as u64,
            sha256: sha256_hex(bytes),
        }
    }

    /// Whether these are the piece's bytes; if not, what is wrong.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), String> {
        let length = bytes.len() as u64;
        if length != self.length {
            return Err(format!("it has {length} bytes, not {}", self.length));
        }
        let actual = sha256_hex(bytes);
        if actual != self.sha256 {
            return Err(format!("its SHA-256 is {actual}, not {}", self.sha256));
        }
        Ok(())
    }
}

/// Cuts all vectors of all groups into pieces and hands each to `take`.
pub(super) fn cut(
    groups: &[Group<&[Vec<f32>]>],
    specs: &[TensorSpec],
    max_bytes: usize,
    mut take: impl FnMut(Piece, &[u8]) -> Result<(), CheckpointError>,
) -> Result<(), CheckpointError> {
    let mut n_pieces = 0;
    let mut flush = |runs: &mut Vec<Run<'_>>| {
        let bytes = serialize(runs);
        runs.clear();
        n_pieces += 1;
        take(Piece::new(n_pieces, &bytes), &bytes)
    };
    let mut runs = Vec::new();
    let mut used = HEADER_BYTES;
    for group in groups {
        for (spec, values) in specs.iter().zip(group.values) {
            let entry_bytes = ENTRY_BYTES + group.name.len() + spec.name.len();
            let mut start = 0;
            while start < values.len() {
                let left = values.len() - start;
                let room = max_bytes.saturating_sub(used + entry_bytes) / VALUE_BYTES;
                if room < left.min(MIN_RUN) && !runs.is_empty() {
                    flush(&mut runs)?;
                    used = HEADER_BYTES;
                    continue;
                }
                let n_values = left.min(room.max(MIN_RUN));
                used += entry_bytes + n_values * VALUE_BYTES;
                runs.push(Run {
                    name: run_name(group.name, &spec.name, start),
                    values: &values[start..start + n_values],
                });
                start += n_values;
            }
        }
    }
    flush(&mut runs)
}

/// Part of a vector in a piece.
struct Run<'a> {
    name: String,
    values: &'a [f32],
}

fn run_name(group: &str, tensor: &str, start: usize) -> String {
    format!("{group}/{tensor}#{start}")
}

fn serialize(runs: &[Run<'_>]) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> = runs
        .iter()
        .map(|run| {
            run.values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        })
        .collect();
    let views = runs.iter().zip(&bytes).map(|(run, bytes)| {
        let view = TensorView::new(Dtype::F32, vec![run.values.len()], bytes);
        (run.name.as_str(), view.expect("four bytes a value"))
    });
    safetensors::serialize(views, None).expect("names and numbers are plain data")
}

/// Puts pieces together again.
pub(super) struct Reader<'a> {
    specs: &'a [TensorSpec],
    groups: [Group<&'a mut [Vec<f32>]>; 3],
    n_read: usize,
}

impl<'a> Reader<'a> {
    /// Reads into vectors of the tensors' lengths.
    pub(super) fn new(specs: &'a [TensorSpec], groups: [Group<&'a mut [Vec<f32>]>; 3]) -> Self {
        Self {
            specs,
            groups,
            n_read: 0,
        }
    }

    /// Reads a piece, or says what is wrong with it.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let piece = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        for (name, view) in piece.iter() {
            let unknown = || format!("{name} belongs to nothing");
            let (group, rest) = name.split_once('/').ok_or_else(unknown)?;
            let (tensor, start) = rest.rsplit_once('#').ok_or_else(unknown)?;
            let start: usize = start.parse().map_err(|_| unknown())?;
            let group = self.groups.iter_mut().find(|known| known.name == group);
            let place = self.specs.iter().position(|spec| spec.name == tensor);
            let (group, place) = group.zip(place).ok_or_else(unknown)?;
            let source = view.data().chunks_exact(VALUE_BYTES);
            let target = group.values[place]
                .get_mut(start..start.saturating_add(source.len()))
                .filter(|_| view.dtype() == Dtype::F32)
                .ok_or_else(|| format!("{name} does not fit its tensor"))?;
            for (target, source) in target.iter_mut().zip(source) {
                *target = f32::from_le_bytes([source[0], source[1], source[2], source[3]]);
            }
            self.n_read += target.len();
        }
        Ok(())
    }

    /// Says what is wrong unless every value was read.
    pub(super) fn finish(self) -> Result<(), String> {
        let expected = self.groups.len() * self.specs.iter().map(n_values).sum::<usize>();
        if self.n_read != expected {
            return Err(format!(
                "its pieces hold {} values of {expected}",
                self.n_read
            ));
        }
        Ok(())
    }
}
