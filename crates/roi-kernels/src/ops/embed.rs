//! embed: rows of the embedding table.

use burn::tensor::{Bytes, Device, Tensor};
use cubecl::client::Client;
use cubecl::server::Handle;
use roi_weights::{GROUP, Layout};

use super::sample::DecodeState;
use crate::gpu::{self, Kernel};
use crate::matrix::{Matrix, gpu_client};
use crate::shader::{Value, render};
use crate::weights::{self, Bindings};

const WORKGROUP: u32 = 64;

/// Values that one invocation expands.
const VALUES: usize = 8;

/// One rendered `embed.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Embed {
    pub(crate) layout: Layout,
    /// Weight buffers bound, 1 to 3.
    pub(crate) parts: u32,
}

impl Kernel for Embed {
    const NAME: &'static str = "embed";

    fn render(&self) -> String {
        let mut bindings = Bindings::new();
        bindings.bind("B_IDS", true);
        bindings.bind("B_W0", true);
        bindings.bind("B_W1", self.parts > 1);
        bindings.bind("B_W2", self.parts > 2);
        bindings.bind("B_Y", true);
        bindings.bind("B_INFO", true);
        let mut values = bindings.into_values();
        values.extend(weights::layout_values(self.layout));
        values.extend([
            ("PARTS", Value::Number(self.parts)),
            ("PART1", Value::Flag(self.parts > 1)),
            ("PART2", Value::Flag(self.parts > 2)),
            ("WORKGROUP", Value::Number(WORKGROUP)),
        ]);
        render(Self::NAME, include_str!("../shaders/embed.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        let layouts = [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4];
        layouts
            .iter()
            .flat_map(|&layout| [1, 2, 3].map(|parts| Self { layout, parts }))
            .collect()
    }
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Ids<'a> {
    /// These.
    Known(&'a [u32]),
    /// The one that the sampler chose last; on the GPU it never leaves the device.
    Last(&'a DecodeState),
}

/// One row of `table` per id.
///
/// # Shape
/// - `table`: `[V, K]`
/// - output: `[ids, K]`, on `device`
///
/// # Panics
/// When a known id is not below `V`.
pub fn embed(ids: Ids<'_>, table: &Matrix, device: &Device) -> Tensor<2> {
    if let Ids::Known(ids) = ids {
        let rows = table.rows();
        assert!(
            ids.iter().all(|&id| (id as usize) < rows),
            "embed: an id is not below {rows}"
        );
        if ids.is_empty() {
            return Tensor::zeros([0, table.cols()], device);
        }
    }
    if let Some(client) = gpu_client(device) {
        let (buffer, id_at, tokens) = match ids {
            Ids::Known(ids) => {
                let bytes = Bytes::from_bytes_vec(bytemuck::cast_slice(ids).to_vec());
                (client.create(bytes), 0, ids.len())
            }
            Ids::Last(state) => (state.buffer().clone(), DecodeState::TOKEN_WORD, 1),
        };
        return launch(&client, &buffer, id_at, tokens, table, device);
    }
    let ids: Vec<usize> = match ids {
        Ids::Known(ids) => ids.iter().map(|&id| id as usize).collect(),
        Ids::Last(state) => vec![state.token() as usize],
    };
    table.gather(&ids, device)
}

fn launch(
    client: &Client,
    ids: &Handle,
    id_at: u32,
    tokens: usize,
    table: &Matrix,
    device: &Device,
) -> Tensor<2> {
    let k = table.cols();
    let y = gpu::buffer_beside(&Tensor::<2>::empty([tokens, k], device), "embed");
    for (first, run) in weights::runs(table) {
        let kernel = Embed {
            layout: table.layout(),
            parts: run.len() as u32,
        };
        let [a, b, c, d] = weights::part_rows(run);
        let groups = k.div_ceil(GROUP);
        let info = [
            a,
            b,
            c,
            d,
            first as u32,
            tokens as u32,
            k as u32,
            groups as u32,
            id_at,
        ];
        let mut buffers = vec![ids];
        buffers.extend(run.iter().map(|part| &part.gpu("embed").handle));
        buffers.push(&y.handle);
        let invocations = tokens * k.div_ceil(VALUES);
        gpu::launch(
            client,
            kernel,
            gpu::fold((invocations as u32).div_ceil(WORKGROUP)),
            &buffers,
            &info,
        );
    }
    gpu::tensor(y)
}
