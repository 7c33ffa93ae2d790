//! What a text says of regions: whether their boxes have moved since, and the same question of another region.

use roi_geom::BoxPx;

use crate::{region_tags, regions_named};

/// Why a question cannot be asked of another region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the question names region {first} and region {second}, so there is no one region to replace"
)]
pub struct SeveralRegions {
    /// A region it names.
    pub first: u32,
    /// Another one.
    pub second: u32,
}

/// Numbers of the regions that a question or its answer names and whose boxes are not where they were, in ascending order.
///
/// `before` are the boxes they were about, `now` the present ones; a region that `before` does not have is left out.
pub fn moved_regions(question: &str, answer: &str, before: &[BoxPx], now: &[BoxPx]) -> Vec<u32> {
    let has_moved = |number: u32| {
        let index = (number as usize).checked_sub(1)?;
        let was = before.get(index)?;
        Some(now.get(index).is_none_or(|is| is.sorted() != was.sorted()))
    };
    let mut moved: Vec<u32> = region_tags(question)
        .into_iter()
        .chain(regions_named(answer))
        .map(|tag| tag.number)
        .filter(|&number| has_moved(number) == Some(true))
        .collect();
    moved.sort_unstable();
    moved.dedup();
    moved
}

/// The same question of region `number`, in place of the one region it names; one that names none is put to that region.
///
/// # Errors
/// The question names more than one region.
pub fn asked_of_region(question: &str, number: u32) -> Result<String, SeveralRegions> {
    let tags = region_tags(question);
    let Some(first) = tags.first().map(|tag| tag.number) else {
        return Ok(format!("About <region{number}>: {}", question.trim()));
    };
    if let Some(other) = tags.iter().find(|tag| tag.number != first) {
        return Err(SeveralRegions {
            first,
            second: other.number,
        });
    }
    Ok(renumbered(question, |_| number))
}

/// The same question with each region that it names under another number.
pub fn renumbered(question: &str, number_of: impl Fn(u32) -> u32) -> String {
    let mut renumbered = String::with_capacity(question.len());
    let mut end = 0;
    for tag in region_tags(question) {
        renumbered.push_str(&question[end..tag.range.start]);
        renumbered.push_str(&format!("<region{}>", number_of(tag.number)));
        end = tag.range.end;
    }
    renumbered.push_str(&question[end..]);
    renumbered
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: BoxPx = BoxPx::new(1.0, 2.0, 30.0, 41.0);
    const B: BoxPx = BoxPx::new(5.0, 7.0, 11.0, 13.0);
    const C: BoxPx = BoxPx::new(5.0, 7.0, 11.5, 13.0);

    #[test]
    fn only_named_regions_count_as_moved() {
        let text = "Is <region2> left of <region1>?";
        assert!(moved_regions(text, "", &[A, B, C], &[A, B, A]).is_empty());
        assert_eq!(moved_regions(text, "", &[A, B, C], &[A, C, C]), [2]);
        assert_eq!(moved_regions(text, "", &[A, B], &[B, A]), [1, 2]);
        assert!(moved_regions("What is this?", "", &[A], &[B]).is_empty());
    }

    #[test]
    fn a_region_is_told_once_however_often_it_is_named() {
        let text = "<region3> <region1> <region3>";
        assert_eq!(moved_regions(text, "", &[A, A, A], &[B, B, B]), [1, 3]);
    }

    #[test]
    fn an_answer_names_regions_as_words_too() {
        assert_eq!(
            moved_regions("Which one?", "region2", &[A, B], &[A, C]),
            [2]
        );
        assert_eq!(moved_regions("Which one?", "<region1>.", &[A], &[B]), [1]);
        // A question does so by its tags.
        assert!(moved_regions("Is region1 red?", "", &[A], &[B]).is_empty());
    }

    #[test]
    fn the_order_of_corners_is_no_movement() {
        let turned = BoxPx::new(30.0, 41.0, 1.0, 2.0);
        assert!(moved_regions("<region1>", "", &[A], &[turned]).is_empty());
    }

    #[test]
    fn a_box_that_is_gone_has_moved_and_an_unknown_one_has_not() {
        assert_eq!(moved_regions("<region2>", "", &[A, B], &[A]), [2]);
        assert!(
            moved_regions("<region2> <region0> <region99999999999>", "", &[A], &[A]).is_empty()
        );
        assert!(moved_regions("<region1>", "", &[], &[A]).is_empty());
    }

    #[test]
    fn the_region_of_a_question_is_replaced_wherever_it_stands() {
        let question = "Is <region1> new, or is <region1> é?";
        assert_eq!(
            asked_of_region(question, 13).unwrap(),
            "Is <region13> new, or is <region13> é?"
        );
        assert_eq!(asked_of_region(question, 1).unwrap(), question);
    }

    #[test]
    fn each_region_of_a_question_gets_its_own_number() {
        let next = |number: u32| number + 1;
        assert_eq!(
            renumbered("Is <region1> é, or <region9>? region1", next),
            "Is <region2> é, or <region10>? region1"
        );
        assert_eq!(renumbered("What is this?", next), "What is this?");
    }

    #[test]
    fn a_question_without_a_region_is_put_to_one() {
        assert_eq!(
            asked_of_region(" What colour is it? ", 2).unwrap(),
            "About <region2>: What colour is it?"
        );
    }

    #[test]
    fn a_question_of_two_regions_is_refused_with_both() {
        assert_eq!(
            asked_of_region("Is <region1> on <region1> or <region3>?", 2),
            Err(SeveralRegions {
                first: 1,
                second: 3
            })
        );
    }
}
