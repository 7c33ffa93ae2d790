//! The tool as a hand and a keyboard meet it.

use crate::{
    BoxPx, BoxTool, CanvasPx, Coordinate, Handle, Hit, Key, Modifiers, PictureSize, PointPx,
    Pointer, ViewTransform,
};

mod clicks;
mod keys;
mod pinned;
mod random;

const PICTURE: PictureSize = PictureSize {
    width: 301,
    height: 200,
};
const NONE: Modifiers = Modifiers {
    shift: false,
    control: false,
};
const SHIFT: Modifiers = Modifiers {
    shift: true,
    control: false,
};
const CONTROL: Modifiers = Modifiers {
    shift: false,
    control: true,
};

/// A tool with its view, driven in picture coordinates so that tests read alike at every scale.
struct Hand {
    tool: BoxTool,
    view: ViewTransform,
}

impl Hand {
    fn at_scale(scale: f64) -> Self {
        let view = ViewTransform::new(scale, CanvasPx::new(3.0, 11.0));
        Self {
            tool: BoxTool::new(PICTURE),
            view,
        }
    }

    fn with_boxes(boxes: &[BoxPx]) -> Self {
        let mut hand = Self::at_scale(1.0);
        boxes.iter().for_each(|&b| hand.tool.add(b));
        hand.tool.select(None);
        hand
    }

    fn on(&self, x: f64, y: f64) -> CanvasPx {
        self.view.canvas_from_image(PointPx::new(x, y))
    }

    fn drag_with(&mut self, modifiers: Modifiers, from: (f64, f64), to: (f64, f64)) {
        let (from, to) = (self.on(from.0, from.1), self.on(to.0, to.1));
        let half = CanvasPx::new(f64::midpoint(from.x, to.x), f64::midpoint(from.y, to.y));
        self.tool
            .pointer_down(&self.view, from, Pointer::Fine, modifiers);
        self.tool.pointer_move(&self.view, half);
        self.tool.pointer_move(&self.view, to);
        self.tool.pointer_up(&self.view, to);
    }

    fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.drag_with(NONE, from, to);
    }

    fn click(&mut self, x: f64, y: f64) {
        let at = self.on(x, y);
        self.tool.pointer_down(&self.view, at, Pointer::Fine, NONE);
        self.tool.pointer_up(&self.view, at);
    }
}

#[test]
fn boxes_that_a_picture_comes_with_are_no_history() {
    let own = BoxPx::new(10.0, 10.0, 60.0, 50.0);
    let mut tool = BoxTool::with_boxes(PICTURE, vec![own]);
    assert_eq!((tool.boxes(), tool.selected()), (&[own][..], None));
    assert!(!tool.can_undo());
    tool.add(BoxPx::new(100.0, 10.0, 160.0, 50.0));
    tool.undo();
    assert_eq!(tool.boxes(), [own]);
}

#[test]
fn dragging_draws_a_selected_box_at_any_scale() {
    for scale in [0.25, 1.0, 2.75] {
        let mut hand = Hand::at_scale(scale);
        hand.drag((180.0, 150.0), (30.0, 20.0));
        assert_eq!(
            hand.tool.boxes(),
            [BoxPx::new(30.0, 20.0, 180.0, 150.0)],
            "scale {scale}"
        );
        assert_eq!(hand.tool.selected(), Some(0));
    }
}

#[test]
fn a_drawn_box_covers_the_pixels_it_touches() {
    let mut hand = Hand::at_scale(1.0);
    hand.drag((10.2, 20.9), (50.1, 60.5));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(10.0, 20.0, 51.0, 61.0)]);
}

#[test]
fn drawing_ends_at_the_rim_of_the_picture() {
    let mut hand = Hand::at_scale(1.0);
    hand.drag((250.0, 150.0), (900.0, -40.0));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(250.0, 0.0, 301.0, 150.0)]);
}

#[test]
fn a_click_beside_every_box_draws_nothing_and_deselects() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(10.0, 10.0, 60.0, 60.0)]);
    hand.click(30.0, 30.0);
    assert_eq!(hand.tool.selected(), Some(0));
    hand.click(200.0, 150.0);
    assert_eq!(hand.tool.selected(), None);
    assert_eq!(hand.tool.boxes().len(), 1);
}

#[test]
fn the_smallest_box_is_taken_and_a_second_click_takes_the_one_beneath() {
    let (large, small) = (
        BoxPx::new(0.0, 0.0, 200.0, 190.0),
        BoxPx::new(50.0, 50.0, 90.0, 90.0),
    );
    for boxes in [[large, small], [small, large]] {
        let mut hand = Hand::with_boxes(&boxes);
        let of = |wanted: BoxPx| boxes.iter().position(|&b| b == wanted);
        for expected in [of(small), of(large), of(small)] {
            hand.click(70.0, 70.0);
            assert_eq!(hand.tool.selected(), expected);
        }
    }
}

#[test]
fn the_smallest_box_is_dragged_even_while_a_larger_one_is_selected() {
    let (large, small) = (
        BoxPx::new(0.0, 0.0, 200.0, 190.0),
        BoxPx::new(50.0, 50.0, 90.0, 90.0),
    );
    let mut hand = Hand::with_boxes(&[small, large]);
    hand.tool.select(Some(1));
    hand.drag((70.0, 70.0), (80.0, 75.0));
    assert_eq!(
        hand.tool.boxes(),
        [BoxPx::new(60.0, 55.0, 100.0, 95.0), large]
    );
}

#[test]
fn a_box_reached_by_clicking_through_can_be_dragged_from_there() {
    let (large, small) = (
        BoxPx::new(0.0, 0.0, 200.0, 190.0),
        BoxPx::new(50.0, 50.0, 90.0, 90.0),
    );
    let mut hand = Hand::with_boxes(&[large, small]);
    hand.click(70.0, 70.0);
    hand.click(70.0, 70.0);
    hand.drag((70.0, 70.0), (75.0, 72.0));
    assert_eq!(
        hand.tool.boxes(),
        [BoxPx::new(5.0, 2.0, 205.0, 192.0), small]
    );
}

#[test]
fn a_moved_box_keeps_its_size_and_stays_in_the_picture() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(90.5, 60.25, 223.0, 180.0)]);
    hand.drag((150.0, 100.0), (160.0, 90.0));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(100.5, 50.25, 233.0, 170.0)]);
    hand.drag((150.0, 100.0), (-500.0, 600.0));
    let b = hand.tool.boxes()[0];
    assert_eq!((b.x2 - b.x1, b.y2 - b.y1), (132.5, 119.75));
    assert!(b.x1 >= 0.0 && b.y2 <= 200.0, "{b}");
}

#[test]
fn each_handle_moves_its_own_edges_only() {
    let start = BoxPx::new(100.0, 60.0, 200.0, 140.0);
    for handle in Handle::ALL {
        let mut hand = Hand::with_boxes(&[start]);
        hand.tool.select(Some(0));
        let grip = handle.on(start);
        hand.drag((grip.x, grip.y), (grip.x + 7.0, grip.y + 5.0));
        let (dx, dy) = (7.0, 5.0);
        let moves = |side: i8, wanted: i8, by: f64| if side == wanted { by } else { 0.0 };
        let expected = BoxPx::new(
            start.x1 + moves(handle.across(), -1, dx),
            start.y1 + moves(handle.down(), -1, dy),
            start.x2 + moves(handle.across(), 1, dx),
            start.y2 + moves(handle.down(), 1, dy),
        );
        assert_eq!(hand.tool.boxes(), [expected], "{handle:?}");
    }
}

#[test]
fn an_edge_pulled_across_the_opposite_one_turns_the_box_over() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(100.0, 60.0, 200.0, 140.0)]);
    hand.tool.select(Some(0));
    hand.drag((100.0, 100.0), (260.0, 100.0));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(200.0, 60.0, 260.0, 140.0)]);
}

#[test]
fn a_box_pulled_shut_keeps_one_pixel() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(100.0, 60.0, 200.0, 140.0)]);
    hand.tool.select(Some(0));
    hand.drag((200.0, 140.0), (100.2, 60.1));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(100.0, 60.0, 101.0, 61.0)]);
}

#[test]
fn shift_draws_inside_a_box() {
    let outer = BoxPx::new(0.0, 0.0, 301.0, 200.0);
    let mut hand = Hand::with_boxes(&[outer]);
    hand.drag_with(SHIFT, (40.0, 40.0), (90.0, 70.0));
    assert_eq!(
        hand.tool.boxes(),
        [outer, BoxPx::new(40.0, 40.0, 90.0, 70.0)]
    );
}

#[test]
fn inside_a_box_that_fills_the_picture_dragging_draws_and_clicking_selects() {
    let whole = BoxPx::new(0.0, 0.0, 301.0, 200.0);
    let mut hand = Hand::with_boxes(&[whole]);
    hand.drag((40.0, 40.0), (90.0, 70.0));
    assert_eq!(
        hand.tool.boxes(),
        [whole, BoxPx::new(40.0, 40.0, 90.0, 70.0)]
    );
    hand.click(200.0, 150.0);
    assert_eq!(hand.tool.selected(), Some(0));
    hand.drag((301.0, 100.0), (250.0, 100.0));
    assert_eq!(
        hand.tool.boxes()[0],
        BoxPx::new(0.0, 0.0, 250.0, 200.0),
        "its handles still work"
    );
}

#[test]
fn a_finger_reaches_handles_that_a_mouse_misses() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(100.0, 60.0, 200.0, 140.0)]);
    hand.tool.select(Some(0));
    let at = hand.on(215.0, 150.0);
    assert_eq!(hand.tool.hit(&hand.view, at, Pointer::Fine), Hit::Nothing);
    let hit = hand.tool.hit(&hand.view, at, Pointer::Touch);
    assert_eq!(hit, Hit::Handle(Handle::SouthEast));
}

#[test]
fn a_cancelled_gesture_leaves_no_trace() {
    let start = BoxPx::new(100.0, 60.0, 200.0, 140.0);
    let mut hand = Hand::with_boxes(&[start]);
    let undoable = hand.tool.can_undo();
    let (from, to) = (hand.on(150.0, 100.0), hand.on(20.0, 20.0));
    hand.tool
        .pointer_down(&hand.view, from, Pointer::Fine, NONE);
    hand.tool.pointer_move(&hand.view, to);
    assert!(hand.tool.key(Key::Escape, NONE));
    hand.tool.pointer_up(&hand.view, to);
    assert_eq!(hand.tool.boxes(), [start]);
    assert_eq!(hand.tool.can_undo(), undoable);
}

#[test]
fn undo_goes_back_to_the_start_and_redo_returns() {
    let mut hand = Hand::at_scale(1.0);
    hand.drag((10.0, 10.0), (60.0, 60.0));
    hand.drag((100.0, 10.0), (160.0, 60.0));
    hand.drag((30.0, 30.0), (40.0, 45.0));
    hand.tool.select(Some(1));
    assert!(hand.tool.key(Key::Delete, NONE));
    let end = hand.tool.boxes().to_vec();
    assert_eq!(end, [BoxPx::new(20.0, 25.0, 70.0, 75.0)]);
    while hand.tool.undo() {}
    assert!(hand.tool.boxes().is_empty());
    while hand.tool.redo() {}
    assert_eq!(hand.tool.boxes(), end);
}

#[test]
fn typed_coordinates_may_pass_through_a_reversed_box() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(10.0, 10.0, 60.0, 60.0)]);
    hand.tool.edit(0, Coordinate::X1, 90.5);
    assert_eq!(hand.tool.boxes(), [BoxPx::new(90.5, 10.0, 60.0, 60.0)]);
    hand.tool.edit(0, Coordinate::X2, 400.0);
    hand.tool.finish_edit();
    assert_eq!(hand.tool.boxes(), [BoxPx::new(90.5, 10.0, 301.0, 60.0)]);
    assert!(hand.tool.undo(), "the whole edit is one step");
    assert_eq!(hand.tool.boxes(), [BoxPx::new(10.0, 10.0, 60.0, 60.0)]);
}

#[test]
fn a_typed_box_outside_the_picture_is_kept_for_correction() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(10.0, 10.0, 60.0, 60.0)]);
    hand.tool.edit(0, Coordinate::X1, 500.0);
    hand.tool.edit(0, Coordinate::X2, 600.0);
    hand.tool.edit(0, Coordinate::Y1, f64::NAN);
    hand.tool.finish_edit();
    assert_eq!(hand.tool.boxes(), [BoxPx::new(500.0, 10.0, 600.0, 60.0)]);
}

#[test]
fn a_box_for_those_who_do_not_draw_fits_even_one_pixel() {
    let mut tool = BoxTool::new(PictureSize {
        width: 1,
        height: 1,
    });
    tool.add_in_the_middle();
    assert_eq!(tool.boxes(), [BoxPx::new(0.0, 0.0, 1.0, 1.0)]);
}

#[test]
fn the_view_shows_the_selected_box_on_top_with_its_handles() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(0.0, 0.0, 50.0, 40.0); 3]);
    hand.tool.select(Some(0));
    let views = hand.tool.view(&hand.view);
    let order: Vec<_> = views.iter().map(|v| (v.index, v.handles.len())).collect();
    assert_eq!(order, [(Some(1), 0), (Some(2), 0), (Some(0), 8)]);
    let at = hand.on(200.0, 150.0);
    hand.tool.pointer_down(&hand.view, at, Pointer::Fine, NONE);
    hand.tool.pointer_move(&hand.view, hand.on(240.0, 190.0));
    let drawn = hand
        .tool
        .view(&hand.view)
        .pop()
        .expect("the box being drawn");
    assert_eq!(
        (drawn.index, drawn.outline.width, drawn.outline.height),
        (None, 40.0, 40.0)
    );
}

#[test]
fn a_duplicate_stands_beside_its_box_and_is_undone_as_one_change() {
    let original = BoxPx::new(20.0, 30.0, 70.0, 90.0);
    let mut tool = BoxTool::with_boxes(PICTURE, vec![original]);
    assert!(!tool.duplicate(), "nothing is selected");
    tool.key(Key::Tab, NONE);
    assert!(tool.duplicate());
    assert_eq!(tool.boxes()[1], BoxPx::new(28.0, 38.0, 78.0, 98.0));
    assert_eq!(tool.selected(), Some(1));
    tool.paste(original);
    assert_eq!(tool.boxes()[2], BoxPx::new(36.0, 46.0, 86.0, 106.0));
    tool.undo();
    tool.undo();
    assert_eq!(tool.boxes(), [original]);
}

#[test]
fn what_lies_beside_this_picture_in_another_one_is_pasted_at_its_rim() {
    let at_the_rim = [
        ([400.0, 20.0, 500.0, 90.0], [201.0, 20.0, 301.0, 90.0]),
        ([250.0, 150.0, 350.0, 250.0], [201.0, 100.0, 301.0, 200.0]),
        ([90.0, 70.0, -10.0, 20.0], [0.0, 20.0, 100.0, 70.0]),
        ([250.0, 150.0, 900.0, 210.0], [0.0, 140.0, 301.0, 200.0]),
    ];
    for (copied, pasted) in at_the_rim {
        let mut tool = BoxTool::new(PICTURE);
        assert!(tool.paste(BoxPx::from(copied)));
        assert_eq!(tool.boxes(), [BoxPx::from(pasted)]);
        assert!(tool.undo() && tool.boxes().is_empty());
    }
}

#[test]
fn where_no_room_is_left_to_go_aside_a_box_is_pasted_over_another_one() {
    let mut tool = BoxTool::new(PICTURE);
    for _ in 0..2 {
        assert!(tool.paste(BoxPx::new(250.0, 150.0, 900.0, 700.0)));
    }
    assert_eq!(tool.boxes(), [BoxPx::new(0.0, 0.0, 301.0, 200.0); 2]);
}

#[test]
fn a_box_without_area_is_not_pasted() {
    let mut tool = BoxTool::new(PICTURE);
    assert!(!tool.paste(BoxPx::new(20.0, 20.0, 20.0, 90.0)));
    assert!(!tool.paste(BoxPx::new(20.0, f64::NAN, 90.0, 90.0)));
    assert!(!tool.paste(BoxPx::new(20.0, 20.0, f64::INFINITY, 90.0)));
    assert!(tool.boxes().is_empty() && !tool.can_undo());
}
