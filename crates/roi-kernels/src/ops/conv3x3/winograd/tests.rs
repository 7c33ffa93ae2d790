//! The transforms are exact where numbers are, and outputs are as exact as f32 allows.

use burn::tensor::{Device, Tensor, TensorData};

use super::{TAPS, TILE, WIDTH, convolve, input_transform, output_transform, weight_transform};
use crate::conformance::Numbers;
use crate::reference;

#[test]
#[expect(
    clippy::needless_range_loop,
    reason = "three indices into three matrices, as in the identity that is checked"
)]
fn one_axis_is_a_sum_of_three_products() {
    let (into, weigh, out) = (input_transform(), weight_transform(), output_transform());
    for tap in 0..TAPS {
        for input in 0..WIDTH {
            for output in 0..TILE {
                let points = (0..WIDTH).map(|p| out[output][p] * weigh[p][tap] * into[p][input]);
                let found: f64 = points.sum();
                let expected = if input == output + tap { 1.0 } else { 0.0 };
                // f64 sums of six products below 10.
                assert!((found - expected).abs() < 1e-14, "{tap} {input} {output}");
            }
        }
    }
}

#[test]
fn rounding_is_that_of_a_few_sums() {
    let (inputs, outputs, side) = (40, 6, 21);
    let mut numbers = Numbers::new(5);
    let x = numbers.take(inputs * side * side);
    let weight = numbers.take(outputs * inputs * 9);
    let expected = reference::conv3x3::conv3x3(&x, &weight, [1, inputs, side, side], outputs);
    let device = Device::flex();
    let found = convolve(
        Tensor::from_data(TensorData::new(x, [1, inputs, side, side]), &device),
        Tensor::from_data(TensorData::new(weight, [outputs, inputs * 9]), &device),
    );
    let found = found.into_data().try_to_vec::<f32>().expect("f32 values");
    let squares = |values: &mut dyn Iterator<Item = f32>| -> f64 {
        values.map(|value| f64::from(value).powi(2)).sum()
    };
    let error = squares(&mut found.iter().zip(&expected).map(|(f, e)| f - e));
    let size = squares(&mut expected.iter().copied());
    // A dozen roundings to 24 bits; with the source's points there are two dozen.
    let relative = (error / size).sqrt();
    assert!(relative < 1e-6, "{relative}");
}
