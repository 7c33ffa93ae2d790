//! Files replaced whole, and left alone when that fails.

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_replaced_file_holds_the_new_bytes_and_nothing_lies_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loss.csv");
    for bytes in ["first", "the second", ""] {
        replace(&path, bytes.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), bytes);
        assert_eq!(names(folder.path()), ["loss.csv"]);
    }
}

#[test]
fn a_replacement_that_fails_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loss.csv");
    replace(&path, b"old").unwrap();
    // A folder stands where the new file would be written.
    fs::create_dir(folder.path().join("loss.csv.part")).unwrap();
    replace(&path, b"new").unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[test]
fn removing_a_folder_that_is_not_there_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a");
    remove_folder(&inner).unwrap();
    fs::create_dir_all(inner.join("b")).unwrap();
    remove_folder(&inner).unwrap();
    assert!(!inner.exists());
}
