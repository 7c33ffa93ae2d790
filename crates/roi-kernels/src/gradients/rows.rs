//! Ops on rows: products, norms, the embedding table.

use burn::tensor::Tensor;

use super::{BENT, Difference, LINEAR, SMOOTH, check, inputs};
use crate::Matrix;
use crate::ops::embed::{Ids, embed};
use crate::ops::gated_linear::gated_linear;
use crate::ops::layer_norm::layer_norm;
use crate::ops::linear::{Activation, Around, linear};
use crate::ops::rms_norm::rms_norm;

const M: usize = 3;
const K: usize = 5;
const N: usize = 7;

fn matrix(tensor: &Tensor<1>, shape: [usize; 2]) -> Matrix {
    Matrix::from_tensor(tensor.clone().reshape(shape))
}

#[test]
fn linear_alone() {
    let values = inputs(2, [&[M, K], &[N, K]]);
    check("linear", &values, LINEAR, |t| {
        let weight = matrix(&t[1], [N, K]);
        linear(t[0].clone().reshape([M, K]), &weight, Around::default()).flatten(0, 1)
    });
}

#[test]
fn linear_of_a_stacked_matrix() {
    let values = inputs(3, [&[M, K], &[2, K], &[4, K], &[1, K]]);
    check("linear, three parts", &values, LINEAR, |t| {
        let parts = [(1, 2), (2, 4), (3, 1)].map(|(part, rows)| matrix(&t[part], [rows, K]));
        let weight = Matrix::stack(parts.to_vec());
        linear(t[0].clone().reshape([M, K]), &weight, Around::default()).flatten(0, 1)
    });
}

#[test]
fn linear_with_everything_around_it() {
    let cases = [
        (Activation::None, SMOOTH),
        (Activation::Relu, BENT),
        (Activation::Gelu, SMOOTH),
        (Activation::QuickGelu, SMOOTH),
    ];
    for (activation, difference) in cases {
        let values = inputs(4, [&[M, K], &[N, K], &[K], &[N], &[M, N]]);
        check(
            &format!("linear {activation:?}"),
            &values,
            difference,
            |t| {
                let around = Around {
                    norm: Some((&t[2], 1e-2)),
                    bias: Some(&t[3]),
                    activation,
                    residual: Some(t[4].clone().reshape([M, N])),
                };
                let weight = matrix(&t[1], [N, K]);
                linear(t[0].clone().reshape([M, K]), &weight, around).flatten(0, 1)
            },
        );
    }
}

#[test]
fn layer_norm_of_rows() {
    let values = inputs(5, [&[M, K], &[K], &[K]]);
    check("layer_norm", &values, SMOOTH, |t| {
        layer_norm(t[0].clone().reshape([M, K]), &t[1], &t[2], 1e-2).flatten(0, 1)
    });
}

#[test]
fn rms_norm_of_rows() {
    let values = inputs(6, [&[M, K], &[K]]);
    check("rms_norm", &values, SMOOTH, |t| {
        rms_norm(t[0].clone().reshape([M, K]), &t[1], 1e-2).flatten(0, 1)
    });
}

#[test]
fn gated_linear_with_its_norm() {
    let values = inputs(7, [&[M, K], &[K], &[N, K], &[N, K]]);
    check("gated_linear", &values, SMOOTH, |t| {
        let (gate, up) = (matrix(&t[2], [N, K]), matrix(&t[3], [N, K]));
        let x = t[0].clone().reshape([M, K]);
        gated_linear(x, (&t[1], 1e-2), &gate, &up).flatten(0, 1)
    });
}

/// Rows used twice get both gradients, rows not used none.
#[test]
fn embed_reaches_the_table() {
    let values = inputs(8, [&[N, K]]);
    let exact = Difference {
        limit: 1e-6,
        ..LINEAR
    };
    check("embed", &values, exact, |t| {
        let table = matrix(&t[0], [N, K]);
        embed(Ids::Known(&[4, 0, 4, 6]), &table, &t[0].device()).flatten(0, 1)
    });
    check("embed, table in parts", &values, exact, |t| {
        let table = t[0].clone().reshape([N, K]);
        let parts = [(0, 3), (3, 4)].map(|(first, rows)| table.clone().narrow(0, first, rows));
        let table = Matrix::stack(parts.map(Matrix::from_tensor).to_vec());
        embed(Ids::Known(&[4, 0, 4, 6]), &table, &t[0].device()).flatten(0, 1)
    });
}
