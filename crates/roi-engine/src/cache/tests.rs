//! The cache is reused exactly as far as ids, picture and regions agree.

use roi_geom::BoxNorm;

use super::{Cell, PictureId, Placeholders, RegionKey, Sight, cells, n_reusable};

const PATCH: u32 = 7;
const BBOX: u32 = 8;
const PLACEHOLDERS: Placeholders = Placeholders {
    im_patch: PATCH,
    bbox: BBOX,
};
const CAT: PictureId = PictureId([1; 32]);
const DOG: PictureId = PictureId([2; 32]);

fn region(x1: f32) -> RegionKey {
    RegionKey::new(
        &BoxNorm {
            x1,
            y1: 0.25,
            x2: 1.0,
            y2: 0.75,
        },
        Sight::Exact,
    )
}

fn prompt(ids: &[u32], picture: PictureId, regions: &[RegionKey]) -> Vec<Cell> {
    cells(ids, PLACEHOLDERS, picture, regions)
}

#[test]
fn the_same_prompt_runs_its_last_token_again() {
    let ids = [1, PATCH, PATCH, 20, BBOX, 30];
    let cells = prompt(&ids, CAT, &[region(0.0)]);
    assert_eq!(n_reusable(&cells, &cells), 5);
}

#[test]
fn a_longer_prompt_reuses_all_that_was_read_and_generated() {
    let cached = prompt(&[1, PATCH, 20, BBOX, 30, 31, 32], CAT, &[region(0.0)]);
    let next = prompt(
        &[1, PATCH, 20, BBOX, 30, 31, 32, 40, 41],
        CAT,
        &[region(0.0)],
    );
    assert_eq!(n_reusable(&cached, &next), 7);
}

#[test]
fn another_token_ends_the_reuse() {
    let cached = prompt(&[1, PATCH, 20, 21, 22], CAT, &[]);
    let next = prompt(&[1, PATCH, 20, 99, 22], CAT, &[]);
    assert_eq!(n_reusable(&cached, &next), 3);
}

#[test]
fn a_moved_box_ends_the_reuse_at_its_mention() {
    let ids = [1, PATCH, 20, BBOX, 21, BBOX, 22];
    let cached = prompt(&ids, CAT, &[region(0.0), region(0.5)]);
    let moved = prompt(&ids, CAT, &[region(0.0), region(0.625)]);
    assert_eq!(n_reusable(&cached, &moved), 5);
}

#[test]
fn swapped_boxes_end_the_reuse_at_the_first_mention() {
    let ids = [1, PATCH, 20, BBOX, 21, BBOX, 22];
    let cached = prompt(&ids, CAT, &[region(0.0), region(0.5)]);
    let swapped = prompt(&ids, CAT, &[region(0.5), region(0.0)]);
    assert_eq!(n_reusable(&cached, &swapped), 3);
}

#[test]
fn another_picture_ends_the_reuse_at_the_first_patch() {
    let ids = [1, 2, PATCH, PATCH, 20];
    let cached = prompt(&ids, CAT, &[]);
    let next = prompt(&ids, DOG, &[]);
    assert_eq!(n_reusable(&cached, &next), 2);
}

#[test]
fn the_same_box_rounded_to_f16_is_another_region() {
    let norm = BoxNorm {
        x1: 0.1,
        y1: 0.2,
        x2: 0.3,
        y2: 0.4,
    };
    let [exact, rounded, blank] =
        [Sight::Exact, Sight::RoundedToF16, Sight::Blank].map(|sight| RegionKey::new(&norm, sight));
    assert!(exact != rounded && exact != blank && rounded != blank);
}

#[test]
fn a_shorter_prompt_runs_its_last_token_again() {
    let cached = prompt(&[1, 2, 3, 4], CAT, &[]);
    assert_eq!(n_reusable(&cached, &prompt(&[1, 2], CAT, &[])), 1);
}

#[test]
fn nothing_is_reused_of_an_empty_cache() {
    assert_eq!(n_reusable(&[], &prompt(&[1, 2], CAT, &[])), 0);
}
