//! Boxes under the keyboard.

use super::{CONTROL, Hand, NONE, SHIFT};
use crate::{BoxPx, Key, Modifiers};

#[test]
fn arrows_move_and_with_control_resize_within_the_picture() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(5.0, 5.0, 50.0, 50.0)]);
    assert!(!hand.tool.key(Key::Left, NONE), "nothing is selected");
    hand.tool.select(Some(0));
    assert!(hand.tool.key(Key::Right, NONE));
    assert!(hand.tool.key(Key::Up, SHIFT));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(6.0, 0.0, 51.0, 45.0)]);
    assert!(hand.tool.key(Key::Left, CONTROL));
    assert_eq!(hand.tool.boxes(), [BoxPx::new(6.0, 0.0, 50.0, 45.0)]);
}

#[test]
fn shrinking_by_keys_stops_at_one_pixel() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(5.0, 5.0, 8.0, 9.0)]);
    hand.tool.select(Some(0));
    for _ in 0..9 {
        hand.tool.key(Key::Left, CONTROL);
        hand.tool.key(Key::Up, CONTROL);
    }
    assert_eq!(hand.tool.boxes(), [BoxPx::new(5.0, 5.0, 6.0, 6.0)]);
}

#[test]
fn tab_walks_through_the_boxes_and_then_out_of_the_tool() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(1.0, 1.0, 9.0, 9.0); 2]);
    let mut walk = Vec::new();
    while hand.tool.key(Key::Tab, NONE) {
        walk.push(hand.tool.selected());
    }
    assert_eq!(walk, [Some(0), Some(1)]);
    assert!(hand.tool.key(Key::Tab, SHIFT));
    assert_eq!(hand.tool.selected(), Some(1));
}

/// Which boxes are selected one after the other until the key means nothing to the tool any more.
fn walk(hand: &mut Hand, modifiers: Modifiers) -> Vec<usize> {
    std::iter::from_fn(|| {
        let is_ours = hand.tool.key(Key::Tab, modifiers);
        hand.tool.selected().filter(|_| is_ours)
    })
    .collect()
}

#[test]
fn tab_from_the_middle_goes_round_the_list_once() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(1.0, 1.0, 9.0, 9.0); 2]);
    hand.drag((20.0, 20.0), (90.0, 90.0));
    assert_eq!(walk(&mut hand, NONE), [0, 1, 2], "after drawing the last");
    hand.tool.select(Some(1));
    assert_eq!(walk(&mut hand, SHIFT), [0, 2, 1]);
    assert_eq!(walk(&mut hand, SHIFT), [2, 1, 0], "with none selected");
    assert_eq!(hand.tool.selected(), None);
}

#[test]
fn whoever_turns_round_has_each_box_before_them_again() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(1.0, 1.0, 9.0, 9.0); 3]);
    for _ in 0..3 {
        assert!(hand.tool.key(Key::Tab, NONE));
    }
    assert_eq!(walk(&mut hand, SHIFT), [1, 0, 2]);
}

#[test]
fn boxes_are_changed_on_the_way_round() {
    let mut hand = Hand::with_boxes(&[BoxPx::new(10.0, 1.0, 19.0, 9.0); 3]);
    let mut n_tabs = 0;
    while hand.tool.key(Key::Tab, NONE) {
        assert!(hand.tool.key(Key::Left, NONE));
        n_tabs += 1;
    }
    assert_eq!(n_tabs, 3);
    assert_eq!(hand.tool.boxes(), [BoxPx::new(9.0, 1.0, 18.0, 9.0); 3]);
}

#[test]
fn a_lone_selected_box_and_no_box_at_all_do_not_hold_the_focus() {
    let mut hand = Hand::at_scale(1.0);
    assert!(!hand.tool.key(Key::Tab, NONE) && !hand.tool.key(Key::Tab, SHIFT));
    hand.drag((20.0, 20.0), (90.0, 90.0));
    assert!(!hand.tool.key(Key::Tab, NONE));
}
