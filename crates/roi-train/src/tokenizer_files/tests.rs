//! Tokenizer files read, made, and told apart.

use super::*;

fn golden() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi/delta")
}

#[test]
fn files_are_those_of_the_folder_byte_by_byte() {
    let files = TokenizerFiles::read(&golden()).unwrap();
    let names: Vec<_> = files.iter().map(|(name, _)| name).collect();
    assert_eq!(names, [ADDED, SPECIAL, MODEL, CONFIG]);
    for (name, bytes) in files.iter() {
        assert_eq!(bytes, fs::read(golden().join(name)).unwrap(), "{name}");
    }
}

#[test]
fn a_folder_without_pieces_has_no_tokenizer() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(ADDED), "{}").unwrap();
    let error = TokenizerFiles::read(dir.path()).unwrap_err();
    assert!(error.to_string().contains("tokenizer.model"), "{error}");
}

/// The reference's pieces under new files.
fn renewed() -> TokenizerFiles {
    let files = TokenizerFiles::read(&golden()).unwrap();
    TokenizerFiles::new(files.model().to_vec(), &files.added().unwrap(), 512)
}

#[test]
fn new_files_read_like_published_ones() {
    let dir = tempfile::tempdir().unwrap();
    renewed().write(dir.path()).unwrap();
    assert_eq!(TokenizerFiles::read(dir.path()).unwrap(), renewed());
    assert_eq!(json(dir.path()), json(&golden()));
}

/// What of `tokenizer.json` decides ids.
fn json(folder: &Path) -> (String, roi_weights::TokenIds) {
    let converted = roi_import::read_tokenizer(folder).unwrap();
    (converted.json, converted.ids)
}

#[test]
fn a_packaged_tokenizer_becomes_files_that_make_the_same_one() {
    let packaged = json(&golden());
    let files = TokenizerFiles::from_json(packaged.0.as_bytes(), 2048).unwrap();
    let dir = tempfile::tempdir().unwrap();
    files.write(dir.path()).unwrap();
    assert_eq!(json(dir.path()), packaged);
}

#[test]
fn a_package_without_a_tokenizer_is_refused() {
    let error = TokenizerFiles::from_json(b"{}", 2048).unwrap_err();
    assert!(matches!(error, TrainError::PackagedTokenizer(_)), "{error}");
}

#[test]
fn the_hash_tells_other_files() {
    let published = TokenizerFiles::read(&golden()).unwrap();
    assert_eq!(renewed().sha256(), renewed().sha256());
    assert_ne!(renewed().sha256(), published.sha256());
}
