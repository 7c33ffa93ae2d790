//! The colours that things are tinted with and named by.

use serde::{Deserialize, Serialize};

/// A colour with a name. All but white can be a tint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// `red`
    Red,
    /// `orange`
    Orange,
    /// `yellow`
    Yellow,
    /// `green`
    Green,
    /// `blue`
    Blue,
    /// `purple`
    Purple,
    /// `pink`
    Pink,
    /// `grey`
    Grey,
    /// `brown`
    Brown,
    /// `white`
    White,
}

impl Colour {
    /// The colours that can be a tint.
    pub const TINTS: [Self; 9] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::Grey,
        Self::Brown,
    ];

    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Pink => "pink",
            Self::Grey => "grey",
            Self::Brown => "brown",
            Self::White => "white",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let mut all = Self::TINTS.into_iter().chain([Self::White]);
        all.find(|colour| colour.word() == word)
    }

    /// What a thing of middling brightness becomes under this tint: red, green, blue in `0..=1`.
    fn base(self) -> [f32; 3] {
        let [red, green, blue] = match self {
            Self::Red => [212, 34, 38],
            Self::Orange => [245, 128, 16],
            Self::Yellow => [244, 210, 30],
            Self::Green => [44, 158, 58],
            Self::Blue => [40, 96, 216],
            Self::Purple => [126, 52, 184],
            Self::Pink => [246, 136, 188],
            Self::Grey => [134, 136, 140],
            Self::Brown => [122, 76, 42],
            Self::White => [244, 244, 244],
        };
        [red, green, blue].map(|level: u8| f32::from(level) / 255.0)
    }

    /// Tints one colour of a glyph whose mean brightness is `mean`.
    ///
    /// Brightness around the mean becomes shade and highlight of the tint, so that the drawing stays
    /// readable; a little of the glyph's own colour is kept. Taking the glyph's mean as the tint's
    /// own brightness makes a white swan as evidently pink as a black hat.
    pub(crate) fn tint(self, colour: [f32; 3], mean: f32) -> [f32; 3] {
        /// Of the glyph's own colour.
        const KEPT: f32 = 0.12;
        const SHADE: f32 = 0.65;
        const HIGHLIGHT: f32 = 0.5;
        let base = self.base();
        let above = (brightness(colour) - mean).clamp(-0.5, 0.5) * 2.0;
        std::array::from_fn(|channel| {
            let tinted = if above < 0.0 {
                base[channel] * (1.0 + SHADE * above)
            } else {
                base[channel] + (1.0 - base[channel]) * (HIGHLIGHT * above)
            };
            tinted + (colour[channel] - tinted) * KEPT
        })
    }
}

/// Perceived brightness of red, green, blue in `0..=1` (Rec. 601 luma).
pub(crate) fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}
