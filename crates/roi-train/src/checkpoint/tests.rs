//! Checkpoints written, read, torn, mixed up, and written to a full disk.

use super::*;

fn identity() -> Identity {
    let spec = |name: &str, shape: &[u64]| TensorSpec {
        name: name.to_owned(),
        shape: shape.to_vec(),
    };
    let settings = [("batch_size", "4"), ("learning_rate", "0.001")];
    Identity {
        settings: settings
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        specs: vec![
            spec("model.norm.weight", &[3]),
            spec("lm_head.weight", &[20, 30]),
            spec("model.mm_projector.bias", &[1]),
        ],
        frozen_sha256: "f".repeat(64),
        n_examples: 77,
        examples_sha256: "e".repeat(64),
        seed: 5,
    }
}

/// A state in which no two values are the same.
fn state(step: u64) -> RunState {
    let mut next = step as f32;
    let mut values = || -> Vec<Vec<f32>> {
        let lengths = identity().specs.iter().map(n_values).collect::<Vec<_>>();
        lengths
            .into_iter()
            .map(|length| {
                let values = (0..length).map(|_| {
                    next += 0.37;
                    next.recip()
                });
                values.collect()
            })
            .collect()
    };
    RunState {
        step,
        position: step * 4,
        weights: values(),
        moments: Moments {
            n_updates: step,
            first: values(),
            second: values(),
        },
    }
}

/// A folder of checkpoints in pieces of a kilobyte.
fn open(dir: &Path, keep: usize) -> CheckpointFolder {
    CheckpointFolder {
        max_piece_bytes: 1024,
        ..CheckpointFolder::open(dir, keep).unwrap()
    }
}

fn with_steps(steps: &[u64]) -> (tempfile::TempDir, CheckpointFolder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = open(dir.path(), 9);
    for step in steps {
        folder.write(&identity(), &state(*step)).unwrap();
    }
    (dir, folder)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_read_is_what_was_written_to_the_last_bit() {
    let (_dir, folder) = with_steps(&[12]);
    let found = folder.newest(&identity()).unwrap();
    assert_eq!(found.state.unwrap(), state(12));
    assert!(found.passed_over.is_empty());
}

#[test]
fn values_that_are_no_numbers_are_kept_as_they_are() {
    let (_dir, folder) = with_steps(&[]);
    let mut odd = state(1);
    odd.moments.second[0] = vec![f32::INFINITY, -0.0, f32::MIN_POSITIVE / 2.0];
    folder.write(&identity(), &odd).unwrap();
    let read = folder.newest(&identity()).unwrap().state.unwrap();
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read.moments.second[0]), bits(&odd.moments.second[0]));
}

#[test]
fn no_piece_is_larger_than_allowed_and_tensors_cross_them() {
    let (dir, _) = with_steps(&[3]);
    let folder = dir.path().join("step-00000003");
    let pieces = names(&folder);
    // 3 × 604 values of four bytes, with headers.
    assert!((9..14).contains(&pieces.len()), "{pieces:?}");
    for piece in pieces.iter().filter(|name| name.starts_with("piece-")) {
        let bytes = fs::metadata(folder.join(piece)).unwrap().len();
        assert!(bytes <= 1024, "{piece}: {bytes}");
    }
}

#[test]
fn pieces_are_sixteen_mebibytes_at_most() {
    let dir = tempfile::tempdir().unwrap();
    let folder = CheckpointFolder::open(dir.path(), 1).unwrap();
    let mut identity = identity();
    identity.specs.truncate(1);
    identity.specs[0].shape = vec![2_000_000];
    let values = || vec![vec![0.5; 2_000_000]];
    let state = RunState {
        step: 1,
        position: 4,
        weights: values(),
        moments: Moments {
            n_updates: 1,
            first: values(),
            second: values(),
        },
    };
    let path = folder.write(&identity, &state).unwrap();
    let sizes = ["piece-00001.safetensors", "piece-00002.safetensors"]
        .map(|name| fs::metadata(path.join(name)).unwrap().len());
    assert!(
        sizes[0] <= 16 << 20 && sizes[0] > (16 << 20) - 1024,
        "{sizes:?}"
    );
    assert_eq!(names(&path).len(), 3);
    assert_eq!(folder.newest(&identity).unwrap().state.unwrap(), state);
}

#[test]
fn a_damaged_one_of_a_later_step_takes_no_whole_ones_place() {
    let dir = tempfile::tempdir().unwrap();
    let folder = open(dir.path(), 1);
    for step in [10, 20] {
        folder.write(&identity(), &state(step)).unwrap();
    }
    fs::remove_file(dir.path().join("step-00000020").join(INDEX)).unwrap();
    for step in [12, 14] {
        folder.write(&identity(), &state(step)).unwrap();
        let found = folder.newest(&identity()).unwrap();
        assert_eq!(found.state.unwrap(), state(step));
        assert!(!dir.path().join("step-00000010").exists());
    }
    assert!(!dir.path().join("step-00000012").exists());
    folder.write(&identity(), &state(20)).unwrap();
    assert!(folder.newest(&identity()).unwrap().passed_over.is_empty());
}

#[test]
fn only_the_newest_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let folder = open(dir.path(), 2);
    for step in [5, 10, 15, 100_000_000] {
        folder.write(&identity(), &state(step)).unwrap();
    }
    assert_eq!(names(dir.path()), ["step-00000015", "step-100000000"]);
    let newest = folder.newest(&identity()).unwrap().state.unwrap();
    assert_eq!(newest.step, 100_000_000);
}

#[test]
fn an_empty_folder_has_nothing_to_go_on_from() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("step-by-step")).unwrap();
    let found = open(dir.path(), 1).newest(&identity()).unwrap();
    assert!(found.state.is_none() && found.passed_over.is_empty());
}

/// What can happen to a checkpoint's files, and what is said of it.
#[test]
fn a_torn_or_foreign_checkpoint_is_passed_over_for_the_one_before() {
    type Damage = fn(&Path);
    let cases: [(Damage, &str); 9] = [
        (
            |dir| fs::remove_file(dir.join(INDEX)).unwrap(),
            "it is missing",
        ),
        (
            |dir| fs::write(dir.join(INDEX), "").unwrap(),
            "no checkpoint's index",
        ),
        (
            |dir| fs::write(dir.join(INDEX), r#"{"weight_map": {}}"#).unwrap(),
            "no checkpoint's index",
        ),
        (
            |dir| edit(&dir.join(INDEX), "\"step\": 20", "\"step\": 21"),
            "it was changed",
        ),
        (
            |dir| edit(&dir.join(INDEX), "checkpoint 2", "checkpoint 3"),
            "its format is \"roichat training checkpoint 3\"",
        ),
        (
            |dir| fs::remove_file(dir.join("piece-00003.safetensors")).unwrap(),
            "it is missing",
        ),
        (
            |dir| truncate(&dir.join("piece-00002.safetensors"), 100),
            "it has 100 bytes, not",
        ),
        (
            |dir| truncate(&dir.join("piece-00002.safetensors"), 0),
            "it has 0 bytes, not",
        ),
        (
            |dir| flip(&dir.join("piece-00001.safetensors")),
            "its SHA-256 is",
        ),
    ];
    for (damage, expected) in cases {
        let (dir, folder) = with_steps(&[10, 20]);
        damage(&dir.path().join("step-00000020"));
        let found = folder.newest(&identity()).unwrap();
        assert_eq!(found.state.unwrap(), state(10), "{expected}");
        let [said] = &found.passed_over[..] else {
            panic!("{:?}", found.passed_over);
        };
        assert!(
            said.contains("step-00000020") && said.contains(expected),
            "{said}"
        );
    }
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn truncate(path: &Path, length: u64) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(length).unwrap();
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn with_no_whole_checkpoint_nothing_is_started_over_unasked() {
    let (dir, folder) = with_steps(&[10, 20]);
    for step in ["step-00000010", "step-00000020"] {
        flip(&dir.path().join(step).join("piece-00001.safetensors"));
    }
    let error = folder.newest(&identity()).unwrap_err();
    assert!(
        matches!(&error, CheckpointError::NoneWhole { problems, .. } if problems.len() == 2),
        "{error}"
    );
}

#[test]
fn pieces_of_two_checkpoints_do_not_mix() {
    let (dir, folder) = with_steps(&[10, 20]);
    let piece = |step: &str| dir.path().join(step).join("piece-00002.safetensors");
    fs::copy(piece("step-00000010"), piece("step-00000020")).unwrap();
    let found = folder.newest(&identity()).unwrap();
    assert_eq!(found.state.unwrap().step, 10);
}

#[test]
fn a_torn_checkpoint_makes_way_when_its_step_comes_again() {
    let (dir, folder) = with_steps(&[10, 20]);
    flip(
        &dir.path()
            .join("step-00000020")
            .join("piece-00001.safetensors"),
    );
    folder.write(&identity(), &state(20)).unwrap();
    let found = folder.newest(&identity()).unwrap();
    assert_eq!(found.state.unwrap(), state(20));
    assert!(found.passed_over.is_empty());
    assert_eq!(names(dir.path()), ["step-00000010", "step-00000020"]);
}

#[test]
fn what_a_killed_run_left_is_removed_and_nothing_else() {
    let (dir, _) = with_steps(&[10]);
    for name in [
        "step-00000020.part",
        "step-00000005.old",
        "notes.old",
        "step-by-step",
    ] {
        fs::create_dir(dir.path().join(name)).unwrap();
    }
    fs::write(
        dir.path()
            .join("step-00000020.part/piece-00001.safetensors"),
        "half",
    )
    .unwrap();
    open(dir.path(), 9);
    assert_eq!(
        names(dir.path()),
        ["notes.old", "step-00000010", "step-by-step"]
    );
}

#[test]
fn other_settings_are_an_error_that_lists_them() {
    let (_dir, folder) = with_steps(&[10]);
    let mut changed = identity();
    changed
        .settings
        .insert("batch_size".to_owned(), "8".to_owned());
    changed.settings.insert("seed".to_owned(), "1".to_owned());
    changed.settings.remove("learning_rate");
    // Other settings may mean other tensors too; the settings are what a person can mend.
    changed.specs.pop();
    let CheckpointError::OtherSettings { differences, .. } = folder.newest(&changed).unwrap_err()
    else {
        panic!("other settings went unnoticed");
    };
    assert_eq!(
        differences,
        [
            "batch_size was 4 and is 8",
            "learning_rate was 0.001 and is not set",
            "seed was not set and is 1",
        ]
    );
}

#[test]
fn other_data_and_other_weights_are_errors() {
    let (_dir, folder) = with_steps(&[10]);
    let more = Identity {
        n_examples: 78,
        ..identity()
    };
    let error = folder.newest(&more).unwrap_err();
    assert!(
        matches!(
            error,
            CheckpointError::OtherData {
                then: 77,
                now: 78,
                ..
            }
        ),
        "{error}"
    );
    let redrawn = Identity {
        examples_sha256: "0".repeat(64),
        ..identity()
    };
    let error = folder.newest(&redrawn).unwrap_err();
    assert!(
        matches!(error, CheckpointError::ChangedData { .. }),
        "{error}"
    );
    let frozen = Identity {
        frozen_sha256: "0".repeat(64),
        ..identity()
    };
    let mut reshaped = identity();
    reshaped.specs[1].shape = vec![30, 20];
    for other in [frozen, reshaped] {
        let error = folder.newest(&other).unwrap_err();
        assert!(
            matches!(error, CheckpointError::OtherWeights { .. }),
            "{error}"
        );
    }
}

/// A file that takes nothing, in the place of a checkpoint's third piece.
#[cfg(target_os = "linux")]
fn create_on_full_disk(path: &Path) -> io::Result<File> {
    if path.ends_with("piece-00003.safetensors") {
        File::options().write(true).open("/dev/full")
    } else {
        File::create(path)
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_nothing_but_the_new_checkpoint() {
    let (dir, folder) = with_steps(&[10]);
    let full = CheckpointFolder {
        create: create_on_full_disk,
        keep: 1,
        ..folder
    };
    let error = full.write(&identity(), &state(20)).unwrap_err();
    let CheckpointError::Io { path, source } = &error else {
        panic!("{error}");
    };
    assert_eq!(source.kind(), io::ErrorKind::StorageFull);
    assert!(path.ends_with("piece-00003.safetensors"));
    assert_eq!(names(dir.path()), ["step-00000010"]);

    let again = open(dir.path(), 1);
    assert_eq!(again.newest(&identity()).unwrap().state.unwrap(), state(10));
    again.write(&identity(), &state(20)).unwrap();
    assert_eq!(names(dir.path()), ["step-00000020"]);
}
