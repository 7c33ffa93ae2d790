//! Reading the two texts that a front end shows: the regions a question names, and an answer
//! without the role label in front of it.

use std::ops::Range;

use crate::{Answer, FinishReason};

const ROLE_LABEL: &str = "Assistant:";
const STOP_MARK: &str = "###";

/// One `<regionK>` in a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionTag {
    /// Bytes of the text it takes up.
    pub range: Range<usize>,
    /// K as written; a number too large for the type is the largest of it.
    pub number: u32,
}

/// The `<regionK>` of a text from left to right, K in decimal digits.
pub fn region_tags(text: &str) -> Vec<RegionTag> {
    const OPENING: &str = "<region";
    text.match_indices(OPENING)
        .filter_map(|(start, _)| {
            let inside = &text[start + OPENING.len()..];
            let n_digits = inside.bytes().take_while(u8::is_ascii_digit).count();
            let is_closed = inside[n_digits..].starts_with('>');
            (n_digits > 0 && is_closed).then(|| RegionTag {
                range: start..start + OPENING.len() + n_digits + 1,
                number: inside[..n_digits].parse().unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// The regions that an answer names, from left to right: as `<regionK>`, or as the bare word `regionK`, which is what a model
/// says that was taught to point.
pub fn regions_named(answer: &str) -> Vec<RegionTag> {
    const WORD: &str = "region";
    let tags = region_tags(answer);
    let words = answer.match_indices(WORD).filter_map(|(start, _)| {
        let inside = &answer[start + WORD.len()..];
        let n_digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        let end = start + WORD.len() + n_digits;
        let is_within = answer[..start].ends_with(|before: char| before.is_alphanumeric())
            || answer[end..].starts_with(char::is_alphanumeric)
            || tags.iter().any(|tag| tag.range.contains(&start));
        (n_digits > 0 && !is_within).then(|| RegionTag {
            range: start..end,
            number: inside[..n_digits].parse().unwrap_or(u32::MAX),
        })
    });
    let mut named: Vec<RegionTag> = words.collect();
    named.extend(tags.iter().cloned());
    named.sort_by_key(|tag| tag.range.start);
    named
}

/// What to show of an answer that is still streaming: all of it but the role label, and nothing
/// as long as it may yet become the label.
pub fn shown_while_streaming(text: &str) -> &str {
    let begun = text.trim_start();
    if !begun.is_empty() && ROLE_LABEL.starts_with(begun) {
        ""
    } else {
        without_role_label(text)
    }
}

impl Answer {
    /// What people read: [`Answer::text`] as the model gave it, without the role label, of which an answer that was stopped may
    /// have only the beginning, and without the mark it stopped at.
    pub fn shown(&self) -> &str {
        let before_mark = match self.finish_reason {
            FinishReason::Stop => self.text.trim_end().strip_suffix(STOP_MARK),
            FinishReason::Cancelled => return shown_while_streaming(&self.text),
            _ => None,
        };
        without_role_label(before_mark.map_or(self.text.as_str(), str::trim_end))
    }
}

fn without_role_label(text: &str) -> &str {
    match text.trim_start().strip_prefix(ROLE_LABEL) {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None => text,
    }
}

#[cfg(test)]
mod tests;
