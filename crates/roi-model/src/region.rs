//! From a box and the pyramid to the one vector that stands for the region.

use burn::tensor::{Device, Tensor, TensorData, activation};
use half::f16;
use roi_geom::BoxNorm;
use roi_kernels::Matrix;
use roi_kernels::ops::conv3x3::conv3x3;
use roi_kernels::ops::linear::Activation;
use roi_kernels::ops::roi_align::{Pooling, Roi, roi_align};
use roi_weights::ModelConfig;

use crate::ModelError;
use crate::layers::{LayerNorm, Linear};
use crate::weights::Weights;

#[cfg(test)]
mod tests;

/// Regions pooled at a time, which bounds the memory of many at once.
const REGIONS_AT_ONCE: usize = 16;

/// Pools boxes from every level and makes vectors of the decoder's width from them.
///
/// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/models/layers.py`, `MlvlRoIExtractor.forward`.
/// Differs: no boxes give `[0, D]` without touching the device.
#[derive(Clone, Debug)]
pub(crate) struct RegionExtractor {
    poolings: Vec<Pooling>,
    /// Side of the pixel frame that boxes are pooled in.
    frame: f32,
    hidden: usize,
    device: Device,
    convolutions: Vec<(Matrix, Tensor<1>)>,
    flatten: Linear,
    position: BoxEmbedding,
    out: Linear,
}

/// A small MLP on a box's normalised corners.
#[derive(Clone, Debug)]
struct BoxEmbedding {
    first: Linear,
    first_norm: LayerNorm,
    second: Linear,
    second_norm: LayerNorm,
}

/// A box as the model sees it: as fractions of the picture, and in the pooling frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SeenBox {
    pub(crate) normalised: [f32; 4],
    pub(crate) framed: Roi,
}

impl SeenBox {
    /// `rounded` does what the original's demo does: it keeps boxes in f16 and multiplies them by
    /// the frame's side in f16.
    pub(crate) fn new(given: BoxNorm, frame: f32, rounded: bool) -> Self {
        let round = |x: f32| {
            if rounded {
                f16::from_f32(x).to_f32()
            } else {
                x
            }
        };
        let normalised = [given.x1, given.y1, given.x2, given.y2].map(round);
        // The product of two f16 is exact in f32, so this rounds once.
        let [x1, y1, x2, y2] = normalised.map(|x| round(x * round(frame)));
        Self {
            normalised,
            framed: Roi { x1, y1, x2, y2 },
        }
    }
}

impl RegionExtractor {
    pub(crate) fn load(
        config: &ModelConfig,
        weights: &mut dyn Weights,
    ) -> Result<Self, ModelError> {
        let head = "model.spi_module.roi_align";
        let region = &config.region;
        let convolutions = (0..config.vision.n_levels).map(|level| {
            let name = format!("{head}.pconvs.{level}");
            Ok((
                weights.matrix(&format!("{name}.weight"))?,
                weights.vector(&format!("{name}.bias"))?,
            ))
        });
        let convolutions = convolutions.collect::<Result<_, ModelError>>()?;
        let poolings = (0..config.vision.n_levels).map(|level| Pooling {
            size: region.roi_size,
            sampling_ratio: region.sampling_ratio,
            spatial_scale: spatial_scale(config, level),
        });
        Ok(Self {
            poolings: poolings.collect(),
            frame: config.vision.image_size as f32,
            hidden: config.decoder.hidden,
            device: weights.device(),
            convolutions,
            flatten: Linear::load(weights, &format!("{head}.flatten_linear"))?,
            position: BoxEmbedding::load(
                &format!("{head}.pos_embedd"),
                region.layer_norm_eps,
                weights,
            )?,
            out: Linear::load(weights, &format!("{head}.updims"))?,
        })
    }

    /// One vector per box; each depends on its own box alone.
    ///
    /// # Shape
    /// - `pyramid[l]`: `[C, side_l, side_l]`, finest level first
    /// - output: `[R, D]`
    pub(crate) fn forward(
        &self,
        pyramid: &[Tensor<3>],
        boxes: &[BoxNorm],
        f16_boxes: bool,
    ) -> Tensor<2> {
        if boxes.is_empty() {
            return Tensor::empty([0, self.hidden], &self.device);
        }
        let seen: Vec<_> = boxes
            .iter()
            .map(|&given| SeenBox::new(given, self.frame, f16_boxes))
            .collect();
        let vectors = seen.chunks(REGIONS_AT_ONCE).map(|boxes| {
            let appearance = self.appearance(pyramid, boxes);
            self.out
                .forward(appearance + self.position(boxes), Activation::None)
        });
        Tensor::cat(vectors.collect(), 0)
    }

    /// What is in the boxes.
    ///
    /// # Shape
    /// - output: `[R, mid_width]`
    pub(crate) fn appearance(&self, pyramid: &[Tensor<3>], boxes: &[SeenBox]) -> Tensor<2> {
        let sum =
            self.convolutions
                .iter()
                .enumerate()
                .fold(None, |sum, (level, (weight, bias))| {
                    let pooled = self.pooled(level, &pyramid[level], boxes);
                    Some(conv3x3(pooled, weight, Some(bias), sum))
                });
        // A configuration has at least one level, and there is a convolution for each.
        let Some(sum) = sum else {
            unreachable!("a pyramid without levels")
        };
        let rows = activation::relu(sum).flatten::<2>(1, 3);
        self.flatten.forward(rows, Activation::None)
    }

    /// The boxes' windows on one level.
    ///
    /// # Shape
    /// - output: `[R, C, roi_size, roi_size]`
    pub(crate) fn pooled(&self, level: usize, map: &Tensor<3>, boxes: &[SeenBox]) -> Tensor<4> {
        let rois: Vec<_> = boxes.iter().map(|seen| seen.framed).collect();
        roi_align(map.clone(), &rois, self.poolings[level])
    }

    /// Where the boxes are.
    ///
    /// # Shape
    /// - output: `[R, mid_width]`
    pub(crate) fn position(&self, boxes: &[SeenBox]) -> Tensor<2> {
        let corners: Vec<f32> = boxes.iter().flat_map(|seen| seen.normalised).collect();
        let corners = Tensor::from_data(TensorData::new(corners, [boxes.len(), 4]), &self.device);
        self.position.forward(corners)
    }
}

impl BoxEmbedding {
    fn load(name: &str, eps: f64, weights: &mut dyn Weights) -> Result<Self, ModelError> {
        Ok(Self {
            first: Linear::load(weights, &format!("{name}.0"))?,
            first_norm: LayerNorm::load(weights, &format!("{name}.2"), eps)?,
            second: Linear::load(weights, &format!("{name}.3"))?,
            second_norm: LayerNorm::load(weights, &format!("{name}.5"), eps)?,
        })
    }

    /// # Shape
    /// - `corners`: `[R, 4]`; output: `[R, mid_width]`
    fn forward(&self, corners: Tensor<2>) -> Tensor<2> {
        let hidden = self
            .first_norm
            .forward(self.first.forward(corners, Activation::Relu));
        self.second_norm
            .forward(self.second.forward(hidden, Activation::Relu))
    }
}

/// Cells of a level per pixel of the pooling frame.
fn spatial_scale(config: &ModelConfig, level: usize) -> f32 {
    // Divided in f64 and rounded once, as the original does.
    (config.level_side(level) as f64 / config.vision.image_size as f64) as f32
}
