//! A scene: what is in a picture, where, and how it looks. It is plain data; the picture is drawn
//! from it and every sentence is made from it.

#[cfg(test)]
mod tests;

use roi_geom::{BoxPx, PictureSize};
use serde::{Deserialize, Serialize};

use crate::background::Background;
use crate::canvas::{Canvas, Picture};
use crate::error::SceneError;
use crate::glyphs::{Glyph, glyphs};
use crate::layout;
use crate::palette::Colour;
use crate::split::Split;
use crate::sprite::{Pose, Sprite};

/// Everything that is known about one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// What it was made from.
    pub seed: u64,
    /// What it is for.
    pub split: Split,
    /// The picture's size; it is square.
    pub size: PictureSize,
    /// What everything stands on.
    pub background: Background,
    /// Five to nine things, in no order that means anything.
    pub objects: Vec<Object>,
    /// Boxes with nothing in them but the background.
    pub empty: Vec<BoxPx>,
    /// Boxes with two things in them.
    pub pairs: Vec<Pair>,
}

/// One thing in a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its index in [`glyphs`].
    pub glyph: usize,
    /// How it is coloured.
    pub tint: Tint,
    /// How far it is turned clockwise, in degrees.
    pub degrees: i32,
    /// Whether left and right are exchanged.
    pub is_flipped: bool,
    /// The tight box of all of it, hidden parts included.
    pub bounds: BoxPx,
    /// How much of it nothing hides, in `0.6..=1`.
    pub visible: f64,
    /// The index of the thing that hides most of what is hidden.
    pub hider: Option<usize>,
    /// Its size by the longer side of `bounds`; never near the limit of two words.
    pub size: SizeWord,
    /// Its place by the centre of `bounds`; never near the limit of two words.
    pub position: Position,
    /// Things are painted by this, lowest first.
    pub(crate) depth: usize,
    /// The longer side it was drawn for, and where its drawing's upper left corner is, in pixels.
    pub(crate) longer_side: f64,
    pub(crate) corner: [i32; 2],
}

/// Two things that one box holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The left one or, of two above each other, the upper one.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// The box around both; nothing else is in it to speak of.
    pub bounds: BoxPx,
}

/// How a thing is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tint {
    /// As the glyph is.
    Plain,
    /// All of it in shades of one colour.
    Colour(Colour),
}

impl Tint {
    /// The colour, if it is one.
    pub const fn colour(self) -> Option<Colour> {
        match self {
            Self::Plain => None,
            Self::Colour(colour) => Some(colour),
        }
    }
}

/// A size in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SizeWord {
    /// Longer side up to about a fifth of the picture.
    Small,
    /// About a quarter to a third.
    Medium,
    /// More than a third.
    Big,
}

impl SizeWord {
    /// Every size, smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Big];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Big => "big",
        }
    }

    /// Longer sides that are drawn, in pixels of a picture 224 wide. Between two ranges lies a gap
    /// much wider than the pixel by which a drawn thing can differ.
    pub(crate) const fn range(self) -> (f64, f64) {
        match self {
            Self::Small => (33.0, 44.0),
            Self::Medium => (54.0, 68.0),
            Self::Big => (79.0, 99.0),
        }
    }
}

/// A third of the picture's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `left`
    Left,
    /// `middle`
    Middle,
    /// `right`
    Right,
}

/// A third of the picture's height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// `top`
    Top,
    /// `middle`
    Middle,
    /// `bottom`
    Bottom,
}

/// A place in the picture in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// From left to right.
    pub column: Column,
    /// From top to bottom.
    pub row: Row,
}

impl Position {
    /// Where a thing there is: `at the top left`.
    pub const fn phrase(self) -> &'static str {
        match (self.row, self.column) {
            (Row::Top, Column::Left) => "at the top left",
            (Row::Top, Column::Middle) => "at the top",
            (Row::Top, Column::Right) => "at the top right",
            (Row::Middle, Column::Left) => "on the left",
            (Row::Middle, Column::Middle) => "in the middle",
            (Row::Middle, Column::Right) => "on the right",
            (Row::Bottom, Column::Left) => "at the bottom left",
            (Row::Bottom, Column::Middle) => "at the bottom",
            (Row::Bottom, Column::Right) => "at the bottom right",
        }
    }

    /// Whether somebody may call the other place by this one's phrase: the top left is also at the top.
    pub(crate) fn might_mean(self, other: Self) -> bool {
        match (self.row, self.column) {
            (Row::Middle, Column::Middle) => self == other,
            (row, Column::Middle) => row == other.row,
            (Row::Middle, column) => column == other.column,
            _ => self == other,
        }
    }
}

impl Object {
    /// Less of a thing than this visible, and it is partly hidden.
    const HIDDEN_BELOW: f64 = 0.88;
    /// More of a thing than this visible, and all of it is.
    const WHOLE_ABOVE: f64 = 0.985;

    /// What it is.
    pub fn glyph(&self) -> &'static Glyph {
        &glyphs()[self.glyph]
    }

    /// Its colour as it looks: the tint, or the glyph's own if it clearly has one.
    pub fn colour(&self) -> Option<Colour> {
        self.tint.colour().or(self.glyph().colour)
    }

    /// Whether something hides part of it; nothing when too little is hidden to say.
    pub fn is_hidden(&self) -> Option<bool> {
        if self.visible < Self::HIDDEN_BELOW {
            Some(true)
        } else {
            (self.visible > Self::WHOLE_ABOVE).then_some(false)
        }
    }

    pub(crate) fn pose(&self) -> Pose {
        Pose {
            glyph: self.glyph,
            tint: self.tint,
            degrees: self.degrees,
            is_flipped: self.is_flipped,
            longer_side: self.longer_side,
        }
    }
}

impl Scene {
    /// The side for which sizes are made, in pixels: the vision tower's.
    pub const SIDE: u32 = 224;
    const SIDES: (u32, u32) = (112, 2048);

    /// The scene of a seed, `side` pixels wide and high.
    ///
    /// # Errors
    /// [`SceneError::Side`] for a side below 112 or above 2048.
    pub fn new(seed: u64, split: Split, side: u32) -> Result<Self, SceneError> {
        let (least, most) = Self::SIDES;
        if (least..=most).contains(&side) {
            Ok(layout::lay_out(seed, split, side))
        } else {
            Err(SceneError::Side { side, least, most })
        }
    }

    /// The seed of picture `index` of a set made from one seed. Sets of different seeds share
    /// nothing, which consecutive seeds would.
    pub const fn seed_of_picture(seed: u64, index: u64) -> u64 {
        // SplitMix64's output function, over both.
        let mut mixed = seed
            .wrapping_mul(0xd134_2543_de82_ef95)
            .wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws the picture.
    pub fn draw(&self) -> Picture {
        let side = self.size.width as usize;
        let mut canvas = Canvas::new(side, self.background.paint(side));
        let mut objects: Vec<&Object> = self.objects.iter().collect();
        objects.sort_by_key(|object| object.depth);
        for object in objects {
            let sprite = Sprite::draw(&object.pose());
            let [left, top] = object.corner;
            canvas.shade(&sprite, left, top);
            canvas.put(&sprite, left, top);
        }
        canvas.finish()
    }

    /// How many things of one glyph there are.
    pub fn count(&self, glyph: usize) -> usize {
        self.objects.iter().filter(|o| o.glyph == glyph).count()
    }
}
