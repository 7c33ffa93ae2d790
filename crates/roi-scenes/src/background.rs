//! Painted grounds: places and patterns, each in six variants.
//!
//! They are paler and duller than the tints, so that a colour word never means the ground. All is
//! made of additions, products and integer hashes; no library function that platforms round
//! differently.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// What a ground shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Grass below the sky.
    Meadow,
    /// Sand, the sea and the sky.
    Beach,
    /// Waves below the sky.
    Sea,
    /// Snow below a pale sky.
    Snow,
    /// A sky with clouds.
    Sky,
    /// A dark sky with specks of light.
    Night,
    /// A floor and a wall.
    Room,
    /// Boards.
    Table,
    /// Stripes.
    Stripes,
    /// Dots.
    Dots,
    /// Squares of two colours.
    Checks,
    /// One colour, brighter at one end.
    Wall,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 12] = [
        Self::Meadow,
        Self::Beach,
        Self::Sea,
        Self::Snow,
        Self::Sky,
        Self::Night,
        Self::Room,
        Self::Table,
        Self::Stripes,
        Self::Dots,
        Self::Checks,
        Self::Wall,
    ];

    /// One word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Meadow => "meadow",
            Self::Beach => "beach",
            Self::Sea => "sea",
            Self::Snow => "snow",
            Self::Sky => "sky",
            Self::Night => "night",
            Self::Room => "room",
            Self::Table => "table",
            Self::Stripes => "stripes",
            Self::Dots => "dots",
            Self::Checks => "checks",
            Self::Wall => "wall",
        }
    }

    /// Where things on it are: `on a meadow`.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Meadow => "on a meadow",
            Self::Beach => "on a beach",
            Self::Sea => "on the sea",
            Self::Snow => "in the snow",
            Self::Sky => "in the sky",
            Self::Night => "in the night",
            Self::Room => "in a room",
            Self::Table => "on a table",
            Self::Stripes => "on stripes",
            Self::Dots => "on dots",
            Self::Checks => "on checks",
            Self::Wall => "on a wall",
        }
    }
}

/// One ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Background {
    /// What it shows.
    pub place: Place,
    /// Its colours, from 0 to [`Background::VARIANTS`] − 1.
    pub variant: u8,
    /// Of its details.
    pub seed: u32,
}

impl Background {
    /// How many variants a place has.
    pub const VARIANTS: u8 = 6;

    /// Every pixel of a square, red, green, blue in `0..=1`, rows from the top.
    pub(crate) fn paint(&self, side: usize) -> Vec<[f32; 3]> {
        let step = 1.0 / side as f32;
        let painter = Painter::new(self);
        (0..side * side)
            .map(|i| {
                let (x, y) = (i % side, i / side);
                painter.colour((x as f32 + 0.5) * step, (y as f32 + 0.5) * step)
            })
            .collect()
    }
}

type Rgb = [f32; 3];

/// Two colours a variant, for patterns, walls and rooms.
const PASTELS: [[Rgb; 2]; 6] = [
    [[0.86, 0.90, 0.95], [0.72, 0.79, 0.87]],
    [[0.95, 0.92, 0.84], [0.87, 0.81, 0.70]],
    [[0.86, 0.93, 0.87], [0.73, 0.83, 0.75]],
    [[0.94, 0.87, 0.88], [0.85, 0.75, 0.77]],
    [[0.90, 0.87, 0.94], [0.79, 0.75, 0.85]],
    [[0.88, 0.88, 0.86], [0.74, 0.74, 0.72]],
];
/// Top and bottom of a sky.
const SKIES: [[Rgb; 2]; 6] = [
    [[0.55, 0.73, 0.90], [0.83, 0.91, 0.96]],
    [[0.66, 0.78, 0.88], [0.92, 0.93, 0.91]],
    [[0.60, 0.66, 0.82], [0.94, 0.84, 0.80]],
    [[0.72, 0.78, 0.84], [0.86, 0.89, 0.91]],
    [[0.50, 0.68, 0.82], [0.77, 0.88, 0.90]],
    [[0.70, 0.70, 0.84], [0.93, 0.90, 0.86]],
];
const GRASS: [Rgb; 6] = [
    [0.56, 0.70, 0.42],
    [0.64, 0.72, 0.46],
    [0.50, 0.64, 0.46],
    [0.68, 0.72, 0.52],
    [0.58, 0.68, 0.50],
    [0.48, 0.62, 0.40],
];
const WATER: [Rgb; 6] = [
    [0.42, 0.60, 0.74],
    [0.45, 0.66, 0.70],
    [0.38, 0.52, 0.66],
    [0.52, 0.66, 0.76],
    [0.40, 0.58, 0.62],
    [0.50, 0.58, 0.72],
];
const SAND: [Rgb; 6] = [
    [0.89, 0.82, 0.66],
    [0.85, 0.78, 0.64],
    [0.91, 0.86, 0.74],
    [0.83, 0.75, 0.62],
    [0.90, 0.80, 0.68],
    [0.86, 0.82, 0.70],
];
const WOOD: [Rgb; 6] = [
    [0.76, 0.64, 0.50],
    [0.70, 0.58, 0.46],
    [0.82, 0.72, 0.58],
    [0.66, 0.56, 0.48],
    [0.78, 0.68, 0.56],
    [0.73, 0.66, 0.58],
];
const NIGHTS: [[Rgb; 2]; 6] = [
    [[0.06, 0.08, 0.20], [0.16, 0.20, 0.36]],
    [[0.10, 0.08, 0.20], [0.24, 0.18, 0.34]],
    [[0.04, 0.10, 0.16], [0.12, 0.24, 0.32]],
    [[0.08, 0.08, 0.10], [0.20, 0.20, 0.25]],
    [[0.10, 0.10, 0.24], [0.28, 0.24, 0.34]],
    [[0.05, 0.07, 0.13], [0.18, 0.25, 0.30]],
];

/// A background with what its seed decides worked out.
struct Painter {
    place: Place,
    variant: usize,
    seed: u32,
    /// Where sky meets ground, from the top.
    horizon: f32,
    /// Stripes, dots, checks or boards from side to side.
    n_across: f32,
    /// A direction: stripes run along it.
    along: [f32; 2],
}

impl Painter {
    fn new(background: &Background) -> Self {
        const DIRECTIONS: [[f32; 2]; 4] = [[1.0, 0.0], [0.0, 1.0], [0.8, 0.6], [0.8, -0.6]];
        let seed = background.seed;
        Self {
            place: background.place,
            variant: usize::from(background.variant),
            seed,
            horizon: 0.22 + 0.25 * unit(hash(seed, 1, 0)),
            n_across: 4.0 + (hash(seed, 2, 0) % 6) as f32,
            along: DIRECTIONS[(hash(seed, 3, 0) % 4) as usize],
        }
    }

    fn colour(&self, x: f32, y: f32) -> Rgb {
        let variant = self.variant;
        match self.place {
            Place::Meadow => self.below_sky(x, y, |depth| {
                let blades = self.noise(x * 40.0, y * 14.0) - 0.5;
                let patches = self.noise(x * 5.0, y * 7.0) - 0.5;
                brighter(
                    GRASS[variant],
                    0.16 * blades + 0.14 * patches + 0.10 * depth,
                )
            }),
            Place::Beach => self.below_sky(x, y, |depth| {
                let shore = 0.35 + 0.08 * (self.noise(x * 4.0, 0.0) - 0.5);
                if depth < shore {
                    self.waves(x, y, depth)
                } else {
                    let grain = self.noise(x * 90.0, y * 90.0) - 0.5;
                    let dunes = self.noise(x * 4.0, y * 9.0) - 0.5;
                    brighter(SAND[variant], 0.08 * grain + 0.08 * dunes)
                }
            }),
            Place::Sea => self.below_sky(x, y, |depth| self.waves(x, y, depth)),
            Place::Snow => self.below_sky(x, y, |depth| {
                let drifts = self.noise(x * 3.0, y * 8.0) - 0.5;
                let white = mix([0.92, 0.94, 0.97], PASTELS[variant][0], 0.4);
                brighter(white, 0.12 * drifts - 0.05 * depth)
            }),
            Place::Sky => {
                let cloud =
                    self.noise(x * 4.0, y * 7.0) * 0.65 + self.noise(x * 11.0, y * 16.0) * 0.35;
                let cover = ((cloud - 0.5) * 4.0).clamp(0.0, 0.8);
                mix(self.sky(y), [0.96, 0.96, 0.97], cover)
            }
            Place::Night => self.night(x, y),
            Place::Room => self.room(x, y),
            Place::Table => {
                let board = floor(y * self.n_across);
                let inside = y * self.n_across - board;
                let grain = self.noise(x * 7.0 + board * 17.0, y * 70.0) - 0.5;
                let own = 0.10 * (unit(hash(self.seed, 9, board as u32)) - 0.5);
                let gap = if inside < 0.04 { -0.18 } else { 0.0 };
                brighter(WOOD[variant], 0.14 * grain + own + gap)
            }
            Place::Stripes => {
                let across = (x * self.along[0] + y * self.along[1] + 2.0) * self.n_across;
                self.pastel(triangle(across) > 0.5)
            }
            Place::Dots => {
                let row = floor(y * self.n_across);
                let shift = if row as i32 % 2 == 0 { 0.0 } else { 0.5 };
                let column = x * self.n_across + shift;
                let (dx, dy) = (column - floor(column) - 0.5, y * self.n_across - row - 0.5);
                self.pastel(dx * dx + dy * dy < 0.085)
            }
            Place::Checks => {
                let squares = (x * self.n_across) as i32 + (y * self.n_across) as i32;
                self.pastel(squares % 2 == 0)
            }
            Place::Wall => {
                let [bright, dull] = PASTELS[variant];
                let end = 0.5 + 0.5 * (x * self.along[0] + y * self.along[1]) - 0.1;
                let plaster = self.noise(x * 30.0, y * 30.0) - 0.5;
                brighter(mix(bright, dull, end), 0.05 * plaster)
            }
        }
    }

    fn sky(&self, down: f32) -> Rgb {
        let [top, bottom] = SKIES[self.variant];
        mix(top, bottom, down)
    }

    /// Sky above the horizon; below it `ground` of the depth, 0 at the horizon, 1 at the bottom.
    fn below_sky(&self, x: f32, y: f32, ground: impl Fn(f32) -> Rgb) -> Rgb {
        let horizon = self.horizon + 0.04 * (self.noise(x * 3.0, 50.0) - 0.5);
        if y < horizon {
            self.sky(y / horizon)
        } else {
            ground((y - horizon) / (1.0 - horizon))
        }
    }

    fn waves(&self, x: f32, y: f32, depth: f32) -> Rgb {
        let bend = self.noise(x * 5.0, y * 5.0);
        let crest = triangle(y * 22.0 + bend * 1.6) - 0.5;
        brighter(WATER[self.variant], 0.12 * crest + 0.10 * (0.5 - depth))
    }

    fn night(&self, x: f32, y: f32) -> Rgb {
        /// Cells from side to side, of which some hold a speck.
        const CELLS: f32 = 16.0;
        let [top, bottom] = NIGHTS[self.variant];
        let (column, row) = (floor(x * CELLS), floor(y * CELLS));
        let speck = hash(self.seed, 20 + column as u32, row as u32);
        let at = |bits: u32| 0.2 + 0.6 * unit(bits);
        let dx = x * CELLS - column - at(hash(speck, 0, 1));
        let dy = y * CELLS - row - at(hash(speck, 0, 2));
        let light = if speck.is_multiple_of(3) {
            (1.0 - (dx * dx + dy * dy) * 90.0).clamp(0.0, 0.7)
        } else {
            0.0
        };
        mix(mix(top, bottom, y), [1.0, 1.0, 0.92], light)
    }

    fn room(&self, x: f32, y: f32) -> Rgb {
        let floor = 0.55 + self.horizon * 0.4;
        if y > floor {
            let boards = (x - 0.5) / (y + 0.4) * 9.0;
            let gap = if triangle(boards * 0.5) < 0.05 {
                -0.12
            } else {
                0.0
            };
            return brighter(WOOD[self.variant], gap + 0.08 * (y - floor));
        }
        let [bright, dull] = PASTELS[self.variant];
        if y > floor - 0.03 {
            brighter(dull, -0.18)
        } else {
            let plaster = self.noise(x * 6.0, y * 6.0) - 0.5;
            brighter(mix(bright, dull, y), 0.05 * plaster)
        }
    }

    fn pastel(&self, is_first: bool) -> Rgb {
        PASTELS[self.variant][usize::from(!is_first)]
    }

    /// Smooth noise in `0..=1` with one value at each whole point.
    fn noise(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (floor(x), floor(y));
        let (fx, fy) = (ease(x - left), ease(y - top));
        let (left, top) = (left as i32 as u32, top as i32 as u32);
        let at =
            |dx: u32, dy: u32| unit(hash(self.seed, left.wrapping_add(dx), top.wrapping_add(dy)));
        let above = at(0, 0) + (at(1, 0) - at(0, 0)) * fx;
        let below = at(0, 1) + (at(1, 1) - at(0, 1)) * fx;
        above + (below - above) * fy
    }
}

fn mix(a: Rgb, b: Rgb, share_of_b: f32) -> Rgb {
    std::array::from_fn(|c| a[c] + (b[c] - a[c]) * share_of_b)
}

fn brighter(colour: Rgb, by: f32) -> Rgb {
    colour.map(|level| level + by)
}

/// Rises from 0 to 1 and falls back once in every unit.
fn triangle(x: f32) -> f32 {
    let part = x - floor(x);
    1.0 - (2.0 * part - 1.0).abs()
}

fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// The library's is a call for every pixel where the processor has no instruction for it.
fn floor(x: f32) -> f32 {
    let whole = x as i32 as f32;
    if whole > x { whole - 1.0 } else { whole }
}

fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

fn hash(seed: u32, x: u32, y: u32) -> u32 {
    let mut hash = seed ^ x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    hash ^ (hash >> 15)
}
