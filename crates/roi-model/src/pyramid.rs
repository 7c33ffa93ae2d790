//! From hidden states of one size to a pyramid of feature maps that have seen each other.

use burn::tensor::{Tensor, TensorData};
use roi_kernels::Matrix;
use roi_kernels::ops::conv3x3::conv3x3;
use roi_kernels::ops::group_norm::group_norm_relu;
use roi_kernels::ops::linear::Activation;
use roi_kernels::ops::resize::resize;
use roi_kernels::ops::shuffle::shuffle;
use roi_weights::ModelConfig;

use crate::ModelError;
use crate::layers::Linear;
use crate::weights::Weights;

#[cfg(test)]
mod tests;

/// Resizes the levels to their sides and fuses them.
///
/// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/models/layers.py`, `MLVLFuseModule`.
/// Differs: the original resizes, appends coordinates and convolves; here the input convolution
/// comes first, on the small grid, which is the same map for a 64th of the work at the finest of
/// four levels. A 1×1 convolution acts on every position alone, and resizing takes weighted means
/// of positions whose weights sum to 1, so the two commute, bias included. The coordinates are
/// ramps from −1 to 1 at either size, and resizing with aligned corners makes one from the other.
#[derive(Clone, Debug)]
pub(crate) struct Pyramid {
    grid: usize,
    sides: Vec<usize>,
    /// X and Y of every patch, `[P, 2]`.
    coordinates: Tensor<2>,
    inputs: Vec<Linear>,
    fusions: Vec<Fusion>,
}

/// One 3×3 convolution, GroupNorm and ReLU, shared by all levels.
#[derive(Clone, Debug)]
struct Fusion {
    convolution: Matrix,
    groups: usize,
    eps: f64,
    scale: Tensor<1>,
    shift: Tensor<1>,
}

impl Pyramid {
    pub(crate) fn load(
        config: &ModelConfig,
        weights: &mut dyn Weights,
    ) -> Result<Self, ModelError> {
        let fuse = "model.spi_module.mlvl_fuse";
        let (grid, n_levels) = (config.vision.grid(), config.vision.n_levels);
        let inputs =
            (0..n_levels).map(|level| Linear::load(weights, &format!("{fuse}.input_conv.{level}")));
        let inputs = inputs.collect::<Result<_, _>>()?;
        let fusions = (0..config.region.n_fusions).map(|index| {
            let name = format!("{fuse}.fuse_convs.{index}");
            Ok(Fusion {
                convolution: weights.matrix(&format!("{name}.conv.weight"))?,
                groups: config.region.group_norm_groups,
                eps: config.region.group_norm_eps,
                scale: weights.vector(&format!("{name}.gn.weight"))?,
                shift: weights.vector(&format!("{name}.gn.bias"))?,
            })
        });
        let fusions = fusions.collect::<Result<_, ModelError>>()?;
        Ok(Self {
            grid,
            sides: (0..n_levels)
                .map(|level| config.level_side(level))
                .collect(),
            coordinates: Tensor::from_data(
                TensorData::new(coordinates(grid), [grid * grid, 2]),
                &weights.device(),
            ),
            inputs,
            fusions,
        })
    }

    /// # Shape
    /// - `hidden[l]`: `[P, vision width]`, finest level first
    /// - output: `[C, side_l, side_l]`, finest level first
    pub(crate) fn forward(&self, hidden: &[Tensor<2>]) -> Vec<Tensor<3>> {
        assert_eq!(
            hidden.len(),
            self.sides.len(),
            "hidden states for the pyramid's levels"
        );
        let levels = hidden
            .iter()
            .enumerate()
            .map(|(level, hidden)| self.input(level, hidden.clone()));
        self.fusions
            .iter()
            .fold(levels.collect(), |levels: Vec<_>, fusion| {
                (0..levels.len())
                    .map(|level| fusion.forward(shuffle(&levels, level)))
                    .collect()
            })
    }

    /// The map of one level before any fusion.
    ///
    /// # Shape
    /// - `hidden`: `[P, vision width]`; output: `[C, side, side]`
    fn input(&self, level: usize, hidden: Tensor<2>) -> Tensor<3> {
        let tokens = Tensor::cat(vec![hidden, self.coordinates.clone()], 1);
        let tokens = self.inputs[level].forward(tokens, Activation::None);
        let [_, width] = tokens.dims();
        let map = tokens.transpose().reshape([width, self.grid, self.grid]);
        resize(map, [self.sides[level]; 2])
    }
}

impl Fusion {
    /// # Shape
    /// - `map`, output: `[C, side, side]`
    fn forward(&self, map: Tensor<3>) -> Tensor<3> {
        let map = conv3x3(map.unsqueeze::<4>(), &self.convolution, None, None);
        group_norm_relu(
            map.squeeze_dim::<3>(0),
            self.groups,
            &self.scale,
            &self.shift,
            self.eps,
        )
    }
}

/// X and Y of each cell of a grid, row after row: ramps from −1 to 1 inclusive.
fn coordinates(grid: usize) -> Vec<f32> {
    let ramp = |index: usize| 2.0 * index as f32 / (grid - 1) as f32 - 1.0;
    (0..grid * grid)
        .flat_map(|cell| [ramp(cell % grid), ramp(cell / grid)])
        .collect()
}
