//! What memory a GPU device holds for this process, and giving back what it does not use.

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

/// Gives the memory back that is reserved on a wgpu device and not in use: without this it waits for tensors that may never come,
/// such as those of a model that has been closed. Nothing happens on other kinds of device.
pub fn release_unused(device: &Device) {
    if let Some(client) = gpu_client(device) {
        // What it could not give back stays reserved, which harms nobody until memory runs out, and then is reported.
        client.memory_cleanup().ok();
    }
}
