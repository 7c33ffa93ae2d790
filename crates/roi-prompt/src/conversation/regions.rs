//! Region tags: found in a question, checked against the boxes, bound to `<bbox>` tokens.

use std::collections::BTreeSet;

use super::PromptError;
use crate::tokenizer::Segment;

/// Rewrites the questions of one conversation, oldest first.
pub(super) struct Regions {
    n_boxes: usize,
    by_order: bool,
    bbox: u32,
    mentioned: BTreeSet<String>,
    /// For each `<bbox>` so far, the index of its box.
    pub(super) bound: Vec<usize>,
}

impl Regions {
    pub(super) fn new(n_boxes: usize, by_order: bool, bbox: u32) -> Self {
        Self {
            n_boxes,
            by_order,
            bbox,
            mentioned: BTreeSet::new(),
            bound: Vec::new(),
        }
    }

    /// The question's segments; a region's first tag becomes `regionK <bbox>`, others `regionK`.
    pub(super) fn rewrite(&mut self, question: &str) -> Result<Vec<Segment>, PromptError> {
        let mut segments = Vec::new();
        let mut rest = question;
        while let Some(tag) = find_tag(rest) {
            segments.push(Segment::Text(format!("{}region{}", tag.before, tag.number)));
            if self.mentioned.insert(tag.number.to_owned()) {
                self.bind(&tag)?;
                segments.push(Segment::Text(" ".to_owned()));
                segments.push(Segment::Control(self.bbox));
            }
            rest = tag.after;
        }
        segments.push(Segment::Text(rest.to_owned()));
        Ok(segments)
    }

    /// The `<bbox>` of a question's part; `index` and `turn` count from zero.
    pub(super) fn bind_part(&mut self, index: usize, turn: usize) -> Result<Segment, PromptError> {
        if index >= self.n_boxes {
            return Err(PromptError::NoSuchBox {
                turn: turn + 1,
                number: index.saturating_add(1),
                n_boxes: self.n_boxes,
            });
        }
        self.bound.push(index);
        Ok(Segment::Control(self.bbox))
    }

    fn bind(&mut self, tag: &Tag<'_>) -> Result<(), PromptError> {
        let index = if self.by_order {
            if self.bound.len() >= self.n_boxes {
                return Err(PromptError::TooManyRegions {
                    n_regions: self.mentioned.len(),
                    n_boxes: self.n_boxes,
                });
            }
            self.bound.len()
        } else {
            let number = tag.number.parse::<usize>().ok();
            let Some(number) = number.filter(|number| (1..=self.n_boxes).contains(number)) else {
                return Err(PromptError::NoSuchRegion {
                    tag: format!("<region{}>", tag.number),
                    n_boxes: self.n_boxes,
                });
            };
            number - 1
        };
        self.bound.push(index);
        Ok(())
    }
}

pub(super) struct Tag<'a> {
    pub(super) before: &'a str,
    /// Its digits without leading zeros: `<region01>` is `<region1>`.
    pub(super) number: &'a str,
    pub(super) after: &'a str,
}

/// The first tag of a text.
pub(super) fn find_tag(text: &str) -> Option<Tag<'_>> {
    const OPENING: &str = "<region";
    text.match_indices(OPENING).find_map(|(at, _)| {
        let inside = &text[at + OPENING.len()..];
        let n_digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, after) = inside.split_at(n_digits);
        let after = after.strip_prefix('>')?;
        let number = match digits.trim_start_matches('0') {
            "" => digits.get(digits.len().checked_sub(1)?..)?,
            number => number,
        };
        Some(Tag {
            before: &text[..at],
            number,
            after,
        })
    })
}
