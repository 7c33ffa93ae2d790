//! What is said after each thing that can be done to boxes.

use crate::{
    BoxPx, BoxState, BoxTool, CanvasPx, Coordinate, Key, Modifiers, PictureSize, PointPx, Pointer,
    ViewTransform, announcement,
};

const NONE: Modifiers = Modifiers {
    shift: false,
    control: false,
};
const CONTROL: Modifiers = Modifiers {
    shift: false,
    control: true,
};

/// A tool with somebody who listens to it.
struct Listener {
    tool: BoxTool,
    heard: BoxState,
}

impl Listener {
    fn with_boxes(boxes: &[BoxPx]) -> Self {
        let picture = PictureSize {
            width: 301,
            height: 199,
        };
        let tool = BoxTool::with_boxes(picture, boxes.to_vec());
        let heard = tool.state().expect("nothing is under way");
        Self { tool, heard }
    }

    fn hears<R>(&mut self, operation: impl FnOnce(&mut BoxTool) -> R) -> Option<String> {
        operation(&mut self.tool);
        let now = self.tool.state()?;
        let said = announcement(&self.heard, &now);
        self.heard = now;
        said
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

const FIRST: BoxPx = BoxPx::new(10.0, 10.0, 60.0, 50.0);
const SECOND: BoxPx = BoxPx::new(30.0, 40.0, 120.0, 160.0);
const THIRD: BoxPx = BoxPx::new(200.0, 20.0, 280.0, 90.0);

#[test]
fn adding_undoing_and_redoing_are_told_apart() {
    let mut listener = Listener::with_boxes(&[FIRST]);
    let said = listener.hears(|tool| tool.add(SECOND));
    assert_eq!(said, some("Region 2 added, 30, 40 to 120, 160"));
    let said = listener.hears(BoxTool::undo);
    assert_eq!(said, some("Undone: region 2 removed"));
    let said = listener.hears(BoxTool::redo);
    assert_eq!(said, some("Redone: region 2 added, 30, 40 to 120, 160"));
    assert_eq!(listener.hears(BoxTool::redo), None);
}

#[test]
fn removing_says_how_the_rest_is_numbered_now() {
    let mut listener = Listener::with_boxes(&[FIRST, SECOND, THIRD]);
    assert_eq!(
        listener.hears(|tool| tool.remove(0)),
        some("Region 1 removed; regions 2 to 3 are now 1 to 2")
    );
    assert_eq!(
        listener.hears(|tool| tool.remove(0)),
        some("Region 1 removed; region 2 is now 1")
    );
    assert_eq!(
        listener.hears(|tool| tool.remove(0)),
        some("Region 1 removed")
    );
    assert_eq!(
        listener.hears(BoxTool::undo),
        some("Undone: region 1 added, 200, 20 to 280, 90")
    );
}

#[test]
fn selecting_and_letting_go_are_said_with_the_place() {
    let mut listener = Listener::with_boxes(&[FIRST, SECOND]);
    let said = listener.hears(|tool| tool.key(Key::Tab, NONE));
    assert_eq!(said, some("Region 1 selected, 10, 10 to 60, 50"));
    let said = listener.hears(|tool| tool.key(Key::Escape, NONE));
    assert_eq!(said, some("No region selected"));
    assert_eq!(listener.hears(|tool| tool.hover(Some(1))), None);
}

#[test]
fn moving_and_resizing_are_told_apart() {
    let mut listener = Listener::with_boxes(&[FIRST]);
    listener.hears(|tool| tool.select(Some(0)));
    let said = listener.hears(|tool| tool.key(Key::Right, NONE));
    assert_eq!(said, some("Region 1 moved, 11, 10 to 61, 50"));
    let said = listener.hears(|tool| tool.key(Key::Down, CONTROL));
    assert_eq!(said, some("Region 1 resized, 11, 10 to 61, 51"));
}

#[test]
fn a_drag_is_said_once_when_it_ends() {
    let view = ViewTransform::new(1.0, CanvasPx::default());
    let mut listener = Listener::with_boxes(&[FIRST]);
    let down = CanvasPx::new(30.0, 30.0);
    let said = listener.hears(|tool| tool.pointer_down(&view, down, Pointer::Fine, NONE));
    assert_eq!(said, None);
    for x in [40.0, 50.0] {
        let said = listener.hears(|tool| tool.pointer_move(&view, CanvasPx::new(x, 30.0)));
        assert_eq!(said, None);
    }
    let said = listener.hears(|tool| tool.pointer_up(&view, CanvasPx::new(50.0, 30.0)));
    assert_eq!(said, some("Region 1 moved, 30, 10 to 80, 50"));
}

#[test]
fn typing_is_said_when_it_ends() {
    let mut listener = Listener::with_boxes(&[FIRST]);
    assert_eq!(
        listener.hears(|tool| tool.edit(0, Coordinate::X2, 6.0)),
        None
    );
    assert_eq!(
        listener.hears(|tool| tool.edit(0, Coordinate::X2, 66.25)),
        None
    );
    let said = listener.hears(BoxTool::finish_edit);
    assert_eq!(said, some("Region 1 resized, 10, 10 to 66.3, 50"));
}

#[test]
fn a_box_by_two_clicks_is_said_at_each() {
    let view = ViewTransform::new(1.0, CanvasPx::default());
    let mut listener = Listener::with_boxes(&[]);
    let mut click = |x: f64, y: f64| {
        listener.hears(|tool| {
            tool.pointer_down(&view, CanvasPx::new(x, y), Pointer::Fine, NONE);
            tool.pointer_up(&view, CanvasPx::new(x, y));
        })
    };
    let begun = some("Box begun at 30, 40; the next click ends it");
    assert_eq!(click(30.0, 40.0), begun);
    assert_eq!(
        click(120.0, 160.0),
        some("Region 1 added, 30, 40 to 120, 160")
    );
    assert_eq!(click(5.0, 5.0), some("No region selected"));
    assert_eq!(
        click(5.0, 5.0),
        some("Box begun at 5, 5; the next click ends it")
    );
    let said = listener.hears(|tool| tool.key(Key::Escape, NONE));
    assert_eq!(said, some("Box given up"));
}

#[test]
fn what_changes_at_several_places_is_said_in_sum() {
    let state = |boxes: &[BoxPx]| BoxState {
        boxes: boxes.to_vec(),
        selected: None,
        begun: None::<PointPx>,
        step: crate::Step::Change,
    };
    let said = announcement(
        &state(&[FIRST, SECOND, THIRD]),
        &state(&[SECOND, SECOND, FIRST, THIRD]),
    );
    assert_eq!(said, some("Region list changed, 4 now"));
}
