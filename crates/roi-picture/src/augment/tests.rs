//! Small squares, moved and mirrored.

use super::Augmentation;

/// One channel of 3×3 counted from 1, the others a hundred and two hundred higher.
fn square() -> Vec<f32> {
    let plane = |base: u16| (1..=9).map(move |value| f32::from(base + value));
    [0, 100, 200].into_iter().flat_map(plane).collect()
}

fn first_plane(shift: (i32, i32), flip: bool) -> Vec<f32> {
    let augmented = Augmentation { shift, flip }.apply(square(), 3, [0.0, -1.0, -2.0]);
    assert_eq!(augmented.len(), 27);
    augmented[..9].to_vec()
}

#[test]
fn nothing_to_do_changes_nothing() {
    assert_eq!(Augmentation::NONE.apply(square(), 3, [0.0; 3]), square());
}

#[test]
fn shift_moves_right_and_down_and_uncovers_black() {
    assert_eq!(
        first_plane((1, 2), false),
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]
    );
    assert_eq!(
        first_plane((-1, 0), false),
        [2.0, 3.0, 0.0, 5.0, 6.0, 0.0, 8.0, 9.0, 0.0]
    );
    assert_eq!(first_plane((3, i32::MIN), false), [0.0; 9]);
}

#[test]
fn flip_mirrors_what_was_shifted() {
    assert_eq!(
        first_plane((1, 0), true),
        [2.0, 1.0, 0.0, 5.0, 4.0, 0.0, 8.0, 7.0, 0.0]
    );
}

#[test]
fn each_channel_has_its_own_black() {
    let shift = (0, 3);
    let augmented = Augmentation { shift, flip: false }.apply(square(), 3, [0.0, -1.0, -2.0]);
    assert_eq!(augmented[9..18], [-1.0; 9]);
    assert_eq!(augmented[18..], [-2.0; 9]);
}
