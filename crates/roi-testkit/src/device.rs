//! The GPU of tests, if there is one.

use std::io::Write as _;
use std::sync::{Mutex, OnceLock, PoisonError};

use burn::tensor::{Device, DeviceKind};

/// One at a time: work is ordered per thread, and software adapters are slow enough for one.
static TURN: Mutex<()> = Mutex::new(());
static GPU: OnceLock<Option<Device>> = OnceLock::new();

/// Runs `body` with a GPU, alone among the tests of this process.
///
/// Software adapters come first, as they are the same everywhere. Without any adapter one SKIP
/// line is printed and `body` does not run.
///
/// # Panics
/// Without an adapter when `ROI_REQUIRE_GPU=1`.
pub fn on_gpu(body: impl FnOnce(&Device)) {
    // A failed test leaves nothing behind that the next one could trip over.
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = GPU.get_or_init(find) {
        body(device);
        // A driver that still compiles while the program ends crashes, when the compiler is taken down under it.
        device.sync().expect("the device ends what it was given");
    }
}

fn find() -> Option<Device> {
    let mut reasons = Vec::new();
    for kind in [DeviceKind::Cpu, DeviceKind::DefaultDevice] {
        match Device::wgpu_options().device_kind(kind).init() {
            Ok(device) => return Some(device),
            Err(error) => reasons.push(error.to_string()),
        }
    }
    let reasons = reasons.join("; ");
    let required = std::env::var_os("ROI_REQUIRE_GPU").is_some_and(|value| value == "1");
    assert!(!required, "ROI_REQUIRE_GPU=1 and no GPU: {reasons}");
    // Past the capture of test output: a skipped test looks like a passed one otherwise.
    writeln!(std::io::stderr(), "SKIP: tests that need a GPU: {reasons}").expect("stderr");
    None
}
