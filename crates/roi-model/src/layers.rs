//! Weights with what belongs to them, and how they are applied.

use burn::tensor::Tensor;
use roi_kernels::Matrix;
use roi_kernels::ops::layer_norm::layer_norm;
use roi_kernels::ops::linear::{Activation, Around, linear};

use crate::ModelError;
use crate::weights::Weights;

/// A linear map with bias.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Matrix,
    pub(crate) bias: Tensor<1>,
}

impl Linear {
    /// `NAME.weight` and `NAME.bias`.
    pub(crate) fn load(weights: &mut dyn Weights, name: &str) -> Result<Self, ModelError> {
        Ok(Self {
            weight: weights.matrix(&format!("{name}.weight"))?,
            bias: weights.vector(&format!("{name}.bias"))?,
        })
    }

    /// `act(x · Wᵀ + b)`.
    ///
    /// # Shape
    /// - `x`: `[M, K]`; output: `[M, N]`
    pub(crate) fn forward(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        let around = Around {
            bias: Some(&self.bias),
            activation,
            ..Around::default()
        };
        linear(x, &self.weight, around)
    }

    /// `x · Wᵀ + b + residual`.
    ///
    /// # Shape
    /// - `x`: `[M, K]`; `residual`, output: `[M, N]`
    pub(crate) fn forward_onto(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        let around = Around {
            bias: Some(&self.bias),
            residual: Some(residual),
            ..Around::default()
        };
        linear(x, &self.weight, around)
    }
}

/// A LayerNorm.
#[derive(Clone, Debug)]
pub(crate) struct LayerNorm {
    weight: Tensor<1>,
    bias: Tensor<1>,
    eps: f64,
}

impl LayerNorm {
    /// `NAME.weight` and `NAME.bias`.
    pub(crate) fn load(
        weights: &mut dyn Weights,
        name: &str,
        eps: f64,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            weight: weights.vector(&format!("{name}.weight"))?,
            bias: weights.vector(&format!("{name}.bias"))?,
            eps,
        })
    }

    /// # Shape
    /// - `x`, output: `[M, K]`
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        layer_norm(x, &self.weight, &self.bias, self.eps)
    }
}
