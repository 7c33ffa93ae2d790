//! What is told after each thing that can be done to boxes.

use crate::{
    BoxPx, BoxState, BoxTool, CanvasPx, Coordinate, Key, ListChange, Modifiers, News, PictureSize,
    PointPx, Pointer, Step, ViewTransform, news,
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

    fn hears<R>(&mut self, operation: impl FnOnce(&mut BoxTool) -> R) -> Option<News> {
        operation(&mut self.tool);
        let now = self.tool.state()?;
        let said = news(&self.heard, &now);
        self.heard = now;
        said
    }
}

fn changed(change: ListChange) -> Option<News> {
    let step = Step::Change;
    Some(News::Changed { step, change })
}

fn undone(change: ListChange) -> Option<News> {
    let step = Step::Undo;
    Some(News::Changed { step, change })
}

fn redone(change: ListChange) -> Option<News> {
    let step = Step::Redo;
    Some(News::Changed { step, change })
}

fn begun(x: f64, y: f64) -> Option<News> {
    Some(News::Begun(PointPx::new(x, y)))
}

fn added(number: usize, at: BoxPx) -> ListChange {
    ListChange::Added { number, at }
}

fn removed(number: usize, n_before: usize) -> ListChange {
    ListChange::Removed { number, n_before }
}

fn moved(number: usize, to: [f64; 4]) -> ListChange {
    let to = BoxPx::from(to);
    ListChange::Moved { number, to }
}

fn resized(number: usize, to: [f64; 4]) -> ListChange {
    let to = BoxPx::from(to);
    ListChange::Resized { number, to }
}

const FIRST: BoxPx = BoxPx::new(10.0, 10.0, 60.0, 50.0);
const SECOND: BoxPx = BoxPx::new(30.0, 40.0, 120.0, 160.0);
const THIRD: BoxPx = BoxPx::new(200.0, 20.0, 280.0, 90.0);

#[test]
fn adding_undoing_and_redoing_are_told_apart() {
    let mut listener = Listener::with_boxes(&[FIRST]);
    let said = listener.hears(|tool| tool.add(SECOND));
    assert_eq!(said, changed(added(2, SECOND)));
    let said = listener.hears(BoxTool::undo);
    assert_eq!(said, undone(removed(2, 2)));
    let said = listener.hears(BoxTool::redo);
    assert_eq!(said, redone(added(2, SECOND)));
    assert_eq!(listener.hears(BoxTool::redo), None);
}

#[test]
fn removing_says_how_the_rest_is_numbered_now() {
    let mut listener = Listener::with_boxes(&[FIRST, SECOND, THIRD]);
    assert_eq!(
        listener.hears(|tool| tool.remove(0)),
        changed(removed(1, 3))
    );
    assert_eq!(
        listener.hears(|tool| tool.remove(0)),
        changed(removed(1, 2))
    );
    assert_eq!(
        listener.hears(|tool| tool.remove(0)),
        changed(removed(1, 1))
    );
    assert_eq!(listener.hears(BoxTool::undo), undone(added(1, THIRD)));
}

#[test]
fn selecting_and_letting_go_are_said_with_the_place() {
    let mut listener = Listener::with_boxes(&[FIRST, SECOND]);
    let said = listener.hears(|tool| tool.key(Key::Tab, NONE));
    assert_eq!(
        said,
        Some(News::Selected {
            number: 1,
            at: FIRST
        })
    );
    let said = listener.hears(|tool| tool.key(Key::Escape, NONE));
    assert_eq!(said, Some(News::NothingSelected));
    assert_eq!(listener.hears(|tool| tool.hover(Some(1))), None);
}

#[test]
fn moving_and_resizing_are_told_apart() {
    let mut listener = Listener::with_boxes(&[FIRST]);
    listener.hears(|tool| tool.select(Some(0)));
    let said = listener.hears(|tool| tool.key(Key::Right, NONE));
    assert_eq!(said, changed(moved(1, [11.0, 10.0, 61.0, 50.0])));
    let said = listener.hears(|tool| tool.key(Key::Down, CONTROL));
    assert_eq!(said, changed(resized(1, [11.0, 10.0, 61.0, 51.0])));
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
    assert_eq!(said, changed(moved(1, [30.0, 10.0, 80.0, 50.0])));
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
    assert_eq!(said, changed(resized(1, [10.0, 10.0, 66.25, 50.0])));
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
    assert_eq!(click(30.0, 40.0), begun(30.0, 40.0));
    assert_eq!(click(120.0, 160.0), changed(added(1, SECOND)));
    assert_eq!(click(60.0, 70.0), None, "it is selected already");
    assert_eq!(click(5.0, 5.0), Some(News::NothingSelected));
    assert_eq!(click(5.0, 5.0), begun(5.0, 5.0));
    let said = listener.hears(|tool| tool.key(Key::Escape, NONE));
    assert_eq!(said, Some(News::GivenUp));
}

#[test]
fn what_changes_at_several_places_is_said_in_sum() {
    let state = |boxes: &[BoxPx]| BoxState {
        boxes: boxes.to_vec(),
        selected: None,
        begun: None::<PointPx>,
        step: Step::Change,
    };
    let said = news(
        &state(&[FIRST, SECOND, THIRD]),
        &state(&[SECOND, SECOND, FIRST, THIRD]),
    );
    assert_eq!(said, changed(ListChange::Several { n_now: 4 }));
}
