//! A new decoder for regions that have learnt to speak.

#[cfg(test)]
mod tests;

use roi_model::{Gpt4Roi, Precision};

use crate::learner::Broken;
use crate::parameters::read;
use crate::{Example, Examples, Parameters, SeenRegions, TrainError};

/// So many examples tell what region vectors are like.
const N_EXAMPLES: u64 = 128;
/// How many of them are named where none can be read.
const N_NAMED: usize = 5;

/// The same weights with a decoder that has learnt nothing but looks at regions, see [`Parameters::with_looking_decoder`]. The
/// first `examples` show what regions' vectors are like, and what regions are called by.
///
/// # Errors
/// [`TrainError::NothingReadable`] when none of them can be read, [`TrainError::NoRegions`] when there is no region in them, or what the model or the device says.
pub fn new_decoder(
    parameters: Parameters,
    examples: &impl Examples<Example = Example>,
    seed: u64,
) -> Result<Parameters, TrainError> {
    let bbox = parameters.config().tokens.bbox;
    let find = |name: &str| parameters.get(name).cloned();
    let (config, device) = (parameters.config(), parameters.device());
    let model = Gpt4Roi::from_tensors(config, device, Precision::F32, find)?;
    let (mut seen, mut problems) = (SeenRegions::default(), Vec::new());
    for position in 0..N_EXAMPLES {
        // As long as others can be read, broken examples are told by the run.
        let named = match examples.get(position) {
            Ok(named) => named,
            Err(Broken { name, problem }) => {
                problems.push(format!("{name}: {problem}"));
                continue;
            }
        };
        named.example.check(parameters.config())?;
        let boxes = named.example.regions()?;
        if boxes.is_empty() {
            continue;
        }
        let picture = model.encode_picture(&named.example.pixels);
        let vectors = model.encode_regions(&picture, &boxes, false);
        seen.vectors.extend(read("region vectors", vectors)?);
        for pair in named.example.labelled.ids.windows(2) {
            if pair[1] == bbox && !seen.names.contains(&pair[0]) {
                seen.names.push(pair[0]);
            }
        }
    }
    if problems.len() as u64 == N_EXAMPLES {
        problems.truncate(N_NAMED);
        return Err(TrainError::NothingReadable {
            n_examples: N_EXAMPLES,
            problems,
        });
    }
    if seen.vectors.iter().all(|&value| value == 0.0) {
        return Err(TrainError::NoRegions {
            n_examples: N_EXAMPLES,
        });
    }
    parameters.with_looking_decoder(&seen, seed)
}
