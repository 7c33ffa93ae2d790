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
        DevicePreference::Cuda => return cuda(),
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

#[cfg(feature = "cuda")]
fn cuda() -> Result<Compute, DeviceError> {
    let devices = Device::enumerate(DeviceType::Cuda);
    let device = devices
        .into_iter()
        .next()
        .ok_or(DeviceError::NoCudaDevice)?;
    let name = device.identity().map(|identity| identity.name);
    let name = name.unwrap_or_else(|| "CUDA".to_owned());
    Ok(Compute::plain(device, DeviceKind::Cuda, name))
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> Result<Compute, DeviceError> {
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
