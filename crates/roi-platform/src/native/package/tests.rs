//! A folder is a package source: what is there is read, what is not is named.

use pollster::block_on;
use roi_weights::{ChunkEntry, PackageSource, SourceError};

use super::Package;

#[test]
fn chunks_are_found_by_their_hash() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let entry = ChunkEntry::of(b"weights");
    std::fs::create_dir(folder.path().join("chunks")).expect("a folder");
    std::fs::write(folder.path().join(entry.path()), b"weights").expect("a chunk");

    let bytes = block_on(Package::at(folder.path()).chunk(0, &entry));

    assert_eq!(bytes, Ok(b"weights".to_vec()));
}

#[test]
fn a_missing_manifest_is_named_with_its_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");

    let error = block_on(Package::at(folder.path()).manifest()).expect_err("nothing is there");

    let what = folder.path().join("manifest.json").display().to_string();
    assert_eq!(error, SourceError::Missing { what });
}

#[test]
fn a_folder_in_place_of_a_file_is_unreachable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("manifest.json")).expect("a folder");

    let error = block_on(Package::at(folder.path()).manifest()).expect_err("it is no file");

    assert!(matches!(error, SourceError::Unreachable { .. }), "{error}");
}
