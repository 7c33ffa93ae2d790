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
///
/// Says whether no tensor has memory there any more. Then all that was ever asked of the device has been sent to it, too.
pub fn release_unused(device: &Device) -> bool {
    let Some(client) = gpu_client(device) else {
        return false;
    };
    // What it could not give back stays reserved, which harms nobody until memory runs out, and then is reported.
    client.memory_cleanup().ok();
    let report = client.memory_report(MemoryScope::Device);
    let mut streams = report.streams.iter();
    streams.all(|stream| stream.pools.usage().bytes_reserved == 0)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Tensor;
    use pollster::block_on;
    use roi_testkit::on_gpu;

    use super::{release_unused, reserved_bytes};
    use crate::Replay;

    /// Far more than anything else on the device, some of which may be given back, too, or be shared with what stays.
    const LARGE_BYTES: u64 = 256 << 20;

    #[test]
    fn what_is_no_longer_used_is_given_back() {
        on_gpu(|device| {
            let side = 4_096;
            let large: Vec<_> = (0..LARGE_BYTES / (4 * side * side))
                .map(|_| Tensor::<2>::ones([side as usize; 2], device))
                .collect();
            let sum = large.iter().cloned().map(Tensor::sum).reduce(|a, b| a + b);
            let sum = sum.expect("there is a tensor").into_data_async();
            block_on(sum).expect("a sum");
            let held = reserved_bytes(device);
            assert!(held >= LARGE_BYTES, "{held}");
            drop(large);
            release_unused(device);
            let left = reserved_bytes(device);
            assert!(left <= held - LARGE_BYTES / 2, "{left} of {held}");
        });
    }

    #[test]
    fn a_device_is_empty_when_its_last_tensor_and_recording_are_gone() {
        on_gpu(|device| {
            let tensor = Tensor::<2>::ones([8, 8], device);
            assert!(!release_unused(device), "a tensor is left");
            let mut replay = Replay::default();
            let twice = replay.run(device, &tensor, || tensor.clone() * 2.0);
            block_on(twice.into_data_async()).expect("values");
            drop(tensor);
            assert!(!release_unused(device), "a recording is left");
            drop(replay);
            assert!(release_unused(device));
        });
    }
}
