//! Whatever is done in whatever order, undoing it all leads back to the start and redoing to the end.

use super::{NONE, PICTURE, SHIFT};
use crate::{
    BoxPx, BoxTool, CanvasPx, Coordinate, Key, Modifiers, PointPx, Pointer, ViewTransform,
};

const N_OPERATIONS: usize = 500;

/// Xorshift: numbers without a pattern, the same every time.
struct Numbers(u64);

impl Numbers {
    fn from_seed(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// A coordinate, now and then outside the picture.
    fn coordinate(&mut self, extent: u32) -> f64 {
        (self.next() % u64::from(extent + 60)) as f64 - 30.0
    }

    fn point(&mut self, view: &ViewTransform) -> CanvasPx {
        let x = self.coordinate(PICTURE.width);
        let y = self.coordinate(PICTURE.height);
        view.canvas_from_image(PointPx::new(x, y))
    }

    fn modifiers(&mut self) -> Modifiers {
        Modifiers {
            shift: self.below(3) == 0,
            control: self.below(3) == 0,
        }
    }
}

/// One thing a person may do, complete or not: presses are released, cancelled or forgotten.
fn operate(tool: &mut BoxTool, view: &ViewTransform, numbers: &mut Numbers) {
    let any_box = |tool: &BoxTool, numbers: &mut Numbers| numbers.below(tool.boxes().len() + 1);
    match numbers.below(16) {
        0..=3 => {
            let (from, to) = (numbers.point(view), numbers.point(view));
            let held = if numbers.below(3) == 0 { SHIFT } else { NONE };
            tool.pointer_down(view, from, Pointer::Fine, held);
            tool.pointer_move(view, to);
            match numbers.below(6) {
                0 => tool.pointer_cancel(),
                1 => {}
                _ => tool.pointer_up(view, to),
            }
        }
        4..=5 => {
            let at = numbers.point(view);
            tool.pointer_down(view, at, Pointer::Touch, NONE);
            tool.pointer_up(view, at);
        }
        6 => tool.pointer_move(view, numbers.point(view)),
        7..=8 => {
            const KEYS: [Key; 6] = [
                Key::Delete,
                Key::Escape,
                Key::Left,
                Key::Down,
                Key::Right,
                Key::Tab,
            ];
            let key = KEYS[numbers.below(KEYS.len())];
            tool.key(key, numbers.modifiers());
        }
        9 => {
            let index = any_box(tool, numbers);
            tool.edit(index, Coordinate::X1, numbers.coordinate(PICTURE.width));
        }
        10 => tool.finish_edit(),
        11 => {
            tool.duplicate();
        }
        12 => {
            let index = any_box(tool, numbers);
            assert!(tool.remove(index).is_ok(), "no box is pinned");
        }
        13 => tool.select(Some(any_box(tool, numbers))),
        14 => {
            tool.undo();
        }
        _ => {
            tool.redo();
        }
    }
}

/// The boxes as they were if nothing half done went on.
fn settled(tool: &BoxTool) -> BoxTool {
    let mut tool = tool.clone();
    tool.key(Key::Escape, NONE);
    tool.pointer_cancel();
    tool.finish_edit();
    tool
}

#[test]
fn undoing_everything_leads_to_the_start_and_redoing_to_the_end() {
    let start = vec![BoxPx::new(20.0, 30.0, 70.0, 90.0)];
    for seed in 1..=23 {
        let mut numbers = Numbers::from_seed(seed);
        let scale = [0.37, 1.0, 2.75][numbers.below(3)];
        let view = ViewTransform::new(scale, CanvasPx::new(-17.0, 11.0));
        let mut tool = BoxTool::with_boxes(PICTURE, start.clone());
        for _ in 0..N_OPERATIONS {
            operate(&mut tool, &view, &mut numbers);
        }
        // Anything that could be redone ends with a change.
        tool.add_in_the_middle();
        let end = tool.boxes().to_vec();
        let mut n_steps = 0;
        while tool.undo() {
            n_steps += 1;
        }
        assert!(n_steps > N_OPERATIONS / 10, "seed {seed}: {n_steps} steps");
        assert_eq!(tool.boxes(), start, "seed {seed}");
        while tool.redo() {
            n_steps -= 1;
        }
        assert_eq!((tool.boxes(), n_steps), (&end[..], 0), "seed {seed}");
    }
}

#[test]
fn no_change_goes_past_the_history() {
    let view = ViewTransform::new(1.5, CanvasPx::new(3.0, -5.0));
    for seed in 1..=23 {
        let mut numbers = Numbers::from_seed(seed);
        let mut tool = BoxTool::new(PICTURE);
        for operation in 0..N_OPERATIONS {
            let (before, was_edited) = (settled(&tool), tool.is_edited());
            operate(&mut tool, &view, &mut numbers);
            let after = settled(&tool);
            let is_one_edit = was_edited && tool.is_edited();
            if after.boxes() == before.boxes() || is_one_edit {
                continue;
            }
            let one_step_leads = |from: &BoxTool, step: fn(&mut BoxTool) -> bool, to: &BoxTool| {
                let mut from = from.clone();
                step(&mut from) && from.boxes() == to.boxes()
            };
            assert!(
                one_step_leads(&after, BoxTool::undo, &before)
                    || one_step_leads(&before, BoxTool::undo, &after)
                    || one_step_leads(&before, BoxTool::redo, &after),
                "seed {seed}, operation {operation}: {:?} became {:?}",
                before.boxes(),
                tool.boxes()
            );
        }
    }
}
