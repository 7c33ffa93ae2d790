//! linear: `y = act(norm(x) · Wᵀ + bias) + residual`, the product nearly all time goes into.

use burn::tensor::{Tensor, activation};

use super::matmul::{self, TileShape};
use super::{matvec, rms_norm};
use crate::Matrix;
use crate::gpu;
use crate::shader::Value;
use crate::weights::{MAX_PARTS, MAX_STORAGE_BUFFERS};

/// A function applied to each element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    #[default]
    None,
    /// `max(x, 0)`.
    Relu,
    /// `x · Φ(x)`, by the error function.
    Gelu,
    /// `x · σ(1.702 x)`, CLIP's.
    QuickGelu,
}

impl Activation {
    /// The activation as burn tensor code.
    pub(crate) fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::None => x,
            Self::Relu => activation::relu(x),
            Self::Gelu => activation::gelu(x),
            Self::QuickGelu => activation::sigmoid(x.clone() * 1.702) * x,
        }
    }

    /// The flags of `shared/activation.wgsl`.
    pub(crate) fn values(self) -> [(&'static str, Value); 4] {
        [
            ("NO_ACTIVATION", Value::Flag(self == Self::None)),
            ("RELU", Value::Flag(self == Self::Relu)),
            ("GELU", Value::Flag(self == Self::Gelu)),
            ("QUICK_GELU", Value::Flag(self == Self::QuickGelu)),
        ]
    }
}

/// What happens around the product, in the same launch where there is one.
#[derive(Clone, Debug, Default)]
pub struct Around<'a> {
    /// RMSNorm of each input row before the product: weight `[K]` and epsilon.
    pub norm: Option<(&'a Tensor<1>, f64)>,
    /// Added to each output row, `[N]`.
    pub bias: Option<&'a Tensor<1>>,
    /// Applied after the bias.
    pub activation: Activation,
    /// Added last, `[M, N]`.
    pub residual: Option<Tensor<2>>,
}

/// `act(norm(x) · Wᵀ + bias) + residual`.
///
/// # Shape
/// - `x`: `[M, K]`, `weight`: `[N, K]`
/// - output: `[M, N]`
///
/// # Panics
/// When the shapes do not fit each other.
pub fn linear(x: Tensor<2>, weight: &Matrix, around: Around<'_>) -> Tensor<2> {
    let [m, k] = x.dims();
    assert_eq!(
        k,
        weight.cols(),
        "linear: x has {k} columns and the weight {}",
        weight.cols()
    );
    if gpu::buffer(&x).is_none() {
        return tensor_code(x, weight, around);
    }
    let few = m <= matvec::MAX_ROWS;
    let bound = 3
        + weight.parts().len().min(MAX_PARTS)
        + usize::from(around.bias.is_some())
        + usize::from(around.residual.is_some());
    let norm_inside = few && bound <= MAX_STORAGE_BUFFERS;
    let (x, norm) = match around.norm {
        Some((norm, eps)) if !norm_inside => (rms_norm::rms_norm(x, norm, eps), None),
        norm => (x, norm),
    };
    let beside = |tensor: &Tensor<1>| gpu::buffer_beside(tensor, "linear");
    let bias = around.bias.map(beside);
    let residual = around
        .residual
        .as_ref()
        .map(|tensor| gpu::buffer_beside(tensor, "linear"));
    let x = gpu::buffer_beside(&x, "linear");
    gpu::tensor(if few {
        let norm = norm.map(|(norm, eps)| (beside(norm), eps));
        let operands = matvec::Operands {
            norm: norm.as_ref().map(|(norm, eps)| (norm, *eps)),
            bias: bias.as_ref(),
            residual: residual.as_ref(),
            activation: around.activation,
        };
        matvec::launch(&x, m, weight, &operands)
    } else {
        let operands = matmul::Operands {
            bias: bias.as_ref(),
            gate: None,
            residual: residual.as_ref(),
            activation: around.activation,
        };
        matmul::launch(&x, m, weight, &operands, TileShape::for_adapter())
    })
}

fn tensor_code(x: Tensor<2>, weight: &Matrix, around: Around<'_>) -> Tensor<2> {
    let x = match around.norm {
        Some((norm, eps)) => rms_norm::rms_norm(x, norm, eps),
        None => x,
    };
    let mut y = weight.multiply(x);
    if let Some(bias) = around.bias {
        y = y + bias.clone().unsqueeze::<2>();
    }
    y = around.activation.apply(y);
    match around.residual {
        Some(residual) => y + residual,
        None => y,
    }
}
