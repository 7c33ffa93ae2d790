//! Training and test scenes, and the fixed rules for what only test scenes show.
//!
//! New seeds alone would test little: every thing has been seen in every colour. So one in ten ways
//! of showing a thing, one in six backgrounds and one in eight pairs of things never occur in
//! training, and every test scene has some of them. The rules hash names, not numbers, so a longer
//! table of glyphs leaves what was held out held out.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::background::Background;
use crate::glyphs::Glyph;
use crate::scene::{SizeWord, Tint};

/// Which scenes: those to learn from, or those to be judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Shows nothing that is held out.
    Train,
    /// Each shows a held-out pair and a held-out way of showing; half have a held-out background.
    Test,
}

/// A way of showing a thing: what varies between two pictures of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Showing {
    pub(crate) tint: Tint,
    /// Whole degrees from −30 to 30.
    pub(crate) degrees: i32,
    pub(crate) size: SizeWord,
    /// Part of it is behind something.
    pub(crate) is_covered: bool,
}

impl Showing {
    pub(crate) fn is_held_out(self) -> bool {
        let tint = self.tint.colour().map_or("plain", |colour| colour.word());
        let quarter = (self.degrees + 30).min(59) / 15;
        let hash = hash(&[
            "showing",
            tint,
            self.size.word(),
            ["-30", "-15", "0", "15"][quarter as usize],
            if self.is_covered { "covered" } else { "whole" },
        ]);
        hash.is_multiple_of(10)
    }
}

/// Whether two things never occur together in training. Two of the same kind of thing may.
pub(crate) fn pair_is_held_out(a: &Glyph, b: &Glyph) -> bool {
    let (first, second) = if a.name <= b.name { (a, b) } else { (b, a) };
    a.name != b.name && hash(&["pair", first.name, second.name]).is_multiple_of(8)
}

pub(crate) fn background_is_held_out(background: &Background) -> bool {
    let variant = char::from(b'a' + background.variant);
    hash(&[
        "background",
        background.place.word(),
        variant.encode_utf8(&mut [0; 4]),
    ])
    .is_multiple_of(6)
}

/// FNV-1a over the words, then mixed, since its low bits alone are poor.
fn hash(words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in words.iter().flat_map(|word| word.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}
