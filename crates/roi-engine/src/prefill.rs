//! A prompt, slice after slice.
//!
//! A device that is given a long prompt of a large model at once is busy with it for seconds, and draws no page meanwhile; nor
//! can a question be taken back. Between slices it has time for both. The weights are read once for each slice, which costs
//! little beside the products of so many tokens with them.

use burn::tensor::Tensor;
use roi_model::Gpt4Roi;

use crate::EngineError;
use crate::cache::Cell;
use crate::host::{CancelFlag, Host};
use crate::session::{Memory, finished};

/// Tokens of a slice at most.
const SLICE: usize = 128;

/// Runs `embeds` `[T, D]`, which stand for `cells`, behind what is in memory. Returns the logits `[1, V]` of the last token,
/// or `None` when the question was taken back; memory then holds what was run.
///
/// # Errors
/// [`EngineError`] when the device fails; memory is then of no use.
pub(crate) async fn prefill(
    model: &Gpt4Roi,
    host: &Host,
    embeds: Tensor<2>,
    cells: &[Cell],
    memory: &mut Memory,
    cancel: &CancelFlag,
) -> Result<Option<Tensor<2>>, EngineError> {
    let [tokens, width] = embeds.dims();
    let mut logits = None;
    for (start, end) in slices(tokens) {
        if let Some(logits) = &logits {
            finished(logits, host).await?;
            if cancel.is_raised() {
                return Ok(None);
            }
        }
        let slice = embeds.clone().slice([start..end, 0..width]);
        logits = Some(model.prefill(slice, &mut memory.cache));
        memory.cells.extend_from_slice(&cells[start..end]);
    }
    Ok(logits)
}

/// Where slices of so many tokens start and end: as few as there can be, none more than a token longer than another.
fn slices(tokens: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = tokens.div_ceil(SLICE);
    let place = move |index: usize| index * tokens / count;
    (0..count).map(move |index| (place(index), place(index + 1)))
}

#[cfg(test)]
mod tests {
    use super::{SLICE, slices};

    #[test]
    fn slices_are_alike_and_leave_nothing_out() {
        for tokens in [1, 2, 127, 128, 129, 255, 256, 257, 331, 1021] {
            let slices: Vec<_> = slices(tokens).collect();
            assert_eq!(slices.len(), tokens.div_ceil(SLICE));
            assert_eq!((slices[0].0, slices[slices.len() - 1].1), (0, tokens));
            for pair in slices.windows(2) {
                assert_eq!(pair[0].1, pair[1].0, "{tokens} tokens");
            }
            let lengths = slices.iter().map(|(start, end)| end - start);
            let (least, most) = (lengths.clone().min().unwrap(), lengths.max().unwrap());
            assert!(
                most <= SLICE && most - least <= 1,
                "{tokens}: {least} to {most}"
            );
        }
    }
}
