//! Boxes under the keyboard.

use super::{CONTROL, Hand, NONE, SHIFT};
use crate::{BoxPx, Key};

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
