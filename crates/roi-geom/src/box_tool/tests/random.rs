//! Whatever is done in whatever order, undoing it all leads back to the start and redoing to the end.

use super::{NONE, PICTURE, SHIFT};
use crate::{
    BoxPx, BoxTool, BoxToolError, CanvasPx, Coordinate, Key, Modifiers, PointPx, Pointer,
    Renumbering, ViewTransform,
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

/// The boxes by their sizes, no two of which are alike: a box that is only moved about keeps its own.
fn names(tool: &BoxTool) -> Vec<(f64, f64)> {
    let size = |found: &BoxPx| (found.x2 - found.x1, found.y2 - found.y1);
    tool.boxes().iter().map(size).collect()
}

/// A step of undoing or redoing, and the one that leads back.
struct There {
    can: fn(&BoxTool) -> bool,
    foretell: fn(&mut BoxTool) -> Result<Option<Renumbering>, BoxToolError>,
    step: fn(&mut BoxTool) -> bool,
    back: fn(&mut BoxTool) -> bool,
}

const UNDO: There = There {
    can: BoxTool::can_undo,
    foretell: BoxTool::before_undo,
    step: BoxTool::undo,
    back: BoxTool::redo,
};
const REDO: There = There {
    can: BoxTool::can_redo,
    foretell: BoxTool::before_redo,
    step: BoxTool::redo,
    back: BoxTool::undo,
};

/// Takes the step, which can be taken back, unless it would do something to a pinned box. Says whether that was so.
fn step_refused(tool: &mut BoxTool, there: &There) -> bool {
    let before = tool.clone();
    let can = (there.can)(tool);
    let foretold = (there.foretell)(tool);
    assert_eq!((there.step)(tool), can);
    if can {
        assert_renumbered(&before, foretold, tool);
        let mut back = tool.clone();
        assert!((there.back)(&mut back));
        assert_eq!(back.boxes(), before.boxes());
        return false;
    }
    assert_eq!(tool.boxes(), before.boxes());
    let mut freed = tool.clone();
    freed.unpin();
    let could = (there.step)(&mut freed);
    let pinned = &names(&before)[..before.pinned()];
    assert!(!could || !names(&freed).starts_with(pinned), "for nothing");
    could
}

/// The boxes are where a step was said to put them.
fn assert_renumbered(
    before: &BoxTool,
    foretold: Result<Option<Renumbering>, BoxToolError>,
    after: &BoxTool,
) {
    let (before, after) = (names(before), names(after));
    let foretold = foretold.expect("the step was taken");
    for (index, name) in before.iter().enumerate() {
        match foretold.map_or(Some(index), |step| step.index_after(index)) {
            Some(place) => assert_eq!(after.get(place), Some(name)),
            None => assert!(!after.contains(name)),
        }
    }
}

#[test]
fn no_step_removes_or_renumbers_a_pinned_box_and_none_is_refused_for_nothing() {
    let mut n_refused = 0;
    for seed in 1..=23 {
        let mut numbers = Numbers::from_seed(seed);
        let start = vec![BoxPx::new(0.0, 0.0, 250.0, 150.0)];
        let mut tool = BoxTool::with_boxes(PICTURE, start.clone());
        for n_added in 0..N_OPERATIONS {
            let (before, pinned) = (names(&tool), tool.pinned());
            let any = numbers.below(before.len() + 1);
            match numbers.below(10) {
                0..=1 => {
                    let size = ((1 + n_added % 30) as f64, (1 + n_added / 30) as f64);
                    let corner = (numbers.below(200) as f64, numbers.below(150) as f64);
                    let opposite = (corner.0 + size.0, corner.1 + size.1);
                    tool.add(BoxPx::new(corner.0, corner.1, opposite.0, opposite.1));
                }
                2..=3 => {
                    tool.select(Some(any));
                    tool.key([Key::Left, Key::Down][numbers.below(2)], NONE);
                }
                4..=5 => assert_eq!(tool.remove(any).is_err(), any < pinned),
                6 => tool.set_pinned(any),
                7..=8 => n_refused += usize::from(step_refused(&mut tool, &UNDO)),
                _ => n_refused += usize::from(step_refused(&mut tool, &REDO)),
            }
            let still_pinned = pinned.min(tool.pinned());
            let (after, kept) = (names(&tool), &before[..still_pinned]);
            assert!(
                after.starts_with(kept),
                "seed {seed}: {after:?} without {kept:?}"
            );
        }
        tool.unpin();
        while tool.undo() {}
        assert_eq!(tool.boxes(), start, "seed {seed}");
    }
    assert!(n_refused > 50, "only {n_refused} steps were refused");
}
