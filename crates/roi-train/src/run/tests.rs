//! Runs of a straight line that learns in microseconds: to the end, interrupted, killed, and fed with what is broken.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::PoisonError;

use roi_weights::TensorSpec;

use super::*;
use crate::learner::Named;
use crate::testing::FOLDERS;

/// A line through points: `y = w·x + b`, by least squares. A point counts as many times as it has targets.
struct Line {
    weights: Vec<Vec<f32>>,
    /// Lessons that are given before it fails; for interrupting a run from within.
    lessons_left: usize,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    x: [f32; 2],
    y: f32,
    n_targets: usize,
}

impl Line {
    fn new() -> Self {
        Self {
            weights: vec![vec![0.1, -0.3], vec![0.0]],
            lessons_left: usize::MAX,
        }
    }
}

impl Learner for Line {
    type Example = Point;

    fn specs(&self) -> Vec<TensorSpec> {
        let spec = |name: &str, length| TensorSpec {
            name: name.to_owned(),
            shape: vec![length],
        };
        vec![spec("w", 2), spec("b", 1)]
    }

    fn frozen_sha256(&self) -> Result<String, TrainError> {
        Ok("0".repeat(64))
    }

    fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError> {
        Ok(self.weights.clone())
    }

    fn set_weights(&mut self, weights: &[Vec<f32>]) -> Result<(), TrainError> {
        self.weights = weights.to_vec();
        Ok(())
    }

    fn lesson(&mut self, batch: &[Point]) -> Result<Lesson, TrainError> {
        self.lessons_left = self
            .lessons_left
            .checked_sub(1)
            .ok_or(TrainError::NoExamples)?;
        let n_targets = batch.iter().map(|point| point.n_targets).sum::<usize>();
        let mut lesson = Lesson {
            loss: 0.0,
            n_targets,
            n_tokens: 3 * batch.len(),
            gradients: vec![vec![0.0; 2], vec![0.0]],
        };
        for Point { x, y, n_targets: n } in batch {
            let share = *n as f32 / n_targets as f32;
            let [w, b] = [&self.weights[0], &self.weights[1]];
            let error = w[0] * x[0] + w[1] * x[1] + b[0] - y;
            lesson.loss += f64::from(share * error * error);
            for (gradient, x) in lesson.gradients[0].iter_mut().zip(x) {
                *gradient += 2.0 * share * error * x;
            }
            lesson.gradients[1][0] += 2.0 * share * error;
        }
        Ok(lesson)
    }
}

/// Points on a line, some of which cannot be read or are no numbers.
#[derive(Clone, Copy, Default)]
struct Points {
    is_broken: Option<fn(usize) -> bool>,
    not_a_number: Option<usize>,
}

impl Examples for Points {
    type Example = Point;

    fn epoch_len(&self) -> u64 {
        23
    }

    fn source_sha256(&self) -> &str {
        "of no file"
    }

    fn get(&self, position: u64) -> Result<Named<Point>, Broken> {
        let (epoch, index) = (position / 23, position as usize % 23);
        let name = format!("point {index}");
        if self.is_broken.is_some_and(|is_broken| is_broken(index)) {
            let problem = "no such picture".to_owned();
            return Err(Broken { name, problem });
        }
        // As sets permute boxes anew in each epoch, so are these shifted.
        let angle = index as f32 + 0.01 * epoch as f32;
        let x = [angle.sin(), angle.cos()];
        let y = if self.not_a_number == Some(index) {
            f32::NAN
        } else {
            x[0] - 2.0 * x[1] + 0.5
        };
        let example = Point {
            x,
            y,
            n_targets: 1 + index % 3,
        };
        Ok(Named { name, example })
    }
}

fn config(out: &Path, more: &str) -> Config {
    let mut text = more.to_owned();
    for (key, value) in [
        ("stage", "1"),
        ("out", &*format!("{:?}", out.display().to_string())),
        ("batch_size", "2"),
        ("accumulation", "2"),
        ("steps", "40"),
        ("warmup_steps", "3"),
        ("learning_rate", "0.1"),
        ("checkpoint_every", "7"),
    ] {
        if !more
            .lines()
            .any(|line| line.split(" =").next() == Some(key))
        {
            text = format!("{key} = {value}\n{text}");
        }
    }
    let tables = "[start]\nmodel = \"m\"\n\
        [[data]]\nkind = \"VGDATA\"\nannotations = \"a\"\nimages = \"i\"\n";
    Config::parse(&format!("{text}\n{tables}"), Path::new("")).unwrap()
}

/// A run in `out`: what it told, in words, and how it ended.
fn run_in(
    out: &Path,
    more: &str,
    line: &mut Line,
    points: &Points,
    limit: Option<Duration>,
) -> (Vec<String>, Result<Ended, TrainError>) {
    let mut told = Vec::new();
    let _locked = FOLDERS.read().unwrap_or_else(PoisonError::into_inner);
    let ended = run(&config(out, more), line, points, limit, &mut |event| {
        told.push(match event {
            Event::Begun { step, total_steps } => format!("begun {step} of {total_steps}"),
            Event::PassedOver { problem } => format!("passed over {problem}"),
            Event::Broken { name, problem } => format!("broken {name}: {problem}"),
            Event::Step { record } => format!("step {}", record.step),
            Event::Saved { path } => format!("saved {}", name(path)),
        });
    });
    (told, ended)
}

/// Everything of the table that does not depend on time.
fn rows(out: &Path) -> Vec<String> {
    let table = fs::read_to_string(out.join(TABLE)).unwrap();
    let rows = table.lines().skip(1);
    rows.map(|row| row.rsplit_once(',').unwrap().0.to_owned())
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| name(&entry.unwrap().path())).collect();
    names.sort();
    names
}

/// Weights and rows of a run that nothing interrupts.
fn uninterrupted(more: &str) -> (Vec<Vec<f32>>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let mut line = Line::new();
    let (_, ended) = run_in(dir.path(), more, &mut line, &Points::default(), None);
    let ended = ended.unwrap();
    assert_eq!(ended.step, ended.total_steps);
    (line.weights, rows(dir.path()))
}

#[test]
fn a_run_learns_and_leaves_table_curve_and_checkpoints() {
    let dir = tempfile::tempdir().unwrap();
    let mut line = Line::new();
    let more = "steps = 400";
    let (told, ended) = run_in(dir.path(), more, &mut line, &Points::default(), None);
    assert_eq!(
        ended.unwrap(),
        Ended {
            step: 400,
            total_steps: 400
        }
    );
    for (found, truth) in line.weights.concat().iter().zip([1.0, -2.0, 0.5]) {
        assert!((found - truth).abs() < 0.05, "{:?}", line.weights);
    }
    assert_eq!(told[0], "begun 0 of 400");
    assert_eq!(told[1..3], ["step 1", "step 2"]);
    assert_eq!(told[8], "saved step-00000007");
    assert_eq!(told.last().unwrap(), "saved step-00000400");
    assert_eq!(rows(dir.path()).len(), 400);
    assert_eq!(
        names(dir.path()),
        ["checkpoints", "lock", "loss.svg", "steps.csv"]
    );
    assert_eq!(
        names(&dir.path().join(CHECKPOINTS)),
        ["step-00000399", "step-00000400"]
    );
}

#[test]
fn the_curve_of_a_finished_run_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let curve = dir.path().join("loss.svg");
    let run = || {
        let points = Points::default();
        let (told, ended) = run_in(dir.path(), "steps = 5", &mut Line::new(), &points, None);
        assert_eq!(ended.unwrap().step, 5);
        (told, fs::read(&curve).unwrap())
    };
    let (_, drawn) = run();
    fs::remove_file(&curve).unwrap();
    let (told, again) = run();
    assert_eq!(told, ["begun 5 of 5"]);
    assert_eq!(again, drawn);
}

#[test]
fn the_first_step_of_a_warm_up_changes_nothing_and_is_written_down() {
    let (_, rows) = uninterrupted("");
    let [first, second] = [&rows[0], &rows[1]];
    assert!(first.starts_with("1,") && first.contains(",0e0,") && first.ends_with(",12"));
    let rate: f64 = second.split(',').nth(2).unwrap().parse().unwrap();
    assert_eq!(rate, 0.1 / 3.0);
}

#[test]
fn interrupted_at_any_lesson_a_run_goes_on_to_the_same_bits() {
    let (weights, expected) = uninterrupted("");
    // Two lessons a step; a checkpoint every seven.
    for lessons in [5, 13, 14, 15, 28, 29, 41] {
        let dir = tempfile::tempdir().unwrap();
        let mut n_runs = 0;
        let line = loop {
            n_runs += 1;
            let mut line = Line {
                lessons_left: lessons * n_runs,
                ..Line::new()
            };
            let (_, ended) = run_in(dir.path(), "", &mut line, &Points::default(), None);
            if ended.is_ok() {
                break line;
            }
        };
        assert!(n_runs > 1);
        assert_eq!(line.weights, weights, "after {lessons}");
        assert_eq!(rows(dir.path()), expected, "after {lessons}");
    }
}

/// The folder of a run that a test starts as a process and kills.
const VICTIM: &str = "ROI_TRAIN_VICTIM";
const VICTIMS_CONFIG: &str = "checkpoint_every = 3\nsteps = 150";

/// The run that is killed. It says when it has begun, made a step or saved, and takes a millisecond for it, so that no life
/// is long enough for all of it.
#[test]
#[ignore = "started by killed_at_random_moments_a_run_goes_on_to_the_same_bits"]
fn victim() {
    let out = PathBuf::from(std::env::var_os(VICTIM).unwrap());
    let config = config(&out, VICTIMS_CONFIG);
    run(
        &config,
        &mut Line::new(),
        &Points::default(),
        None,
        &mut |_| {
            println!("alive");
        },
    )
    .unwrap();
}

#[test]
fn killed_at_random_moments_a_run_goes_on_to_the_same_bits() {
    let (weights, expected) = uninterrupted(VICTIMS_CONFIG);
    let dir = tempfile::tempdir().unwrap();
    let mut random = 12_345_u64;
    let mut below = |limit: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    for _ in 0..12 {
        let none_locked = FOLDERS.write().unwrap_or_else(PoisonError::into_inner);
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "run::tests::victim"])
            .env(VICTIM, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        drop(none_locked);
        // Far enough to get on, then somewhere within a step or a checkpoint.
        let signs = BufReader::new(victim.stdout.take().unwrap()).lines();
        let signs = signs.filter(|sign| sign.as_ref().unwrap().ends_with("alive"));
        let n_signs = signs.take(below(9) as usize).count();
        std::thread::sleep(Duration::from_micros(below(4000)));
        victim.kill().unwrap();
        assert!(
            !victim.wait().unwrap().success(),
            "it ended after {n_signs}"
        );
    }
    let mut line = Line::new();
    let (told, ended) = run_in(
        dir.path(),
        VICTIMS_CONFIG,
        &mut line,
        &Points::default(),
        None,
    );
    ended.unwrap();
    let begun = told[0].strip_prefix("begun ").unwrap();
    let (done, _) = begun.split_once(' ').unwrap();
    assert!((3..150).contains(&done.parse().unwrap()), "{begun}");
    assert_eq!(line.weights, weights);
    assert_eq!(rows(dir.path()), expected);
}

#[test]
fn when_time_is_up_a_checkpoint_is_left_and_the_next_run_goes_on() {
    let more = "steps = 6";
    let (weights, expected) = uninterrupted(more);
    let dir = tempfile::tempdir().unwrap();
    let mut line = Line::new();
    for step in 1..=6 {
        line = Line::new();
        let points = Points::default();
        let limit = Some(Duration::from_nanos(1));
        let (told, ended) = run_in(dir.path(), more, &mut line, &points, limit);
        assert_eq!(ended.unwrap().step, step);
        assert_eq!(told[0], format!("begun {} of 6", step - 1));
        assert_eq!(told.len(), 3, "{told:?}");
    }
    assert_eq!(line.weights, weights);
    assert_eq!(rows(dir.path()), expected);
}

#[test]
fn without_any_time_a_run_has_the_weights_of_its_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let mut line = Line {
        lessons_left: 2 * 9,
        ..Line::new()
    };
    run_in(dir.path(), "", &mut line, &Points::default(), None)
        .1
        .unwrap_err();
    let [mut first, mut second] = [Line::new(), Line::new()];
    for line in [&mut first, &mut second] {
        let limit = Some(Duration::ZERO);
        let (told, ended) = run_in(dir.path(), "", line, &Points::default(), limit);
        assert_eq!(told, ["begun 7 of 40"]);
        assert_eq!(ended.unwrap().step, 7);
    }
    assert_eq!(first.weights, second.weights);
    assert_ne!(first.weights, Line::new().weights);
    assert_eq!(rows(dir.path()).len(), 7);
}

#[test]
fn a_finished_run_has_nothing_left_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Line::new();
    run_in(dir.path(), "", &mut first, &Points::default(), None)
        .1
        .unwrap();
    let before = rows(dir.path());
    let mut again = Line::new();
    let (told, ended) = run_in(dir.path(), "", &mut again, &Points::default(), None);
    assert_eq!(ended.unwrap().step, 40);
    assert_eq!(told, ["begun 40 of 40"]);
    assert_eq!(again.weights, first.weights);
    assert_eq!(rows(dir.path()), before);
}

#[test]
fn a_torn_checkpoint_is_told_and_its_steps_are_taken_again() {
    let (weights, expected) = uninterrupted("");
    let dir = tempfile::tempdir().unwrap();
    let mut line = Line {
        lessons_left: 2 * 16,
        ..Line::new()
    };
    run_in(dir.path(), "", &mut line, &Points::default(), None)
        .1
        .unwrap_err();
    let newest = dir.path().join(CHECKPOINTS).join("step-00000014");
    fs::write(newest.join("piece-00001.safetensors"), "torn").unwrap();
    let mut line = Line::new();
    let (told, ended) = run_in(dir.path(), "", &mut line, &Points::default(), None);
    ended.unwrap();
    assert!(
        told[0].starts_with("passed over") && told[0].contains("step-00000014"),
        "{told:?}"
    );
    assert_eq!(told[1], "begun 7 of 40");
    assert_eq!(line.weights, weights);
    assert_eq!(rows(dir.path()), expected);
}

#[test]
fn a_loss_that_is_no_number_stops_the_run_and_names_step_and_examples() {
    let dir = tempfile::tempdir().unwrap();
    let points = Points {
        not_a_number: Some(11),
        ..Points::default()
    };
    let (told, ended) = run_in(
        dir.path(),
        "checkpoint_every = 1",
        &mut Line::new(),
        &points,
        None,
    );
    let TrainError::NotFinite {
        what,
        value,
        step,
        examples,
    } = ended.unwrap_err()
    else {
        panic!("{told:?}");
    };
    assert!(value.is_nan() && what == "loss");
    // Two batches of two points a step.
    assert_eq!(step, 3);
    assert_eq!(examples, ["point 10", "point 11"]);
    assert_eq!(rows(dir.path()).len(), 2);
    assert_eq!(told.last().unwrap(), "saved step-00000002");

    // With the point mended the run goes on where it was.
    let (told, ended) = run_in(
        dir.path(),
        "checkpoint_every = 1",
        &mut Line::new(),
        &Points::default(),
        None,
    );
    ended.unwrap();
    assert_eq!(told[0], "begun 2 of 40");
}

#[test]
fn a_gradient_without_end_stops_the_run_before_any_weight_changes() {
    let batch = |name: &str| Batch {
        examples: vec![()],
        names: vec![name.to_owned()],
    };
    let batches = [batch("a"), batch("b")];
    expect_finite("gradient's length", 1e300, 4, &batches).unwrap();
    for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let error = expect_finite("gradient's length", value, 4, &batches).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("step 4: the gradient's length is {value}; its examples are a, b")
        );
    }
}

#[test]
fn an_update_beyond_all_numbers_stops_the_run_before_it_is_kept() {
    // Loss and gradient of the first step are numbers; what its update makes of the weights is not.
    let more = "learning_rate = 1e39\nwarmup_steps = 0\ncheckpoint_every = 1";
    for steps in ["steps = 1", "steps = 2"] {
        let dir = tempfile::tempdir().unwrap();
        let mut line = Line::new();
        let before = line.weights.clone();
        let more = format!("{more}\n{steps}");
        let (told, ended) = run_in(dir.path(), &more, &mut line, &Points::default(), None);
        let TrainError::NotFinite {
            what, value, step, ..
        } = ended.unwrap_err()
        else {
            panic!("{told:?}");
        };
        assert_eq!((what.as_str(), step), ("updated weight of w", 1));
        assert!(!value.is_finite());
        assert_eq!(told, [format!("begun 0 of {}", &steps[8..])]);
        assert_eq!(line.weights, before);
        assert!(names(&dir.path().join(CHECKPOINTS)).is_empty());
        assert!(rows(dir.path()).is_empty());
    }
}

#[test]
fn moments_beyond_all_numbers_are_refused_as_weights_are() {
    let specs = Line::new().specs();
    let batches = [Batch {
        examples: vec![()],
        names: vec!["a".to_owned()],
    }];
    let check = |weights: &[Vec<f32>], moments: &Moments| {
        expect_finite_state(&specs, weights, moments, 4, &batches)
            .map_err(|error| error.to_string())
    };
    let weights = Line::new().weights;
    let good = Moments::new(&[2, 1]);
    check(&weights, &good).unwrap();

    let mut moments = good.clone();
    moments.first[0][1] = f32::NAN;
    let said = check(&weights, &moments).unwrap_err();
    assert!(
        said.starts_with("step 4: the updated first moment of w is NaN"),
        "{said}"
    );

    let mut moments = good;
    moments.second[1][0] = f32::INFINITY;
    let said = check(&weights, &moments).unwrap_err();
    assert!(
        said.starts_with("step 4: the updated second moment of b is inf"),
        "{said}"
    );
}

#[test]
fn an_example_that_cannot_be_read_is_told_and_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let points = Points {
        is_broken: Some(|index| index % 5 == 2),
        ..Points::default()
    };
    let (told, ended) = run_in(dir.path(), "", &mut Line::new(), &points, None);
    assert_eq!(ended.unwrap().step, 40);
    let broken: Vec<_> = told
        .iter()
        .filter(|told| told.starts_with("broken"))
        .collect();
    assert_eq!(broken[2], "broken point 12: no such picture");
    // Steps keep their size: four points of three tokens each.
    assert!(rows(dir.path()).iter().all(|row| row.ends_with(",12")));

    let again = tempfile::tempdir().unwrap();
    let mut line = Line {
        lessons_left: 50,
        ..Line::new()
    };
    run_in(again.path(), "", &mut line, &points, None)
        .1
        .unwrap_err();
    run_in(again.path(), "", &mut Line::new(), &points, None)
        .1
        .unwrap();
    assert_eq!(rows(again.path()), rows(dir.path()));
}

#[test]
fn data_of_which_nothing_can_be_read_stops_the_run_with_reasons() {
    let dir = tempfile::tempdir().unwrap();
    let points = Points {
        is_broken: Some(|_| true),
        ..Points::default()
    };
    let (_, ended) = run_in(dir.path(), "", &mut Line::new(), &points, None);
    let TrainError::NothingReadable {
        n_examples,
        problems,
    } = ended.unwrap_err()
    else {
        panic!("something was read");
    };
    assert_eq!(n_examples, 23);
    assert_eq!(problems.len(), 10);
    assert_eq!(problems[3], "point 3: no such picture");
}

/// Numbers in an order of each epoch's own, of which one can be read.
struct OneGood {
    /// The place of the good one, by epoch.
    places: Vec<u64>,
    n: u64,
}

impl Examples for OneGood {
    type Example = u64;

    fn epoch_len(&self) -> u64 {
        self.n
    }

    fn source_sha256(&self) -> &str {
        "of no file"
    }

    fn get(&self, position: u64) -> Result<Named<u64>, Broken> {
        let (epoch, place) = (position / self.n, position % self.n);
        let good = self.places[epoch as usize % self.places.len()];
        let name = format!("number {}", (place + self.n - good) % self.n);
        if place == good {
            return Ok(Named {
                name,
                example: position,
            });
        }
        let problem = "no such picture".to_owned();
        Err(Broken { name, problem })
    }
}

/// What a gatherer of so many examples and batches a step finds in the first steps.
fn gathered(
    examples: &OneGood,
    batch_size: usize,
    n_batches: usize,
) -> Vec<Result<StepExamples<u64>, TrainError>> {
    let gatherer = Gatherer {
        examples,
        batch_size,
        n_batches,
    };
    std::thread::scope(|scope| gatherer.start(scope, 0..6, 0).collect())
}

#[test]
fn the_only_good_example_is_found_at_both_ends_of_two_epochs() {
    // First of one epoch and last of the next: as many broken places between as there can be.
    let examples = OneGood {
        places: vec![0, 6],
        n: 7,
    };
    for (batch_size, n_batches) in [(1, 1), (2, 1), (3, 1), (2, 2), (1, 4)] {
        for step in gathered(&examples, batch_size, n_batches) {
            let step = step.unwrap();
            let found = step.batches.iter().flat_map(|batch| &batch.examples);
            assert!(found.clone().all(|place| [0, 13].contains(&(place % 14))));
            assert_eq!(found.count(), batch_size * n_batches);
        }
    }
}

#[test]
fn broken_examples_of_several_batches_are_not_added_up() {
    // Each of the step's eight batches passes over six; all of them are more than two epochs.
    let examples = OneGood {
        places: vec![6],
        n: 7,
    };
    let steps = gathered(&examples, 1, 8);
    assert_eq!(steps.len(), 6);
    for step in steps {
        assert_eq!(step.unwrap().broken.len(), 8 * 6);
    }
}

#[test]
fn reading_stops_where_a_whole_epoch_was_broken_and_names_each_example_once() {
    // A good one in the first epoch's middle, and none behind it.
    let examples = OneGood {
        places: [vec![3], vec![7; 9]].concat(),
        n: 7,
    };
    let steps = gathered(&examples, 1, 1);
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0].as_ref().unwrap().batches[0].examples, [3]);
    let Err(TrainError::NothingReadable {
        n_examples,
        problems,
    }) = &steps[1]
    else {
        panic!("something was read");
    };
    assert_eq!(*n_examples, 7);
    let all: std::collections::BTreeSet<_> = problems.iter().collect();
    assert_eq!((problems.len(), all.len()), (7, 7), "{problems:?}");
}

#[test]
fn accumulated_batches_count_as_one() {
    // The same four points a step; sums in another order round otherwise.
    let (one, _) = uninterrupted("batch_size = 4\naccumulation = 1");
    for more in [
        "batch_size = 2\naccumulation = 2",
        "batch_size = 1\naccumulation = 4",
    ] {
        let (several, _) = uninterrupted(more);
        for (a, b) in one.concat().iter().zip(several.concat()) {
            assert!((a - b).abs() < 1e-4, "{one:?}, {several:?}");
        }
    }
}

#[test]
fn other_settings_are_refused_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    run_in(dir.path(), "", &mut Line::new(), &Points::default(), None)
        .1
        .unwrap();
    let before = rows(dir.path());
    let more = "learning_rate = 0.2";
    let (_, ended) = run_in(dir.path(), more, &mut Line::new(), &Points::default(), None);
    let error = ended.unwrap_err().to_string();
    assert!(
        error.contains("learning_rate was 0.1 and is 0.2"),
        "{error}"
    );
    assert_eq!(rows(dir.path()), before);
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let _running = lock(dir.path()).unwrap();
    let (_, ended) = run_in(dir.path(), "", &mut Line::new(), &Points::default(), None);
    assert!(matches!(ended.unwrap_err(), TrainError::Busy { .. }));
}
