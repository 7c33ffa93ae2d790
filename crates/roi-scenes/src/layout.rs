//! Decides what is in a scene and where, so that every word about it is certain.
//!
//! Sizes and places are drawn from ranges with gaps between them, a place that would hide more than
//! two fifths of anything is refused, and a training scene never shows what is held out.

#[cfg(test)]
mod tests;

use roi_geom::{BoxPx, PictureSize};

use crate::atlas::SOLID;
use crate::background::{Background, Place};
use crate::chance::{Chance, Purpose};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::relation::between_centres;
use crate::scene::{Column, Object, Pair, Position, Row, Scene, SizeWord, Tint};
use crate::split::{self, Showing, Split};
use crate::sprite::{Pose, Sprite};

/// The least and most things in a scene.
const OBJECTS: (usize, usize) = (5, 9);
/// At least this much of everything stays visible.
const LEAST_VISIBLE: f64 = 0.6;
/// Below this much visible, a thing counts as shown behind another.
const COVERED_BELOW: f64 = 0.9;
/// A thing may be so many pixels shorter or longer than its size word's range. Tips too thin to show can make it shorter still: then its
/// size would be in doubt.
const DEVIATION: f64 = 1.5;
/// Thirds of the picture; a centre never lies between two of them.
const THIRDS: [(f64, f64); 3] = [(0.0, 0.37), (0.43, 0.57), (0.63, 1.0)];

/// Makes the scene of a seed. Draws that cannot be used are drawn again, from the same stream.
pub(crate) fn lay_out(seed: u64, split: Split, side: u32) -> Scene {
    let mut chance = Chance::new(seed, split, Purpose::Layout);
    let background = background(&mut chance, split);
    let table = loop {
        let mut table = Table::new(side as usize, split);
        let wanted = wanted_glyphs(&mut chance, split);
        // Big things first: small ones then lie on them rather than vanish behind.
        let mut wanted: Vec<(usize, SizeWord)> = wanted
            .into_iter()
            .map(|glyph| (glyph, size(&mut chance)))
            .collect();
        wanted.sort_by_key(|&(_, size)| std::cmp::Reverse(size));
        for (glyph, size) in wanted {
            table.add(&mut chance, glyph, size);
        }
        if table.is_usable() {
            break table;
        }
    };
    let objects = table.into_objects(&mut chance);
    let mut scene = Scene {
        seed,
        split,
        size: PictureSize {
            width: side,
            height: side,
        },
        background,
        objects,
        empty: Vec::new(),
        pairs: Vec::new(),
    };
    scene.empty = empty_boxes(&scene, &mut chance);
    scene.pairs = pairs(&scene, &mut chance);
    scene
}

fn background(chance: &mut Chance, split: Split) -> Background {
    let is_held_out = split == Split::Test && chance.percent(50);
    loop {
        let background = Background {
            place: Place::ALL[chance.below(Place::ALL.len())],
            variant: chance.below(usize::from(Background::VARIANTS)) as u8,
            seed: chance.seed(),
        };
        if split::background_is_held_out(&background) == is_held_out {
            return background;
        }
    }
}

/// Glyphs for the things of one scene; about half the scenes have some glyph more than once.
fn wanted_glyphs(chance: &mut Chance, split: Split) -> Vec<usize> {
    let table = glyphs();
    let n = OBJECTS.0 + 1 + chance.below(OBJECTS.1 - OBJECTS.0);
    let mut chosen = vec![chance.below(table.len())];
    if chance.percent(50) {
        let copies = 1 + chance.below(3);
        chosen.extend(vec![chosen[0]; copies]);
    }
    let mut needs_held_out_pair = split == Split::Test;
    while chosen.len() < n {
        let next = chance.below(table.len());
        let mut held_out = chosen
            .iter()
            .map(|&glyph| split::pair_is_held_out(&table[glyph], &table[next]));
        let is_wanted = match split {
            Split::Train => held_out.all(|held_out| !held_out),
            Split::Test => !needs_held_out_pair || held_out.any(|held_out| held_out),
        };
        if is_wanted && !chosen.contains(&next) {
            needs_held_out_pair = false;
            chosen.push(next);
        }
    }
    chosen
}

fn size(chance: &mut Chance) -> SizeWord {
    match chance.below(100) {
        0..38 => SizeWord::Small,
        38..74 => SizeWord::Medium,
        _ => SizeWord::Big,
    }
}

/// Things on a scene so far, and which pixel shows which.
struct Table {
    side: usize,
    split: Split,
    placed: Vec<Placed>,
    /// For each pixel, one more than the index of the thing that shows there; 0 for none.
    shown: Vec<u8>,
}

struct Placed {
    object: Object,
    /// The pixels where it would show if nothing hid it.
    solid: Vec<u32>,
    n_shown: usize,
}

impl Placed {
    fn showing(&self, n_shown: usize) -> Showing {
        Showing {
            tint: self.object.tint,
            degrees: self.object.degrees,
            size: self.object.size,
            is_covered: visible(n_shown, self.solid.len()) < COVERED_BELOW,
        }
    }
}

fn visible(n_shown: usize, n_solid: usize) -> f64 {
    n_shown as f64 / n_solid as f64
}

impl Table {
    fn new(side: usize, split: Split) -> Self {
        Self {
            side,
            split,
            placed: Vec::new(),
            shown: vec![0; side * side],
        }
    }

    /// Puts one more thing on top somewhere, unless no place is found or too little of it would show.
    fn add(&mut self, chance: &mut Chance, glyph: usize, size: SizeWord) {
        const PLACES: usize = 24;
        let showing = loop {
            let showing = Showing {
                tint: match chance.below(100) {
                    0..35 => Tint::Plain,
                    _ => Tint::Colour(Colour::TINTS[chance.below(Colour::TINTS.len())]),
                },
                degrees: chance.within(-30, 30),
                size,
                is_covered: false,
            };
            if self.split == Split::Test || !showing.is_held_out() {
                break showing;
            }
        };
        let (least, most) = size.range();
        let unit = self.side as f64 / f64::from(Scene::SIDE);
        let pose = Pose {
            glyph,
            tint: showing.tint,
            degrees: showing.degrees,
            is_flipped: chance.percent(50),
            longer_side: chance.between(least, most) * unit,
        };
        let sprite = Sprite::draw(&pose);
        let shown = sprite.longer_side() as f64;
        if !(least * unit - DEVIATION..=most * unit + DEVIATION).contains(&shown) {
            return;
        }
        for _ in 0..PLACES {
            if let Some((corner, position)) = self.place(chance, &sprite)
                && self.covers_little(&sprite, corner)
            {
                self.put(&pose, &sprite, corner, size, position);
                return;
            }
        }
    }

    /// A place wholly inside the picture whose centre is well inside a third each way.
    fn place(&self, chance: &mut Chance, sprite: &Sprite) -> Option<([i32; 2], Position)> {
        let [left, top, right, bottom] = sprite.solid.map(|edge| edge as i32);
        let mut third = |low: i32, high: i32| {
            let index = chance.below(THIRDS.len());
            let (least, most) = THIRDS[index];
            let side = self.side as f64;
            let half = f64::from(high - low) / 2.0;
            // One pixel stays free at the picture's edge.
            let first = (least * side - half).ceil().max(1.0) as i32;
            let last = (most * side - half).floor().min(side - 2.0 * half - 1.0) as i32;
            (first <= last).then(|| (index, chance.within(first, last) - low))
        };
        let (column, x) = third(left, right)?;
        let (row, y) = third(top, bottom)?;
        let position = Position {
            column: [Column::Left, Column::Middle, Column::Right][column],
            row: [Row::Top, Row::Middle, Row::Bottom][row],
        };
        Some(([x, y], position))
    }

    /// Whether everything stays visible enough, and is shown in a way that the split may show.
    fn covers_little(&self, sprite: &Sprite, corner: [i32; 2]) -> bool {
        let mut n_covered = [0_usize; OBJECTS.1 + 1];
        self.each_solid(sprite, corner, |at| {
            n_covered[usize::from(self.shown[at])] += 1
        });
        self.placed.iter().zip(&n_covered[1..]).all(|(placed, &n)| {
            let left = placed.n_shown - n;
            let is_allowed = self.split == Split::Test || !placed.showing(left).is_held_out();
            n == 0 || is_allowed && visible(left, placed.solid.len()) >= LEAST_VISIBLE
        })
    }

    fn put(
        &mut self,
        pose: &Pose,
        sprite: &Sprite,
        corner: [i32; 2],
        size: SizeWord,
        position: Position,
    ) {
        let [left, top, right, bottom] = sprite.solid.map(|edge| f64::from(edge as u32));
        let [x, y] = corner.map(f64::from);
        let depth = self.placed.len();
        let mut solid = Vec::with_capacity(sprite.n_solid);
        self.each_solid(sprite, corner, |at| solid.push(at as u32));
        for &at in &solid {
            let shown = &mut self.shown[at as usize];
            if let Some(under) = usize::from(*shown).checked_sub(1) {
                self.placed[under].n_shown -= 1;
            }
            *shown = depth as u8 + 1;
        }
        self.placed.push(Placed {
            object: Object {
                glyph: pose.glyph,
                tint: pose.tint,
                degrees: pose.degrees,
                is_flipped: pose.is_flipped,
                bounds: BoxPx::new(x + left, y + top, x + right, y + bottom),
                visible: 1.0,
                hider: None,
                size,
                position,
                depth,
                longer_side: pose.longer_side,
                corner,
            },
            n_shown: solid.len(),
            solid,
        });
    }

    /// The indices of the pixels that the sprite's solid part takes there.
    fn each_solid(&self, sprite: &Sprite, [left, top]: [i32; 2], mut visit: impl FnMut(usize)) {
        let [x1, y1, x2, y2] = sprite.solid;
        for y in y1..y2 {
            let row = &sprite.pixels[y * sprite.width..][..sprite.width];
            let start = (top + y as i32) * self.side as i32 + left;
            for (x, pixel) in (x1..x2).zip(&row[x1..x2]) {
                if pixel[3] >= SOLID {
                    visit((start + x as i32) as usize);
                }
            }
        }
    }

    fn is_usable(&self) -> bool {
        let table = glyphs();
        let has_held_out_pair = || {
            self.placed.iter().enumerate().any(|(i, a)| {
                self.placed[..i].iter().any(|b| {
                    split::pair_is_held_out(&table[a.object.glyph], &table[b.object.glyph])
                })
            })
        };
        let has_held_out_showing = || {
            let mut showings = self
                .placed
                .iter()
                .map(|placed| placed.showing(placed.n_shown));
            showings.any(Showing::is_held_out)
        };
        self.placed.len() >= OBJECTS.0
            && (self.split == Split::Train || has_held_out_pair() && has_held_out_showing())
    }

    /// The things in an order that says nothing about size or depth.
    fn into_objects(self, chance: &mut Chance) -> Vec<Object> {
        let hiders: Vec<Option<usize>> = (0..self.placed.len()).map(|i| self.hider(i)).collect();
        let mut order: Vec<usize> = (0..self.placed.len()).collect();
        chance.shuffle(&mut order);
        let mut objects: Vec<Object> = self
            .placed
            .into_iter()
            .map(|placed| Object {
                visible: visible(placed.n_shown, placed.solid.len()),
                ..placed.object
            })
            .collect();
        for (object, hider) in objects.iter_mut().zip(hiders) {
            object.hider = hider.and_then(|hider| order.iter().position(|&old| old == hider));
        }
        order.iter().map(|&old| objects[old].clone()).collect()
    }

    /// The thing that shows at most of the pixels where `hidden` would.
    fn hider(&self, hidden: usize) -> Option<usize> {
        let mut n_over = [0_usize; OBJECTS.1];
        for &at in &self.placed[hidden].solid {
            let shown = usize::from(self.shown[at as usize]) - 1;
            if shown != hidden {
                n_over[shown] += 1;
            }
        }
        let (hider, &most) = n_over.iter().enumerate().max_by_key(|&(_, n)| *n)?;
        (most > 0).then_some(hider)
    }
}

/// Up to two boxes that show only the background.
fn empty_boxes(scene: &Scene, chance: &mut Chance) -> Vec<BoxPx> {
    const TRIES: usize = 120;
    const MOST: usize = 2;
    /// Room for soft shadows, in pixels of 224.
    const SHADOW: f64 = 6.0;
    let (side, unit) = (f64::from(scene.size.width), scene.unit());
    let mut found: Vec<BoxPx> = Vec::new();
    for _ in 0..TRIES {
        let [width, height] = [0; 2].map(|_| (chance.between(28.0, 60.0) * unit).floor());
        let x = chance.between(0.0, side - width).floor();
        let y = chance.between(0.0, side - height).floor();
        let tried = BoxPx::new(x, y, x + width, y + height);
        let mut taken = scene.objects.iter().map(|o| o.bounds).chain(found.clone());
        if taken.all(|other| overlap(grown(other, SHADOW * unit), tried) == 0.0) {
            found.push(tried);
            if found.len() == MOST {
                break;
            }
        }
    }
    found
}

/// Up to two boxes with two things in them and next to nothing of a third.
fn pairs(scene: &Scene, chance: &mut Chance) -> Vec<Pair> {
    const MOST: usize = 2;
    /// Of the picture's side.
    const LONGEST: f64 = 0.7;
    /// Of the box: a thing that fills more would be taken for all of it.
    const LARGEST: f64 = 0.6;
    /// Of a third thing: more of it would count as being there.
    const INTRUSION: f64 = 0.12;
    let n = scene.objects.len();
    let mut found = Vec::new();
    for (i, a) in scene.objects.iter().enumerate() {
        for (j, b) in scene.objects.iter().enumerate().skip(i + 1) {
            let (a, b) = (a.bounds, b.bounds);
            let both = BoxPx::new(
                a.x1.min(b.x1),
                a.y1.min(b.y1),
                a.x2.max(b.x2),
                a.y2.max(b.y2),
            );
            let longest = (both.x2 - both.x1).max(both.y2 - both.y1);
            let intrudes = (0..n).filter(|&k| k != i && k != j).any(|k| {
                let third = scene.objects[k].bounds;
                overlap(third, both) > INTRUSION * third.area()
            });
            let is_clear = [i, j]
                .iter()
                .all(|&k| scene.objects[k].is_hidden() != Some(true));
            if longest <= LONGEST * f64::from(scene.size.width)
                && a.area().max(b.area()) <= LARGEST * both.area()
                && is_clear
                && !intrudes
            {
                let (dx, dy) = between_centres(a, b);
                let is_in_order = if dx.abs() >= dy.abs() {
                    dx > 0.0
                } else {
                    dy > 0.0
                };
                let (first, second) = if is_in_order { (i, j) } else { (j, i) };
                found.push(Pair {
                    first,
                    second,
                    bounds: both,
                });
            }
        }
    }
    chance.shuffle(&mut found);
    found.truncate(MOST);
    found
}

fn grown(of: BoxPx, by: f64) -> BoxPx {
    BoxPx::new(of.x1 - by, of.y1 - by, of.x2 + by, of.y2 + by)
}

/// The area that two boxes share.
fn overlap(a: BoxPx, b: BoxPx) -> f64 {
    let width = a.x2.min(b.x2) - a.x1.max(b.x1);
    let height = a.y2.min(b.y2) - a.y1.max(b.y1);
    width.max(0.0) * height.max(0.0)
}
