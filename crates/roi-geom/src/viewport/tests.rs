//! What a person sees while zooming and panning, whatever the sizes of picture and room.

use crate::{BoxPx, CanvasPx, PictureSize, PointPx, RoomPx, RoomSize, ViewTransform, Viewport};

const WIDE: PictureSize = PictureSize {
    width: 4003,
    height: 2999,
};
const TALL: PictureSize = PictureSize {
    width: 97,
    height: 811,
};
const PIXEL: PictureSize = PictureSize {
    width: 1,
    height: 1,
};
const PICTURES: [PictureSize; 3] = [WIDE, TALL, PIXEL];

fn rooms() -> [RoomSize; 4] {
    [(809.0, 541.0), (359.5, 641.25), (1.0, 1.0), (0.0, 0.0)]
        .map(|(width, height)| RoomSize::new(width, height))
}

fn viewports() -> impl Iterator<Item = Viewport> {
    PICTURES
        .into_iter()
        .flat_map(|picture| rooms().map(|room| Viewport::new(picture, room)))
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * (1.0 + a.abs())
}

/// The surface lies in the room, and shows the picture and nothing beside it.
fn assert_sane(viewport: &Viewport, picture: PictureSize, room: RoomSize) {
    let surface = viewport.surface();
    let (corner, size) = (surface.corner, surface.size);
    assert!(
        size.width > 0.0 && size.height > 0.0,
        "{viewport:?} shows nothing"
    );
    let is_in_room = corner.x >= 0.0
        && corner.y >= 0.0
        && corner.x + size.width <= room.width + 1e-6
        && corner.y + size.height <= room.height + 1e-6;
    assert!(is_in_room, "{surface:?} stands over {room:?}");
    let area = viewport.view().canvas_from_picture(picture);
    let is_covered = area.corner.x <= 1e-6
        && area.corner.y <= 1e-6
        && area.corner.x + area.width >= size.width - 1e-6
        && area.corner.y + area.height >= size.height - 1e-6;
    assert!(is_covered, "{surface:?} shows more than {area:?}");
    let whole = Viewport::new(picture, room).surface();
    let beside = [
        (corner.x, whole.corner.x),
        (corner.y, whole.corner.y),
        (room.width - corner.x - size.width, whole.corner.x),
        (room.height - corner.y - size.height, whole.corner.y),
    ];
    for (beside, beside_whole) in beside {
        assert!(beside <= beside_whole + 1e-6, "{viewport:?}");
    }
}

#[test]
fn at_first_the_surface_is_exactly_the_picture_in_the_middle_of_the_room() {
    for picture in PICTURES {
        for room in rooms() {
            let viewport = Viewport::new(picture, room);
            assert!(viewport.is_fitted());
            assert_sane(&viewport, picture, room);
            let expected = ViewTransform::fit(picture, room.width, room.height, 4.0);
            let (found, expected) = (
                viewport.view().canvas_from_picture(picture),
                expected.canvas_from_picture(picture),
            );
            assert!(is_near(found.width, expected.width) && is_near(found.height, expected.height));
            assert!(is_near(found.corner.x, 0.0) && is_near(found.corner.y, 0.0));
        }
    }
}

#[test]
fn what_is_under_the_pointer_stays_there_however_far_one_zooms_in() {
    for fitted in viewports() {
        let surface = fitted.surface();
        for (across, down) in [(0.0, 0.0), (0.03, 0.9), (0.5, 0.5), (1.0, 0.71)] {
            let about = RoomPx::new(
                surface.corner.x + across * surface.size.width,
                surface.corner.y + down * surface.size.height,
            );
            let under = fitted.image_from_room(about);
            let mut viewport = fitted;
            for factor in [1.01, 1.7, 2.3, 0.9, 5.0] {
                viewport.zoom_by(factor, about);
                let now = viewport.image_from_room(about);
                assert!(
                    is_near(now.x, under.x) && is_near(now.y, under.y),
                    "{about:?}: {under:?} became {now:?} in {viewport:?}"
                );
            }
        }
    }
}

#[test]
fn zooming_out_leads_back_to_the_middle_without_a_jump() {
    let room = RoomSize::new(809.0, 541.0);
    let fitted = Viewport::new(TALL, room);
    let mut viewport = fitted;
    viewport.zoom_by(9.0, RoomPx::new(390.0, 500.0));
    viewport.pan_by(-31.0, 1e3);
    let mut before = viewport.surface().corner;
    while !viewport.is_fitted() {
        viewport.zoom_by(0.99, RoomPx::new(400.0, 17.0));
        let now = viewport.surface().corner;
        assert!(before.distance(now) < 12.0, "{before:?} to {now:?}");
        before = now;
    }
    assert!(before.distance(fitted.surface().corner) < 1e-6);
}

#[test]
fn zooming_ends_at_the_whole_picture_and_at_pixels_as_large_as_a_finger_tip() {
    for mut viewport in viewports() {
        let fitted = viewport;
        viewport.zoom_by(0.01, RoomPx::new(3.0, 5.0));
        assert_eq!(viewport, fitted);
        viewport.zoom_by(1e9, RoomPx::new(3.0, 5.0));
        assert_eq!(viewport.scale(), 16.0);
        assert!(!viewport.can_zoom_in());
        viewport.zoom_by(1e-9, RoomPx::new(3.0, 5.0));
        assert!(viewport.is_fitted());
    }
}

#[test]
fn factors_that_are_no_sizes_change_nothing() {
    let mut viewport = Viewport::new(WIDE, RoomSize::new(809.0, 541.0));
    viewport.zoom_in();
    let before = viewport;
    for factor in [0.0, -2.0, f64::NAN, f64::INFINITY] {
        viewport.zoom_by(factor, RoomPx::default());
    }
    viewport.pan_by(f64::NAN, 1.0);
    assert_eq!(viewport, before);
}

#[test]
fn steps_in_and_out_lead_back() {
    let mut viewport = Viewport::new(WIDE, RoomSize::new(809.0, 541.0));
    for _ in 0..7 {
        viewport.zoom_in();
    }
    assert!(viewport.scale() > 4.0 * Viewport::new(WIDE, RoomSize::new(809.0, 541.0)).scale());
    for _ in 0..7 {
        viewport.zoom_out();
    }
    viewport.zoom_out();
    assert!(viewport.is_fitted());
}

#[test]
fn the_picture_stays_in_sight_however_it_is_pulled() {
    for picture in PICTURES {
        for room in rooms() {
            let mut viewport = Viewport::new(picture, room);
            for factor in [1.0, 1.13, 2.9, 31.0] {
                viewport.zoom_by(factor, RoomPx::new(room.width * 0.9, room.height * 0.1));
                assert_sane(&viewport, picture, room);
                for (dx, dy) in [(1e7, 13.0), (-1e7, -1e7), (5.0, 1e7), (-3.0, 2.0)] {
                    viewport.pan_by(dx, dy);
                    assert_sane(&viewport, picture, room);
                }
            }
        }
    }
}

#[test]
fn a_pan_moves_the_picture_with_the_hand() {
    let mut viewport = Viewport::new(WIDE, RoomSize::new(809.0, 541.0));
    viewport.zoom_by(8.0, RoomPx::new(404.0, 270.0));
    let grip = viewport.image_from_room(RoomPx::new(100.0, 100.0));
    viewport.pan_by(37.0, -21.0);
    let now = viewport.image_from_room(RoomPx::new(137.0, 79.0));
    assert!(is_near(now.x, grip.x) && is_near(now.y, grip.y));
}

#[test]
fn another_room_keeps_a_fitted_picture_fitted_and_a_zoomed_one_at_its_middle() {
    let (room, smaller) = (RoomSize::new(809.0, 541.0), RoomSize::new(359.0, 641.0));
    let mut viewport = Viewport::new(WIDE, room);
    viewport.resize(smaller);
    assert_eq!(viewport, Viewport::new(WIDE, smaller));
    viewport.resize(room);
    viewport.zoom_by(20.0, RoomPx::new(200.0, 300.0));
    let scale = viewport.scale();
    let middle = viewport.image_from_room(RoomPx::new(404.5, 270.5));
    viewport.resize(smaller);
    let now = viewport.image_from_room(RoomPx::new(179.5, 320.5));
    assert_eq!(viewport.scale(), scale);
    assert!(is_near(now.x, middle.x) && is_near(now.y, middle.y));
    assert_sane(&viewport, WIDE, smaller);
}

#[test]
fn a_room_larger_than_the_zoomed_picture_shows_it_whole() {
    let mut viewport = Viewport::new(TALL, RoomSize::new(100.0, 101.0));
    viewport.zoom_by(2.0, RoomPx::new(50.0, 50.0));
    let large = RoomSize::new(1709.0, 2203.0);
    viewport.resize(large);
    assert_eq!(viewport, Viewport::new(TALL, large));
}

#[test]
fn room_and_surface_and_picture_agree_on_every_point() {
    let mut viewport = Viewport::new(TALL, RoomSize::new(811.0, 541.0));
    for _ in 0..9 {
        let at = RoomPx::new(409.0, 37.0);
        let direct = viewport.image_from_room(at);
        let by_canvas = viewport
            .view()
            .image_from_canvas(viewport.canvas_from_room(at));
        assert!(is_near(direct.x, by_canvas.x) && is_near(direct.y, by_canvas.y));
        viewport.zoom_by(1.4, RoomPx::new(380.0, 200.0));
    }
}

#[test]
fn a_box_is_brought_into_sight_and_then_left_alone() {
    let room = RoomSize::new(809.0, 541.0);
    for found in [
        BoxPx::new(3900.0, 2900.0, 3990.0, 2990.0),
        BoxPx::new(5.0, 1500.0, 45.0, 1540.0),
        BoxPx::new(2000.0, 2950.0, 1960.0, 2900.0),
    ] {
        let mut viewport = Viewport::new(WIDE, room);
        viewport.zoom_by(12.0, RoomPx::new(404.0, 270.0));
        assert!(!viewport.sees(found), "{found}");
        viewport.reveal(found);
        assert!(viewport.sees(found), "{found}");
        let area = viewport.view().canvas_from_box(found);
        let far = CanvasPx::new(area.corner.x + area.width, area.corner.y + area.height);
        assert!(
            area.corner.x >= 0.0 && area.corner.y >= 0.0 && far.x <= 809.0 && far.y <= 541.0,
            "{found}: {area:?}"
        );
        let before = viewport.surface().corner;
        let picture = viewport.view().canvas_from_image(PointPx::default());
        viewport.reveal(found);
        let now = viewport.view().canvas_from_image(PointPx::default());
        assert!(now.distance(picture) < 1e-6 && viewport.surface().corner.distance(before) < 1e-6);
    }
}

#[test]
fn of_a_box_larger_than_the_room_the_nearer_end_comes_into_sight() {
    let mut viewport = Viewport::new(WIDE, RoomSize::new(809.0, 541.0));
    viewport.zoom_by(1e9, RoomPx::default());
    viewport.reveal(BoxPx::new(1000.0, 1000.0, 2000.0, 1010.0));
    let corner = viewport
        .view()
        .canvas_from_image(PointPx::new(1000.0, 1000.0));
    assert!(is_near(corner.x, 0.0), "{corner:?}");
    let before = viewport;
    viewport.pan_by(-300.0, 0.0);
    let within = viewport;
    viewport.reveal(BoxPx::new(1000.0, 1000.0, 2000.0, 1010.0));
    assert_eq!(viewport, within, "it goes through the whole room already");
    assert_ne!(viewport, before);
}
