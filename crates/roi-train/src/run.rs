//! A run: examples drawn, loss and gradients, an update, a row of the table, now and then a checkpoint, until the end.
//!
//! Killed at any moment and started again by the same command, it goes on from its newest checkpoint and computes what it
//! would have computed.

mod finite;
mod gather;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::checkpoint::{CheckpointFolder, Identity, RunState};
use crate::clip::{clip, global_norm};
use crate::config::Config;
use crate::learner::{Broken, Examples, Learner, Lesson};
use crate::optimizer::{Moments, Optimizer};
use crate::report::{StepRecord, StepTable, loss_curve};
use crate::{Schedule, TrainError, disk};
use finite::{expect_finite, expect_finite_state};
use gather::{Batch, Gatherer, StepExamples};

/// Names within a run's folder.
const CHECKPOINTS: &str = "checkpoints";
const TABLE: &str = "steps.csv";
const CURVE: &str = "loss.svg";
const LOCK: &str = "lock";

/// What a run tells while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// It starts or goes on.
    Begun {
        /// Steps done before.
        step: u64,
        /// Steps of the whole run.
        total_steps: u64,
    },
    /// A checkpoint is not whole, so that an older one is taken.
    PassedOver {
        /// Which one, and what is wrong with it.
        problem: &'a str,
    },
    /// An example cannot be read, so that another one is learnt from.
    Broken {
        /// The example.
        name: &'a str,
        /// What is wrong with it.
        problem: &'a str,
    },
    /// A step was made.
    Step {
        /// Its numbers.
        record: &'a StepRecord,
    },
    /// A checkpoint was written.
    Saved {
        /// Its folder.
        path: &'a Path,
    },
}

/// Whether the run whose folder is `out` has left a checkpoint to go on from.
pub(crate) fn has_begun(out: &Path) -> bool {
    let checkpoints = fs::read_dir(out.join(CHECKPOINTS));
    checkpoints.is_ok_and(|mut entries| entries.next().is_some())
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Steps done.
    pub step: u64,
    /// Steps of the whole run; more than `step` where time was up.
    pub total_steps: u64,
}

/// Runs to the end, or until a further step would exceed `limit`; no step is taken if there is no time at all. The learner
/// then has the last weights.
///
/// # Errors
/// [`TrainError`]: whatever is wrong with examples, device, disk or numbers. The newest checkpoint stays as it is.
pub fn run<L: Learner>(
    config: &Config,
    learner: &mut L,
    examples: &impl Examples<Example = L::Example>,
    limit: Option<Duration>,
    tell: &mut dyn FnMut(Event<'_>),
) -> Result<Ended, TrainError> {
    let mut time = Time::new(limit);
    let _lock = lock(&config.out)?;
    let mut run = Run::open(config, learner, examples, tell)?;
    let total_steps = run.schedule.total_steps;
    if limit.is_some_and(|limit| limit.is_zero()) {
        let step = run.state.step;
        return Ok(Ended { step, total_steps });
    }
    let gatherer = Gatherer {
        examples,
        batch_size: config.batch_size,
        n_batches: config.accumulation,
    };
    std::thread::scope(|scope| {
        let (steps, position) = (run.state.step..total_steps, run.state.position);
        // A step takes as long as its pictures are waited for, too.
        let mut began = Instant::now();
        for gathered in gatherer.start(scope, steps, position) {
            let gathered = gathered?;
            for Broken { name, problem } in &gathered.broken {
                tell(Event::Broken { name, problem });
            }
            let record = run.step(learner, &gathered, began)?;
            tell(Event::Step { record: &record });
            time.longest_step = time.longest_step.max(began.elapsed());

            let is_up = time.is_up();
            let is_due = record.step.is_multiple_of(config.checkpoint_every);
            if is_up || is_due || record.step == total_steps {
                let began = Instant::now();
                let path = run.save()?;
                tell(Event::Saved { path: &path });
                time.longest_save = time.longest_save.max(began.elapsed());
            }
            if is_up {
                break;
            }
            began = Instant::now();
        }
        Ok(Ended {
            step: run.state.step,
            total_steps,
        })
    })
}

/// How long a run has gone on, and what a further step takes at most.
struct Time {
    started: Instant,
    limit: Option<Duration>,
    longest_step: Duration,
    longest_save: Duration,
}

impl Time {
    fn new(limit: Option<Duration>) -> Self {
        Self {
            started: Instant::now(),
            limit,
            longest_step: Duration::ZERO,
            longest_save: Duration::ZERO,
        }
    }

    fn is_up(&self) -> bool {
        let ahead = self.longest_step + self.longest_save;
        self.limit
            .is_some_and(|limit| self.started.elapsed() + ahead > limit)
    }
}

/// Two runs in one folder would overwrite each other's checkpoints. The system unlocks the file when the program ends,
/// however it ends.
fn lock(out: &Path) -> Result<File, TrainError> {
    let path = out.join(LOCK);
    let file = fs::create_dir_all(out).and_then(|()| File::create(&path));
    let file = file.map_err(|source| io_error(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(TrainError::Busy {
            path: out.to_owned(),
        }),
        Err(fs::TryLockError::Error(source)) => Err(io_error(&path, source)),
    }
}

fn io_error(path: &Path, source: std::io::Error) -> TrainError {
    TrainError::Io {
        path: path.to_owned(),
        source,
    }
}

/// A run with everything open.
struct Run<'a> {
    config: &'a Config,
    identity: Identity,
    folder: CheckpointFolder,
    table: StepTable,
    optimizer: Optimizer,
    schedule: Schedule,
    state: RunState,
}

impl<'a> Run<'a> {
    /// Starts, or goes on from the newest whole checkpoint.
    fn open(
        config: &'a Config,
        learner: &mut impl Learner,
        examples: &impl Examples,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Self, TrainError> {
        let n_examples = examples.epoch_len();
        if n_examples == 0 {
            return Err(TrainError::NoExamples);
        }
        let specs = learner.specs();
        if specs.is_empty() {
            return Err(TrainError::NothingTrained);
        }
        let identity = Identity {
            settings: config.settings.clone(),
            frozen_sha256: learner.frozen_sha256()?,
            n_examples,
            examples_sha256: examples.source_sha256().to_owned(),
            seed: config.seed,
            specs,
        };
        let folder =
            CheckpointFolder::open(&config.out.join(CHECKPOINTS), config.keep_checkpoints)?;
        let found = folder.newest(&identity)?;
        for problem in &found.passed_over {
            tell(Event::PassedOver { problem });
        }
        let state = match found.state {
            Some(state) => {
                learner.set_weights(&state.weights)?;
                state
            }
            None => start(learner)?,
        };
        let path = config.out.join(TABLE);
        let table = StepTable::open(&path, state.step).map_err(|source| io_error(&path, source))?;
        let schedule = config.schedule(n_examples);
        tell(Event::Begun {
            step: state.step,
            total_steps: schedule.total_steps,
        });
        let rules = identity
            .specs
            .iter()
            .map(|spec| config.rule(spec))
            .collect();
        let run = Self {
            config,
            optimizer: Optimizer::new(config.adam, config.muon, rules),
            identity,
            folder,
            table,
            schedule,
            state,
        };
        if run.state.step > 0 {
            // A run that was killed behind its last checkpoint has not drawn it.
            run.draw()?;
        }
        Ok(run)
    }

    /// One update and its row.
    fn step<L: Learner>(
        &mut self,
        learner: &mut L,
        gathered: &StepExamples<L::Example>,
        began: Instant,
    ) -> Result<StepRecord, TrainError> {
        let step = self.state.step + 1;
        let mut lesson = lesson(learner, step, &gathered.batches)?;
        let norm = global_norm(&lesson.gradients);
        expect_finite("gradient's length", norm, step, &gathered.batches)?;
        clip(&mut lesson.gradients, norm, self.config.clip_norm);
        let learning_rate = self.schedule.rate(self.state.step);
        let RunState {
            weights, moments, ..
        } = &mut self.state;
        self.optimizer
            .update(learning_rate, weights, &lesson.gradients, moments)?;
        let specs = &self.identity.specs;
        expect_finite_state(specs, weights, moments, step, &gathered.batches)?;
        learner.set_weights(weights)?;
        self.state.step = step;
        self.state.position = gathered.end;
        let record = StepRecord {
            step,
            loss: lesson.loss,
            learning_rate,
            gradient_norm: norm,
            tokens: lesson.n_tokens as u64,
            tokens_per_second: lesson.n_tokens as f64 / began.elapsed().as_secs_f64(),
        };
        self.table
            .add(&record)
            .map_err(|source| io_error(self.table.path(), source))?;
        Ok(record)
    }

    /// Writes a checkpoint, and the curve so far. Rows of steps that are not taken again have to be on the disk before.
    fn save(&mut self) -> Result<PathBuf, TrainError> {
        self.table
            .sync()
            .map_err(|source| io_error(self.table.path(), source))?;
        let path = self.folder.write(&self.identity, &self.state)?;
        self.draw()?;
        Ok(path)
    }

    fn draw(&self) -> Result<(), TrainError> {
        let title = format!(
            "{}, stage {}",
            name(&self.config.out),
            self.config.stage.number()
        );
        let curve = self.config.out.join(CURVE);
        disk::replace(&curve, loss_curve(&title, self.table.losses()).as_bytes())
            .map_err(|source| io_error(&curve, source))
    }
}

/// The state of a run that has done nothing.
fn start(learner: &impl Learner) -> Result<RunState, TrainError> {
    let weights = learner.weights()?;
    let lengths: Vec<usize> = weights.iter().map(Vec::len).collect();
    Ok(RunState {
        step: 0,
        position: 0,
        weights,
        moments: Moments::new(&lengths),
    })
}

/// The last part of a folder's path.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Loss and gradients over all batches of a step: the mean over all labelled tokens, as if they were one batch.
///
/// Differs: transformers 4.28.1 takes the mean of the batches' means, whatever the number of labelled tokens in each.
fn lesson<L: Learner>(
    learner: &mut L,
    step: u64,
    batches: &[Batch<L::Example>],
) -> Result<Lesson, TrainError> {
    let mut sum: Option<Lesson> = None;
    for batch in batches {
        let lesson = learner.lesson(&batch.examples)?;
        expect_finite("loss", lesson.loss, step, std::slice::from_ref(batch))?;
        sum = Some(match sum {
            None => lesson,
            Some(sum) => merge(sum, &lesson),
        });
    }
    sum.ok_or(TrainError::NoExamples)
}

/// Two lessons as one.
fn merge(mut sum: Lesson, other: &Lesson) -> Lesson {
    let n_targets = sum.n_targets + other.n_targets;
    let share = |part: usize| part as f64 / n_targets as f64;
    let (own, others) = (share(sum.n_targets), share(other.n_targets));
    sum.loss = sum.loss * own + other.loss * others;
    let values = sum.gradients.iter_mut().flatten();
    for (value, other) in values.zip(other.gradients.iter().flatten()) {
        *value = *value * own as f32 + other * others as f32;
    }
    sum.n_targets = n_targets;
    sum.n_tokens += other.n_tokens;
    sum
}
