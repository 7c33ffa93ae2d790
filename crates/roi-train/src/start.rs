//! What a run starts with: weights and a tokenizer, from nothing, from a package, from a checkpoint, or from a language model
//! that has yet to learn to see.

mod language_model;
mod new_decoder;
mod package;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use roi_import::{CheckpointModel, Constants, read_tokenizer};
use roi_prompt::{LearnOptions, Tokenizer, learn_tokenizer};
use roi_weights::{ModelConfig, TokenIds};

use crate::config::{Config, Sizes, Start, TokenizerSource};
use crate::export::{ModelFolder, Precision, VISION};
use crate::run::has_begun;
use crate::tokenizer_files::{NEW_TOKENS, TokenizerFiles};
use crate::{Parameters, TrainError, data};

pub use new_decoder::new_decoder;

/// Within a run's folder, the tokenizer it made.
const TOKENIZER: &str = "tokenizer";
/// The longest licence that `convert` takes.
const MAX_LICENCE_BYTES: usize = 1 << 20;
/// What tells a package from a checkpoint.
const MANIFEST: &str = "manifest.json";

/// Weights, tokenizer, and what goes with them.
pub struct Beginning {
    /// Every weight.
    pub parameters: Parameters,
    /// The tokenizer.
    pub tokenizer: Tokenizer,
    /// What goes with the weights when they are written.
    pub companions: Companions,
}

/// What goes with a model's weights wherever they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companions {
    /// The tokenizer's files.
    pub tokenizer: TokenizerFiles,
    /// The licence of the weights, if there is one.
    pub licence: Option<Vec<u8>>,
}

impl Beginning {
    /// Reads or makes what `config` starts from, on `device`. A tokenizer that is made is written into the run's folder.
    ///
    /// # Errors
    /// [`TrainError`]: everything that can be wrong with files and sizes.
    pub fn new(config: &Config, device: &Device) -> Result<Self, TrainError> {
        let mut beginning = match &config.start {
            Start::Nothing { sizes, tokenizer } => {
                let files = new_tokenizer(config, tokenizer, sizes)?;
                from_nothing(config, sizes, files, device)?
            }
            Start::Weights {
                model,
                base: None,
                vision: None,
                projector: None,
            } if model.join(MANIFEST).is_file() => package::read(model, config.max_tokens, device)?,
            Start::Weights { model, .. } if model.join(MANIFEST).is_file() => {
                return Err(TrainError::PackageIsWhole {
                    path: model.clone(),
                });
            }
            Start::Weights {
                model,
                vision,
                projector: Some(projector),
                ..
            } => {
                let vision = vision.clone().unwrap_or_else(|| model.join(VISION));
                language_model::read(config, model, &vision, projector, device)?
            }
            Start::Weights {
                model,
                base,
                vision,
                projector: None,
            } => {
                let vision = vision.clone().unwrap_or_else(|| model.join(VISION));
                checkpoint(base.as_deref(), model, &vision, device)?
            }
        };
        if config.growth.is_any() {
            beginning.parameters = beginning.parameters.grown(&config.growth, config.seed)?;
        }
        if let Some(path) = &config.licence {
            let licence = read(path)?;
            // As it is asked for when the export is converted.
            if licence.len() > MAX_LICENCE_BYTES || str::from_utf8(&licence).is_err() {
                return Err(TrainError::Licence { path: path.clone() });
            }
            beginning.companions.licence = Some(licence);
        }
        Ok(beginning)
    }
}

impl Companions {
    /// Writes weights with these companions as a model is published.
    ///
    /// # Errors
    /// As [`ModelFolder::write`].
    pub fn export(
        &self,
        parameters: &Parameters,
        dir: &Path,
        precision: Precision,
    ) -> Result<(), TrainError> {
        let folder = ModelFolder {
            config: parameters.config(),
            tokenizer: &self.tokenizer,
            licence: self.licence.as_deref(),
        };
        folder.write(dir, precision, |name| parameters.values(name))
    }
}

fn checkpoint(
    base: Option<&Path>,
    model: &Path,
    vision: &Path,
    device: &Device,
) -> Result<Beginning, TrainError> {
    let opened = CheckpointModel::open(base, model, vision, &Constants::default())?;
    let parameters = Parameters::new(opened.config(), device, |spec| {
        Ok(opened.weights().values(&spec.name)?)
    })?;
    Ok(Beginning {
        parameters,
        tokenizer: Tokenizer::from_json(opened.tokenizer_json().as_bytes())?,
        companions: Companions {
            tokenizer: TokenizerFiles::read(model)?,
            licence: find_licence(model)?,
        },
    })
}

/// A new model. The vocabulary has a row for each token and none to spare.
fn from_nothing(
    config: &Config,
    sizes: &Sizes,
    files: TokenizerFiles,
    device: &Device,
) -> Result<Beginning, TrainError> {
    let (tokenizer, tokens) = load(config, &files)?;
    let mut decoder = sizes.decoder.clone();
    decoder.vocab_rows = tokenizer.n_ids();
    let sizes = ModelConfig {
        vision: sizes.vision.clone(),
        region: sizes.region.clone(),
        decoder,
        tokens,
    };
    Ok(Beginning {
        parameters: Parameters::initial(&sizes, config.seed, device)?,
        tokenizer,
        companions: Companions {
            tokenizer: files,
            licence: None,
        },
    })
}

/// The tokenizer of a model of these sizes: the one that the run has made, if it goes on from a checkpoint. Made again it would be
/// another one as soon as a record cannot be read any more.
fn new_tokenizer(
    config: &Config,
    source: &TokenizerSource,
    sizes: &Sizes,
) -> Result<TokenizerFiles, TrainError> {
    let n_pieces = match source {
        TokenizerSource::Folder(folder) => return TokenizerFiles::read(folder),
        TokenizerSource::Conversations { n_pieces } => *n_pieces,
    };
    let made = config.out.join(TOKENIZER);
    if has_begun(&config.out) && made.exists() {
        return TokenizerFiles::read(&made);
    }
    let options = LearnOptions {
        n_pieces,
        required: Vec::new(),
    };
    let texts = data::texts(config, &sizes.vision)?;
    let model = learn_tokenizer(texts.into_iter(), &options)?;
    let ids = n_pieces as u32..;
    let added = NEW_TOKENS.map(str::to_owned).into_iter().zip(ids).collect();
    Ok(TokenizerFiles::new(model, &added, config.max_tokens))
}

/// The tokenizer of these files, which are put into the run's folder for it, and the ids of its tokens.
fn load(config: &Config, files: &TokenizerFiles) -> Result<(Tokenizer, TokenIds), TrainError> {
    let folder = config.out.join(TOKENIZER);
    files.write(&folder)?;
    let converted = read_tokenizer(&folder)?;
    Ok((
        Tokenizer::from_json(converted.json.as_bytes())?,
        converted.ids,
    ))
}

/// The licence beside published weights.
fn find_licence(folder: &Path) -> Result<Option<Vec<u8>>, TrainError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| io_error(folder, source))? {
        let path = entry.map_err(|source| io_error(folder, source))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().to_ascii_uppercase());
        let is_licence = |name: &String| name.starts_with("LICENSE") || name.starts_with("LICENCE");
        if path.is_file() && name.as_ref().is_some_and(is_licence) {
            found.push(path);
        }
    }
    found.sort();
    found.first().map(|path| read(path)).transpose()
}

fn read(path: &Path) -> Result<Vec<u8>, TrainError> {
    fs::read(path).map_err(|source| io_error(path, source))
}

fn io_error(path: &Path, source: std::io::Error) -> TrainError {
    TrainError::Io {
        path: path.to_owned(),
        source,
    }
}
