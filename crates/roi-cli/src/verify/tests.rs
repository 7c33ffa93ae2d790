//! Each way in which a package can be damaged is found and named.

use std::fs;

use super::*;
use crate::convert::tests::convert_reference;

struct Package {
    dir: tempfile::TempDir,
    manifest: Manifest,
}

impl Package {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        convert_reference(dir.path(), "q8");
        let (manifest, _) = package::manifest(dir.path()).unwrap();
        Self { dir, manifest }
    }

    fn chunk(&self, index: usize) -> PathBuf {
        self.dir.path().join(self.manifest.chunks[index].path())
    }

    fn verdict(&self) -> Result<String, String> {
        let args = Args {
            package: self.dir.path().to_owned(),
        };
        let mut text = Vec::new();
        match run(&args, &mut text) {
            Ok(()) => Ok(String::from_utf8(text).unwrap()),
            Err(error) => Err(crate::sentence(&error)),
        }
    }
}

#[test]
fn a_whole_package_is_right() {
    let verdict = Package::new().verdict().unwrap();
    assert!(verdict.contains("every byte is right"), "{verdict}");
    assert_eq!(verdict.lines().count(), 1);
}

#[test]
fn one_flipped_bit_names_the_chunk() {
    let package = Package::new();
    let last = package.manifest.chunks.len() - 1;
    let mut bytes = fs::read(package.chunk(last)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(package.chunk(last), bytes).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(verdict.contains(&format!("chunk {last} ")), "{verdict}");
    assert!(
        verdict.contains(&package.manifest.chunks[last].sha256),
        "{verdict}"
    );
    assert_eq!(verdict.lines().count(), 1);
}

#[test]
fn cut_long_and_missing_chunks_are_all_counted() {
    let package = Package::new();
    assert!(package.manifest.chunks.len() > 3);
    let bytes = fs::read(package.chunk(1)).unwrap();
    fs::write(package.chunk(1), &bytes[..bytes.len() - 1]).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(verdict.contains("chunk 1 "), "{verdict}");
    assert!(
        verdict.contains("expected 262144 bytes, got 262143"),
        "{verdict}"
    );

    fs::write(package.chunk(1), [bytes.as_slice(), b"?"].concat()).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(
        verdict.contains("expected 262144 bytes, got 262145"),
        "{verdict}"
    );

    fs::remove_file(package.chunk(0)).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(verdict.contains("chunk 0 "), "{verdict}");
    assert!(
        verdict.contains("is missing and 1 other chunk is bad too"),
        "{verdict}"
    );
}

#[test]
fn an_edited_manifest_is_not_verified() {
    let package = Package::new();
    let path = package.dir.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"n_levels\":4", "\"n_levels\":3", 1)).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(
        verdict.contains("was changed after it was written"),
        "{verdict}"
    );
}

#[test]
fn a_newer_package_asks_for_an_update() {
    let package = Package::new();
    let path = package.dir.path().join("manifest.json");
    fs::write(&path, r#"{"format_version":2}"#).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(verdict.contains("update roichat"), "{verdict}");
}

#[test]
fn a_folder_without_manifest_is_no_package() {
    let package = Package::new();
    fs::remove_file(package.dir.path().join("manifest.json")).unwrap();
    let verdict = package.verdict().unwrap_err();
    assert!(verdict.contains("holds no manifest.json"), "{verdict}");
}
