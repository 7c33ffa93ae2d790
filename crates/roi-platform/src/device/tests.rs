//! Devices by name.

use burn::tensor::wgpu::wgpu::{AdapterInfo, Backend, DeviceType};

use burn::tensor::wgpu::wgpu;
use roi_kernels::DeviceFault;

use super::{DevicePreference, fault, is_software};

#[test]
fn four_words_name_devices() {
    assert_eq!("gpu".parse(), Ok(DevicePreference::Gpu));
    assert_eq!("cpu".parse(), Ok(DevicePreference::Cpu));
    assert_eq!("cuda".parse(), Ok(DevicePreference::Cuda));
    assert_eq!("auto".parse(), Ok(DevicePreference::Auto));
    let error = "npu"
        .parse::<DevicePreference>()
        .expect_err("it is none of them");
    assert_eq!(
        error.to_string(),
        "\"npu\" is no device: use gpu, cpu, cuda or auto"
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

#[test]
fn a_lack_of_memory_is_told_apart_from_other_faults() {
    let source = || Box::<dyn std::error::Error + Send + Sync>::from("not enough left");
    let out = wgpu::Error::OutOfMemory { source: source() };
    assert_eq!(fault(&out), DeviceFault::OutOfMemory);
    let refused = wgpu::Error::Validation {
        source: source(),
        description: "no such binding".to_owned(),
    };
    assert_eq!(
        fault(&refused),
        DeviceFault::Other("no such binding".to_owned())
    );
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_build_without_cuda_says_how_to_get_it() {
    let opened = pollster::block_on(crate::open_device(DevicePreference::Cuda));
    let error = opened.expect_err("it is not built in").to_string();
    assert!(error.contains("--features cuda"), "{error}");
}
