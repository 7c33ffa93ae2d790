//! The row of the selected box, kept in sight where the list scrolls by itself.

use leptos::prelude::*;
use roi_geom::BoxTool;

use crate::session::Session;

/// Scrolls the list to the box that gets selected. Where it scrolls with the page all stays as it is: whoever draws looks at the
/// picture.
pub(crate) fn follow_selected(session: Session) {
    let selected = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().and_then(BoxTool::selected))
    });
    Effect::new(move |_| {
        if let Some(index) = selected.get() {
            // The row of a new box is there by then.
            request_animation_frame(move || show_row(index));
        }
    });
}

fn show_row(index: usize) {
    let document = document();
    let row = document.query_selector(&format!(".box-row[data-index=\"{index}\"]"));
    let Some(row) = row.ok().flatten() else {
        return;
    };
    // The browser shows what has the focus by itself, and a button must not move away while it is pressed.
    if row.contains(document.active_element().as_deref()) {
        return;
    }
    let Some(side) = row.closest(".side").ok().flatten() else {
        return;
    };
    let (row, room) = (
        row.get_bounding_client_rect(),
        side.get_bounding_client_rect(),
    );
    let (above, below) = (row.top() - room.top(), row.bottom() - room.bottom());
    let by = if above < 0.0 {
        above.floor()
    } else {
        below.ceil().max(0.0)
    };
    side.set_scroll_top(side.scroll_top() + by as i32);
}
