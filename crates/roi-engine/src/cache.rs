//! What of an earlier prompt need not be read again: pure bookkeeping, no tensors.
//!
//! Every position of the KV cache is described by a [`Cell`]: all that decides its keys and values, given that the cells
//! before it are the same. A prompt can then reuse the cache up to the first cell that differs.

use roi_geom::BoxNorm;
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

/// Names a picture by its file's contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PictureId(pub(crate) [u8; 32]);

impl PictureId {
    /// Of an encoded file.
    pub(crate) fn of(file: &[u8]) -> Self {
        Self(Sha256::digest(file).into())
    }
}

/// How the model sees a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sight {
    /// As it is.
    Exact,
    /// Rounded to f16, as in the original's demo.
    RoundedToF16,
    /// Not at all: its vector is zeros.
    Blank,
}

/// Names a region's vector among those of one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RegionKey {
    edges: [u32; 4],
    sight: Sight,
}

impl RegionKey {
    /// The key of a box.
    pub(crate) fn new(region: &BoxNorm, sight: Sight) -> Self {
        Self {
            edges: [region.x1, region.y1, region.x2, region.y2].map(f32::to_bits),
            sight,
        }
    }
}

/// What stands at one position of the decoder's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A row of the embedding table.
    Token(u32),
    /// One of a picture's image tokens; which one follows from the cells before it.
    Patch(PictureId),
    /// The vector of a region of a picture.
    Region(PictureId, RegionKey),
}

/// Ids that stand for something other than their own embedding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placeholders {
    pub(crate) im_patch: u32,
    pub(crate) bbox: u32,
}

/// The cells of a prompt whose `<bbox>` tokens stand for `regions`, in order.
///
/// A `<bbox>` without a region stays a token; the model refuses such a prompt.
pub(crate) fn cells(
    ids: &[u32],
    placeholders: Placeholders,
    picture: PictureId,
    regions: &[RegionKey],
) -> Vec<Cell> {
    let mut regions = regions.iter();
    ids.iter()
        .map(|&id| match id {
            _ if id == placeholders.im_patch => Cell::Patch(picture),
            _ if id == placeholders.bbox => regions
                .next()
                .map_or(Cell::Token(id), |&key| Cell::Region(picture, key)),
            _ => Cell::Token(id),
        })
        .collect()
}

/// How many cells at the start of `prompt` are in the cache already.
///
/// Never all of them: the last one is run again, since its logits choose the next token.
pub(crate) fn n_reusable(cached: &[Cell], prompt: &[Cell]) -> usize {
    let common = cached
        .iter()
        .zip(prompt)
        .take_while(|(old, new)| old == new)
        .count();
    common.min(prompt.len().saturating_sub(1))
}
