//! Boxes that something already said names: they move, but stay in the list under their numbers.

use super::{Hand, NONE, PICTURE};
use crate::{BoxPx, BoxTool, BoxToolError, Coordinate, Key, Renumbering};

const FIRST: BoxPx = BoxPx::new(10.0, 10.0, 60.0, 60.0);
const SECOND: BoxPx = BoxPx::new(100.0, 10.0, 160.0, 60.0);
const THIRD: BoxPx = BoxPx::new(200.0, 10.0, 260.0, 60.0);

#[test]
fn a_box_that_was_spoken_of_moves_but_is_not_removed() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND]);
    hand.tool.pin(1);
    assert_eq!(hand.tool.remove(0), Err(BoxToolError::Pinned { index: 0 }));
    assert_eq!(hand.tool.remove(1), Ok(()));
    hand.drag((30.0, 30.0), (31.0, 40.0));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(11.0, 20.0, 61.0, 70.0)]);
    hand.tool.unpin();
    assert_eq!(hand.tool.remove(0), Ok(()));
}

#[test]
fn its_moves_are_undone_up_to_its_making() {
    let mut hand = Hand::with_boxes(&[FIRST]);
    hand.tool.select(Some(0));
    for _ in 0..20 {
        assert!(hand.tool.key(Key::Right, NONE));
    }
    let end = hand.tool.boxes().to_vec();
    hand.tool.pin(1);
    for _ in 0..20 {
        assert!(hand.tool.can_undo() && hand.tool.undo());
    }
    assert_eq!(hand.tool.boxes(), [FIRST]);
    assert!(!hand.tool.can_undo() && !hand.tool.undo());
    assert_eq!(hand.tool.boxes(), [FIRST]);
    while hand.tool.redo() {}
    assert_eq!(hand.tool.boxes(), end);
}

#[test]
fn what_was_done_behind_it_is_undone_and_redone() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND, THIRD]);
    assert_eq!(hand.tool.remove(1), Ok(()));
    hand.tool.pin(1);
    assert!(hand.tool.undo());
    assert_eq!(hand.tool.boxes(), [FIRST, SECOND, THIRD]);
    assert!(hand.tool.undo() && hand.tool.undo());
    assert_eq!(hand.tool.boxes(), [FIRST]);
    assert!(!hand.tool.undo());
    while hand.tool.redo() {}
    assert_eq!(hand.tool.boxes(), [FIRST, THIRD]);
}

#[test]
fn a_removal_that_gave_it_its_number_is_not_undone() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND]);
    assert_eq!(hand.tool.remove(0), Ok(()));
    hand.tool.pin(1);
    assert!(!hand.tool.can_undo() && !hand.tool.undo());
    assert_eq!(hand.tool.boxes(), [SECOND]);
}

#[test]
fn a_removal_that_would_take_its_number_is_not_redone() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND]);
    assert_eq!(hand.tool.remove(0), Ok(()));
    assert!(hand.tool.undo());
    hand.tool.pin(2);
    assert!(!hand.tool.can_redo() && !hand.tool.redo());
    assert_eq!(hand.tool.boxes(), [FIRST, SECOND]);
}

#[test]
fn saying_less_frees_boxes_and_their_history() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND]);
    hand.tool.set_pinned(2);
    assert!(!hand.tool.undo());
    hand.tool.set_pinned(1);
    assert_eq!(hand.tool.pinned(), 1);
    assert!(hand.tool.undo());
    assert_eq!(hand.tool.boxes(), [FIRST]);
    hand.tool.set_pinned(0);
    assert!(hand.tool.undo());
    assert!(hand.tool.boxes().is_empty());
}

#[test]
fn no_more_boxes_are_pinned_than_there_are() {
    let mut tool = BoxTool::with_boxes(PICTURE, vec![FIRST]);
    tool.set_pinned(5);
    assert_eq!(tool.pinned(), 1);
    tool.add(SECOND);
    assert_eq!(tool.remove(1), Ok(()));
}

#[test]
fn a_step_tells_beforehand_what_it_does_to_the_numbers() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND, THIRD]);
    let tool = &mut hand.tool;
    assert_eq!(tool.before_remove(1), Ok(Some(Renumbering::Removed(1))));
    assert_eq!(tool.before_remove(3), Ok(None));
    assert_eq!(tool.remove(1), Ok(()));
    assert_eq!(tool.before_undo(), Ok(Some(Renumbering::Inserted(1))));
    assert!(tool.undo());
    assert_eq!(tool.before_redo(), Ok(Some(Renumbering::Removed(1))));
    assert_eq!(tool.before_undo(), Ok(Some(Renumbering::Removed(2))));

    // What is being typed is a change of its own, which is undone first.
    tool.edit(0, Coordinate::X1, 7.0);
    assert_eq!(tool.before_undo(), Ok(None));
    assert!(tool.undo());
    assert_eq!(tool.boxes(), [FIRST, SECOND, THIRD]);
}

#[test]
fn a_step_that_would_touch_a_pinned_box_names_it() {
    let mut hand = Hand::with_boxes(&[FIRST, SECOND]);
    let tool = &mut hand.tool;
    assert_eq!(tool.before_redo(), Ok(None), "there is none");
    assert_eq!(tool.remove(0), Ok(()));
    tool.pin(1);
    let stays = Err(BoxToolError::Pinned { index: 0 });
    assert_eq!(tool.before_remove(0), stays);
    assert_eq!(tool.before_undo(), stays);
    tool.unpin();
    assert!(tool.undo());
    tool.pin(2);
    assert_eq!(tool.before_redo(), stays);
    assert_eq!(tool.before_undo(), Err(BoxToolError::Pinned { index: 1 }));
}

#[test]
fn a_box_goes_and_comes_among_the_others() {
    let after = |step: Renumbering| [0, 1, 2].map(|index| step.index_after(index));
    assert_eq!(after(Renumbering::Removed(1)), [Some(0), None, Some(1)]);
    assert_eq!(after(Renumbering::Inserted(1)), [Some(0), Some(2), Some(3)]);
}
