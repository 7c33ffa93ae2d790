//! One glyph turned, flipped, tinted and made the size it has in a picture.

#[cfg(test)]
mod tests;

use crate::atlas::{SOLID, cell};
use crate::scene::Tint;

/// How a glyph is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pose {
    /// Its index in the table of glyphs.
    pub(crate) glyph: usize,
    pub(crate) tint: Tint,
    /// Clockwise, whole degrees.
    pub(crate) degrees: i32,
    pub(crate) is_flipped: bool,
    /// The longer side of its solid part as drawn, in pixels.
    pub(crate) longer_side: f64,
}

/// The drawn glyph: premultiplied red, green, blue, alpha in `0..=1`, rows from the top, cut to the
/// solid part with a margin for soft edges.
pub(crate) struct Sprite {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<[f32; 4]>,
    /// Left, top, right, bottom of the solid part inside it; edges, not pixels.
    pub(crate) solid: [usize; 4],
    pub(crate) n_solid: usize,
}

impl Sprite {
    /// Of the solid part, in pixels.
    pub(crate) fn longer_side(&self) -> usize {
        let [left, top, right, bottom] = self.solid;
        right.saturating_sub(left).max(bottom.saturating_sub(top))
    }

    pub(crate) fn draw(pose: &Pose) -> Self {
        /// For soft edges, on each side.
        const MARGIN: f64 = 2.0;
        let cell = cell(pose.glyph);
        let (sin, cos) = sin_cos(pose.degrees);
        let flip = if pose.is_flipped { -1.0 } else { 1.0 };

        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for &[x, y] in &cell.outline {
            let x = x * flip;
            let turned = [cos * x - sin * y, sin * x + cos * y];
            for axis in 0..2 {
                low[axis] = low[axis].min(turned[axis]);
                high[axis] = high[axis].max(turned[axis]);
            }
        }
        // The outline runs through texel centres, so a texel's width is added.
        let longer = (high[0] - low[0]).max(high[1] - low[1]) + 1.0;
        let scale = pose.longer_side / longer;
        let origin = low.map(|least| (least * scale - MARGIN).floor());
        let [width, height] =
            [0, 1].map(|axis| ((high[axis] * scale + MARGIN).ceil() - origin[axis]) as usize);

        let (texels, part) = cell.level(scale);
        // A step of one pixel across and down, in texels of the copy, before turning and flipping.
        let step = part / scale;
        let across = [cos * flip * step, -sin * step].map(|part| part as f32);
        let down = [sin * flip * step, cos * step].map(|part| part as f32);
        let at = |x: f32, y: f32| {
            let [x, y] = [x + origin[0] as f32, y + origin[1] as f32];
            [0, 1].map(|axis| x * across[axis] + y * down[axis])
        };
        let mut pixels = Vec::with_capacity(width * height);
        for row in 0..height {
            for column in 0..width {
                let mut sum = [0.0_f32; 4];
                for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let [x, y] = at(column as f32 + dx, row as f32 + dy);
                    let texel = texels.sample(x, y);
                    for channel in 0..4 {
                        sum[channel] += texel[channel];
                    }
                }
                pixels.push(tinted(sum.map(|value| value * 0.25), pose.tint, cell.mean));
            }
        }
        let (solid, n_solid) = solid_part(&pixels, width);
        Self {
            width,
            height,
            pixels,
            solid,
            n_solid,
        }
    }
}

fn tinted(pixel: [f32; 4], tint: Tint, mean: f32) -> [f32; 4] {
    let [red, green, blue, alpha] = pixel;
    match tint {
        Tint::Plain => pixel,
        Tint::Colour(_) if alpha <= 0.0 => pixel,
        Tint::Colour(colour) => {
            let own = [red, green, blue].map(|level| level / alpha);
            let [red, green, blue] = colour.tint(own, mean).map(|level| level * alpha);
            [red, green, blue, alpha]
        }
    }
}

/// The tight box of the solid pixels and their number. A glyph without any gets an empty box.
fn solid_part(pixels: &[[f32; 4]], width: usize) -> ([usize; 4], usize) {
    let [mut left, mut top, mut right, mut bottom] = [usize::MAX, usize::MAX, 0, 0];
    let mut n_solid = 0;
    for (y, row) in pixels.chunks(width).enumerate() {
        for (x, _) in row
            .iter()
            .enumerate()
            .filter(|(_, pixel)| pixel[3] >= SOLID)
        {
            n_solid += 1;
            (left, right) = (left.min(x), right.max(x + 1));
            (top, bottom) = (top.min(y), bottom.max(y + 1));
        }
    }
    ([left.min(right), top.min(bottom), right, bottom], n_solid)
}

/// Sine and cosine by their series: libraries differ in the last bit between platforms, additions
/// and products do not. Good to 1e-15 within 30 degrees.
fn sin_cos(degrees: i32) -> (f64, f64) {
    let x = f64::from(degrees) * (std::f64::consts::PI / 180.0);
    let (mut sin, mut cos) = (0.0, 0.0);
    let mut term = 1.0;
    for n in 0..16 {
        let sign = if n % 4 < 2 { 1.0 } else { -1.0 };
        if n % 2 == 0 {
            cos += sign * term;
        } else {
            sin += sign * term;
        }
        term *= x / f64::from(n + 1);
    }
    (sin, cos)
}
