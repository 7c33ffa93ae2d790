//! A word on an answer whose boxes have been moved: what it says was said of another place.

use leptos::prelude::*;
use roi_protocol::moved_regions;

use crate::session::{Exchange, Session};

/// Names the regions of an exchange that have moved since; nothing while none has.
#[component]
pub(crate) fn MovedNote(session: Session, exchange: Exchange) -> impl IntoView {
    let text = Memo::new(move |_| {
        let answer = exchange
            .done
            .with(|done| done.as_ref().map(|done| done.text.clone()));
        let said = format!("{}\n{}", exchange.question, answer.unwrap_or_default());
        session.tool.with(|tool| {
            let now = tool.as_ref()?.boxes();
            sentence(&moved_regions(&said, &exchange.boxes, now))
        })
    });
    view! {
        <Show when=move || text.with(Option::is_some)>
            <p class="moved" data-testid="moved-note">{move || text.get()}</p>
        </Show>
    }
}

fn sentence(moved: &[u32]) -> Option<String> {
    match moved {
        [] => None,
        [one] => Some(format!("Region {one} has moved since.")),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(u32::to_string).collect();
            Some(format!(
                "Regions {} and {last} have moved since.",
                first.join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn one_two_and_three_regions_are_told_as_people_tell_them() {
        assert_eq!(sentence(&[]), None);
        assert_eq!(sentence(&[7]).as_deref(), Some("Region 7 has moved since."));
        assert_eq!(
            sentence(&[1, 3]).as_deref(),
            Some("Regions 1 and 3 have moved since.")
        );
        assert_eq!(
            sentence(&[1, 3, 11]).as_deref(),
            Some("Regions 1, 3 and 11 have moved since.")
        );
    }
}
