//! From checkpoint folders to a package, tensor by tensor in the order of the package. At any time one stored tensor
//! (at most 128 MiB), one block of rows and one chunk are in memory.

mod encode;
#[cfg(test)]
mod tests;

use crate::ImportError;
use crate::derive::Constants;
use crate::folder::PackageFolder;
use crate::model::CheckpointModel;
use crate::weights::Weights;
use encode::{BLOCK_VALUES, Distance, encode_block};
use roi_weights::{
    ChunkEntry, Layout, Manifest, PackageHeader, PackageWriter, Packer, StoredTensor, TensorClass,
    matrix_shape,
};
use std::path::{Path, PathBuf};

/// What to convert, and into what.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// LLaMA's folder, to which the delta is added; `None` when `model` is merged already.
    pub base: Option<PathBuf>,
    /// The delta's folder, or a merged model's: weights, `config.json` and tokenizer files.
    pub model: PathBuf,
    /// The vision tower's folder.
    pub vision: PathBuf,
    /// The folder the package is written to. A package there is replaced.
    pub out: PathBuf,
    /// How matrices are stored.
    pub layout: Layout,
    /// Size of the chunks; `None` chooses by the size of the package.
    pub chunk_bytes: Option<u64>,
    /// Short name of the model; `None` takes the name of the model's folder.
    pub model_id: Option<String>,
    /// One or two sentences for people; `None` says what it was made from.
    pub about: Option<String>,
    /// What no file of the checkpoint says.
    pub constants: Constants,
}

/// How far a conversion has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The stored tensor in work.
    pub tensor: &'a str,
    /// Bytes of the package encoded so far.
    pub done_bytes: u64,
    /// Bytes of all tensors of the package.
    pub total_bytes: u64,
}

/// What a conversion made.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvertReport {
    /// The package's manifest.
    pub manifest: Manifest,
    /// Per part of the model, in package order.
    pub classes: Vec<ClassReport>,
}

/// What became of one part of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassReport {
    /// The part.
    pub class: TensorClass,
    /// Weights in it.
    pub values: u64,
    /// Bytes it takes in the package.
    pub bytes: u64,
    /// ‖stored − original‖ / ‖original‖ over all its weights, in the Euclidean norm.
    pub relative_error: f64,
}

/// Merges, checks, encodes and packs a checkpoint.
///
/// Nothing is written before all settings and tensor shapes have been checked. From then on until the end, `out` holds no
/// manifest, so an interrupted run leaves nothing that passes for a package, and a further run starts afresh.
///
/// # Errors
/// [`ImportError`]: anything that can be wrong with the input, and failures to read and write.
pub fn convert(
    options: &ConvertOptions,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<ConvertReport, ImportError> {
    let model = CheckpointModel::open(
        options.base.as_deref(),
        &options.model,
        &options.vision,
        &options.constants,
    )?;
    let weights = model.weights();
    let licence = licence(&options.model)?;
    let header = PackageHeader {
        model_id: options
            .model_id
            .clone()
            .unwrap_or_else(|| folder_name(&options.model)),
        about: options.about.clone().unwrap_or_else(|| about(options)),
        config: model.config().clone(),
        layout: options.layout,
        chunk_bytes: options.chunk_bytes,
    };

    // Whatever is wrong with the header shows here, before a package in `out` is touched.
    let plan = Packer::new(header.clone(), Nowhere)?.plan().to_vec();
    let mut packer = Packer::new(header, PackageFolder::create(&options.out)?)?;
    let total_bytes = packer.tensor_bytes();
    let mut distances = [Distance::default(); TensorClass::ALL.len()];
    let mut bytes = [0_u64; TensorClass::ALL.len()];
    for stored in &plan {
        let start_bytes = packer.position();
        let (encoded, distance) = encode_tensor(weights, stored, &mut |share_bytes| {
            progress(Progress {
                tensor: &stored.name,
                done_bytes: start_bytes + share_bytes,
                total_bytes,
            });
        })?;
        packer.tensor(&stored.name, &encoded)?;
        let class = TensorClass::ALL
            .iter()
            .position(|class| TensorClass::of(&stored.name) == Some(*class));
        let class = class.expect("every tensor of the plan belongs to a part of the model");
        distances[class] += distance;
        bytes[class] += stored.length;
    }
    let (manifest, _) = packer.finish(model.tokenizer_json().as_bytes(), licence.as_bytes())?;

    let classes = TensorClass::ALL.into_iter().zip(distances).zip(bytes);
    let classes = classes.map(|((class, distance), bytes)| ClassReport {
        class,
        values: distance.values(),
        bytes,
        relative_error: distance.relative(),
    });
    Ok(ConvertReport {
        manifest,
        classes: classes.collect(),
    })
}

/// Keeps nothing: for checking that a package can be made at all.
struct Nowhere;

impl PackageWriter for Nowhere {
    type Error = ImportError;

    fn chunk(&mut self, _: &ChunkEntry, _: &[u8]) -> Result<(), ImportError> {
        Ok(())
    }

    fn finish(&mut self, _: &[u8]) -> Result<(), ImportError> {
        Ok(())
    }
}

/// One stored tensor's bytes, and how far they are from the weights. `progress` gets bytes of this tensor.
fn encode_tensor(
    weights: &Weights,
    stored: &StoredTensor,
    progress: &mut dyn FnMut(u64),
) -> Result<(Vec<u8>, Distance), ImportError> {
    let (rows, cols) = matrix_shape(&stored.shape).expect("the plan holds sane shapes");
    let block_rows = (BLOCK_VALUES / cols.max(1)).max(1);
    let mut reader = weights.rows(&stored.source)?;
    let mut codes =
        Vec::with_capacity(usize::try_from(stored.length).expect("stored tensors are small"));
    let mut scales = Vec::new();
    let mut distance = Distance::default();
    let mut values = Vec::new();
    let mut row = 0;
    while row < rows {
        progress(stored.length * row / rows);
        let end = (row + block_rows).min(rows);
        reader.read(stored.first_row + row..stored.first_row + end, &mut values)?;
        let block = encode_block(
            stored.layout,
            row_length(cols),
            row_length(stored.first_row + row),
            &values,
        )
        .map_err(|source| ImportError::Layout {
            tensor: stored.source.clone(),
            source,
        })?;
        codes.extend_from_slice(&block.codes);
        scales.extend_from_slice(&block.scales);
        distance += block.distance;
        row = end;
    }
    progress(stored.length);
    codes.append(&mut scales);
    // Rows of f16 may end within a word; the last scales too.
    codes.resize(codes.len().next_multiple_of(4), 0);
    Ok((codes, distance))
}

fn row_length(size: u64) -> usize {
    usize::try_from(size).expect("a block of rows is read into memory")
}

/// The licence text beside the weights, else what is known of the published ones.
fn licence(dir: &Path) -> Result<String, ImportError> {
    const MAX_BYTES: u64 = 1 << 20;
    let io = |source| ImportError::Io {
        path: dir.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().to_ascii_uppercase());
        if name.is_some_and(|name| name.starts_with("LICENSE") || name.starts_with("LICENCE"))
            && path.is_file()
        {
            found.push(path);
        }
    }
    found.sort();
    match found.first() {
        Some(path) => {
            let text = crate::read_file(path, MAX_BYTES)?;
            String::from_utf8(text).map_err(|_| ImportError::Format {
                path: path.clone(),
                problem: "the licence is not UTF-8 text".to_owned(),
            })
        }
        None => Ok(include_str!("licence.txt").to_owned()),
    }
}

fn about(options: &ConvertOptions) -> String {
    let model = folder_name(&options.model);
    let vision = folder_name(&options.vision);
    match &options.base {
        Some(base) => format!(
            "{model} added to {}, with the vision tower of {vision}.",
            folder_name(base)
        ),
        None => format!("{model} with the vision tower of {vision}."),
    }
}

/// The last part of a folder's path, even when it is given as `.` or with a slash behind it. What a manifest cannot hold
/// is left out.
fn folder_name(dir: &Path) -> String {
    let absolute = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let name = absolute
        .file_name()
        .unwrap_or(absolute.as_os_str())
        .to_string_lossy();
    name.chars().filter(|c| !c.is_control()).collect()
}
