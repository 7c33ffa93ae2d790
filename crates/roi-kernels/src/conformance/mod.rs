//! Every op against its twin, on any device: kernels on a GPU, natively or in a browser, and tensor
//! code on everything else. The same cases run in tests and in the browser's worker.
//!
//! One file per op holds a table of sizes, mostly prime and unequal, around the borders of the
//! kernels' tiles. New outputs start as NaN while the cases run. To add an op: a file with
//! `pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError>`, and its
//! lines in `GROUPS` and `Bench::run`.

mod attention;
mod conv3x3;
mod copy;
mod embed;
mod group_norm;
mod layer_norm;
mod linear;
mod noise;
mod packed;
mod resize;
mod rms_norm;
mod roi_align;
mod rope;
mod sample;
mod shuffle;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use burn::tensor::{Device, Tensor, TensorData};

use crate::gpu;
use crate::ops::sample::SampleError;
use crate::tuning::{AdapterClass, adapter_class, set_adapter_class};

/// How an op differs from its twin, or why they could not be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConformanceError {
    /// The device failed.
    #[error("{case}: reading the result failed: {reason}")]
    Read {
        /// Op and sizes.
        case: String,
        /// What the device said.
        reason: String,
    },
    /// The output has another shape.
    #[error("{case}: shape {found:?}, expected {expected:?}")]
    Shape {
        /// Op and sizes.
        case: String,
        /// Dimensions of the output.
        found: Vec<usize>,
        /// Dimensions it should have.
        expected: Vec<usize>,
    },
    /// A value is not a number: it was not written, or computed from one that was not.
    #[error("{case}: at {index:?} the output is not a number, expected {expected}")]
    NotANumber {
        /// Op and sizes.
        case: String,
        /// Coordinates.
        index: Vec<usize>,
        /// The twin's value.
        expected: f32,
    },
    /// A value is too far from the twin's. The worst one is named.
    #[error("{case}: at {index:?} got {found}, expected {expected}: off by {}, limit {limit}", (found - expected).abs())]
    Value {
        /// Op and sizes.
        case: String,
        /// Coordinates of the worst element.
        index: Vec<usize>,
        /// The op's value.
        found: f32,
        /// The twin's value.
        expected: f32,
        /// Greatest distance allowed there.
        limit: f32,
    },
    /// It was told to stop before this case.
    #[error("{case}: not begun, as something else is waiting")]
    Interrupted {
        /// Op and sizes.
        case: String,
    },
    /// Something other than an array of values differs.
    #[error("{case}: got {found}, expected {expected}")]
    Outcome {
        /// Op and sizes.
        case: String,
        /// The op's outcome.
        found: String,
        /// The twin's outcome.
        expected: String,
    },
}

impl ConformanceError {
    /// Whether the device computed, and something else than the twin; otherwise the comparison never came to an end.
    #[must_use]
    pub fn is_difference(&self) -> bool {
        match self {
            Self::Shape { .. }
            | Self::NotANumber { .. }
            | Self::Value { .. }
            | Self::Outcome { .. } => true,
            Self::Read { .. } | Self::Interrupted { .. } => false,
        }
    }
}

/// What is checked in one go: an op, in one of the two tile shapes where it has two.
#[derive(Clone, Copy, Debug)]
enum Op {
    RmsNorm,
    LayerNorm,
    GroupNorm,
    Resize,
    Shuffle,
    RoiAlign,
    Rope,
    Sample,
    Copy,
    Noise,
    Embed,
    Attention(AdapterClass),
    Linear(AdapterClass),
    Conv3x3(AdapterClass),
}

/// All there is to be checked, in its order.
const GROUPS: &[Op] = &[
    Op::RmsNorm,
    Op::LayerNorm,
    Op::GroupNorm,
    Op::Resize,
    Op::Shuffle,
    Op::RoiAlign,
    Op::Rope,
    Op::Sample,
    Op::Copy,
    Op::Noise,
    Op::Embed,
    Op::Attention(AdapterClass::Software),
    Op::Linear(AdapterClass::Software),
    Op::Conv3x3(AdapterClass::Software),
    Op::Attention(AdapterClass::Hardware),
    Op::Linear(AdapterClass::Hardware),
    Op::Conv3x3(AdapterClass::Hardware),
];

/// How many groups of cases there are.
pub const N_GROUPS: u32 = GROUPS.len() as u32;

/// Names the kernels, their twins and these cases by their text: what one version of them has passed says nothing of another.
pub const FINGERPRINT: &str = env!("ROI_KERNELS_FINGERPRINT");

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Cases that have passed.
    pub cases: u32,
    /// The group to go on with; [`N_GROUPS`] when all have passed.
    pub next: u32,
}

/// Runs the cases of group `first` and all behind it on a device. `on_case` is told the name of each case before it runs, and may
/// stop the check there: then the group under way counts for nothing, so that the check can go on with it later.
///
/// # Errors
/// The first difference.
pub async fn run(
    device: &Device,
    first: u32,
    on_case: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> Result<Checked, ConformanceError> {
    let class = adapter_class();
    gpu::poison(true);
    let mut bench = Bench {
        device,
        on_case,
        passed: 0,
        class,
    };
    let outcome = bench.run_from(first).await;
    gpu::poison(false);
    set_adapter_class(class);
    outcome
}

/// What a case works with: a device, numbers to feed to it, and the comparison.
pub(crate) struct Bench<'a> {
    pub(crate) device: &'a Device,
    on_case: &'a mut dyn FnMut(&str) -> ControlFlow<()>,
    passed: u32,
    class: AdapterClass,
}

/// Greatest distance from the twin's value: `absolute + relative · |value|`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    pub(crate) absolute: f32,
    pub(crate) relative: f32,
}

impl Bench<'_> {
    async fn run_from(&mut self, first: u32) -> Result<Checked, ConformanceError> {
        let mut checked = Checked {
            cases: 0,
            next: first.min(N_GROUPS),
        };
        while let Some(group) = GROUPS.get(checked.next as usize) {
            match self.run(*group).await {
                Ok(()) => {}
                Err(ConformanceError::Interrupted { .. }) => break,
                Err(difference) => return Err(difference),
            }
            checked.cases = self.passed;
            checked.next += 1;
        }
        Ok(checked)
    }

    async fn run(&mut self, group: Op) -> Result<(), ConformanceError> {
        match group {
            Op::RmsNorm => rms_norm::cases(self).await,
            Op::LayerNorm => layer_norm::cases(self).await,
            Op::GroupNorm => group_norm::cases(self).await,
            Op::Resize => resize::cases(self).await,
            Op::Shuffle => shuffle::cases(self).await,
            Op::RoiAlign => roi_align::cases(self).await,
            Op::Rope => rope::cases(self).await,
            Op::Sample => sample::cases(self).await,
            Op::Copy => copy::cases(self).await,
            Op::Noise => noise::cases(self).await,
            Op::Embed => embed::cases(self).await,
            Op::Attention(class) => attention::cases(self.with_tiles_for(class)).await,
            Op::Linear(class) => linear::cases(self.with_tiles_for(class)).await,
            Op::Conv3x3(class) => conv3x3::cases(self.with_tiles_for(class)).await,
        }
    }

    /// Chooses the tile shapes of the cases that follow.
    fn with_tiles_for(&mut self, class: AdapterClass) -> &mut Self {
        self.class = class;
        set_adapter_class(class);
        self
    }

    /// Announces a case, by op and sizes; returns its full name.
    ///
    /// # Errors
    /// [`ConformanceError::Interrupted`] when it is not to be run.
    pub(crate) fn begin(
        &mut self,
        name: impl std::fmt::Display,
    ) -> Result<String, ConformanceError> {
        let case = format!("{name}, {:?} tiles", self.class);
        match (self.on_case)(&case) {
            ControlFlow::Continue(()) => Ok(case),
            ControlFlow::Break(()) => Err(ConformanceError::Interrupted { case }),
        }
    }

    /// Values as a tensor on the device.
    pub(crate) fn tensor<const D: usize>(&self, values: &[f32], shape: [usize; D]) -> Tensor<D> {
        Tensor::from_data(TensorData::new(values.to_vec(), shape), self.device)
    }

    /// Compares an output with the twin's values.
    pub(crate) async fn compare<const D: usize>(
        &mut self,
        case: &str,
        output: Tensor<D>,
        shape: [usize; D],
        expected: &[f32],
        tolerance: Tolerance,
    ) -> Result<(), ConformanceError> {
        let found = output.dims();
        if found != shape || expected.len() != shape.iter().product::<usize>() {
            return Err(ConformanceError::Shape {
                case: case.to_owned(),
                found: found.to_vec(),
                expected: shape.to_vec(),
            });
        }
        let read = |reason: String| ConformanceError::Read {
            case: case.to_owned(),
            reason,
        };
        let data = output
            .into_data_async()
            .await
            .map_err(|error| read(error.to_string()))?;
        let values = data
            .try_to_vec::<f32>()
            .map_err(|error| read(format!("{error:?}")))?;
        let at = |index| coordinates(index, &shape);
        if let Some(index) = values.iter().position(|value| value.is_nan()) {
            let expected = expected[index];
            return Err(ConformanceError::NotANumber {
                case: case.to_owned(),
                index: at(index),
                expected,
            });
        }
        let limit = |expected: f32| tolerance.absolute + tolerance.relative * expected.abs();
        let excess = |(found, expected): (&f32, &f32)| (found - expected).abs() - limit(*expected);
        let worst = values
            .iter()
            .zip(expected)
            .enumerate()
            .max_by(|(_, a), (_, b)| excess(*a).total_cmp(&excess(*b)));
        if let Some((index, pair)) = worst
            && excess(pair) > 0.0
        {
            let (found, expected) = (*pair.0, *pair.1);
            let (case, index) = (case.to_owned(), at(index));
            return Err(ConformanceError::Value {
                case,
                index,
                found,
                expected,
                limit: limit(expected),
            });
        }
        self.passed += 1;
        Ok(())
    }

    /// Compares an outcome that is not an array.
    pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
        &mut self,
        case: &str,
        found: T,
        expected: T,
    ) -> Result<(), ConformanceError> {
        if found != expected {
            let [found, expected] = [found, expected].map(|value| format!("{value:?}"));
            return Err(ConformanceError::Outcome {
                case: case.to_owned(),
                found,
                expected,
            });
        }
        self.passed += 1;
        Ok(())
    }
}

/// A sampling error as the outcome of a case that should not have one.
fn unexpected(case: &str) -> impl Fn(SampleError) -> ConformanceError {
    move |error| {
        let case = case.to_owned();
        match error {
            SampleError::Read(reason) => ConformanceError::Read { case, reason },
            SampleError::NotANumber => ConformanceError::Outcome {
                case,
                found: "a value that is not a number".to_owned(),
                expected: "tokens".to_owned(),
            },
        }
    }
}

fn coordinates(mut index: usize, shape: &[usize]) -> Vec<usize> {
    let mut at = vec![0; shape.len()];
    for (place, &length) in at.iter_mut().zip(shape).rev() {
        *place = index % length;
        index /= length;
    }
    at
}

/// Pseudo-random numbers, the same on every run: SplitMix64.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Evenly spread over [-1, 1).
    pub(crate) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    pub(crate) fn take(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next()).collect()
    }
}
