//! Refuses what is no number, so that no checkpoint and no model ever holds one.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use roi_weights::TensorSpec;

use super::gather::Batch;
use crate::TrainError;
use crate::optimizer::Moments;

/// Refuses a value that a step has computed.
pub(super) fn expect_finite<E>(
    what: impl Into<String>,
    value: f64,
    step: u64,
    batches: &[Batch<E>],
) -> Result<(), TrainError> {
    if value.is_finite() {
        return Ok(());
    }
    let names = batches.iter().flat_map(|batch| &batch.names);
    Err(TrainError::NotFinite {
        what: what.into(),
        value,
        step,
        examples: names.cloned().collect(),
    })
}

/// Refuses what an update has left: a rate that is too high takes weights beyond what f32 holds, though loss and gradient were
/// numbers.
pub(super) fn expect_finite_state<E>(
    specs: &[TensorSpec],
    weights: &[Vec<f32>],
    moments: &Moments,
    step: u64,
    batches: &[Batch<E>],
) -> Result<(), TrainError> {
    for (kind, tensors) in [
        ("weight", weights),
        ("first moment", &moments.first),
        ("second moment", &moments.second),
    ] {
        let first = tensors
            .par_iter()
            .enumerate()
            .find_map_first(|(place, values)| {
                let value = values.iter().find(|value| !value.is_finite())?;
                Some((place, f64::from(*value)))
            });
        if let Some((place, value)) = first {
            let tensor = specs.get(place).map_or("", |spec| &spec.name);
            let what = format!("updated {kind} of {tensor}");
            expect_finite(what, value, step, batches)?;
        }
    }
    Ok(())
}
