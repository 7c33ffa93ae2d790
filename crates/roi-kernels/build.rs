//! Names the kernels by their text, so that whoever remembers that they computed rightly knows when they are others.

use std::path::{Path, PathBuf};

/// Shaders, their launches, their twins, the cases: all of it decides what is compared with what.
const SOURCE: &str = "src";

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    let mut files = Vec::new();
    collect(Path::new(SOURCE), &mut files);
    files.sort();
    let mut hash = Fnv::new();
    for file in files {
        hash.add(file.to_string_lossy().replace('\\', "/").as_bytes());
        let bytes = std::fs::read(&file);
        hash.add(&bytes.unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    }
    println!("cargo::rustc-env=ROI_KERNELS_FINGERPRINT={:016x}", hash.0);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder);
    for entry in entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// FNV-1a: this tells versions apart and keeps nobody out.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        // The length, too, so that no byte can move from one file to the next unseen.
        let length = (bytes.len() as u64).to_le_bytes();
        for &byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
