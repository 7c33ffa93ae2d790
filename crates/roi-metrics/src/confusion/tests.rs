//! Counts of recognition.

use super::{Confusion, Mistake};

fn counted(answers: &[(&str, &str)]) -> Confusion {
    let mut confusion = Confusion::default();
    for (label, called) in answers {
        confusion.add(label, called);
    }
    confusion
}

#[test]
fn accuracy_counts_answers_and_mean_recall_counts_classes() {
    let confusion = counted(&[
        ("cat", "cat"),
        ("cat", "cat"),
        ("cat", "dog"),
        ("owl", "cat"),
    ]);
    assert_eq!((confusion.n_right(), confusion.n()), (2, 4));
    assert_eq!(confusion.accuracy(), Some(0.5));
    assert_eq!(confusion.mean_recall(), Some((2.0 / 3.0 + 0.0) / 2.0));
}

#[test]
fn classes_have_recall_and_precision() {
    let confusion = counted(&[("cat", "cat"), ("owl", "cat"), ("owl", "bird")]);
    let classes = confusion.classes();
    assert_eq!(classes.len(), 2);
    let (cat, owl) = (&classes[0], &classes[1]);
    assert_eq!((cat.recall(), cat.precision()), (Some(1.0), Some(0.5)));
    assert_eq!((owl.recall(), owl.precision()), (Some(0.0), None));
    assert_eq!((owl.n, owl.n_right, owl.n_called), (2, 0, 0));
}

#[test]
fn mistakes_come_with_the_most_frequent_first() {
    let confusion = counted(&[("a", "b"), ("c", "b"), ("c", "b"), ("c", "c"), ("b", "a")]);
    let mistakes = confusion.mistakes();
    assert_eq!(
        mistakes[0],
        Mistake {
            label: "c".to_owned(),
            called: "b".to_owned(),
            n: 2
        }
    );
    let rest: Vec<&str> = mistakes[1..].iter().map(|m| m.label.as_str()).collect();
    assert_eq!(rest, ["a", "b"]);
    assert_eq!(confusion.count("c", "b"), 2);
    assert_eq!(confusion.count("x", "b"), 0);
}

#[test]
fn nothing_has_no_accuracy() {
    let nothing = Confusion::default();
    assert_eq!(nothing.accuracy(), None);
    assert_eq!(nothing.mean_recall(), None);
    assert!(nothing.classes().is_empty() && nothing.mistakes().is_empty());
}
