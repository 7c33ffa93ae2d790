//! A new decoder for regions that have learnt to speak.

#[cfg(test)]
mod tests;

use roi_model::Gpt4Roi;

use crate::parameters::read;
use crate::{Example, Examples, Parameters, TrainError};

/// So many examples tell what region vectors have in common.
const N_EXAMPLES: u64 = 32;

/// The same weights with a decoder that has learnt nothing but looks at regions, see [`Parameters::with_looking_decoder`]. The
/// first `examples` show what a region's vector looks like.
///
/// # Errors
/// [`TrainError::NoRegions`] when there is none in them, or what the model or the device says.
pub fn new_decoder(
    parameters: Parameters,
    examples: &impl Examples<Example = Example>,
    seed: u64,
) -> Result<Parameters, TrainError> {
    let width = parameters.config().decoder.hidden;
    let epsilon = parameters.config().decoder.rms_norm_eps as f32;
    let model = Gpt4Roi::from_tensors(parameters.config(), parameters.device(), |name| {
        parameters.get(name).cloned()
    })?;
    let mut sum = vec![0.0_f32; width];
    let mut n_regions = 0;
    for position in 0..N_EXAMPLES {
        // Broken examples are told by the run.
        let Ok(named) = examples.get(position) else {
            continue;
        };
        named.example.check(parameters.config())?;
        let boxes = named.example.regions()?;
        if boxes.is_empty() {
            continue;
        }
        let picture = model.encode_picture(&named.example.pixels);
        let vectors = model.encode_regions(&picture, &boxes, false);
        for vector in read("region vectors", vectors)?.chunks_exact(width) {
            let mean_square = vector.iter().map(|a| a * a).sum::<f32>() / width as f32;
            let scale = (mean_square + epsilon).sqrt().recip();
            let pairs = sum.iter_mut().zip(vector);
            pairs.for_each(|(sum, value)| *sum += value * scale);
            n_regions += 1;
        }
    }
    let mean: Vec<f32> = sum.iter().map(|sum| sum / n_regions as f32).collect();
    if n_regions == 0 || mean.iter().all(|&value| value == 0.0) {
        return Err(TrainError::NoRegions {
            n_examples: N_EXAMPLES,
        });
    }
    parameters.with_looking_decoder(&mean, seed)
}
