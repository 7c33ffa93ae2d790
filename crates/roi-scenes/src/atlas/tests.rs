//! Cells of the atlas.

use super::{CELL, COLUMNS, SOLID, Texels, atlas, cell};
use crate::glyphs::glyphs;

#[test]
fn every_glyph_has_a_cell_with_a_picture_in_it() {
    let rows = glyphs().len().div_ceil(COLUMNS);
    assert_eq!(
        atlas().dimensions(),
        ((COLUMNS * CELL) as u32, (rows * CELL) as u32)
    );
    for (index, glyph) in glyphs().iter().enumerate() {
        let cell = cell(index);
        let extent = |axis: usize| {
            let along = || cell.outline.iter().map(|point| point[axis]);
            along().fold(f64::MIN, f64::max) - along().fold(f64::MAX, f64::min)
        };
        assert!(
            extent(0).max(extent(1)) > CELL as f64 / 2.0,
            "{}",
            glyph.name
        );
        assert!(
            (0.05..0.98).contains(&cell.mean),
            "{}: {}",
            glyph.name,
            cell.mean
        );
    }
}

#[test]
fn samples_at_texel_centres_are_texels_and_between_them_means() {
    let texels = Texels::new(4, |x, y| [x as f32, y as f32, 0.0, 1.0]);
    assert_eq!(texels.sample(-1.5, 0.5), [0.0, 2.0, 0.0, 1.0]);
    assert_eq!(texels.sample(0.0, -1.0), [1.5, 0.5, 0.0, 1.0]);
    assert_eq!(texels.sample(-2.0, 0.5)[3], 0.5);
    assert_eq!(texels.sample(5.0, 0.0), [0.0; 4]);
    assert_eq!(texels.sample(f32::NAN, 0.0), [0.0; 4]);
}

#[test]
fn halving_keeps_what_is_solid_solid() {
    let texels = Texels::new(4, |x, _| [0.5 * f32::from(u8::from(x < 2)); 4]);
    let half = texels.halved();
    assert_eq!(half.at(0, 1), [SOLID; 4]);
    assert_eq!(half.at(1, 1), [0.0; 4]);
}
