//! What a device can be expected to do with a model, from three short measurements before any of the model is fetched.
//!
//! A new token is some launches one after the other, and reads nearly all weights once. So the time of a launch that does nothing,
//! and the speed at which a product of a vector with a matrix reads weights, tell how fast tokens will come; the speed at which
//! memory is copied bounds that, and is what it is measured against.

use burn::tensor::Tensor;
use roi_kernels::ops::copy::copy;
use roi_kernels::ops::linear::{Around, linear};
use roi_kernels::ops::noise::noise;
use roi_kernels::{AdapterClass, Matrix, adapter_class};
use roi_weights::Layout;

use crate::EngineError;
use crate::host::Host;
use crate::session::finished;

/// A measurement that takes less says more about the way to the device and back than about the device.
const LEAST_MS: f64 = 20.0;
/// Repetitions after which it is taken as it is.
const MOST_REPEATS: usize = 1024;
/// Edge of the matrix that a vector is multiplied with.
const EDGE: usize = 4096;

/// The speeds of a device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calibration {
    /// Bytes read and written by plain copies.
    pub(crate) copy_bytes_per_second: f64,
    /// A launch with next to nothing to do.
    launch_ms: f64,
    /// Bytes of weights read by products with a vector.
    weight_bytes_per_ms: f64,
}

impl Calibration {
    /// Measures a GPU, with weights of a layout.
    ///
    /// # Errors
    /// [`EngineError::Device`] when the device fails.
    pub(crate) async fn of(host: &Host, layout: Layout) -> Result<Self, EngineError> {
        // As little as can be copied.
        let little = Tensor::<1>::ones([4], &host.device);
        let matrix = noise(layout, EDGE, EDGE, 1, &host.device);
        let vector = Tensor::<2>::ones([1, EDGE], &host.device);
        Ok(Self {
            copy_bytes_per_second: copy_speed(host).await?,
            launch_ms: each_ms(host, |n| row(&copies(&little, n))).await?,
            weight_bytes_per_ms: layout.byte_len(EDGE as u64, EDGE as u64) as f64
                / each_ms(host, |n| products(&vector, &matrix, n)).await?,
        })
    }

    /// New tokens a second of a model whose tokens are so many launches and read so many bytes of weights.
    pub(crate) fn tokens_per_second(&self, launches: usize, weight_bytes: u64) -> f64 {
        let reading_ms = weight_bytes as f64 / self.weight_bytes_per_ms;
        1e3 / (launches as f64 * self.launch_ms + reading_ms)
    }
}

/// Bytes that the device reads and writes in a second when it copies.
///
/// # Errors
/// [`EngineError::Device`] when the device fails.
pub(crate) async fn copy_speed(host: &Host) -> Result<f64, EngineError> {
    // More than caches hold; what a processor that stands in for a GPU has is smaller, and so is its patience.
    let bytes: usize = match adapter_class() {
        AdapterClass::Hardware => 64 << 20,
        AdapterClass::Software => 8 << 20,
    };
    let source = Tensor::<1>::ones([bytes / size_of::<f32>()], &host.device);
    let copy_ms = each_ms(host, |n| row(&copies(&source, n))).await?;
    Ok((2 * bytes) as f64 * 1e3 / copy_ms)
}

/// Milliseconds that one of many repetitions takes; `repeat` launches so many and gives the last one's output.
async fn each_ms(host: &Host, repeat: impl Fn(usize) -> Tensor<2>) -> Result<f64, EngineError> {
    // The first one compiles.
    finished(&repeat(1), host).await?;
    let mut n = 4;
    loop {
        let start_ms = (host.now_ms)();
        finished(&repeat(n), host).await?;
        let taken_ms = (host.now_ms)() - start_ms;
        if taken_ms >= LEAST_MS || n >= MOST_REPEATS {
            return Ok(taken_ms / n as f64);
        }
        n *= 4;
    }
}

/// A copy of a copy, and so on.
fn copies(source: &Tensor<1>, n: usize) -> Tensor<1> {
    (0..n).fold(source.clone(), |last, _| copy(&last))
}

fn products(vector: &Tensor<2>, matrix: &Matrix, n: usize) -> Tensor<2> {
    (1..n).fold(product(vector, matrix), |_, _| product(vector, matrix))
}

fn product(vector: &Tensor<2>, matrix: &Matrix) -> Tensor<2> {
    linear(vector.clone(), matrix, Around::default())
}

/// The first value, as a matrix.
fn row(values: &Tensor<1>) -> Tensor<2> {
    values.clone().narrow(0, 0, 1).unsqueeze()
}

#[cfg(test)]
mod tests {
    use super::Calibration;

    #[test]
    fn small_models_wait_for_launches_and_large_ones_for_their_weights() {
        let calibration = Calibration {
            copy_bytes_per_second: 1e12,
            launch_ms: 0.01,
            weight_bytes_per_ms: 5e8,
        };
        assert_eq!(calibration.tokens_per_second(20, 0), 5_000.0);
        assert_eq!(calibration.tokens_per_second(0, 5_000_000_000), 100.0);
        assert_eq!(calibration.tokens_per_second(1_000, 5_000_000_000), 50.0);
    }
}
