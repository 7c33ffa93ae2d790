//! The reference checkpoint as packages, each layout converted once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use roi_import::{Constants, ConvertOptions, convert};
use roi_testkit::golden_dir;
use roi_weights::Layout;
use tempfile::TempDir;

static PACKAGES: Mutex<BTreeMap<&str, PathBuf>> = Mutex::new(BTreeMap::new());
/// Left behind when the process ends, as all statics are; the system clears its temporary files.
static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

/// The folder of the reference checkpoint's package with matrices in `layout`.
pub(crate) fn package(layout: Layout) -> PathBuf {
    let mut packages = PACKAGES.lock().unwrap_or_else(PoisonError::into_inner);
    let made = packages.entry(layout.name()).or_insert_with(|| {
        let out = FOLDER.path().join(layout.name());
        let golden = golden_dir();
        let options = ConvertOptions {
            base: Some(golden.join("base")),
            model: golden.join("delta"),
            vision: golden.join("clip"),
            out: out.clone(),
            layout,
            chunk_bytes: None,
            model_id: None,
            about: None,
            constants: Constants::default(),
        };
        convert(&options, &mut |_| {}).expect("the reference checkpoint converts");
        out
    });
    made.clone()
}

/// A copy of a package that a test may damage.
pub(crate) fn copy(package: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let chunks = copy.path().join("chunks");
    std::fs::create_dir(&chunks).expect("a folder");
    std::fs::copy(
        package.join("manifest.json"),
        copy.path().join("manifest.json"),
    )
    .expect("a copy");
    for entry in std::fs::read_dir(package.join("chunks")).expect("chunks") {
        let entry = entry.expect("a chunk");
        std::fs::copy(entry.path(), chunks.join(entry.file_name())).expect("a copy");
    }
    copy
}
