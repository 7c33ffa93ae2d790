//! Hand-computed boxes.

use roi_geom::{BoxNorm, BoxPx, PictureSize};

use super::Square;
use crate::draw::Draw;

const WIDE: PictureSize = PictureSize {
    width: 448,
    height: 112,
};

fn numbers(kept: &[(BoxNorm, usize)]) -> Vec<usize> {
    kept.iter().map(|(_, number)| *number).collect()
}

#[test]
fn boxes_are_scaled_by_axis_clipped_and_divided() {
    let boxes = [
        BoxPx::new(44.8, 11.2, 224.0, 56.0),
        BoxPx::new(-9.0, 56.0, 500.0, 113.0),
    ];
    let kept = Square::new(224).fit(&boxes, WIDE);
    let expected = [[0.1, 0.1, 0.5, 0.5], [0.0, 0.5, 1.0, 1.0]];
    assert_eq!(numbers(&kept), [0, 1]);
    for ((b, _), expected) in kept.iter().zip(expected) {
        for (edge, expected) in [b.x1, b.y1, b.x2, b.y2].into_iter().zip(expected) {
            // Two roundings in f32.
            assert!(
                (edge - expected).abs() <= 2.0 * f32::EPSILON,
                "{edge}, {expected}"
            );
        }
    }
}

#[test]
fn both_edges_must_exceed_two_pixels_of_the_square() {
    // In the square, a column here is half a pixel and a row is two.
    let boxes = [
        BoxPx::new(0.0, 0.0, 4.0, 50.0),
        BoxPx::new(0.0, 0.0, 4.5, 50.0),
        BoxPx::new(0.0, 0.0, 50.0, 1.0),
        BoxPx::new(446.0, 0.0, 470.0, 50.0),
    ];
    assert_eq!(numbers(&Square::new(224).fit(&boxes, WIDE)), [1]);
    // A square of half the size halves the limit too.
    assert_eq!(numbers(&Square::new(112).fit(&boxes, WIDE)), [1]);
}

#[test]
fn chance_moves_and_mirrors_boxes_with_the_picture() {
    let size = PictureSize {
        width: 224,
        height: 224,
    };
    let boxes = [BoxPx::new(100.0, 90.0, 150.0, 120.0)];
    let (mut n_shifted, mut n_flipped) = (0, 0);
    for key in 0..400 {
        let (kept, augmentation) =
            Square::new(224).fit_augmented(&boxes, size, &mut Draw::new([key, 0, 0, 0]));
        let (right, down) = augmentation.shift;
        assert!(right.abs() <= 32 && down.abs() <= 32);
        let [x1, x2] = [100.0, 150.0].map(|x: f32| x + right as f32);
        let (x1, x2) = match augmentation.flip {
            true => (224.0 - x2, 224.0 - x1),
            false => (x1, x2),
        };
        let y = down as f32;
        let expected = BoxNorm {
            x1: x1 / 224.0,
            y1: (90.0 + y) / 224.0,
            x2: x2 / 224.0,
            y2: (120.0 + y) / 224.0,
        };
        assert_eq!(kept, [(expected, 0)]);
        n_shifted += u32::from(augmentation.shift != (0, 0));
        n_flipped += u32::from(augmentation.flip);
    }
    // Five standard deviations around a half of 400.
    assert!((150..=250).contains(&n_shifted), "{n_shifted}");
    assert!((150..=250).contains(&n_flipped), "{n_flipped}");
}

#[test]
fn a_shift_that_moves_every_box_out_is_left_out() {
    let size = PictureSize {
        width: 224,
        height: 224,
    };
    let corner = [BoxPx::new(0.0, 0.0, 3.0, 3.0)];
    let square = Square::new(224);
    let mut n_kept_in_place = 0;
    for key in 0..100 {
        let (kept, augmentation) =
            square.fit_augmented(&corner, size, &mut Draw::new([key, 0, 0, 0]));
        let (right, down) = augmentation.shift;
        assert!(right > -2 && down > -2, "{augmentation:?}");
        n_kept_in_place += usize::from(augmentation.shift == (0, 0) && kept.len() == 1);
    }
    assert!(n_kept_in_place > 50, "{n_kept_in_place}");
}
