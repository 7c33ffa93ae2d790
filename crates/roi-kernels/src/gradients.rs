//! Gradients of every op's tensor code, against differences of its values.
//!
//! Sizes are small and unequal, so that a swapped axis shows. A difference is taken at two lengths
//! and extrapolated to none, which leaves the rounding of f32 values and little else.

mod attention;
mod maps;
mod rows;

use burn::tensor::{Device, Tensor};

use crate::conformance::Numbers;

/// How values are moved, and how exactly gradients must be the slopes found.
#[derive(Clone, Copy, Debug)]
struct Difference {
    /// Greatest distance by which a value is moved either way.
    length: f32,
    /// Greatest error of a gradient, as a share of the greatest of its tensor.
    limit: f32,
}

/// Of ops that are linear in each input: any length will do, so rounding is all there is.
const LINEAR: Difference = Difference {
    length: 0.5,
    limit: 2e-6,
};
/// Of smooth ops: what the extrapolation leaves is the fifth derivative times 0.05⁴ / 30.
const SMOOTH: Difference = Difference {
    length: 0.05,
    limit: 1e-4,
};
/// Of ops with ReLU, whose bend no value comes near: short, so f32 rounding of about 1e-7 is
/// divided by a hundredth.
const BENT: Difference = Difference {
    length: 0.01,
    limit: 2e-4,
};

/// Asserts that the gradients of `op` at `inputs` are its slopes. `op` shapes its inputs itself.
#[track_caller]
fn check(
    case: &str,
    inputs: &[Vec<f32>],
    difference: Difference,
    op: impl Fn(&[Tensor<1>]) -> Tensor<1>,
) {
    let device = Device::flex().autodiff();
    let tracked: Vec<_> = inputs
        .iter()
        .map(|values| Tensor::<1>::from_floats(&values[..], &device).require_grad())
        .collect();
    let output = op(&tracked);
    let weights = Numbers::new(inputs.len() as u64).take(output.dims()[0]);
    let weighted = output * Tensor::from_floats(&weights[..], &device);
    let gradients = weighted.sum().backward();
    // The same sum of values that are not tracked, in f64.
    let sum = |inputs: &[Vec<f32>]| -> f64 {
        let device = Device::flex();
        let inputs: Vec<_> = inputs
            .iter()
            .map(|values| Tensor::<1>::from_floats(&values[..], &device))
            .collect();
        let output = read(op(&inputs));
        let products = output.iter().zip(&weights);
        products.map(|(y, w)| f64::from(*y) * f64::from(*w)).sum()
    };
    let mut moved = inputs.to_vec();
    for (input, (values, tensor)) in inputs.iter().zip(&tracked).enumerate() {
        let gradient = tensor.grad(&gradients);
        let gradient = read(gradient.unwrap_or_else(|| panic!("{case}: input {input} is lost")));
        assert_eq!(gradient.len(), values.len(), "{case}: input {input}");
        let greatest = gradient.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
        assert!(greatest > 0.0, "{case}: input {input} has no slope");
        for (place, (&value, &found)) in values.iter().zip(&gradient).enumerate() {
            let mut slope = |length: f32| {
                let ends = [value + length, value - length];
                let [above, below] = ends.map(|end| {
                    moved[input][place] = end;
                    sum(&moved)
                });
                (above - below) / (f64::from(ends[0]) - f64::from(ends[1]))
            };
            let (long, short) = (slope(difference.length), slope(difference.length / 2.0));
            moved[input][place] = value;
            let expected = (4.0 * short - long) / 3.0;
            let limit = f64::from(difference.limit * greatest);
            assert!(
                (f64::from(found) - expected).abs() <= limit,
                "{case}: input {input}, value {place}: gradient {found}, slope {expected}, \
                 limit {limit:e}"
            );
        }
    }
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("f32 values")
}

/// As many random values as each shape holds.
fn inputs<const N: usize>(seed: u64, shapes: [&[usize]; N]) -> Vec<Vec<f32>> {
    let mut numbers = Numbers::new(seed);
    let values = shapes.map(|shape| numbers.take(shape.iter().product()));
    values.to_vec()
}

#[test]
fn a_wrong_gradient_is_found() {
    let wrong = std::panic::catch_unwind(|| {
        check("wrong", &inputs(1, [&[3]]), SMOOTH, |inputs| {
            // The second factor counts as a constant, so half the slope is missing.
            inputs[0].clone() * inputs[0].clone().detach()
        });
    });
    assert!(wrong.is_err());
}
