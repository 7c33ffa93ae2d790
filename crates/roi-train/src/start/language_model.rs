//! Vicuna, CLIP and LLaVA's pretrained projector put together: where the original's stage 1 starts.
//!
//! Tokens that the language model lacks get ids and rows; the region extractor is initialised.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/train/train.py`, `train` and `smart_tokenizer_and_embedding_resize`;
//! `gpt4roi/models/spi_llava.py`, `initialize_vision_tokenizer`.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use roi_import::{Checkpoint, CheckpointModel};
use roi_prompt::Tokenizer;
use roi_weights::TensorSpec;

use super::{Beginning, Companions, TOKENIZER, find_licence};
use crate::config::Config;
use crate::tokenizer_files::{NEW_TOKENS, TokenizerFiles};
use crate::{Parameters, TrainError};

const INPUT_TABLE: &str = "model.embed_tokens.weight";
const OUTPUT_TABLE: &str = "lm_head.weight";
/// Rows of these are the mean of all before them when they are new.
const MEAN_ROWS: [&str; 4] = ["<bbox>", "<point>", "<im_start>", "<im_end>"];
const PADDING: &str = "[PAD]";

pub(super) fn read(
    config: &Config,
    model: &Path,
    vision: &Path,
    projector: &Path,
    device: &Device,
) -> Result<Beginning, TrainError> {
    let projector = Checkpoint::open_file(projector)?;
    let mut files = TokenizerFiles::read(model)?;
    let added = grown(&files)?;
    files.set_added(&added);
    let folder = config.out.join(TOKENIZER);
    files.write(&folder)?;
    let opened = CheckpointModel::open_language_model(model, vision, &folder)?;
    let tokenizer = Tokenizer::from_json(opened.tokenizer_json().as_bytes())?;

    let mut sizes = opened.config().clone();
    let old_rows = sizes.decoder.vocab_rows;
    sizes.decoder.vocab_rows = old_rows.max(tokenizer.n_ids());
    let mut parameters = Parameters::initial_beside_learnt(&sizes, config.seed, device)?;
    for spec in parameters.specs().to_vec() {
        let name = spec.name.as_str();
        let values = if name.starts_with("model.spi_module.") {
            continue;
        } else if name.starts_with("model.mm_projector.") {
            projector.values(name)?
        } else if [INPUT_TABLE, OUTPUT_TABLE].contains(&name) {
            let old = opened.weights().values(name)?;
            let mut table = Table::new(parameters.values(name)?, old, sizes.decoder.hidden);
            table.fill(&added, old_rows);
            if name == INPUT_TABLE {
                table.take_projector_rows(&projector, &added)?;
            }
            table.values
        } else {
            opened.weights().values(name)?
        };
        set(&mut parameters, &spec, values)?;
    }
    Ok(Beginning {
        parameters,
        tokenizer,
        companions: Companions {
            tokenizer: files,
            licence: find_licence(model)?,
        },
    })
}

/// All tokens that are no pieces, with ids for those that have none yet.
fn grown(files: &TokenizerFiles) -> Result<BTreeMap<String, u32>, TrainError> {
    let mut added = files.added()?;
    let json = roi_prompt::tokenizer_json(files.model(), &added)?;
    let tokenizer = Tokenizer::from_json(json.as_bytes())?;
    let mut next = tokenizer.n_ids() as u32;
    for token in NEW_TOKENS {
        if tokenizer.special(token).is_none() {
            added.insert(token.to_owned(), next);
            next += 1;
        }
    }
    Ok(added)
}

/// A table of embeddings with more rows than the language model's.
struct Table {
    values: Vec<f32>,
    width: usize,
}

impl Table {
    /// The language model's rows on top of `initial` ones.
    fn new(mut initial: Vec<f32>, old: Vec<f32>, width: usize) -> Self {
        let n_shared = old.len().min(initial.len());
        initial[..n_shared].copy_from_slice(&old[..n_shared]);
        Self {
            values: initial,
            width,
        }
    }

    /// Gives rows behind `old_rows` what the original gives them; `<im_patch>`, which is overwritten by the picture in
    /// every conversation, keeps its initial ones.
    fn fill(&mut self, added: &BTreeMap<String, u32>, old_rows: usize) {
        let new = |token: &str| {
            let id = added.get(token).map(|id| *id as usize);
            id.filter(|id| *id >= old_rows)
        };
        if let Some(id) = new(PADDING) {
            let mean = self.mean(id);
            self.set_row(id, &mean);
        }
        let ids: Vec<usize> = MEAN_ROWS.iter().filter_map(|token| new(token)).collect();
        if let Some(first) = ids.iter().min() {
            let mean = self.mean(*first);
            for id in ids {
                self.set_row(id, &mean);
            }
        }
    }

    /// The rows of `<im_start>` and `<im_end>`, where the projector was pretrained with them.
    fn take_projector_rows(
        &mut self,
        projector: &Checkpoint,
        added: &BTreeMap<String, u32>,
    ) -> Result<(), TrainError> {
        if projector.tensor(INPUT_TABLE).is_none() {
            return Ok(());
        }
        let rows = projector.values(INPUT_TABLE)?;
        let expected = 2 * self.width;
        if rows.len() != expected {
            return Err(TrainError::ValueCount {
                name: INPUT_TABLE.to_owned(),
                expected,
                found: rows.len(),
            });
        }
        for (token, row) in ["<im_start>", "<im_end>"]
            .iter()
            .zip(rows.chunks(self.width))
        {
            if let Some(id) = added.get(*token) {
                self.set_row(*id as usize, row);
            }
        }
        Ok(())
    }

    /// The mean of the first `n_rows` rows.
    fn mean(&self, n_rows: usize) -> Vec<f32> {
        let mut sums = vec![0.0_f64; self.width];
        for row in self.values.chunks(self.width).take(n_rows) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += f64::from(*value);
            }
        }
        sums.into_iter()
            .map(|sum| (sum / n_rows as f64) as f32)
            .collect()
    }

    fn set_row(&mut self, row: usize, values: &[f32]) {
        let start = row * self.width;
        if let Some(row) = self.values.get_mut(start..start + self.width) {
            row.copy_from_slice(values);
        }
    }
}

fn set(parameters: &mut Parameters, spec: &TensorSpec, values: Vec<f32>) -> Result<(), TrainError> {
    let shape = parameters.get(&spec.name).map_or([0, 0], Tensor::dims);
    let expected = shape[0] * shape[1];
    if values.len() != expected {
        return Err(TrainError::ValueCount {
            name: spec.name.clone(),
            expected,
            found: values.len(),
        });
    }
    let tensor = Tensor::from_data(TensorData::new(values, shape), parameters.device());
    parameters.set(&spec.name, tensor)
}
