//! Caption files, good and bad.

use super::Captions;
use crate::MetricsError;

fn refused(text: &str) -> (usize, usize, String) {
    match Captions::from_json(text).unwrap_err() {
        MetricsError::Captions {
            line,
            column,
            problem,
        } => (line, column, problem),
        other => panic!("{other}"),
    }
}

#[test]
fn the_files_order_is_kept() {
    let captions = Captions::from_json(r#"{"10": ["b"], "9": ["a", "c"], "é": []}"#).unwrap();
    let ids: Vec<&str> = captions.iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["10", "9", "é"]);
    assert_eq!(captions.get("9").unwrap(), ["a", "c"]);
    assert_eq!(captions.get("é").unwrap(), [] as [String; 0]);
    assert_eq!(captions.get("x"), None);
    assert_eq!(captions.len(), 3);
    assert!(!captions.is_empty());
}

#[test]
fn errors_say_where() {
    let (line, _, problem) = refused("{\"a\": [\"x\"],\n \"b\": \"y\"}");
    assert_eq!(line, 2);
    assert!(problem.contains("expected a sequence"), "{problem}");
    assert_eq!(refused("{\"a\": [\"x\"").0, 1);
    assert_eq!(refused("{\"a\": [\"x\"]\n}\n}").0, 3);
    let (line, column, problem) = refused("{\"a\": [],\n\"a\": []}");
    assert_eq!((line, column), (2, 3));
    assert_eq!(problem, "id \"a\" stands twice");
    let (_, _, problem) = refused("[]");
    assert!(problem.contains("an object of ids"), "{problem}");
}

#[test]
fn an_id_that_stands_twice_is_refused_among_items_too() {
    let twice = ["a", "b", "a"].map(|id| (id.to_owned(), Vec::new()));
    assert!(matches!(
        Captions::from_items(twice),
        Err(MetricsError::DuplicateId { id }) if id == "a"
    ));
}

#[test]
fn tokenized_captions_keep_their_ids() {
    let captions = Captions::from_json(r#"{"a": ["A cat.", "It's"]}"#).unwrap();
    let tokenized = captions.tokenized();
    assert_eq!(tokenized.get("a").unwrap(), ["a cat", "it 's"]);
}
