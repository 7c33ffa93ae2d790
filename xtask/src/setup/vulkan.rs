//! A Vulkan driver, for the kernels' tests outside the browser; a software one will do.

use std::path::Path;

use super::apt;

const DRIVER_LISTS: [&str; 4] = [
    "/usr/share/vulkan/icd.d",
    "/usr/local/share/vulkan/icd.d",
    "/etc/vulkan/icd.d",
    "/run/opengl-driver/share/vulkan/icd.d",
];
const LOADERS: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu/libvulkan.so.1",
    "/usr/lib/aarch64-linux-gnu/libvulkan.so.1",
    "/usr/lib64/libvulkan.so.1",
    "/usr/lib/libvulkan.so.1",
    "/usr/local/lib/libvulkan.so.1",
    "/run/opengl-driver/lib/libvulkan.so.1",
];

/// Whether there is a driver in the end.
pub(super) fn ensure() -> bool {
    if present() {
        return true;
    }
    println!("A Vulkan driver is missing: installing Mesa's software one");
    if let Err(error) = apt::install(&["mesa-vulkan-drivers", "libvulkan1"]) {
        eprintln!(
            "No Vulkan driver ({error:#}): the native GPU tests will be skipped. mesa-vulkan-drivers and libvulkan1 give one."
        );
    }
    present()
}

/// macOS has Metal and Windows its own drivers, so only Linux is looked at.
fn present() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let named = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let listed = DRIVER_LISTS.iter().any(|dir| holds_json(Path::new(dir)));
    let loader = LOADERS.iter().any(|file| Path::new(file).exists());
    (named || listed) && loader
}

fn holds_json(dir: &Path) -> bool {
    dir.read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "json")
        })
    })
}
