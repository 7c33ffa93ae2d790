//! Tables written, cut off where a run goes on, and found torn.

use super::*;

fn record(step: u64) -> StepRecord {
    StepRecord {
        step,
        loss: 1.0 / step as f64,
        learning_rate: 2e-5,
        gradient_norm: 0.1 + 0.2,
        tokens: 300,
        tokens_per_second: 123.456,
    }
}

fn write(path: &Path, steps: std::ops::RangeInclusive<u64>) {
    let mut table = StepTable::open(path, u64::MAX).unwrap();
    for step in steps {
        table.add(&record(step)).unwrap();
    }
}

#[test]
fn rows_follow_the_header_and_numbers_lose_no_bit() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("steps.csv");
    write(&path, 1..=3);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "step,loss,learning_rate,gradient_norm,tokens,tokens_per_second\n\
         1,1,2e-5,0.30000000000000004,300,123.5\n\
         2,0.5,2e-5,0.30000000000000004,300,123.5\n\
         3,0.3333333333333333,2e-5,0.30000000000000004,300,123.5\n"
    );
    let table = StepTable::open(&path, 3).unwrap();
    assert_eq!(table.losses(), [(1, 1.0), (2, 0.5), (3, 1.0 / 3.0)]);
}

#[test]
fn rows_behind_the_last_checkpoint_are_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("steps.csv");
    write(&path, 1..=2);
    let expected = fs::read_to_string(&path).unwrap();
    write(&path, 3..=5);
    let mut table = StepTable::open(&path, 2).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(table.losses().len(), 2);
    table.add(&record(3)).unwrap();
    assert_eq!(StepTable::open(&path, 9).unwrap().losses().len(), 3);
}

#[test]
fn a_torn_last_line_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("steps.csv");
    write(&path, 1..=2);
    let whole = fs::read_to_string(&path).unwrap();
    for torn in ["3", "3,0.3333", "3,0.3333333333333333,2e-5,0.3,300,1"] {
        fs::write(&path, format!("{whole}{torn}")).unwrap();
        assert_eq!(StepTable::open(&path, 9).unwrap().losses().len(), 2);
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
    }
}

#[test]
fn another_file_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("steps.csv");
    fs::write(&path, "name,age\nAda,36\n").unwrap();
    let error = StepTable::open(&path, 9).unwrap_err();
    assert!(error.to_string().contains("no table of steps"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "name,age\nAda,36\n");
}
