//! The road from a burn tensor to a WGSL launch: raw buffers in, raw buffers out.
//!
//! Everything that names cubecl stands here or in the launchers. A tensor that does not live on a
//! wgpu device, or that autodiff tracks, has no buffer, and its op runs as tensor code instead:
//! that is a choice of form by device, made before anything runs, never a fall back after a
//! failure.

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use burn::tensor::{Bytes, DType, Shape, Tensor};
use burn_wgpu::{
    CubeDim, CubeTensor, KernelSource, SourceKernel, SourceTemplate, Wgpu, into_contiguous,
};
use cubecl::client::Client;
use cubecl::prelude::{CubeCount, ExecutionMode, KernelId};
use cubecl::server::{Handle, KernelArguments, MetadataBindingInfo};

/// Workgroups along one axis of a dispatch, by the WebGPU specification.
pub(crate) const MAX_GROUPS: u32 = 65_535;

/// One rendered shader: the value is both the text's only input and its cache key.
pub(crate) trait Kernel: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The op's name, which is also the file's.
    const NAME: &'static str;

    /// Complete WGSL with one entry point called `main`.
    fn render(&self) -> String;

    /// Invocations per workgroup, as the shader's `@workgroup_size` says.
    fn workgroup_size(&self) -> u32;

    /// Every variant that a launcher can ask for, or each of its choices at least once where the
    /// combinations are many.
    #[cfg(test)]
    fn variants() -> Vec<Self>;
}

struct Wgsl<K>(K);

impl<K: Kernel> KernelSource for Wgsl<K> {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.0.render())
    }

    fn id(&self) -> KernelId {
        // Unchecked: the shaders guard their own edges, and injected loop bounds cost time.
        KernelId::new::<K>()
            .info(self.0.clone())
            .mode(ExecutionMode::Unchecked)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

static DISPATCHES: AtomicU64 = AtomicU64::new(0);
static REPLAYED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static LAUNCHED_HERE: Cell<u64> = const { Cell::new(0) };
}

/// What has been sent to GPUs by this process so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpuStats {
    /// Kernel launches of this crate, replayed ones included.
    pub dispatches: u64,
    /// Those among them that were recorded before and sent as part of a whole.
    pub replayed: u64,
}

/// Reads the counters. The difference of two readings belongs to what ran between them.
pub fn gpu_stats() -> GpuStats {
    GpuStats {
        dispatches: DISPATCHES.load(Ordering::Relaxed),
        replayed: REPLAYED.load(Ordering::Relaxed),
    }
}

/// Launches of this thread so far, replayed ones left out.
pub(crate) fn launched_here() -> u64 {
    LAUNCHED_HERE.get()
}

/// Counts launches that went out as part of a recording.
pub(crate) fn count_replayed(launches: u64) {
    DISPATCHES.fetch_add(launches, Ordering::Relaxed);
    REPLAYED.fetch_add(launches, Ordering::Relaxed);
}

/// Sends one kernel to the device. `buffers` bind in order from 0; `info` binds last, as uniform
/// words, and is left out when empty.
pub(crate) fn launch<K: Kernel>(
    client: &Client,
    kernel: K,
    groups: [u32; 3],
    buffers: &[&Handle],
    info: &[u32],
) {
    debug_assert!(
        groups.iter().all(|&count| count > 0 && count <= MAX_GROUPS),
        "{}: {groups:?}",
        K::NAME
    );
    let mut words: Vec<u64> = info
        .chunks(2)
        .map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32)
        .collect();
    // A uniform buffer's size is a multiple of 16 bytes.
    words.resize(words.len().next_multiple_of(2), 0);
    let arguments = KernelArguments::new()
        .with_buffers(
            buffers
                .iter()
                .map(|&handle| handle.clone().binding())
                .collect(),
        )
        .with_info(MetadataBindingInfo::custom(words));
    let dim = CubeDim::new_1d(kernel.workgroup_size());
    let [x, y, z] = groups;
    DISPATCHES.fetch_add(1, Ordering::Relaxed);
    LAUNCHED_HERE.set(LAUNCHED_HERE.get() + 1);
    client.launch(
        Box::new(SourceKernel::new(Wgsl(kernel), dim)),
        CubeCount::Static(x, y, z),
        arguments,
    );
}

/// Spreads `count` workgroups over two axes; the shader rebuilds the index as
/// `id.x + id.y * num_workgroups.x` and returns when it is past its own count.
pub(crate) fn fold(count: u32) -> [u32; 3] {
    if count <= MAX_GROUPS {
        return [count.max(1), 1, 1];
    }
    let rows = count.div_ceil(MAX_GROUPS);
    [count.div_ceil(rows), rows, 1]
}

/// The tensor's contiguous buffer, when it lives on a wgpu device and autodiff does not track it.
pub(crate) fn buffer<const D: usize>(tensor: &Tensor<D>) -> Option<CubeTensor> {
    let tensor = tensor.clone().try_into_primitive::<Wgpu>().ok()?;
    (tensor.client.name() == "wgpu<wgsl>").then(|| into_contiguous(tensor))
}

/// The buffer of a tensor that must live where its op's first input lives.
///
/// # Panics
/// When it does not: mixing devices within one op is a bug of the caller.
pub(crate) fn buffer_beside<const D: usize>(tensor: &Tensor<D>, op: &str) -> CubeTensor {
    match buffer(tensor) {
        Some(buffer) => buffer,
        None => panic!("{op}: one tensor is on the GPU and another is not"),
    }
}

/// A new f32 tensor on the device of `like`, filled by the launch that is given its buffer.
pub(crate) fn output<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let count: usize = shape.iter().product();
    let handle = unwritten(&like.client, count.max(1) * 4);
    CubeTensor::new_contiguous(
        like.client.clone(),
        like.device.clone(),
        Shape::from(shape),
        handle,
        DType::F32,
    )
}

/// A new buffer whose contents are left to the launch that is given it.
pub(crate) fn unwritten(client: &Client, bytes: usize) -> Handle {
    if POISON.load(Ordering::Relaxed) {
        // Every byte of 0xff: as f32 not a number, as index out of range.
        return client.create(Bytes::from_bytes_vec(vec![0xff; bytes]));
    }
    client.empty(bytes)
}

/// Whether new buffers start as NaN, so that a value which no kernel wrote is seen.
pub(crate) fn poison(on: bool) {
    POISON.store(on, Ordering::Relaxed);
}

static POISON: AtomicBool = AtomicBool::new(false);

/// Wraps a filled buffer as a tensor.
pub(crate) fn tensor<const D: usize>(buffer: CubeTensor) -> Tensor<D> {
    Tensor::from_primitive::<Wgpu>(buffer)
}
