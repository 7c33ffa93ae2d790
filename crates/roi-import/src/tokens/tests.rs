//! The token ids that the model needs, from the files of a checkpoint.

use super::*;
use crate::testing::{copy_folder, golden};
use std::fs;

fn delta() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy_folder(&golden("delta"), dir.path());
    dir
}

#[test]
fn added_tokens_may_stand_in_either_file() {
    let dir = delta();
    let old = read_tokenizer(dir.path()).unwrap();
    let added: BTreeMap<String, u32> =
        crate::read_json(&dir.path().join("added_tokens.json")).unwrap();
    let decoder: serde_json::Map<_, _> = added
        .iter()
        .map(|(token, id)| {
            (
                id.to_string(),
                serde_json::json!({"content": token, "lstrip": false}),
            )
        })
        .collect();
    fs::remove_file(dir.path().join("added_tokens.json")).unwrap();
    fs::write(
        dir.path().join("tokenizer_config.json"),
        serde_json::json!({"added_tokens_decoder": decoder}).to_string(),
    )
    .unwrap();
    let new = read_tokenizer(dir.path()).unwrap();
    assert_eq!((new.ids, new.json), (old.ids, old.json));
}

#[test]
fn token_the_model_needs_must_have_an_id() {
    let dir = delta();
    let path = dir.path().join("added_tokens.json");
    for token in ["<im_patch>", "<im_start>", "<im_end>", "<bbox>"] {
        let mut added: BTreeMap<String, u32> =
            crate::read_json(&golden("delta/added_tokens.json")).unwrap();
        added.remove(token);
        fs::write(&path, serde_json::to_string(&added).unwrap()).unwrap();
        match read_tokenizer(dir.path()) {
            Err(ImportError::NoToken { token: missing, .. }) => assert_eq!(missing, token),
            other => panic!("{token}: {other:?}"),
        }
    }
}

#[test]
fn padding_is_not_needed() {
    let dir = delta();
    let mut added: BTreeMap<String, u32> =
        crate::read_json(&golden("delta/added_tokens.json")).unwrap();
    added.remove("[PAD]");
    fs::write(
        dir.path().join("added_tokens.json"),
        serde_json::to_string(&added).unwrap(),
    )
    .unwrap();
    assert_eq!(read_tokenizer(dir.path()).unwrap().ids.pad, None);
}

#[test]
fn file_that_is_missing_or_malformed_is_named() {
    for (name, text) in [("tokenizer.model", "hello"), ("added_tokens.json", "[1]")] {
        let dir = delta();
        fs::write(dir.path().join(name), text).unwrap();
        let error = read_tokenizer(dir.path()).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
    let dir = delta();
    fs::remove_file(dir.path().join("tokenizer.model")).unwrap();
    assert!(
        read_tokenizer(dir.path())
            .unwrap_err()
            .to_string()
            .contains("tokenizer.model")
    );
}
