//! What each view makes of a record: the objects whose boxes are bound, in order, and the turns.

use roi_prompt::{Part, Turn};

use super::VcrView;
use super::numbers::{Piece, numbers, pieces, reworded};
use crate::draw::Draw;
use crate::formats::vcr::VcrRecord;
use crate::parts::{filled, listed, text, turn};
use crate::templates::{OBJECTS_LISTED, WHY};

/// Objects, counted from zero, and what is said about them.
type Looked = (Vec<usize>, Vec<Turn>);

/// Whether the view has something to say about the record.
pub(super) fn is_usable(record: &VcrRecord, view: VcrView) -> bool {
    let has_words = |words: &str| !words.trim().is_empty();
    has_words(&record.question_orig)
        && has_words(&record.answer_orig)
        && has_words(&record.rationale_orig)
        && match view {
            VcrView::All { off_by_one } => all(record, off_by_one, None).is_some(),
            VcrView::Single | VcrView::Multi => mentioned(record, view, None).is_some(),
        }
}

/// The record as it is looked at; nothing if it is not usable.
pub(super) fn look(record: &VcrRecord, view: VcrView, draw: &mut Draw) -> Option<Looked> {
    match view {
        VcrView::All { off_by_one } => all(record, off_by_one, Some(draw)),
        VcrView::Single | VcrView::Multi => mentioned(record, view, Some(draw)),
    }
}

/// `{class} at regionK` for an object, counted from one.
fn class_at(class: &str, region: usize) -> String {
    format!("{class} at region{region}")
}

fn drawn<'a>(draw: &mut Option<&mut Draw>, templates: &[&'a str]) -> &'a str {
    let picked = draw.as_mut().and_then(|draw| draw.pick(templates).copied());
    picked
        .or_else(|| templates.first().copied())
        .unwrap_or_default()
}

/// All objects listed; numbers become classes with their region.
fn all(record: &VcrRecord, off_by_one: bool, mut draw: Option<&mut Draw>) -> Option<Looked> {
    let objects = &record.objects;
    let name = |number: usize| {
        let index = if off_by_one {
            number
        } else {
            number.checked_sub(1)?
        };
        Some(class_at(objects.get(index)?, number))
    };
    let question = reworded(&record.question_orig, name)?;
    let answer = reworded(&record.answer_orig, name)?;
    let rationale = reworded(&record.rationale_orig, name)?;
    if objects.is_empty() {
        return None;
    }
    let mut first = filled(
        drawn(&mut draw, &OBJECTS_LISTED),
        listed(0..objects.len(), ","),
    );
    first.push(text(question));
    let why = vec![text(drawn(&mut draw, &WHY))];
    let turns = vec![turn(first, answer), turn(why, rationale)];
    Some(((0..objects.len()).collect(), turns))
}

/// Objects where the question mentions them; the answer must speak of them alone.
fn mentioned(record: &VcrRecord, view: VcrView, mut draw: Option<&mut Draw>) -> Option<Looked> {
    let objects = &record.objects;
    let mentions = numbers(&record.question_orig);
    let fits_view = match view {
        VcrView::Single => mentions.len() == 1,
        _ => mentions.len() >= 2,
    };
    let in_answer = numbers(&record.answer_orig);
    let are_covered = |numbers: &[usize]| numbers.iter().all(|number| mentions.contains(number));
    let are_objects = mentions
        .iter()
        .all(|number| (1..=objects.len()).contains(number));
    if !fits_view || in_answer.is_empty() || !are_covered(&in_answer) || !are_objects {
        return None;
    }
    // An object is called by the region of its first mention.
    let region = |number: usize| mentions.iter().position(|&m| m == number).map(|at| at + 1);
    let name = |number: usize| {
        Some(class_at(
            objects.get(number.checked_sub(1)?)?,
            region(number)?,
        ))
    };

    let mut question = Vec::new();
    let mut n_bound = 0;
    for piece in pieces(&record.question_orig) {
        match piece {
            Piece::Words(words) => question.push(text(words)),
            Piece::Number(number) => {
                question.push(text(format!("region{} ", region(number)?)));
                question.push(Part::Region(n_bound));
                n_bound += 1;
            }
        }
    }
    let mut turns = vec![turn(question, reworded(&record.answer_orig, name)?)];
    if are_covered(&numbers(&record.rationale_orig)) {
        let why = vec![text(drawn(&mut draw, &WHY))];
        turns.push(turn(why, reworded(&record.rationale_orig, name)?));
    }
    Some((mentions.iter().map(|number| number - 1).collect(), turns))
}
