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
    let vocabulary = Vocabulary::learn([("a cat and a car", 1)], 370).unwrap();
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

/// What of `tokenizer.json` decides ids.
fn json(folder: &Path) -> (String, roi_weights::TokenIds) {
    let converted = roi_import::read_tokenizer(folder).unwrap();
    (converted.json, converted.ids)
}

#[test]
fn a_packaged_tokenizer_becomes_files_that_make_the_same_one() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("own");
    let vocabulary = Vocabulary::learn([("a cat and a car", 1)], 370).unwrap();
    TokenizerFiles::new(vocabulary, 512).write(&own).unwrap();
    for (number, folder) in [golden(), own].iter().enumerate() {
        let packaged = json(folder);
        let files = TokenizerFiles::from_json(packaged.0.as_bytes(), 2048).unwrap();
        let again = dir.path().join(number.to_string());
        files.write(&again).unwrap();
        assert_eq!(json(&again), packaged);
    }
}

#[test]
fn a_tokenizer_of_another_making_is_refused() {
    let (made, _) = json(&golden());
    let mut value: serde_json::Value = serde_json::from_str(&made).unwrap();
    // The worst merge first: no scores order merges like that.
    let merges = value["model"]["merges"].as_array_mut().unwrap();
    merges.rotate_right(1);
    let twice = merges[0].clone();
    merges.push(twice);
    for (json, expected) in [
        (value.to_string(), "merges do not follow"),
        (made.replacen("\"<s>\":1,", "", 1), "has id 2, not 1"),
        ("{}".to_owned(), "missing field"),
    ] {
        let error = TokenizerFiles::from_json(json.as_bytes(), 2048).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn the_hash_tells_other_files() {
    let files = |text: &str| {
        let vocabulary = Vocabulary::learn([(text, 1)], 370).unwrap();
        TokenizerFiles::new(vocabulary, 512).sha256()
    };
    assert_eq!(files("cat cat"), files("cat cat"));
    assert_ne!(files("cat cat"), files("car car"));
}
