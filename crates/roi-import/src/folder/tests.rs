//! What is on the disk after a package was written, written again, or not written to its end.

use super::*;

fn write(dir: &Path, chunks: &[&[u8]]) -> Vec<ChunkEntry> {
    let mut folder = PackageFolder::create(dir).unwrap();
    let entries: Vec<ChunkEntry> = chunks.iter().map(|bytes| ChunkEntry::of(bytes)).collect();
    for (entry, bytes) in entries.iter().zip(chunks) {
        folder.chunk(entry, bytes).unwrap();
    }
    entries
}

#[test]
fn chunks_lie_under_their_hashes_and_nothing_unfinished_remains() {
    let dir = tempfile::tempdir().unwrap();
    let entries = write(dir.path(), &[b"one", b"two", b"one"]);
    for (entry, bytes) in entries.iter().zip([b"one", b"two", b"one"]) {
        assert_eq!(
            fs::read(dir.path().join("chunks").join(&entry.sha256)).unwrap(),
            bytes
        );
    }
    assert_eq!(fs::read_dir(dir.path().join("chunks")).unwrap().count(), 2);
}

#[test]
fn chunk_that_was_not_kept_as_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = PackageFolder::create(dir.path()).unwrap();
    let entry = ChunkEntry::of(b"one");
    let error = folder.chunk(&entry, b"two").unwrap_err();
    assert!(matches!(error, ImportError::WrittenChunk { .. }));
    assert!(error.to_string().contains(&entry.sha256), "{error}");
}

#[test]
fn beginning_again_ends_the_package_that_was_there() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("manifest.json"), "old").unwrap();
    PackageFolder::create(dir.path()).unwrap();
    assert!(!dir.path().join("manifest.json").exists());
}

#[test]
fn manifest_that_describes_no_package_is_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = PackageFolder::create(dir.path()).unwrap();
    assert!(matches!(folder.finish(b"{}"), Err(ImportError::Pack(_))));
    assert!(!dir.path().join("manifest.json").exists());
}

#[test]
fn folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let error = PackageFolder::create(&dir.path().join("file")).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}
