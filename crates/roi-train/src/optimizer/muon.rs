//! Muon: a matrix as a whole. Its momentum is replaced by the nearest matrix whose rows, or columns, are orthonormal, so
//! that all directions in which a layer can change move alike, however little the gradient says of them.
//!
//! Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; PyTorch 2.9, `torch/optim/_muon.py`,
//! `_single_tensor_muon` with `adjust_lr_fn="original"`.
//! Differs: the iteration is in f32, not bf16.

use burn::tensor::{Device, Tensor, TensorData};

use crate::TrainError;
use crate::parameters::read;

/// The quintic iteration's coefficients, which raise small singular values fastest. They end between 0.7 and 1.2 and not at
/// 1, which is near enough.
const COEFFICIENTS: [f32; 3] = [3.4445, -4.7750, 2.0315];
const ITERATIONS: usize = 5;
/// Keeps the quotient finite where nothing is learnt.
const EPSILON: f64 = 1e-7;

/// The constants of the update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Muon {
    /// Decay of the running mean of gradients, which is taken Nesterov's way.
    pub momentum: f64,
    /// Share of a weight that a step at rate 1 takes away.
    pub weight_decay: f64,
}

impl Muon {
    /// Updates a matrix of so many rows.
    pub(super) fn apply(
        &self,
        rate: f64,
        decays: bool,
        rows: usize,
        values: &mut [f32],
        gradient: &[f32],
        mean: &mut [f32],
    ) -> Result<(), TrainError> {
        assert_eq!(values.len(), gradient.len(), "a gradient's length");
        assert_eq!(values.len(), mean.len(), "a moment's length");
        let momentum = self.momentum as f32;
        let ahead: Vec<f32> = mean
            .iter_mut()
            .zip(gradient)
            .map(|(mean, gradient)| {
                *mean += (gradient - *mean) * (1.0 - momentum);
                gradient + (*mean - gradient) * momentum
            })
            .collect();
        let columns = values.len() / rows;
        let direction = orthogonal(ahead, rows, columns)?;
        let decay = if decays {
            rate * self.weight_decay
        } else {
            0.0
        };
        let keep = (1.0 - decay) as f32;
        let step_size = (rate * (rows as f64 / columns as f64).max(1.0).sqrt()) as f32;
        for (value, direction) in values.iter_mut().zip(direction) {
            *value = *value * keep - step_size * direction;
        }
        Ok(())
    }
}

/// The matrix with singular values near 1 and the singular vectors of `values`, `[rows, columns]`.
fn orthogonal(values: Vec<f32>, rows: usize, columns: usize) -> Result<Vec<f32>, TrainError> {
    let norm = values.iter().map(|value| f64::from(*value).powi(2));
    let scale = (norm.sum::<f64>().sqrt() + EPSILON).recip() as f32;
    let given = Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &Device::flex());
    // Products of rows by rows are the smaller the fewer there are.
    let is_tall = rows > columns;
    let wide = if is_tall { given.transpose() } else { given };
    let [a, b, c] = COEFFICIENTS;
    let iterated = (0..ITERATIONS).fold(wide * scale, |x, _| {
        let gram = x.clone().matmul(x.clone().transpose());
        let polynomial = gram.clone() * b + gram.clone().matmul(gram) * c;
        x.clone() * a + polynomial.matmul(x)
    });
    let oriented = if is_tall {
        iterated.transpose()
    } else {
        iterated
    };
    read("an orthogonal update", oriented)
}
