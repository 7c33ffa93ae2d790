//! Boxes as people give them: reversed, half outside, or no box at all.

use crate::{BoxError, BoxPx, PictureSize};

const PICTURE: PictureSize = PictureSize {
    width: 301,
    height: 200,
};

#[test]
fn corners_in_any_order_name_the_same_box() {
    let straight = BoxPx::new(30.0, 20.0, 180.0, 150.0).normalised(PICTURE);
    assert_eq!(
        straight,
        BoxPx::new(180.0, 150.0, 30.0, 20.0).normalised(PICTURE)
    );
    assert_eq!(
        straight,
        BoxPx::new(180.0, 20.0, 30.0, 150.0).normalised(PICTURE)
    );
}

#[test]
fn a_box_is_clipped_to_the_picture() {
    let b = BoxPx::new(-5.0, 190.0, 400.0, 250.0)
        .clipped(PICTURE)
        .expect("part of it is inside");
    assert_eq!(b, BoxPx::new(0.0, 190.0, 301.0, 200.0));
}

#[test]
fn a_box_with_nothing_inside_is_refused_by_its_own_numbers() {
    for found in [
        BoxPx::new(301.0, 0.0, 350.0, 50.0),
        BoxPx::new(10.0, 10.0, 10.0, 50.0),
        BoxPx::new(-9.0, -9.0, 0.0, 0.0),
    ] {
        assert_eq!(
            found.clipped(PICTURE),
            Err(BoxError::Empty {
                found,
                picture: PICTURE
            })
        );
    }
}

#[test]
fn a_box_too_thin_for_single_precision_is_refused() {
    let thin = BoxPx::new(10.0, 10.0, 10.000_000_000_000_1, 50.0);
    assert!(thin.clipped(PICTURE).is_ok());
    assert!(matches!(
        thin.normalised(PICTURE),
        Err(BoxError::Empty { found, .. }) if found == thin
    ));
    let thinnest = BoxPx::new(10.0, 10.0, 10.000_01, 50.0);
    let norm = thinnest.normalised(PICTURE).unwrap();
    assert!(norm.x1 < norm.x2);
}

#[test]
fn a_box_that_is_not_a_number_is_refused() {
    let found = BoxPx::new(f64::NAN, 0.0, 10.0, 10.0);
    assert!(matches!(
        found.clipped(PICTURE),
        Err(BoxError::NotFinite(_))
    ));
    let found = BoxPx::new(0.0, 0.0, f64::INFINITY, 10.0);
    assert!(matches!(
        found.clipped(PICTURE),
        Err(BoxError::NotFinite(_))
    ));
}
