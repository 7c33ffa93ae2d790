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

#[test]
fn a_new_vocabularys_files_read_like_published_ones() {
    let vocabulary = Vocabulary::learn(["a cat and a car"], 370).unwrap();
    let files = TokenizerFiles::new(vocabulary.clone(), 512);
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files.iter() {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    assert_eq!(TokenizerFiles::read(dir.path()).unwrap(), files);
    let added: BTreeMap<String, u32> =
        serde_json::from_slice(&fs::read(dir.path().join(ADDED)).unwrap()).unwrap();
    assert_eq!(added, vocabulary.added);
}

#[test]
fn the_hash_tells_other_files() {
    let files = |text: &str| {
        let vocabulary = Vocabulary::learn([text], 370).unwrap();
        TokenizerFiles::new(vocabulary, 512).sha256()
    };
    assert_eq!(files("cat cat"), files("cat cat"));
    assert_ne!(files("cat cat"), files("car car"));
}
