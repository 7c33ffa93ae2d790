//! conv3x3 as tensor code: Winograd's algorithm, which needs a quarter of the products.
//!
//! A tile of 4 × 4 outputs depends on 6 × 6 inputs. Seen as polynomials and evaluated at six points
//! along either axis, inputs and weights are multiplied point by point: 36 products where a plain
//! sum has 144. Evaluating and going back are linear and act along one axis at a time. Here each is
//! a banded matrix over the whole axis that leaves the padding out, so everything is products of
//! matrices, and so is every gradient.
//!
//! Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015,
//! F(4 × 4, 3 × 3).
//! Differs: the points are 0, ±3/4 and ±3/2 instead of 0, ±1 and ±2, which halves the rounding
//! errors.

use burn::tensor::{Device, Tensor, TensorData};

#[cfg(test)]
mod tests;

/// Outputs of a tile along an axis.
const TILE: usize = 4;
/// Weights along an axis.
const TAPS: usize = 3;
/// Points, and inputs of a tile, along an axis.
const WIDTH: usize = TILE + TAPS - 1;
/// The points but for the last, infinity.
const POINTS: [f64; WIDTH - 1] = [0.0, 0.75, -0.75, 1.5, -1.5];

/// 3×3 convolution, stride 1, padding 1.
///
/// # Shape
/// - `x`: `[B, I, H, W]`, `weight`: `[O, I · 9]`
/// - output: `[B, O, H, W]`
pub(super) fn convolve(x: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    let ([batch, inputs, height, width], [outputs, _]) = (x.dims(), weight.dims());
    let device = x.device();
    let (down, across) = (height.div_ceil(TILE), width.div_ceil(TILE));
    let to_points = [height, width].map(|length| input_bands(length, &device));
    let from_points = [height, width].map(|length| output_bands(length, &device));

    let x = apply(x.reshape([batch * inputs, height, width]), to_points)
        .reshape([batch, inputs, WIDTH, down, WIDTH, across])
        .permute([2, 4, 1, 0, 3, 5])
        .reshape([WIDTH * WIDTH, inputs, batch * down * across]);
    let weight = weight_points(&device)
        .matmul(weight.reshape([outputs * inputs, TAPS * TAPS]).transpose())
        .reshape([WIDTH * WIDTH, outputs, inputs]);
    let y = weight
        .matmul(x)
        .reshape([WIDTH, WIDTH, outputs, batch, down, across])
        .permute([3, 2, 0, 4, 1, 5])
        .reshape([batch * outputs, WIDTH * down, WIDTH * across]);
    apply(y, from_points).reshape([batch, outputs, height, width])
}

/// `rows · x · columnsᵀ` for each matrix of `x`.
fn apply(x: Tensor<3>, [rows, columns]: [Tensor<2>; 2]) -> Tensor<3> {
    let ([count, height, width], [to, _]) = (x.dims(), columns.dims());
    let x = x
        .reshape([count * height, width])
        .matmul(columns.transpose());
    rows.unsqueeze::<3>().matmul(x.reshape([count, height, to]))
}

/// From an axis to the points of its tiles, `[WIDTH · tiles, length]`: all tiles at the first point,
/// then all at the second.
fn input_bands(length: usize, device: &Device) -> Tensor<2> {
    let tiles = length.div_ceil(TILE);
    let rows = input_transform();
    let mut bands = vec![0.0; WIDTH * tiles * length];
    for (row, band) in bands.chunks_mut(length).enumerate() {
        let (point, tile) = (row / tiles, row % tiles);
        for (offset, value) in rows[point].into_iter().enumerate() {
            // The first input of a tile stands before its first output.
            let place = (tile * TILE + offset).checked_sub(1);
            if let Some(place) = place.and_then(|place| band.get_mut(place)) {
                *place = value as f32;
            }
        }
    }
    Tensor::from_data(TensorData::new(bands, [WIDTH * tiles, length]), device)
}

/// From the points of an axis's tiles back to the axis, `[length, WIDTH · tiles]`.
fn output_bands(length: usize, device: &Device) -> Tensor<2> {
    let tiles = length.div_ceil(TILE);
    let rows = output_transform();
    let mut bands = vec![0.0; length * WIDTH * tiles];
    for (place, band) in bands.chunks_mut(WIDTH * tiles).enumerate() {
        let (tile, offset) = (place / TILE, place % TILE);
        for (point, value) in rows[offset].into_iter().enumerate() {
            band[point * tiles + tile] = value as f32;
        }
    }
    Tensor::from_data(TensorData::new(bands, [length, WIDTH * tiles]), device)
}

/// From the weights of a kernel to its points along both axes, `[WIDTH², 9]`.
fn weight_points(device: &Device) -> Tensor<2> {
    let rows = weight_transform();
    let (points, taps) = (0..WIDTH * WIDTH, 0..TAPS * TAPS);
    let products = points.flat_map(|point| {
        let (down, across) = (rows[point / WIDTH], rows[point % WIDTH]);
        taps.clone()
            .map(move |tap| (down[tap / TAPS] * across[tap % TAPS]) as f32)
    });
    let shape = [WIDTH * WIDTH, TAPS * TAPS];
    Tensor::from_data(TensorData::new(products.collect(), shape), device)
}

/// Coefficients of the product of all `(x − point)` but the point's own.
fn input_transform() -> [[f64; WIDTH]; WIDTH] {
    std::array::from_fn(|own| {
        let mut product = [0.0; WIDTH];
        product[0] = 1.0;
        for (_, point) in POINTS.iter().enumerate().filter(|(other, _)| *other != own) {
            for power in (0..WIDTH).rev() {
                let lower = if power > 0 { product[power - 1] } else { 0.0 };
                product[power] = lower - point * product[power];
            }
        }
        product
    })
}

/// The point's powers, divided by its distances from the others.
fn weight_transform() -> [[f64; TAPS]; WIDTH] {
    std::array::from_fn(|own| match POINTS.get(own) {
        Some(point) => {
            let others = POINTS.iter().filter(|other| *other != point);
            let distances: f64 = others.map(|other| point - other).product();
            std::array::from_fn(|power| point.powi(power as i32) / distances)
        }
        None => [0.0, 0.0, 1.0],
    })
}

/// Each power of every point.
fn output_transform() -> [[f64; WIDTH]; TILE] {
    std::array::from_fn(|power| {
        std::array::from_fn(|own| match POINTS.get(own) {
            Some(point) => point.powi(power as i32),
            None => f64::from(u8::from(power == TILE - 1)),
        })
    })
}
