//! A prompt, slice after slice.
//!
//! A device that is given a long prompt of a large model at once is busy with it for seconds, and draws no page meanwhile; nor
//! can a question be taken back. Between slices it has time for both, and what a slice needs of the device's memory does not
//! grow with the conversation. The weights are read once for each slice, which costs little beside the products of so many
//! tokens with them.

use std::ops::Range;

use burn::tensor::Tensor;
use roi_model::{Gpt4Roi, ModelError};

use crate::EngineError;
use crate::cache::Cell;
use crate::host::{CancelFlag, Host};
use crate::session::{Memory, finished};

/// Tokens of a slice at most.
const SLICE: usize = 128;

/// Runs a prompt's tokens from the first that is not in memory to the last. `prompt` is what all of them stand for, and `embed`
/// makes the rows `[tokens, D]` of some. Returns the logits `[1, V]` of the last token, or `None` when the question was taken back;
/// memory then holds what was run.
///
/// # Errors
/// [`EngineError`] when the prompt is malformed or the device fails; memory is then of no use.
pub(crate) async fn prefill(
    model: &Gpt4Roi,
    host: &Host,
    embed: impl Fn(Range<usize>) -> Result<Tensor<2>, ModelError>,
    prompt: &[Cell],
    memory: &mut Memory,
    cancel: &CancelFlag,
) -> Result<Option<Tensor<2>>, EngineError> {
    let mut logits = None;
    for slice in slices(memory.cells.len()..prompt.len()) {
        if let Some(logits) = &logits {
            finished(logits, host).await?;
            if cancel.is_raised() {
                return Ok(None);
            }
        }
        logits = Some(model.prefill(embed(slice.clone())?, &mut memory.cache));
        memory.cells.extend_from_slice(&prompt[slice]);
    }
    Ok(logits)
}

/// The slices of these tokens: as few as there can be, none more than a token longer than another.
fn slices(tokens: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let count = tokens.len().div_ceil(SLICE);
    let place = move |index: usize| tokens.start + index * tokens.len() / count;
    (0..count).map(move |index| place(index)..place(index + 1))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{SLICE, slices};

    #[test]
    fn slices_are_alike_and_leave_nothing_out() {
        for tokens in [1, 2, 127, 128, 129, 255, 256, 257, 331, 1021] {
            let slices: Vec<_> = slices(7..7 + tokens).collect();
            assert_eq!(slices.len(), tokens.div_ceil(SLICE));
            let (first, last) = (&slices[0], &slices[slices.len() - 1]);
            assert_eq!((first.start, last.end), (7, 7 + tokens));
            for pair in slices.windows(2) {
                assert_eq!(pair[0].end, pair[1].start, "{tokens} tokens");
            }
            let lengths = slices.iter().map(Range::len);
            let (least, most) = (lengths.clone().min().unwrap(), lengths.max().unwrap());
            assert!(
                most <= SLICE && most - least <= 1,
                "{tokens}: {least} to {most}"
            );
        }
    }
}
