//! How much memory a GPU device holds for this process.

use burn::tensor::Device;
use cubecl::MemoryScope;

use crate::matrix::gpu_client;

/// Bytes reserved on a wgpu device, those waiting to be used again included; 0 on every other kind of device.
pub fn reserved_bytes(device: &Device) -> u64 {
    gpu_client(device).map_or(0, |client| {
        client
            .memory_report(MemoryScope::Device)
            .usage()
            .bytes_reserved
    })
}
