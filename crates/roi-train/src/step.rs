//! Loss and gradients of a batch.
//!
//! Each example is its own pass through the model, at its own length, so nothing is padded and the
//! sum over the batch is exact however the examples are spread over threads: it is always taken in
//! their order.

use burn::tensor::{Int, Tensor, activation};
use roi_model::Gpt4Roi;

use crate::parameters::read;
use crate::{Example, Gradients, Parameters, Stage, TrainError, Workers};

#[cfg(test)]
mod tests;

/// What a batch says.
#[derive(Clone, Debug)]
pub struct Step {
    /// Cross-entropy in nats, the mean over all labelled tokens of the batch.
    pub loss: f64,
    /// Labelled tokens of the batch.
    pub n_targets: usize,
    /// Tokens of the batch.
    pub n_tokens: usize,
    /// The loss's gradients with respect to what the stage trains.
    pub gradients: Gradients,
}

/// Loss and gradients of a batch.
///
/// # Errors
/// [`TrainError`] when an example does not fit the model or itself, nothing in the batch is
/// labelled, or the device fails.
pub fn step(
    parameters: &Parameters,
    stage: Stage,
    batch: &[Example],
    workers: &Workers,
) -> Result<Step, TrainError> {
    let n_targets = checked_targets(parameters, batch)?;
    let mut loss = 0.0;
    let mut sum: Option<Gradients> = None;
    workers.in_order(
        batch,
        |example| example_gradients(parameters, stage, example, n_targets),
        |(share, gradients)| {
            loss += share;
            sum = Some(match sum.take() {
                Some(sum) => sum.plus(gradients),
                None => gradients,
            });
        },
    )?;
    let Some(gradients) = sum else {
        return Err(TrainError::NoLabels { examples: 0 });
    };
    Ok(Step {
        loss,
        n_targets,
        n_tokens: batch.iter().map(|example| example.labelled.ids.len()).sum(),
        gradients,
    })
}

/// The loss of a batch alone: cross-entropy in nats, the mean over all its labelled tokens.
///
/// # Errors
/// As [`step`].
pub fn evaluate(
    parameters: &Parameters,
    batch: &[Example],
    workers: &Workers,
) -> Result<f64, TrainError> {
    let n_targets = checked_targets(parameters, batch)?;
    let mut loss = 0.0;
    let share = |example: &Example| {
        let model = Gpt4Roi::from_tensors(parameters.config(), parameters.device(), |name| {
            parameters.get(name).cloned()
        })?;
        value(cross_entropy(&model, example, n_targets)?)
    };
    workers.in_order(batch, share, |share| loss += share)?;
    Ok(loss)
}

/// Labelled tokens of a batch whose examples all fit the model.
fn checked_targets(parameters: &Parameters, batch: &[Example]) -> Result<usize, TrainError> {
    batch
        .iter()
        .try_for_each(|example| example.check(parameters.config()))?;
    match batch.iter().map(Example::n_targets).sum() {
        0 => Err(TrainError::NoLabels {
            examples: batch.len(),
        }),
        n_targets => Ok(n_targets),
    }
}

/// An example's share of the batch's loss, and its gradients.
fn example_gradients(
    parameters: &Parameters,
    stage: Stage,
    example: &Example,
    n_targets: usize,
) -> Result<(f64, Gradients), TrainError> {
    let leaves: Vec<Tensor<2>> = parameters
        .iter()
        .map(|(name, tensor)| {
            tensor
                .clone()
                .autodiff()
                .set_require_grad(stage.trains(name))
        })
        .collect();
    let model = Gpt4Roi::from_tensors(
        parameters.config(),
        &parameters.device().clone().autodiff(),
        |name| Some(leaves[parameters.place(name).ok()?].clone()),
    )?;
    let loss = cross_entropy(&model, example, n_targets)?;
    // An example of which nothing is learnt has no path back to any weight.
    let mut gradients = loss.is_tracked().then(|| loss.backward());
    let names = parameters.specs().iter().map(|spec| &spec.name);
    let trained = names.zip(leaves).filter(|(name, _)| stage.trains(name));
    let entries = trained.map(|(name, leaf)| {
        let found = gradients
            .as_mut()
            .and_then(|gradients| leaf.grad_remove(gradients));
        // A tensor that took no part, as the region extractor where there are no boxes.
        let gradient = found.unwrap_or_else(|| Tensor::zeros(leaf.dims(), parameters.device()));
        (name.clone(), gradient)
    });
    let gradients = Gradients::new(entries.collect());
    Ok((value(loss.inner())?, gradients))
}

/// The negative log-likelihood of an example's labelled tokens, divided by those of its batch.
fn cross_entropy(
    model: &Gpt4Roi,
    example: &Example,
    n_targets: usize,
) -> Result<Tensor<1>, TrainError> {
    let picture = model.encode_picture(&example.pixels);
    let boxes = example.regions()?;
    let vectors = model.encode_regions(&picture, &boxes, false);
    let regions: Vec<_> = (0..boxes.len())
        .map(|region| vectors.clone().narrow(0, region, 1))
        .collect();
    let embeds = model.embed_prompt(&example.labelled.ids, 0, &picture.image_tokens, &regions)?;
    let (positions, targets): (Vec<_>, Vec<_>) = example.targets().unzip();
    if positions.is_empty() {
        return Ok(Tensor::zeros([1], &embeds.device()));
    }
    let logits = model.logits_at(embeds, &positions);
    let targets: Vec<i32> = targets.into_iter().map(|id| id as i32).collect();
    let targets = Tensor::<1, Int>::from_ints(&targets[..], &logits.device());
    let chosen = activation::log_softmax(logits, 1).gather(1, targets.unsqueeze_dim::<2>(1));
    Ok(chosen.sum() / -(n_targets as f64))
}

fn value(loss: Tensor<1>) -> Result<f64, TrainError> {
    let values = read("the loss", loss)?;
    Ok(values.into_iter().map(f64::from).sum())
}
