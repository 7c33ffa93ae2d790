//! Which tensors a model has, in which order they are streamed, and which layout each is stored in.
//!
//! One list serves the converter's check of a checkpoint, the packer, and the loader's check of a manifest. The names are
//! those of the Hugging Face checkpoints. Vision layers behind the last hidden state used, the tower's final LayerNorm and
//! its pooler are not part of it.

use crate::{Layout, ModelConfig};

#[cfg(test)]
mod tests;

/// No stored tensor is larger: WebGPU guarantees bindings of this many bytes and no more.
pub const MAX_TENSOR_BYTES: u64 = 128 << 20;

/// Part of the model a tensor belongs to, in the order the model needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TensorClass {
    /// The vision tower.
    Vision,
    /// The region feature extractor.
    Region,
    /// Vision width to model width.
    Projector,
    /// The token embedding table.
    Embeddings,
    /// Decoder layers and the final norm.
    Decoder,
    /// The output head.
    Head,
}

/// A tensor as a checkpoint holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// Name in Hugging Face checkpoints.
    pub name: String,
    /// Shape, outermost dimension first.
    pub shape: Vec<u64>,
}

/// A tensor as a package holds it: a whole one, or some rows of a large one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTensor {
    /// Name in the package: `source`, or `source#i` for part i of a large tensor.
    pub name: String,
    /// Name of the whole tensor.
    pub source: String,
    /// First row of the whole tensor that is stored here; there are `shape[0]` of them.
    pub first_row: u64,
    /// Shape of what is stored here.
    pub shape: Vec<u64>,
    /// How its values are stored.
    pub layout: Layout,
    /// Bytes it takes.
    pub length: u64,
}

/// A tensor that cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TensorError {
    /// One row alone is above [`MAX_TENSOR_BYTES`], so splitting by rows does not help.
    #[error(
        "a row of {name} {shape:?} takes {bytes} bytes in layout {layout}, the most is {MAX_TENSOR_BYTES}"
    )]
    RowTooLarge {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<u64>,
        /// The layout asked for.
        layout: Layout,
        /// Bytes of one row.
        bytes: u64,
    },
    /// The size of the tensor overflows.
    #[error("{name} {shape:?} is too large for layout {layout}")]
    Overflow {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<u64>,
        /// The layout asked for.
        layout: Layout,
    },
}

impl TensorClass {
    /// Every class, in stream order.
    pub const ALL: [Self; 6] = [
        Self::Vision,
        Self::Region,
        Self::Projector,
        Self::Embeddings,
        Self::Decoder,
        Self::Head,
    ];

    /// The class of a tensor, by its name in checkpoint or package. `None` for a name no model has.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [
            ("vision_model.", Self::Vision),
            ("model.spi_module.", Self::Region),
            ("model.mm_projector.", Self::Projector),
            ("model.embed_tokens.", Self::Embeddings),
            ("model.layers.", Self::Decoder),
            ("model.norm.", Self::Decoder),
            ("lm_head.", Self::Head),
        ]
        .into_iter()
        .find_map(|(prefix, class)| name.starts_with(prefix).then_some(class))
    }

    /// A word or two for tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vision => "vision tower",
            Self::Region => "region extractor",
            Self::Projector => "projector",
            Self::Embeddings => "embeddings",
            Self::Decoder => "decoder",
            Self::Head => "head",
        }
    }
}

/// `[N, K]` of a tensor: its first dimension and the product of the others, so that convolutions OIHW become [O, I·H·W].
/// One dimension is one row. `None` for no dimensions or when the product overflows.
#[must_use]
pub fn matrix_shape(shape: &[u64]) -> Option<(u64, u64)> {
    match shape {
        [] => None,
        [cols] => Some((1, *cols)),
        [rows, rest @ ..] => {
            let cols = rest.iter().try_fold(1_u64, |n, dim| n.checked_mul(*dim))?;
            Some((*rows, cols))
        }
    }
}

/// The rule of [`layout_for`], in words.
pub const LAYOUT_RULE: &str = "matrices and convolutions take the layout asked for; norms, biases, position and class \
                               embeddings, and matrices that would not become smaller stay f32";

/// The layout a tensor is stored in when `asked` was asked for. The one place that decides it; in words, [`LAYOUT_RULE`].
///
/// "Not smaller" are matrices whose rows are much shorter than a group, as the first layer of the box embedding, which
/// reads four coordinates.
#[must_use]
pub fn layout_for(name: &str, shape: &[u64], asked: Layout) -> Layout {
    let is_position = name.ends_with("position_embedding.weight");
    if shape.len() < 2 || is_position {
        return Layout::F32;
    }
    let len = |layout: Layout| {
        matrix_shape(shape).and_then(|(rows, cols)| layout.checked_byte_len(rows, cols))
    };
    match (len(asked), len(Layout::F32)) {
        (Some(asked_bytes), Some(f32_bytes)) if asked_bytes >= f32_bytes => Layout::F32,
        _ => asked,
    }
}

/// The name of part `index` of a tensor stored in parts.
#[must_use]
pub fn part_name(source: &str, index: usize) -> String {
    format!("{source}#{index}")
}

/// The name of the whole tensor that a stored one is, or is part of.
#[must_use]
pub fn source_name(stored: &str) -> &str {
    match stored.rsplit_once('#') {
        Some((source, index)) if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => {
            source
        }
        _ => stored,
    }
}

/// Every tensor of the model, in stream order. `config` must have passed [`ModelConfig::check`].
#[must_use]
pub fn expected_tensors(config: &ModelConfig) -> Vec<TensorSpec> {
    let mut list = List::default();
    list.vision(config);
    list.region(config);
    let decoder = &config.decoder;
    list.linear("model.mm_projector", decoder.hidden, config.vision.width);
    list.add(
        "model.embed_tokens.weight",
        &[decoder.vocab_rows, decoder.hidden],
    );
    for layer in 0..decoder.layers {
        list.decoder_layer(config, layer);
    }
    list.add("model.norm.weight", &[decoder.hidden]);
    list.add("lm_head.weight", &[decoder.vocab_rows, decoder.hidden]);
    list.0
}

/// What a package of the model holds when `asked` is the layout asked for: layouts decided, large tensors split into parts
/// of about equal numbers of rows, in stream order.
///
/// # Errors
/// [`TensorError`] for sizes no package can hold.
pub fn stored_tensors(
    config: &ModelConfig,
    asked: Layout,
) -> Result<Vec<StoredTensor>, TensorError> {
    let mut stored = Vec::new();
    for spec in expected_tensors(config) {
        split(spec, asked, MAX_TENSOR_BYTES, &mut stored)?;
    }
    Ok(stored)
}

fn split(
    spec: TensorSpec,
    asked: Layout,
    max_bytes: u64,
    stored: &mut Vec<StoredTensor>,
) -> Result<(), TensorError> {
    let TensorSpec { name, shape } = spec;
    let layout = layout_for(&name, &shape, asked);
    let len = |rows, cols| layout.checked_byte_len(rows, cols);
    let sizes = matrix_shape(&shape)
        .and_then(|(rows, cols)| Some((rows, cols, len(rows, cols)?, len(1, cols)?)));
    let Some((rows, cols, length, row_length)) = sizes else {
        return Err(TensorError::Overflow {
            name,
            shape,
            layout,
        });
    };
    if length <= max_bytes {
        stored.push(StoredTensor {
            source: name.clone(),
            name,
            first_row: 0,
            shape,
            layout,
            length,
        });
        return Ok(());
    }
    if row_length > max_bytes || shape.len() < 2 {
        return Err(TensorError::RowTooLarge {
            name,
            shape,
            layout,
            bytes: row_length,
        });
    }
    // A row alone may be padded, many together are not more than so many padded ones.
    let n_parts = rows.div_ceil(max_bytes / row_length);
    let part_rows = rows.div_ceil(n_parts);
    let mut first_row = 0;
    for index in 0.. {
        let n_rows = part_rows.min(rows - first_row);
        if n_rows == 0 {
            break;
        }
        let mut part_shape = shape.clone();
        part_shape[0] = n_rows;
        stored.push(StoredTensor {
            name: part_name(&name, index),
            source: name.clone(),
            first_row,
            shape: part_shape,
            layout,
            length: layout.byte_len(n_rows, cols),
        });
        first_row += n_rows;
    }
    Ok(())
}

#[derive(Default)]
struct List(Vec<TensorSpec>);

impl List {
    fn add(&mut self, name: impl Into<String>, shape: &[usize]) {
        self.0.push(TensorSpec {
            name: name.into(),
            shape: shape.iter().map(|dim| *dim as u64).collect(),
        });
    }

    fn linear(&mut self, name: &str, out: usize, inputs: usize) {
        self.add(format!("{name}.weight"), &[out, inputs]);
        self.add(format!("{name}.bias"), &[out]);
    }

    fn norm(&mut self, name: &str, width: usize) {
        self.add(format!("{name}.weight"), &[width]);
        self.add(format!("{name}.bias"), &[width]);
    }

    fn vision(&mut self, config: &ModelConfig) {
        let vision = &config.vision;
        let (width, patch) = (vision.width, vision.patch_size);
        let embeddings = "vision_model.embeddings";
        self.add(format!("{embeddings}.class_embedding"), &[width]);
        self.add(
            format!("{embeddings}.patch_embedding.weight"),
            &[width, 3, patch, patch],
        );
        self.add(
            format!("{embeddings}.position_embedding.weight"),
            &[vision.n_patches() + 1, width],
        );
        self.norm("vision_model.pre_layrnorm", width);
        for i in 0..vision.image_layer() {
            let layer = format!("vision_model.encoder.layers.{i}");
            self.norm(&format!("{layer}.layer_norm1"), width);
            for projection in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                self.linear(&format!("{layer}.self_attn.{projection}"), width, width);
            }
            self.norm(&format!("{layer}.layer_norm2"), width);
            self.linear(&format!("{layer}.mlp.fc1"), vision.mlp_width, width);
            self.linear(&format!("{layer}.mlp.fc2"), width, vision.mlp_width);
        }
    }

    fn region(&mut self, config: &ModelConfig) {
        let region = &config.region;
        let (width, mid, position) = (region.width, region.mid_width, region.position_hidden);
        let fuse = "model.spi_module.mlvl_fuse";
        for level in 0..config.vision.n_levels {
            // Two more channels: the coordinates.
            let name = format!("{fuse}.input_conv.{level}");
            let inputs = config.vision.width + 2;
            self.add(format!("{name}.weight"), &[width, inputs, 1, 1]);
            self.add(format!("{name}.bias"), &[width]);
        }
        for i in 0..region.n_fusions {
            let name = format!("{fuse}.fuse_convs.{i}");
            self.add(format!("{name}.conv.weight"), &[width, width, 3, 3]);
            self.norm(&format!("{name}.gn"), width);
        }
        let head = "model.spi_module.roi_align";
        for level in 0..config.vision.n_levels {
            let name = format!("{head}.pconvs.{level}");
            self.add(format!("{name}.weight"), &[width, width, 3, 3]);
            self.add(format!("{name}.bias"), &[width]);
        }
        self.linear(&format!("{head}.pos_embedd.0"), position, 4);
        self.norm(&format!("{head}.pos_embedd.2"), position);
        self.linear(&format!("{head}.pos_embedd.3"), mid, position);
        self.norm(&format!("{head}.pos_embedd.5"), mid);
        let pooled = width * region.roi_size * region.roi_size;
        self.linear(&format!("{head}.flatten_linear"), mid, pooled);
        self.linear(&format!("{head}.updims"), config.decoder.hidden, mid);
    }

    fn decoder_layer(&mut self, config: &ModelConfig, i: usize) {
        let decoder = &config.decoder;
        let (hidden, ffn) = (decoder.hidden, decoder.ffn);
        let layer = format!("model.layers.{i}");
        self.add(format!("{layer}.input_layernorm.weight"), &[hidden]);
        for projection in ["q_proj", "k_proj", "v_proj", "o_proj"] {
            self.add(
                format!("{layer}.self_attn.{projection}.weight"),
                &[hidden, hidden],
            );
        }
        self.add(
            format!("{layer}.post_attention_layernorm.weight"),
            &[hidden],
        );
        self.add(format!("{layer}.mlp.gate_proj.weight"), &[ffn, hidden]);
        self.add(format!("{layer}.mlp.up_proj.weight"), &[ffn, hidden]);
        self.add(format!("{layer}.mlp.down_proj.weight"), &[hidden, ffn]);
    }
}
