//! `roichat train`: learning by a configuration, resumed by the same command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use pollster::block_on;
use roi_platform::{Compute, DeviceKind, DevicePreference, open_cuda, open_device};
use roi_train::{
    Beginning, Config, Conversations, DeviceChoice, Event, KEYS, Learner as _, Model, ModelFolder,
    Precision, TrainError, Workers, new_decoder, run as run_training,
};

use watched::Watched;

#[cfg(test)]
mod tests;
mod watched;

/// Within the run's folder, the finished model.
const MODEL: &str = "model";
/// So many broken examples are named; beyond that they are counted.
const N_NAMED: u64 = 10;

/// The command line of `train`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to learn from what, in TOML. A run that was interrupted goes on when the same command is given again.
    #[arg(long, value_name = "FILE", required_unless_present = "keys")]
    config: Option<PathBuf>,
    /// List every key that a configuration may have, and what may stand behind it.
    #[arg(long)]
    keys: bool,
    /// End with a checkpoint before so many minutes are over. With 0 nothing is learnt, which leaves --export.
    #[arg(long, value_name = "N", value_parser = minutes)]
    max_minutes: Option<Duration>,
    /// Write the weights so far as a checkpoint in the published layout. [default: OUT/model, when the run is finished]
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// How exported weights are stored.
    #[arg(long, value_enum, default_value_t = Stored::F32)]
    precision: Stored,
}

/// How exported weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stored {
    /// Single precision.
    F32,
    /// Half precision: half the size.
    F16,
}

impl From<Stored> for Precision {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::F32 => Self::F32,
            Stored::F16 => Self::F16,
        }
    }
}

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: Option<f64> = text.parse().ok();
    let duration = minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok());
    duration.ok_or_else(|| format!("{text:?} is no number of minutes"))
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    if args.keys {
        for (key, allowed) in KEYS {
            writeln!(out, "{key:26} {allowed}")?;
        }
    }
    match &args.config {
        Some(path) => train(path, args, out),
        None => Ok(()),
    }
}

/// Trains with a progress bar, then writes what became of it.
fn train(path: &Path, args: &Args, out: &mut impl Write) -> Result<()> {
    let config =
        Config::read(path).with_context(|| format!("{} cannot be used", path.display()))?;
    let export = args.export.clone();
    let export = export.unwrap_or_else(|| config.out.join(MODEL));
    ModelFolder::expect_free(&export)?;
    let computes = open(&config)?;
    let (compute, further) = (&computes[0], &computes[1..]);
    let Beginning {
        parameters,
        tokenizer,
        companions,
    } = Beginning::new(&config, &compute.device)
        .context("the weights to start from cannot be used")?;
    let examples = Conversations::open(&config, tokenizer, &parameters.config().vision)
        .context("the data cannot be used")?;
    report_sets(&examples);
    let parameters = if config.new_decoder {
        new_decoder(parameters, &examples, config.seed).context("a new decoder cannot be made")?
    } else {
        parameters
    };

    let workers = Workers::new(n_workers(&config, &computes))?;
    let tokenizer_sha256 = companions.tokenizer.sha256();
    let model = Model::new(parameters, &config, workers, tokenizer_sha256)
        .shared_with(further.iter().map(|compute| &compute.device));
    let n_weights: u64 = model
        .specs()
        .iter()
        .map(|spec| spec.shape.iter().product::<u64>())
        .sum();
    eprintln!(
        "stage {} trains {} weights on {}: {}",
        config.stage.number(),
        HumanCount(n_weights),
        compute.kind.name(),
        computes
            .iter()
            .map(|compute| &*compute.name)
            .collect::<Vec<_>>()
            .join(", ")
    );
    let mut learner = Watched::new(model, compute);
    let mut told = Told::new();
    let ended = run_training(
        &config,
        &mut learner,
        &examples,
        args.max_minutes,
        &mut |event| told.tell(event),
    );
    told.finish();
    let ended = ended.map_err(advised)?;

    writeln!(
        out,
        "{}: {} of {} steps",
        config.out.display(),
        HumanCount(ended.step),
        HumanCount(ended.total_steps)
    )?;
    if args.export.is_some() || ended.step == ended.total_steps {
        let parameters = learner.model().parameters();
        companions
            .export(parameters, &export, args.precision.into())
            .with_context(|| format!("the weights cannot be written to {}", export.display()))?;
        writeln!(
            out,
            "{}: the weights, for `roichat convert`",
            export.display()
        )?;
    }
    Ok(())
}

/// The same command would meet the same numbers again, so the way on is told.
fn advised(error: TrainError) -> anyhow::Error {
    match error {
        TrainError::NotFinite { .. } => anyhow!(
            "{error}; nothing of it is kept. To learn more slowly from the newest checkpoint on, write its weights with \
             --max-minutes 0 --export DIR and name DIR as start.model in another configuration"
        ),
        other => other.into(),
    }
}

/// The devices that the run computes on, at least one.
fn open(config: &Config) -> Result<Vec<Compute>> {
    let preference = match config.device {
        DeviceChoice::Cpu => DevicePreference::Cpu,
        DeviceChoice::Gpu => DevicePreference::Gpu,
        DeviceChoice::Cuda => return Ok(open_cuda(config.gpus)?),
    };
    Ok(vec![block_on(open_device(preference))?])
}

/// On the processor an example a core; a GPU has one queue.
fn n_workers(config: &Config, computes: &[Compute]) -> usize {
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    match (config.workers, computes[0].kind) {
        (Some(workers), _) => workers,
        (None, DeviceKind::Cpu) => n_cores,
        (None, DeviceKind::Gpu | DeviceKind::Cuda) => computes.len(),
    }
}

/// Says on stderr what was opened and what was left out.
fn report_sets(examples: &Conversations) {
    for set in examples.sets() {
        let left_out = &set.left_out;
        eprintln!(
            "{}: {} records, {} excluded by the set's rules, {} broken",
            set.name,
            HumanCount(set.n_records as u64),
            HumanCount(left_out.n_excluded),
            HumanCount(left_out.broken.count)
        );
        for skip in &left_out.broken.first {
            eprintln!("  {}: {}", skip.record, skip.reason);
        }
    }
}

/// What a run tells, as a progress bar and lines on stderr.
struct Told {
    bar: ProgressBar,
    n_broken: u64,
    loss: f64,
}

impl Told {
    fn new() -> Self {
        let style = ProgressStyle::with_template("step {pos}/{len} {bar:24} {msg} {eta}");
        Self {
            bar: ProgressBar::new(0).with_style(style.expect("the template is constant")),
            n_broken: 0,
            loss: f64::NAN,
        }
    }

    fn tell(&mut self, event: Event<'_>) {
        match event {
            Event::Begun { step, total_steps } => {
                self.bar.set_length(total_steps);
                self.bar.set_position(step);
                self.bar.reset_eta();
                if step > 0 {
                    self.say(&format!("going on behind step {step}"));
                }
            }
            Event::PassedOver { problem } => {
                self.say(&format!("a checkpoint is passed over: {problem}"));
            }
            Event::Broken { name, problem } => {
                self.n_broken += 1;
                if self.n_broken <= N_NAMED {
                    self.say(&format!("{name} is passed over: {problem}"));
                }
            }
            Event::Step { record } => {
                self.loss = record.loss;
                self.bar.set_message(format!(
                    "loss {:.4}, {:.0} tokens/s",
                    record.loss, record.tokens_per_second
                ));
                self.bar.set_position(record.step);
            }
            Event::Saved { path } => {
                self.say(&format!("{}: loss {:.4}", path.display(), self.loss));
            }
        }
    }

    /// A line above the bar, and also where there is no bar.
    fn say(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    fn finish(&self) {
        if self.n_broken > N_NAMED {
            let more = self.n_broken - N_NAMED;
            self.say(&format!("{} more were passed over", HumanCount(more)));
        }
        self.bar.finish_and_clear();
    }
}
