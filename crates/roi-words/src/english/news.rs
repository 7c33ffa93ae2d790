//! What screen readers say of the boxes, in English.

use roi_geom::{BoxPx, ListChange, News, Step};

use crate::format::spoken;

pub(super) fn sentence(news: &News) -> String {
    match *news {
        News::Changed { step, change } => {
            let change = changed(change);
            match step {
                Step::Change => format!("Region {change}"),
                Step::Undo => format!("Undone: region {change}"),
                Step::Redo => format!("Redone: region {change}"),
            }
        }
        News::Begun(corner) => format!(
            "Box begun at {}, {}; the next click ends it",
            spoken(corner.x),
            spoken(corner.y)
        ),
        News::GivenUp => "Box given up".to_owned(),
        News::Selected { number, at } => format!("Region {number} selected, {}", place(at)),
        News::NothingSelected => "No region selected".to_owned(),
    }
}

/// What follows the word “region”.
fn changed(change: ListChange) -> String {
    match change {
        ListChange::Added { number, at } => format!("{number} added, {}", place(at)),
        ListChange::Moved { number, to } => format!("{number} moved, {}", place(to)),
        ListChange::Resized { number, to } => format!("{number} resized, {}", place(to)),
        ListChange::Removed { number, n_before } => match n_before.saturating_sub(number) {
            0 => format!("{number} removed"),
            1 => format!("{number} removed; region {n_before} is now {number}"),
            _ => format!(
                "{number} removed; regions {} to {n_before} are now {number} to {}",
                number + 1,
                n_before - 1
            ),
        },
        ListChange::Several { n_now } => format!("list changed, {n_now} now"),
    }
}

fn place(found: BoxPx) -> String {
    let [x1, y1, x2, y2] = <[f64; 4]>::from(found).map(spoken);
    format!("{x1}, {y1} to {x2}, {y2}")
}

#[cfg(test)]
mod tests {
    use roi_geom::PointPx;

    use super::*;

    const AT: BoxPx = BoxPx::new(10.0, 10.0, 66.25, 50.0);

    fn of(step: Step, change: ListChange) -> String {
        sentence(&News::Changed { step, change })
    }

    fn removed(number: usize, n_before: usize) -> String {
        of(Step::Change, ListChange::Removed { number, n_before })
    }

    #[test]
    fn changing_undoing_and_redoing_are_told_apart() {
        let added = ListChange::Added { number: 2, at: AT };
        let said = "egion 2 added, 10, 10 to 66.3, 50";
        assert_eq!(of(Step::Change, added), format!("R{said}"));
        assert_eq!(of(Step::Undo, added), format!("Undone: r{said}"));
        assert_eq!(of(Step::Redo, added), format!("Redone: r{said}"));
    }

    #[test]
    fn removing_says_how_the_rest_is_numbered_now() {
        assert_eq!(
            removed(1, 3),
            "Region 1 removed; regions 2 to 3 are now 1 to 2"
        );
        assert_eq!(removed(1, 2), "Region 1 removed; region 2 is now 1");
        assert_eq!(removed(2, 2), "Region 2 removed");
    }

    #[test]
    fn everything_else_is_a_short_sentence() {
        for (news, said) in [
            (
                News::Begun(PointPx::new(30.0, 40.0)),
                "Box begun at 30, 40; the next click ends it",
            ),
            (News::GivenUp, "Box given up"),
            (
                News::Selected { number: 1, at: AT },
                "Region 1 selected, 10, 10 to 66.3, 50",
            ),
            (News::NothingSelected, "No region selected"),
        ] {
            assert_eq!(sentence(&news), said);
        }
        assert_eq!(
            of(Step::Change, ListChange::Several { n_now: 4 }),
            "Region list changed, 4 now"
        );
    }
}
