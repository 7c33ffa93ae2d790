//! Loss and gradients of a batch.
//!
//! Each example is its own pass through the model, at its own length, so nothing is padded and the
//! sum over the batch is exact however the examples are spread over threads: it is always taken in
//! their order.

use burn::tensor::{Int, Tensor, activation};
use roi_model::{Gpt4Roi, Picture, Precision};

use crate::parameters::read;
use crate::{Aim, Example, Gradients, Objective, Parameters, TrainError, Workers};

#[cfg(test)]
mod tests;

/// What a batch says.
#[derive(Clone, Debug)]
pub struct Step {
    /// Cross-entropy in nats, the mean over all that is to be learnt of the batch; of both objectives, the sum of the two means.
    pub loss: f64,
    /// How much is to be learnt: tokens of answers, or words where there are only those.
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
    aim: impl Into<Aim>,
    batch: &[Example],
    workers: &Workers,
) -> Result<Step, TrainError> {
    shared_step(
        std::slice::from_ref(parameters),
        &aim.into(),
        batch,
        workers,
    )
}

/// Loss and gradients of a batch whose examples are shared among devices, one after the other, each with the same weights. The
/// gradients are on the first device, and the same whatever the number of devices, if these compute alike.
///
/// # Errors
/// As [`step`].
///
/// # Panics
/// If there are no weights.
pub(crate) fn shared_step(
    replicas: &[Parameters],
    aim: &Aim,
    batch: &[Example],
    workers: &Workers,
) -> Result<Step, TrainError> {
    let (precision, dtype) = (aim.precision, aim.precision.dtype());
    let mut devices = replicas.iter().map(Parameters::device);
    if !devices.all(|device| device.supports_dtype(dtype)) {
        return Err(TrainError::Precision { precision });
    }
    let measure = Measure::new(&replicas[0], aim.objective, batch)?;
    let mut loss = 0.0;
    let mut sum: Option<Gradients> = None;
    let shared: Vec<_> = batch.iter().zip(replicas.iter().cycle()).collect();
    workers.in_order(
        &shared,
        |(example, parameters)| example_gradients(parameters, aim, &measure, example),
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
        n_targets: measure.n_targets(),
        n_tokens: batch.iter().map(|example| example.labelled.ids.len()).sum(),
        gradients,
    })
}

/// The loss of a batch alone: cross-entropy in nats, the mean over all that is to be learnt of it.
///
/// # Errors
/// As [`step`].
pub fn evaluate(
    parameters: &Parameters,
    objective: Objective,
    batch: &[Example],
    workers: &Workers,
) -> Result<f64, TrainError> {
    let measure = Measure::new(parameters, objective, batch)?;
    let mut loss = 0.0;
    let share = |example: &Example| {
        let find = |name: &str| parameters.get(name).cloned();
        let (config, device) = (parameters.config(), parameters.device());
        let model = Gpt4Roi::from_tensors(config, device, Precision::F32, find)?;
        value(measure.share(&model, example)?)
    };
    workers.in_order(batch, share, |share| loss += share)?;
    Ok(loss)
}

/// How the loss of a batch is taken, the same for all its examples.
struct Measure {
    /// Tokens of answers to be learnt, where the objective is of answers.
    n_answer_tokens: usize,
    /// Words to be learnt, where it is of words.
    n_words: usize,
    /// Of each token, the logarithm of its share of all words said in the batch; nothing where the objective is not of words.
    ///
    /// With it added, a vector has to say only in what its region differs from the others. Without, what all have in common
    /// comes first, and makes vectors so long that nothing else is learnt from them: the norm behind them divides by it.
    log_shares: Vec<f32>,
}

impl Measure {
    /// For a batch whose examples all fit the model.
    fn new(
        parameters: &Parameters,
        objective: Objective,
        batch: &[Example],
    ) -> Result<Self, TrainError> {
        let config = parameters.config();
        batch.iter().try_for_each(|example| example.check(config))?;
        let mut measure = Self {
            n_answer_tokens: 0,
            n_words: 0,
            log_shares: Vec::new(),
        };
        if objective.has_answers() {
            measure.n_answer_tokens = batch.iter().map(Example::n_targets).sum();
        }
        if objective.has_words() {
            // Every token counts as said once: a share of nothing has no logarithm.
            let mut counts = vec![1.0; config.decoder.vocab_rows];
            for (_, word) in batch
                .iter()
                .flat_map(|example| example.words(config.tokens.bbox))
            {
                counts[word as usize] += 1.0;
                measure.n_words += 1;
            }
            let total: f32 = counts.iter().sum();
            measure.log_shares = counts.iter().map(|count| (count / total).ln()).collect();
        }
        if measure.n_targets() == 0 {
            return Err(TrainError::NoLabels {
                examples: batch.len(),
            });
        }
        Ok(measure)
    }

    /// How much is to be learnt, by what the loss of accumulated batches is weighed.
    fn n_targets(&self) -> usize {
        if self.n_answer_tokens > 0 {
            self.n_answer_tokens
        } else {
            self.n_words
        }
    }

    /// An example's share of the loss.
    fn share(&self, model: &Gpt4Roi, example: &Example) -> Result<Tensor<1>, TrainError> {
        let picture = model.encode_picture(&example.pixels);
        let boxes = example.regions()?;
        let vectors = model.encode_regions(&picture, &boxes, false);
        let words = self.words_cross_entropy(model, example, &vectors);
        let answers = self.answers_cross_entropy(model, example, &picture, &vectors)?;
        Ok(match (words, answers) {
            (Some(words), Some(answers)) => words + answers,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Tensor::zeros([1], &picture.image_tokens.device()),
        })
    }

    /// The negative log-likelihood of an example's labelled tokens, divided by those of its batch.
    fn answers_cross_entropy(
        &self,
        model: &Gpt4Roi,
        example: &Example,
        picture: &Picture,
        vectors: &Tensor<2>,
    ) -> Result<Option<Tensor<1>>, TrainError> {
        if self.n_answer_tokens == 0 {
            return Ok(None);
        }
        let regions: Vec<_> = (0..vectors.dims()[0])
            .map(|region| vectors.clone().narrow(0, region, 1))
            .collect();
        let ids = &example.labelled.ids;
        let embeds = model.embed_prompt(ids, 0..ids.len(), &picture.image_tokens, &regions)?;
        let (positions, targets): (Vec<_>, Vec<_>) = example.targets().unzip();
        if positions.is_empty() {
            return Ok(None);
        }
        let logits = model.logits_at(embeds, &positions);
        let targets: Vec<i32> = targets.into_iter().map(|id| id as i32).collect();
        let targets = Tensor::<1, Int>::from_ints(&targets[..], &logits.device());
        let chosen = activation::log_softmax(logits, 1).gather(1, targets.unsqueeze_dim::<2>(1));
        Ok(Some(chosen.sum() / -(self.n_answer_tokens as f64)))
    }

    /// The negative log-likelihood of the words said of an example's regions, each from its region's vector, divided by the
    /// words of its batch.
    fn words_cross_entropy(
        &self,
        model: &Gpt4Roi,
        example: &Example,
        vectors: &Tensor<2>,
    ) -> Option<Tensor<1>> {
        if self.n_words == 0 {
            return None;
        }
        let (rows, words): (Vec<_>, Vec<_>) = example
            .words(model.config().tokens.bbox)
            .into_iter()
            .map(|(region, word)| (region as i32, word as i32))
            .unzip();
        if words.is_empty() {
            return None;
        }
        let logits = model.logits_of(vectors.clone());
        let device = logits.device();
        let shares = Tensor::<1>::from_floats(&self.log_shares[..], &device);
        let likelihoods = activation::log_softmax(logits + shares.unsqueeze_dim(0), 1);
        let rows = Tensor::<1, Int>::from_ints(&rows[..], &device);
        let words = Tensor::<1, Int>::from_ints(&words[..], &device);
        let chosen = likelihoods
            .select(0, rows)
            .gather(1, words.unsqueeze_dim::<2>(1));
        Some(chosen.sum() / -(self.n_words as f64))
    }
}

/// An example's share of the batch's loss, and its gradients.
fn example_gradients(
    parameters: &Parameters,
    aim: &Aim,
    measure: &Measure,
    example: &Example,
) -> Result<(f64, Gradients), TrainError> {
    let leaves: Vec<Tensor<2>> = parameters
        .iter()
        .map(|(name, tensor)| tensor.clone().autodiff().set_require_grad(aim.trains(name)))
        .collect();
    let model = Gpt4Roi::from_tensors(
        parameters.config(),
        &parameters.device().clone().autodiff(),
        aim.precision,
        |name| Some(leaves[parameters.place(name).ok()?].clone()),
    )?;
    let loss = measure.share(&model, example)?;
    let scale = loss_scale(aim.precision);
    // An example of which nothing is learnt has no path back to any weight.
    let mut gradients = loss
        .is_tracked()
        .then(|| scaled(loss.clone(), scale).backward());
    let names = parameters.specs().iter().map(|spec| &spec.name);
    let trained = names.zip(leaves).filter(|(name, _)| aim.trains(name));
    let entries = trained.map(|(name, leaf)| {
        let found = gradients
            .as_mut()
            .and_then(|gradients| leaf.grad_remove(gradients));
        // A tensor that took no part, as the region extractor where there are no boxes.
        let gradient = found.unwrap_or_else(|| Tensor::zeros(leaf.dims(), parameters.device()));
        (name.clone(), scaled(gradient, scale.map(f64::recip)))
    });
    let gradients = Gradients::new(entries.collect());
    Ok((value(loss.inner())?, gradients))
}

/// By what a loss is multiplied before it is differentiated, and its gradients divided after: a power of two, so that f32 loses
/// nothing. Gradients at activations are often below 6e-8, the least that f16 tells from zero. A weight's may be 63 before its
/// product overflows, and the run stops at a gradient that is not finite; the whole gradient of the demo's runs was 45 at most.
fn loss_scale(precision: Precision) -> Option<f64> {
    match precision {
        Precision::F16 => Some(1024.0),
        Precision::F32 | Precision::Bf16 => None,
    }
}

fn scaled<const D: usize>(tensor: Tensor<D>, scale: Option<f64>) -> Tensor<D> {
    match scale {
        Some(scale) => tensor * scale,
        None => tensor,
    }
}

fn value(loss: Tensor<1>) -> Result<f64, TrainError> {
    let values = read("the loss", loss)?;
    Ok(values.into_iter().map(f64::from).sum())
}
