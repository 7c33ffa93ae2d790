//! shuffle: the cross-level exchange of channels before each fusion of the pyramid.

use burn::tensor::Tensor;

use super::resize::{resize, scale};
use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 64;

/// One rendered `shuffle.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shuffle;

impl Kernel for Shuffle {
    const NAME: &'static str = "shuffle";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_OWN", "B_UP", "B_DOWN", "B_Y", "B_INFO"]);
        values.push(("WORKGROUP", Value::Number(WORKGROUP)));
        render(Self::NAME, include_str!("../shaders/shuffle.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        vec![Self]
    }
}

/// Level `l` with a quarter of the channels of each neighbour in place of its own:
/// `concat(x_l[0 : C/2], resize(x_up[3C/4 : C]), resize(x_down[C/2 : 3C/4]))`, where `up` is the
/// next coarser level and `down` the next finer, each `l` itself at its end of the pyramid. There
/// too the two quarters change places.
///
/// # Shape
/// - `levels[l]`: `[C, h_l, w_l]`, finest first, C divisible by 4
/// - output: `[C, h_l, w_l]`
///
/// # Panics
/// When the levels' channels differ or have no quarters.
///
/// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/models/layers.py`, `MLVLFuseModule`.
pub fn shuffle(levels: &[Tensor<3>], l: usize) -> Tensor<3> {
    let [channels, height, width] = levels[l].dims();
    assert!(
        channels.is_multiple_of(4),
        "shuffle: {channels} channels have no quarters"
    );
    let up = &levels[(l + 1).min(levels.len() - 1)];
    let down = &levels[l.saturating_sub(1)];
    assert_eq!(
        (channels, channels),
        (up.dims()[0], down.dims()[0]),
        "shuffle: channels of neighbours"
    );
    if let Some(own) = gpu::buffer(&levels[l]) {
        let sizes = [up, down].map(|level| [level.dims()[1], level.dims()[2]]);
        let [up, down] = [up, down].map(|level| gpu::buffer_beside(level, "shuffle"));
        let y = gpu::output(&own, [channels, height, width]);
        let count = (channels * height * width) as u32;
        let mut info = vec![count, channels as u32, height as u32, width as u32];
        info.extend(sizes.as_flattened().iter().map(|&length| length as u32));
        info.extend(
            sizes
                .iter()
                .flat_map(|[h, w]| [scale(*h, height), scale(*w, width)])
                .map(f32::to_bits),
        );
        let buffers = [&own.handle, &up.handle, &down.handle, &y.handle];
        gpu::launch(
            &own.client,
            Shuffle,
            gpu::fold(count.div_ceil(WORKGROUP)),
            &buffers,
            &info,
        );
        return gpu::tensor(y);
    }
    let (half, quarter) = (channels / 2, channels / 4);
    Tensor::cat(
        vec![
            levels[l].clone().narrow(0, 0, half),
            resize(
                up.clone().narrow(0, half + quarter, quarter),
                [height, width],
            ),
            resize(down.clone().narrow(0, half, quarter), [height, width]),
        ],
        0,
    )
}
