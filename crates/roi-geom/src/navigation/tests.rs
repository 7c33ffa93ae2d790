//! Hands on the picture: which of them draw and which move it.

use crate::{Navigation, PictureSize, PointerUse, Press, RoomPx, RoomSize, Viewport, wheel_zoom};

const PICTURE: PictureSize = PictureSize {
    width: 4003,
    height: 2999,
};

fn at(x: f64, y: f64) -> RoomPx {
    RoomPx::new(x, y)
}

fn zoomed() -> Viewport {
    let mut viewport = Viewport::new(PICTURE, RoomSize::new(809.0, 541.0));
    viewport.zoom_by(5.0, at(400.0, 270.0));
    viewport
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn one_mouse_pen_or_finger_draws() {
    for press in [Press::Draw, Press::Finger] {
        let mut hands = Navigation::default();
        let mut viewport = zoomed();
        let before = viewport;
        assert_eq!(hands.press(7, at(10.0, 10.0), press), PointerUse::Tool);
        let used = hands.moved(7, at(90.0, 50.0), &mut viewport);
        assert_eq!((used, viewport), (PointerUse::Tool, before));
        assert_eq!(hands.release(7), PointerUse::Tool);
    }
}

#[test]
fn a_pointer_that_is_not_pressed_belongs_to_the_tool() {
    let used = Navigation::default().moved(1, at(5.0, 5.0), &mut zoomed());
    assert_eq!(used, PointerUse::Tool);
}

#[test]
fn a_press_that_pans_moves_the_picture_with_it_and_draws_nothing() {
    let mut hands = Navigation::default();
    let mut viewport = zoomed();
    let grip = viewport.image_from_room(at(100.0, 100.0));
    assert_eq!(
        hands.press(1, at(100.0, 100.0), Press::Pan),
        PointerUse::View
    );
    for place in [at(120.0, 90.0), at(141.0, 77.0)] {
        assert_eq!(hands.moved(1, place, &mut viewport), PointerUse::View);
        let now = viewport.image_from_room(place);
        assert!(is_near(now.x, grip.x) && is_near(now.y, grip.y));
    }
    assert_eq!(hands.release(1), PointerUse::View);
    assert!(!hands.is_moving_view());
    assert_eq!(
        hands.press(1, at(0.0, 0.0), Press::Draw),
        PointerUse::Tool,
        "the next press draws again"
    );
}

#[test]
fn a_second_finger_takes_the_first_ones_press_from_the_tool() {
    let mut hands = Navigation::default();
    assert_eq!(
        hands.press(1, at(100.0, 100.0), Press::Finger),
        PointerUse::Tool
    );
    assert_eq!(
        hands.press(2, at(200.0, 100.0), Press::Finger),
        PointerUse::TakenFromTool
    );
    assert!(hands.is_moving_view());
}

#[test]
fn two_fingers_keep_hold_of_what_they_touch() {
    let mut hands = Navigation::default();
    let mut viewport = zoomed();
    let (a, b) = (at(300.0, 200.0), at(420.0, 290.0));
    let (held_a, held_b) = (viewport.image_from_room(a), viewport.image_from_room(b));
    hands.press(1, a, Press::Finger);
    hands.press(2, b, Press::Finger);
    // Both move outwards from one point, as they do on glass, one event after the other.
    let (a, b) = (at(280.0, 185.0), at(440.0, 305.0));
    let before = viewport.scale();
    assert_eq!(hands.moved(1, a, &mut viewport), PointerUse::View);
    assert_eq!(hands.moved(2, b, &mut viewport), PointerUse::View);
    let growth = viewport.scale() / before;
    assert!(is_near(growth, 200.0 / 150.0), "{growth}");
    for (place, held) in [(a, held_a), (b, held_b)] {
        let now = viewport.image_from_room(place);
        assert!((now.x - held.x).abs() < 0.01 && (now.y - held.y).abs() < 0.01);
    }
}

#[test]
fn the_finger_that_stays_goes_on_moving_the_view_and_never_draws() {
    let mut hands = Navigation::default();
    let mut viewport = zoomed();
    hands.press(1, at(300.0, 200.0), Press::Finger);
    hands.press(2, at(420.0, 290.0), Press::Finger);
    assert_eq!(hands.release(1), PointerUse::View);
    let grip = viewport.image_from_room(at(420.0, 290.0));
    let used = hands.moved(2, at(400.0, 300.0), &mut viewport);
    assert_eq!(used, PointerUse::View);
    let now = viewport.image_from_room(at(400.0, 300.0));
    assert!(is_near(now.x, grip.x) && is_near(now.y, grip.y));
    assert_eq!(hands.release(2), PointerUse::View);
    assert_eq!(
        hands.press(3, at(9.0, 9.0), Press::Finger),
        PointerUse::Tool
    );
}

#[test]
fn a_palm_beside_the_pen_and_a_third_finger_do_nothing() {
    let mut hands = Navigation::default();
    let mut viewport = zoomed();
    let before = viewport;
    assert_eq!(
        hands.press(1, at(10.0, 10.0), Press::Draw),
        PointerUse::Tool
    );
    assert_eq!(
        hands.press(2, at(60.0, 90.0), Press::Finger),
        PointerUse::View
    );
    assert_eq!(
        hands.moved(2, at(80.0, 99.0), &mut viewport),
        PointerUse::View
    );
    assert_eq!(hands.release(2), PointerUse::View);
    assert_eq!(
        hands.moved(1, at(30.0, 30.0), &mut viewport),
        PointerUse::Tool
    );
    assert_eq!(hands.release(1), PointerUse::Tool);

    hands.press(1, at(10.0, 10.0), Press::Finger);
    hands.press(2, at(60.0, 90.0), Press::Finger);
    hands.press(3, at(99.0, 90.0), Press::Finger);
    hands.moved(3, at(300.0, 300.0), &mut viewport);
    assert_eq!(viewport, before);
}

#[test]
fn fingers_that_meet_do_not_tear_the_picture() {
    let mut hands = Navigation::default();
    let mut viewport = zoomed();
    let before = viewport.scale();
    hands.press(1, at(100.0, 100.0), Press::Finger);
    hands.press(2, at(100.0, 100.0), Press::Finger);
    hands.moved(2, at(100.0, 101.0), &mut viewport);
    hands.moved(2, at(100.0, 100.0), &mut viewport);
    assert_eq!(viewport.scale(), before);
}

#[test]
fn a_press_whose_release_was_lost_is_a_new_press() {
    let mut hands = Navigation::default();
    hands.press(1, at(100.0, 100.0), Press::Pan);
    assert_eq!(
        hands.press(1, at(100.0, 100.0), Press::Draw),
        PointerUse::Tool
    );
}

#[test]
fn a_wheel_enlarges_upwards_and_undoes_itself_downwards() {
    assert!(wheel_zoom(-100.0, false) > 1.1 && wheel_zoom(-100.0, false) < 1.3);
    assert!(is_near(
        wheel_zoom(-53.0, false) * wheel_zoom(53.0, false),
        1.0
    ));
    assert!(
        wheel_zoom(-7.0, true) > wheel_zoom(-7.0, false),
        "pinches count more"
    );
    assert!(wheel_zoom(-1e6, false) < 3.0 && wheel_zoom(1e6, false) > 0.3);
}
