//! Devices by name.

use burn::tensor::wgpu::wgpu::{AdapterInfo, Backend, DeviceType};

use super::{DevicePreference, is_software};

#[test]
fn three_words_name_devices() {
    assert_eq!("gpu".parse(), Ok(DevicePreference::Gpu));
    assert_eq!("cpu".parse(), Ok(DevicePreference::Cpu));
    assert_eq!("auto".parse(), Ok(DevicePreference::Auto));
    let error = "cuda"
        .parse::<DevicePreference>()
        .expect_err("it is none of them");
    assert_eq!(
        error.to_string(),
        "\"cuda\" is no device: use gpu, cpu or auto"
    );
}

#[test]
fn software_is_known_by_type_or_name() {
    let info = |device_type| AdapterInfo::new(device_type, Backend::Vulkan);
    assert!(is_software(&info(DeviceType::Cpu), "anything"));
    assert!(is_software(&info(DeviceType::Other), "google SwiftShader"));
    assert!(is_software(
        &info(DeviceType::Other),
        "llvmpipe (LLVM 15.0.6, 256 bits)"
    ));
    assert!(!is_software(&info(DeviceType::Other), "nvidia ada"));
    assert!(!is_software(&info(DeviceType::DiscreteGpu), "NVIDIA H200"));
}
