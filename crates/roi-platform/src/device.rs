//! The device that computes, and the faults it reports when nobody asks.
//!
//! A shader that the browser refuses is only logged there: the launch seems to succeed and its output is whatever the buffer
//! held. [`Compute::take_fault`] is how a caller finds out, after every value it reads.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::wgpu::{
    self, AdapterInfo, BufferDescriptor, BufferUsages, DeviceType, ErrorFilter,
};
use roi_kernels::{AdapterClass, DeviceFault, set_adapter_class};

#[cfg(test)]
mod tests;

/// A probe of memory takes it in pieces of this size, which every adapter can make.
const PROBED_AT_A_TIME: u64 = 256 << 20;

/// Which device to compute on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DevicePreference {
    /// Any GPU adapter, one in software too.
    Gpu,
    /// The processor.
    Cpu,
    /// NVIDIA's GPU through CUDA, by tensor code instead of this project's kernels: for training. Only in builds with the
    /// feature `cuda`.
    Cuda,
    /// A hardware GPU where there is one, else the processor.
    #[default]
    Auto,
}

/// A word that names no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no device: use gpu, cpu, cuda or auto")]
pub struct UnknownPreference(pub String);

impl FromStr for DevicePreference {
    type Err = UnknownPreference;

    fn from_str(word: &str) -> Result<Self, UnknownPreference> {
        match word {
            "gpu" => Ok(Self::Gpu),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda),
            "auto" => Ok(Self::Auto),
            _ => Err(UnknownPreference(word.to_owned())),
        }
    }
}

/// What kind of device computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// A GPU adapter, reached through wgpu.
    Gpu,
    /// The processor.
    Cpu,
    /// NVIDIA's GPU, reached through CUDA.
    Cuda,
}

impl DeviceKind {
    /// `gpu`, `cpu` or `cuda`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        }
    }
}

/// Why there is no device to compute on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The browser has no WebGPU.
    #[error(
        "This browser does not offer WebGPU here. Use a current Chrome, Edge or Safari, and open the page over https or from localhost."
    )]
    NoWebGpu,
    /// There is WebGPU but nothing behind it.
    #[error(
        "The browser has WebGPU but found no graphics adapter for it. Turn on hardware acceleration in its settings and update the graphics driver."
    )]
    NoBrowserAdapter,
    /// The adapter lacks something without which nothing runs.
    #[error(
        "The browser's graphics adapter ({adapter}) does not offer the WebGPU feature {feature}, which this page needs. A current Chrome or Edge offers it."
    )]
    MissingFeature {
        /// The adapter's name.
        adapter: String,
        /// The feature, as WebGPU calls it.
        feature: &'static str,
    },
    /// No adapter answered, native.
    #[error(
        "no GPU adapter could be opened ({reason}); install its Vulkan driver, or compute on the processor with --device cpu"
    )]
    Gpu {
        /// What the driver says.
        reason: String,
    },
    /// The adapter answered and then would not open, in a browser.
    #[error(
        "The graphics adapter could not be opened ({reason}). Restart the browser and open the page again."
    )]
    BrowserGpu {
        /// What the browser says.
        reason: String,
    },
    /// Something else than WebGPU was asked for where there is nothing else.
    #[error("A browser computes on the GPU only, through WebGPU.")]
    OnlyWebGpu,
    /// CUDA was asked for in a build without it.
    #[error(
        "this build has no CUDA; build with --features cuda, or compute through wgpu with --device gpu"
    )]
    NoCuda,
    /// CUDA found no device.
    #[error(
        "CUDA finds no NVIDIA GPU here; compute through wgpu with --device gpu, or on the processor with --device cpu"
    )]
    NoCudaDevice,
    /// CUDA found fewer devices than asked for.
    #[error(
        "{count} NVIDIA GPUs are asked for and CUDA finds {found}; ask for as many as there are"
    )]
    TooFewCudaDevices {
        /// How many are asked for.
        count: usize,
        /// How many there are.
        found: usize,
    },
}

impl DeviceError {
    /// Whether there may be a device a little later: a browser whose graphics process has failed starts another one, and says
    /// until then that there is no adapter.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::NoBrowserAdapter | Self::BrowserGpu { .. })
    }
}

/// An open device. At most one GPU is opened in the life of a process.
#[derive(Debug)]
pub struct Compute {
    /// Where tensors are made.
    pub device: Device,
    /// What kind of device it is.
    pub kind: DeviceKind,
    /// The adapter's name as the driver gives it.
    pub name: String,
    faults: Arc<Mutex<Option<DeviceFault>>>,
    loss: Arc<Mutex<Loss>>,
    gpu: Option<wgpu::Device>,
}

/// How much a GPU takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the largest buffer.
    pub max_buffer_bytes: u64,
    /// Bytes of the largest part of a buffer that a kernel is handed.
    pub max_binding_bytes: u64,
}

/// What is known of the end of a device.
#[derive(Default)]
struct Loss {
    reason: Option<String>,
    listener: Option<Listener>,
}

type Listener = Box<dyn FnOnce(String) + Send>;

impl std::fmt::Debug for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loss")
            .field("reason", &self.reason)
            .field("has_listener", &self.listener.is_some())
            .finish()
    }
}

impl Compute {
    #[cfg(not(target_family = "wasm"))]
    /// A device whose faults come back with the values that are read from it.
    pub(crate) fn plain(device: Device, kind: DeviceKind, name: String) -> Self {
        Self {
            device,
            kind,
            name,
            faults: Arc::default(),
            loss: Arc::default(),
            gpu: None,
        }
    }

    /// Opens the adapter that wgpu prefers and listens to its faults. The error is the driver's reason.
    pub(crate) async fn gpu(name: impl FnOnce(&AdapterInfo) -> String) -> Result<Self, String> {
        let (device, setup) = Device::wgpu_options()
            .init_with_setup_async()
            .await
            .map_err(|error| error.to_string())?;
        let faults = Arc::<Mutex<Option<DeviceFault>>>::default();
        let sink = Arc::clone(&faults);
        // Replaces a handler that panics, which would take the page or the command with it.
        setup.device.on_uncaptured_error(Arc::new(move |error| {
            // The first one is the cause, what follows are its consequences.
            locked(&sink).get_or_insert_with(|| fault(&error));
        }));
        let loss = Arc::<Mutex<Loss>>::default();
        let (sink, first_fault) = (Arc::clone(&loss), Arc::clone(&faults));
        setup.device.set_device_lost_callback(move |_, message| {
            let message = message.trim().trim_end_matches('.');
            let reason = match message {
                "" => "the graphics device was lost".to_owned(),
                _ => format!("the graphics device was lost: {message}"),
            };
            locked(&first_fault).get_or_insert_with(|| DeviceFault::Other(reason.clone()));
            let listener = {
                let mut loss = locked(&sink);
                loss.reason.get_or_insert_with(|| reason.clone());
                loss.listener.take()
            };
            if let Some(listener) = listener {
                listener(reason);
            }
        });
        let info = setup.adapter.get_info();
        let name = name(&info);
        let class = if is_software(&info, &name) {
            AdapterClass::Software
        } else {
            AdapterClass::Hardware
        };
        set_adapter_class(class);
        Ok(Self {
            device,
            kind: DeviceKind::Gpu,
            name,
            faults,
            loss,
            gpu: Some(setup.device),
        })
    }

    /// Calls `listener`, at once if it has happened, when the device is gone for good: unplugged, reset by its driver, taken
    /// away by the browser. The reason has no full stop.
    pub fn on_lost(&self, listener: impl FnOnce(String) + Send + 'static) {
        let reason = {
            let mut loss = locked(&self.loss);
            match loss.reason.clone() {
                Some(reason) => reason,
                None => {
                    loss.listener = Some(Box::new(listener));
                    return;
                }
            }
        };
        listener(reason);
    }

    /// How many of so many bytes of memory can be had on top of those in use: a GPU does not say, so they are taken for a moment.
    /// Those of other devices are taken for granted.
    pub async fn probe_memory(&self, bytes: u64) -> u64 {
        let Some(gpu) = &self.gpu else {
            return bytes;
        };
        let largest = gpu.limits().max_buffer_size.min(PROBED_AT_A_TIME);
        let (mut held, mut held_bytes) = (Vec::new(), 0);
        while held_bytes < bytes {
            let size = largest.min(bytes - held_bytes).next_multiple_of(4);
            let scope = gpu.push_error_scope(ErrorFilter::OutOfMemory);
            held.push(gpu.create_buffer(&BufferDescriptor {
                label: Some("memory probe"),
                size,
                usage: BufferUsages::STORAGE,
                mapped_at_creation: false,
            }));
            if scope.pop().await.is_some() {
                break;
            }
            held_bytes += size;
        }
        for buffer in held {
            buffer.destroy();
        }
        held_bytes.min(bytes)
    }

    /// Frees the memory of every buffer that tensors have had so far; to be called when no tensor has one any more, and all that
    /// was asked of the device has been sent to it.
    pub fn free_buffers(&self) {
        crate::imp::free_buffers();
    }

    /// Whether the device is known to be gone for good.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        locked(&self.loss).reason.is_some()
    }

    /// The first fault the device reported since this was last asked.
    #[must_use]
    pub fn take_fault(&self) -> Option<DeviceFault> {
        locked(&self.faults).take()
    }

    /// How much the device takes at once, if it is a GPU reached through wgpu.
    #[must_use]
    pub fn limits(&self) -> Option<Limits> {
        let limits = self.gpu.as_ref()?.limits();
        Some(Limits {
            max_buffer_bytes: limits.max_buffer_size,
            max_binding_bytes: limits.max_storage_buffer_binding_size,
        })
    }
}

/// What a GPU's complaint is about.
fn fault(error: &wgpu::Error) -> DeviceFault {
    match error {
        wgpu::Error::OutOfMemory { .. } => DeviceFault::OutOfMemory,
        _ => DeviceFault::Other(error.to_string()),
    }
}

/// What a mutex holds, also after a panic of another holder: nothing here is left half-done.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a processor plays the GPU. Browsers do not always say so, but the names of those drivers do.
fn is_software(info: &AdapterInfo, name: &str) -> bool {
    let name = name.to_lowercase();
    info.device_type == DeviceType::Cpu
        || ["swiftshader", "llvmpipe", "lavapipe", "basic render driver"]
            .iter()
            .any(|driver| name.contains(driver))
}
