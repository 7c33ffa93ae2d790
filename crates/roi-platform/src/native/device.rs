//! The choice between GPU and processor. A GPU that was chosen and fails is an error, never a reason to change over.

use burn::tensor::Device;
#[cfg(feature = "cuda")]
use burn::tensor::DeviceType;
use burn::tensor::wgpu::wgpu;

use crate::{Compute, DeviceError, DeviceKind, DevicePreference};

/// Opens the device that `preference` asks for.
///
/// # Errors
/// [`DeviceError`] when it cannot be opened.
pub async fn open_device(preference: DevicePreference) -> Result<Compute, DeviceError> {
    let is_gpu = match preference {
        DevicePreference::Gpu => true,
        DevicePreference::Cpu => false,
        DevicePreference::Cuda => return Ok(open_cuda(1)?.remove(0)),
        DevicePreference::Auto => has_hardware_gpu().await,
    };
    if is_gpu {
        Compute::gpu(|info| info.name.clone())
            .await
            .map_err(|reason| DeviceError::Gpu { reason })
    } else {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Compute::plain(
            Device::flex(),
            DeviceKind::Cpu,
            format!("burn-flex, {threads} threads"),
        ))
    }
}

/// Opens the first `count` of NVIDIA's GPUs through CUDA, at least one.
///
/// # Errors
/// [`DeviceError`] when there are not so many.
#[cfg(feature = "cuda")]
pub fn open_cuda(count: usize) -> Result<Vec<Compute>, DeviceError> {
    let devices = Device::enumerate(DeviceType::Cuda);
    let found = devices.len();
    if found == 0 {
        return Err(DeviceError::NoCudaDevice);
    }
    let count = count.max(1);
    if found < count {
        return Err(DeviceError::TooFewCudaDevices { count, found });
    }
    let computes = devices.into_iter().take(count).map(|device| {
        let name = device.identity().map(|identity| identity.name);
        let name = name.unwrap_or_else(|| "CUDA".to_owned());
        Compute::plain(device, DeviceKind::Cuda, name)
    });
    Ok(computes.collect())
}

/// Opens NVIDIA's GPUs through CUDA, which this build does not have.
///
/// # Errors
/// [`DeviceError::NoCuda`].
#[cfg(not(feature = "cuda"))]
pub fn open_cuda(_count: usize) -> Result<Vec<Compute>, DeviceError> {
    Err(DeviceError::NoCuda)
}

async fn has_hardware_gpu() -> bool {
    // What hardware is driven by today; asking OpenGL too makes its libraries print complaints where there is no display.
    let backends = wgpu::Backends::PRIMARY;
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapters = instance.enumerate_adapters(backends).await;
    adapters.iter().any(|adapter| {
        matches!(
            adapter.get_info().device_type,
            wgpu::DeviceType::DiscreteGpu
                | wgpu::DeviceType::IntegratedGpu
                | wgpu::DeviceType::VirtualGpu
        )
    })
}
