//! noise: random weights made where they are used, for measuring speed without a model.

use burn::tensor::Device;
use cubecl::client::Client;
use cubecl::server::Handle;
use roi_weights::{GROUP, Layout};

use crate::gpu::{self, Kernel};
use crate::matrix::{Matrix, MatrixUpload, gpu_client};
use crate::reference;
use crate::shader::{Value, render};
use crate::weights;

const WORKGROUP: u32 = 256;

/// One rendered `noise.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Noise {
    pub(crate) layout: Layout,
}

impl Kernel for Noise {
    const NAME: &'static str = "noise";

    fn render(&self) -> String {
        let mut values = vec![("WORKGROUP", Value::Number(WORKGROUP))];
        values.extend(weights::layout_values(self.layout));
        render(Self::NAME, include_str!("../shaders/noise.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4]
            .map(|layout| Self { layout })
            .to_vec()
    }
}

/// A matrix of pseudo-random weights `[rows, cols]`.
///
/// On the GPU the padding behind each row is random too; nothing may depend on the values.
pub fn noise(layout: Layout, rows: usize, cols: usize, seed: u32, device: &Device) -> Matrix {
    let padded = cols.next_multiple_of(GROUP);
    let bytes = layout.byte_len(rows as u64, padded as u64) as usize;
    let codes = layout
        .scales_offset(rows as u64, padded as u64)
        .unwrap_or(bytes as u64) as u32
        / 4;
    if let Some(client) = gpu_client(device) {
        let size = bytes.next_multiple_of(16);
        let handle = client.memory_persistent_allocation((), |()| client.empty(size));
        launch(&client, &handle, layout, (bytes / 4) as u32, codes, seed);
        return Matrix::from_gpu(client, handle, rows, cols, layout);
    }
    let words = (0..layout.byte_len(rows as u64, cols as u64) as u32 / 4)
        .flat_map(|index| reference::noise::noise(layout, index, codes, seed).to_le_bytes());
    let mut upload = MatrixUpload::new(layout, rows, cols, device);
    let written = upload
        .write(0, &words.collect::<Vec<_>>())
        .and_then(|()| upload.finish());
    match written {
        Ok(matrix) => matrix,
        Err(error) => panic!("noise: {error}"),
    }
}

pub(crate) fn launch(
    client: &Client,
    handle: &Handle,
    layout: Layout,
    words: u32,
    codes: u32,
    seed: u32,
) {
    let groups = gpu::fold(words.div_ceil(WORKGROUP));
    gpu::launch(
        client,
        Noise { layout },
        groups,
        &[handle],
        &[words, codes, seed],
    );
}
