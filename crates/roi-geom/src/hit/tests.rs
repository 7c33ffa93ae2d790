//! What a press takes hold of.

use crate::{BoxPx, CanvasPx, Handle, PointPx, ViewTransform, boxes_at, handle_at};

#[test]
fn smallest_box_comes_first_and_the_later_of_equals() {
    let boxes = [
        BoxPx::new(0.0, 0.0, 100.0, 100.0),
        BoxPx::new(40.0, 40.0, 60.0, 60.0),
        BoxPx::new(60.0, 60.0, 40.0, 40.0),
        BoxPx::new(90.0, 90.0, 95.0, 95.0),
    ];
    assert_eq!(boxes_at(&boxes, PointPx::new(50.0, 50.0)), [2, 1, 0]);
    assert_eq!(boxes_at(&boxes, PointPx::new(92.0, 92.0)), [3, 0]);
    assert!(boxes_at(&boxes, PointPx::new(101.0, 50.0)).is_empty());
}

#[test]
fn every_handle_is_found_where_it_is_drawn_at_any_scale() {
    let found = BoxPx::new(20.0, 30.0, 180.0, 150.0);
    for scale in [0.5, 1.0, 3.0] {
        let view = ViewTransform::new(scale, CanvasPx::default());
        for handle in Handle::ALL {
            let at = view.canvas_from_image(handle.on(found));
            let nearby = CanvasPx::new(at.x + 3.0, at.y - 3.0);
            assert_eq!(
                handle_at(found, &view, nearby, 8.0),
                Some(handle),
                "scale {scale}"
            );
        }
    }
}

#[test]
fn a_box_smaller_than_its_handles_can_be_held_by_its_middle_and_its_corners() {
    let view = ViewTransform::new(1.0, CanvasPx::default());
    let found = BoxPx::new(100.0, 100.0, 108.0, 106.0);
    assert_eq!(
        handle_at(found, &view, CanvasPx::new(104.0, 103.0), 8.0),
        None
    );
    let outside = CanvasPx::new(109.0, 107.0);
    assert_eq!(
        handle_at(found, &view, outside, 8.0),
        Some(Handle::SouthEast)
    );
}

#[test]
fn a_finger_resizes_a_small_box_from_outside_and_moves_it_by_its_middle() {
    const REACH: f64 = 22.0;
    let found = BoxPx::new(100.0, 100.0, 113.0, 111.0);
    for scale in [0.5, 1.0, 1.9] {
        let view = ViewTransform::new(scale, CanvasPx::new(31.0, 17.0));
        for handle in Handle::ALL {
            let place = view.canvas_from_image(handle.on(found));
            let outwards = |side: i8| 21.0 * f64::from(side);
            let at = CanvasPx::new(
                place.x + outwards(handle.across()),
                place.y + outwards(handle.down()),
            );
            assert_eq!(
                handle_at(found, &view, at, REACH),
                Some(handle),
                "scale {scale}"
            );
        }
        let middle = view.canvas_from_image(PointPx::new(106.5, 105.5));
        assert_eq!(handle_at(found, &view, middle, REACH), None);
    }
}
