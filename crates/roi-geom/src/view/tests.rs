//! The two conversions are each other's inverse at every scale a page can have.

use crate::{BoxPx, CanvasPx, PictureSize, PointPx, ViewTransform};

const PICTURE: PictureSize = PictureSize {
    width: 301,
    height: 199,
};

#[test]
fn image_and_canvas_conversions_undo_each_other() {
    for scale in [0.013, 0.37, 1.0, 1.5, 7.25] {
        let view = ViewTransform::new(scale, CanvasPx::new(-13.5, 41.0));
        for at in [
            PointPx::new(0.0, 0.0),
            PointPx::new(301.0, 199.0),
            PointPx::new(90.5, 60.25),
        ] {
            let back = view.image_from_canvas(view.canvas_from_image(at));
            assert!(
                (back.x - at.x).abs() < 1e-9 && (back.y - at.y).abs() < 1e-9,
                "{at:?}: {back:?}"
            );
        }
    }
}

#[test]
fn fit_touches_the_tighter_side_and_never_overflows() {
    let wide = ViewTransform::fit(PICTURE, 602.0, 1000.0, 8.0).canvas_from_picture(PICTURE);
    assert_eq!((wide.width, wide.height), (602.0, 398.0));
    let flat = ViewTransform::fit(PICTURE, 1000.0, 99.5, 8.0).canvas_from_picture(PICTURE);
    assert_eq!((flat.width, flat.height), (150.5, 99.5));
}

#[test]
fn fit_enlarges_a_small_picture_up_to_the_limit() {
    let pixel = PictureSize {
        width: 1,
        height: 1,
    };
    assert_eq!(ViewTransform::fit(pixel, 640.0, 480.0, 4.0).scale(), 4.0);
}

#[test]
fn fit_has_a_view_before_the_page_is_laid_out() {
    assert!(ViewTransform::fit(PICTURE, 0.0, 0.0, 4.0).scale() > 0.0);
}

#[test]
fn a_reversed_box_is_drawn_as_the_same_rectangle() {
    let view = ViewTransform::new(2.0, CanvasPx::new(5.0, 7.0));
    let straight = view.canvas_from_box(BoxPx::new(10.0, 20.0, 30.0, 25.0));
    assert_eq!(
        straight,
        view.canvas_from_box(BoxPx::new(30.0, 25.0, 10.0, 20.0))
    );
    assert_eq!(straight.corner, CanvasPx::new(25.0, 47.0));
    assert_eq!((straight.width, straight.height), (40.0, 10.0));
}
