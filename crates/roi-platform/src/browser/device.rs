//! WebGPU, asked for what burn cannot do without before burn is asked for anything: it would panic.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{buffers, get};
use crate::{Compute, DeviceError, DevicePreference};

/// burn measures with it, even when nobody reads the measurements.
const NEEDED_FEATURE: &str = "timestamp-query";

/// Opens the browser's GPU.
///
/// # Errors
/// [`DeviceError`], which says what the browser lacks.
pub async fn open_device(preference: DevicePreference) -> Result<Compute, DeviceError> {
    if matches!(preference, DevicePreference::Cpu | DevicePreference::Cuda) {
        return Err(DeviceError::OnlyWebGpu);
    }
    let adapter = request_adapter().await?;
    let name = adapter_name(&adapter);
    if !has_feature(&adapter, NEEDED_FEATURE) {
        return Err(DeviceError::MissingFeature {
            adapter: name,
            feature: NEEDED_FEATURE,
        });
    }
    buffers::watch();
    Compute::gpu(|_| name)
        .await
        .map_err(|reason| DeviceError::BrowserGpu { reason })
}

/// No browser has CUDA.
///
/// # Errors
/// [`DeviceError::OnlyWebGpu`].
pub fn open_cuda(_count: usize) -> Result<Vec<Compute>, DeviceError> {
    Err(DeviceError::OnlyWebGpu)
}

/// `navigator.gpu.requestAdapter({powerPreference: "high-performance"})`, as wgpu will ask.
async fn request_adapter() -> Result<JsValue, DeviceError> {
    let gpu = get(&js_sys::global(), "navigator")
        .and_then(|navigator| get(&navigator, "gpu"))
        .ok_or(DeviceError::NoWebGpu)?;
    let request = get(&gpu, "requestAdapter")
        .and_then(|request| request.dyn_into::<Function>().ok())
        .ok_or(DeviceError::NoWebGpu)?;
    let options = js_sys::Object::new();
    Reflect::set(
        &options,
        &"powerPreference".into(),
        &"high-performance".into(),
    )
    .map_err(|_| DeviceError::NoWebGpu)?;
    let promise = request
        .call1(&gpu, &options)
        .map_err(|_| DeviceError::NoBrowserAdapter)?;
    let adapter = JsFuture::from(promise.unchecked_into::<Promise>())
        .await
        .map_err(|_| DeviceError::NoBrowserAdapter)?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(DeviceError::NoBrowserAdapter);
    }
    Ok(adapter)
}

/// What the browser tells of the adapter; it often leaves the description empty.
fn adapter_name(adapter: &JsValue) -> String {
    let Some(info) = get(adapter, "info") else {
        return "unnamed adapter".to_owned();
    };
    let text = |key| {
        get(&info, key)
            .and_then(|value| value.as_string())
            .filter(|text| !text.is_empty())
    };
    if let Some(description) = text("description") {
        return description;
    }
    let parts: Vec<_> = ["vendor", "architecture", "device"]
        .into_iter()
        .filter_map(text)
        .collect();
    if parts.is_empty() {
        "unnamed adapter".to_owned()
    } else {
        parts.join(" ")
    }
}

fn has_feature(adapter: &JsValue, feature: &str) -> bool {
    let Some(features) = get(adapter, "features") else {
        return false;
    };
    get(&features, "has")
        .and_then(|has| has.dyn_into::<Function>().ok())
        .and_then(|has| has.call1(&features, &feature.into()).ok())
        .is_some_and(|answer| answer.is_truthy())
}
