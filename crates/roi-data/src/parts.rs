//! Questions put together from templates and regions.

use roi_prompt::{Part, Question, Turn};

/// Where a template has room for what is asked about.
const SLOT: &str = "{}";

pub(crate) fn text(words: impl Into<String>) -> Part {
    Part::Text(words.into())
}

/// The template with its slot filled.
pub(crate) fn filled(template: &str, slot: impl IntoIterator<Item = Part>) -> Vec<Part> {
    let (before, after) = template.split_once(SLOT).unwrap_or((template, ""));
    let ends = [before, after].map(text);
    let [before, after] = ends;
    [before].into_iter().chain(slot).chain([after]).collect()
}

/// `region1 <bbox>,region2 <bbox>,…` for boxes by their index, with this between them.
pub(crate) fn listed(
    boxes: impl IntoIterator<Item = usize>,
    between: &'static str,
) -> impl Iterator<Item = Part> {
    boxes
        .into_iter()
        .enumerate()
        .flat_map(move |(place, index)| {
            let comma = (place > 0).then(|| text(between));
            comma.into_iter().chain(Part::introduced(index))
        })
}

pub(crate) fn turn(question: impl Into<Question>, answer: impl Into<String>) -> Turn {
    Turn {
        question: question.into(),
        answer: Some(answer.into()),
    }
}
