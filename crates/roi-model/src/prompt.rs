//! Which rows of a prompt's embeddings come from the table, the picture and the regions.

use std::ops::Range;

use roi_weights::TokenIds;

use crate::ModelError;

#[cfg(test)]
mod tests;

/// Consecutive tokens whose rows come from one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// These tokens of the prompt, from the embedding table.
    Text(Range<usize>),
    /// These patches of the picture.
    Patches(Range<usize>),
    /// The region vector of this index.
    Region(usize),
}

/// What a prompt must fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) tokens: &'a TokenIds,
    pub(crate) n_patches: usize,
    pub(crate) vocab_rows: usize,
}

impl Frame<'_> {
    /// The spans of the tokens `wanted` of `ids`.
    ///
    /// All of the prompt is checked: every id has a row, the picture's block is whole and occurs
    /// at most once, and there is a vector for each region token.
    ///
    /// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/models/spi_llava.py`, `SPILlavaLlamaModel.forward`.
    /// Differs: a malformed prompt is an error that says where.
    pub(crate) fn spans(
        &self,
        ids: &[u32],
        wanted: Range<usize>,
        vectors: usize,
    ) -> Result<Vec<Span>, ModelError> {
        if wanted.is_empty() || wanted.end > ids.len() {
            return Err(ModelError::NothingToEmbed {
                wanted,
                length: ids.len(),
            });
        }
        self.check_rows(ids)?;
        let patches = self.patches(ids)?;
        let mut spans = Vec::new();
        let mut bboxes = 0;
        for (position, &id) in ids.iter().enumerate() {
            let span = if patches.contains(&position) {
                let patch = position - patches.start;
                Span::Patches(patch..patch + 1)
            } else if id == self.tokens.bbox {
                bboxes += 1;
                Span::Region(bboxes - 1)
            } else {
                Span::Text(position..position + 1)
            };
            if wanted.contains(&position) {
                push(&mut spans, span);
            }
        }
        if bboxes == vectors {
            Ok(spans)
        } else {
            Err(ModelError::RegionCount { bboxes, vectors })
        }
    }

    fn check_rows(&self, ids: &[u32]) -> Result<(), ModelError> {
        let vocab_rows = self.vocab_rows;
        match ids.iter().position(|&id| id as usize >= vocab_rows) {
            Some(position) => Err(ModelError::TokenId {
                position,
                id: ids[position],
                vocab_rows,
            }),
            None => Ok(()),
        }
    }

    /// Positions of the picture's patches; empty without a picture.
    fn patches(&self, ids: &[u32]) -> Result<Range<usize>, ModelError> {
        let TokenIds {
            im_start,
            im_patch,
            im_end,
            ..
        } = *self.tokens;
        let is_block = |id: &u32| [im_start, im_patch, im_end].contains(id);
        let Some(start) = ids.iter().position(is_block) else {
            return Ok(0..0);
        };
        let first = start + 1;
        let end = first + self.n_patches;
        let wrong = |position| {
            Err(ModelError::ImageBlock {
                position,
                n_patches: self.n_patches,
            })
        };
        for position in start..=end {
            let expected = match position {
                _ if position == start => im_start,
                _ if position == end => im_end,
                _ => im_patch,
            };
            if ids.get(position) != Some(&expected) {
                return wrong(position);
            }
        }
        match ids[end + 1..].iter().position(is_block) {
            Some(again) => wrong(end + 1 + again),
            None => Ok(first..end),
        }
    }
}

/// Adds a span, joined with the one before where both come from the same place.
fn push(spans: &mut Vec<Span>, span: Span) {
    match (spans.last_mut(), &span) {
        (Some(Span::Text(last)), Span::Text(next))
        | (Some(Span::Patches(last)), Span::Patches(next)) => {
            last.end = next.end;
        }
        _ => spans.push(span),
    }
}
