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

/// A text with the tags of so many boxes: a box's first tag becomes `regionK <bbox>`, others `regionK`, as in a typed question,
/// but that what earlier questions mentioned is introduced anew.
pub(crate) fn tagged(words: &str, n_boxes: usize) -> Vec<Part> {
    const OPEN: &str = "<region";
    let mut parts = Vec::new();
    let mut introduced = vec![false; n_boxes];
    let mut before = String::new();
    let mut rest = words;
    while let Some((words, behind)) = rest.split_once(OPEN) {
        before.push_str(words);
        let number = behind.split_once('>').and_then(|(number, after)| {
            let index = number.parse::<usize>().ok()?.checked_sub(1)?;
            Some((index, introduced.get_mut(index)?, after))
        });
        rest = match number {
            Some((index, introduced, after)) => {
                if *introduced {
                    before.push_str(&format!("region{}", index + 1));
                } else {
                    *introduced = true;
                    parts.push(text(std::mem::take(&mut before)));
                    parts.extend(Part::introduced(index));
                }
                after
            }
            None => {
                before.push_str(OPEN);
                behind
            }
        };
    }
    before.push_str(rest);
    parts.push(text(before));
    parts
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

#[cfg(test)]
mod tests {
    use super::{tagged, text};
    use roi_prompt::Part;

    #[test]
    fn a_tag_becomes_its_regions_name_and_at_first_its_vector_too() {
        let [name, vector] = Part::introduced(1);
        let [other_name, other_vector] = Part::introduced(0);
        let expected = vec![
            text("Is "),
            name,
            vector,
            text(" like "),
            other_name,
            other_vector,
            text(" or region2?"),
        ];
        assert_eq!(
            tagged("Is <region2> like <region1> or <region2>?", 2),
            expected
        );
    }

    #[test]
    fn what_is_no_tag_of_a_box_stays_as_it_is() {
        for words in [
            "",
            "region1",
            "<region>",
            "<region0>",
            "<region3>",
            "<regionx>",
            "<region1",
            "a <regional> b",
        ] {
            assert_eq!(tagged(words, 2), [text(words)], "{words}");
        }
    }
}
