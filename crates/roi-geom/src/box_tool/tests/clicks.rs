//! Boxes drawn by two clicks, and what else a click may mean.

use super::{CONTROL, Hand, NONE, PICTURE, SHIFT};
use crate::{BoxPx, BoxTool, Hit, Key, PointPx, Pointer};

impl Hand {
    fn move_to(&mut self, x: f64, y: f64) {
        self.tool.pointer_move(&self.view, self.on(x, y));
    }

    fn shift_click(&mut self, x: f64, y: f64) {
        self.drag_with(SHIFT, (x, y), (x, y));
    }

    /// Width and height of the box that is being drawn, in picture pixels.
    fn drawn(&self) -> Option<(f64, f64)> {
        let last = self.tool.view(&self.view).pop()?;
        let scale = self.view.scale();
        last.index
            .is_none()
            .then_some((last.outline.width / scale, last.outline.height / scale))
    }
}

#[test]
fn two_clicks_draw_what_lies_between_them_at_any_scale() {
    for scale in [0.25, 1.0, 2.75] {
        let mut hand = Hand::at_scale(scale);
        hand.click(180.0, 150.0);
        assert!(hand.tool.boxes().is_empty());
        assert_eq!(hand.tool.begun(), Some(PointPx::new(180.0, 150.0)));
        hand.move_to(100.0, 100.0);
        assert_eq!(hand.drawn(), Some((80.0, 50.0)), "scale {scale}");
        hand.move_to(30.0, 20.0);
        hand.click(30.0, 20.0);
        assert_eq!(
            hand.tool.boxes(),
            [BoxPx::new(30.0, 20.0, 180.0, 150.0)],
            "scale {scale}"
        );
        assert_eq!((hand.tool.selected(), hand.tool.begun()), (Some(0), None));
        assert!(hand.tool.undo() && hand.tool.boxes().is_empty());
    }
}

#[test]
fn a_click_on_free_ground_first_lets_go_of_the_selected_box() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(10.0, 10.0, 60.0, 60.0)]);
    hand.tool.select(Some(0));
    hand.click(200.0, 150.0);
    assert_eq!((hand.tool.selected(), hand.tool.begun()), (None, None));
    hand.click(200.0, 150.0);
    assert!(hand.tool.begun().is_some());
}

#[test]
fn a_box_that_has_just_been_made_does_not_keep_a_click_from_beginning_the_next() {
    let made: [fn(&mut Hand); 5] = [
        |hand| hand.drag((10.0, 10.0), (60.0, 60.0)),
        |hand| {
            hand.click(10.0, 10.0);
            hand.click(60.0, 60.0);
        },
        |hand| assert!(hand.tool.paste(BoxPx::new(10.0, 10.0, 60.0, 60.0))),
        |hand| {
            hand.drag((2.0, 2.0), (52.0, 52.0));
            assert!(hand.tool.duplicate());
        },
        // To correct it is not to choose it.
        |hand| {
            hand.drag((10.0, 10.0), (60.0, 60.0));
            hand.drag((60.0, 60.0), (70.0, 75.0));
            assert!(hand.tool.key(Key::Right, NONE) && hand.tool.undo());
        },
    ];
    for (which, make) in made.into_iter().enumerate() {
        let mut hand = Hand::at_scale(1.0);
        make(&mut hand);
        let n_boxes = hand.tool.boxes().len();
        assert_eq!(hand.tool.selected(), Some(n_boxes - 1), "{which}");
        hand.click(200.0, 150.0);
        assert!(hand.tool.begun().is_some(), "{which}");
        hand.click(120.0, 90.0);
        let drawn = BoxPx::new(120.0, 90.0, 200.0, 150.0);
        assert_eq!(hand.tool.boxes()[n_boxes..], [drawn], "{which}");
    }
}

#[test]
fn clicking_a_box_that_has_just_been_made_chooses_it() {
    let mut hand = Hand::at_scale(1.0);
    hand.drag((10.0, 10.0), (60.0, 60.0));
    hand.click(30.0, 30.0);
    hand.click(200.0, 150.0);
    assert_eq!((hand.tool.selected(), hand.tool.begun()), (None, None));
}

#[test]
fn the_second_click_ends_the_box_even_inside_another_one() {
    let other = BoxPx::new(10.0, 10.0, 60.0, 60.0);
    let mut hand = Hand::with_boxes(&[other]);
    hand.click(200.0, 150.0);
    let at = hand.on(35.0, 35.0);
    assert_eq!(hand.tool.hit(&hand.view, at, Pointer::Fine), Hit::Nothing);
    hand.click(35.0, 35.0);
    assert_eq!(
        hand.tool.boxes(),
        [other, BoxPx::new(35.0, 35.0, 200.0, 150.0)]
    );
}

#[test]
fn with_shift_two_clicks_draw_inside_the_selected_box() {
    let outer = BoxPx::new(10.0, 10.0, 260.0, 190.0);
    let mut hand = Hand::with_boxes(&[outer]);
    hand.tool.select(Some(0));
    hand.shift_click(40.0, 40.0);
    hand.shift_click(90.0, 70.0);
    assert_eq!(
        hand.tool.boxes(),
        [outer, BoxPx::new(40.0, 40.0, 90.0, 70.0)]
    );
}

#[test]
fn a_double_click_draws_nothing_and_leaves_nothing_begun() {
    let mut hand = Hand::at_scale(0.25);
    hand.click(80.0, 80.0);
    hand.click(84.0, 88.0);
    assert!(hand.tool.boxes().is_empty());
    assert_eq!((hand.tool.begun(), hand.drawn()), (None, None));
    assert!(!hand.tool.can_undo());
}

#[test]
fn escape_gives_a_begun_box_up_and_is_then_somebody_elses() {
    let mut hand = Hand::at_scale(1.0);
    hand.click(80.0, 80.0);
    hand.move_to(120.0, 120.0);
    assert!(hand.tool.key(Key::Escape, NONE));
    assert_eq!((hand.tool.begun(), hand.drawn()), (None, None));
    assert!(!hand.tool.key(Key::Escape, NONE));
}

#[test]
fn undo_takes_the_first_click_back_and_no_box_with_it() {
    let earlier = BoxPx::new(10.0, 10.0, 60.0, 60.0);
    let mut hand = Hand::with_boxes(&[earlier]);
    hand.click(200.0, 150.0);
    assert!(hand.tool.undo());
    assert_eq!(
        (hand.tool.begun(), hand.tool.boxes()),
        (None, &[earlier][..])
    );
}

#[test]
fn a_drag_after_the_first_click_draws_its_own_box_only() {
    let mut hand = Hand::at_scale(1.0);
    hand.click(280.0, 190.0);
    hand.drag((10.0, 10.0), (60.0, 50.0));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(10.0, 10.0, 60.0, 50.0)]);
    assert_eq!(hand.tool.begun(), None);
}

#[test]
fn a_drag_along_the_edge_of_a_pixel_begins_no_box() {
    let mut hand = Hand::at_scale(1.0);
    hand.drag((10.0, 30.0), (60.0, 30.0));
    assert!(hand.tool.boxes().is_empty());
    assert_eq!(hand.tool.begun(), None);
}

#[test]
fn a_press_taken_away_keeps_the_box_begun_before_it() {
    let mut hand = Hand::at_scale(1.0);
    hand.click(30.0, 20.0);
    let at = hand.on(100.0, 100.0);
    hand.tool.pointer_down(&hand.view, at, Pointer::Touch, NONE);
    hand.tool.pointer_cancel();
    hand.click(180.0, 150.0);
    assert_eq!(hand.tool.boxes(), [BoxPx::new(30.0, 20.0, 180.0, 150.0)]);
}

#[test]
fn whatever_else_is_done_to_boxes_ends_the_waiting_for_a_second_click() {
    let kept = BoxPx::new(10.0, 10.0, 60.0, 60.0);
    let others: [fn(&mut BoxTool); 4] = [
        |tool| tool.select(Some(0)),
        |tool| tool.add_in_the_middle(),
        |tool| assert_eq!(tool.remove(0), Ok(())),
        |tool| assert!(tool.key(Key::Tab, NONE)),
    ];
    for (which, other) in others.into_iter().enumerate() {
        let mut hand = Hand::with_boxes(&[kept]);
        hand.click(200.0, 150.0);
        other(&mut hand.tool);
        assert_eq!(hand.tool.begun(), None, "{which}");
    }
}

#[test]
fn the_first_click_in_a_box_that_fills_the_picture_selects_it_and_the_next_begins_one_inside() {
    let whole = BoxPx::new(0.0, 0.0, 301.0, 200.0);
    let mut hand = Hand::with_boxes(&[whole]);
    hand.click(40.0, 40.0);
    assert_eq!(hand.tool.selected(), Some(0));
    hand.click(40.0, 40.0);
    hand.click(90.0, 70.0);
    assert_eq!(
        hand.tool.boxes(),
        [whole, BoxPx::new(40.0, 40.0, 90.0, 70.0)]
    );
}

#[test]
fn a_key_during_a_drag_finds_the_box_where_the_drag_began() {
    let start = BoxPx::new(100.0, 60.0, 200.0, 140.0);
    let mut hand = Hand::with_boxes(&[start]);
    let (from, to) = (hand.on(150.0, 100.0), hand.on(120.0, 90.0));
    hand.tool
        .pointer_down(&hand.view, from, Pointer::Fine, NONE);
    hand.tool.pointer_move(&hand.view, to);
    assert!(hand.tool.key(Key::Right, CONTROL));
    hand.tool.pointer_up(&hand.view, to);
    assert_eq!(hand.tool.boxes(), [BoxPx::new(100.0, 60.0, 201.0, 140.0)]);
    hand.tool.undo();
    assert_eq!(hand.tool.boxes(), [start]);
    assert_eq!(hand.tool.picture(), PICTURE);
}
