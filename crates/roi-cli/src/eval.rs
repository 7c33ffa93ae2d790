//! `roichat eval`: how good a model is, on the published benchmarks and on this project's own.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use roi_eval::{
    Attributes, Benchmark, Called, DESCRIBE, Described, Negatives, Progress, Recognition, Report,
    ReportOptions, Settings, Source, Subset, Vcr, VcrMode, VcrRegions, Visual7W, evaluate,
};
use roi_metrics::meteor::Meteor;
use roi_protocol::GenerateOptions;
use serde_json::json;

use crate::package;
use crate::session::{ModelArgs, Session};
use model::Model;

mod captions;
mod model;
#[cfg(test)]
mod tests;

/// The command line of `eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    benchmark: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Describe the boxes of Visual Genome: GRiT's test.json.
    Vg(VgArgs),
    /// Describe the objects of RefCOCOg: MDETR's file.
    Refcocog(DescribeArgs),
    /// Point to one of four boxes: Visual-7W's dataset_v7w_pointing.json.
    V7w(V7wArgs),
    /// Choose among four answers and four reasons: VCR's val.jsonl.
    Vcr(VcrArgs),
    /// Name the boxes of a COCO instance file.
    Recognition(RecognitionArgs),
    /// Say a thing's colour, size or place: the regions file of `roichat scenes`.
    Attributes(SetArgs),
    /// Say that nothing is in an empty box: the regions file of `roichat scenes`.
    Negatives(SetArgs),
    /// Score a file of captions against a file of references; needs no model.
    Captions(captions::Args),
}

/// What all benchmarks have in common.
#[derive(Debug, clap::Args)]
struct SetArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// The set's file of annotations or questions.
    #[arg(long, value_name = "FILE")]
    annotations: PathBuf,
    /// The folder of the set's pictures.
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// Folder for answers and report. Answers there are not asked for again, so that an interrupted run can be started again.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Ask about at most this many records.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Choose them at random by this seed, which the sampler takes too; without it they are the first ones.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// A control: all region vectors are zeros.
    #[arg(long)]
    zero_regions: bool,
    /// At most this many new tokens an answer.
    #[arg(long, value_name = "N", default_value_t = 256)]
    max_new_tokens: u32,
    /// 0 takes the likeliest token each time.
    #[arg(long, value_name = "T", default_value_t = 0.0)]
    temperature: f64,
    /// At most this many questions on the contact sheet.
    #[arg(long, value_name = "N", default_value_t = 60)]
    sheet: usize,
    /// Print the report as one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct DescribeArgs {
    #[command(flatten)]
    set: SetArgs,
    /// What is asked of each region; the default is the paper's.
    #[arg(long, value_name = "TEXT", default_value = DESCRIBE)]
    question: String,
    /// Compute METEOR too, by this meteor-1.5.jar.
    #[arg(long, value_name = "FILE")]
    meteor_jar: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct VgArgs {
    #[command(flatten)]
    describe: DescribeArgs,
    /// All captions of each annotation, {"id": ["caption", …]}, instead of its own one.
    #[arg(long, value_name = "FILE")]
    references: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct V7wArgs {
    #[command(flatten)]
    set: SetArgs,
    /// The split that is asked about: train, val or test.
    #[arg(long, value_name = "NAME", default_value = "test")]
    split: String,
}

#[derive(Debug, clap::Args)]
struct VcrArgs {
    #[command(flatten)]
    set: SetArgs,
    /// letter…: the choices stand in the prompt; …likelihood…: the choice of the greatest mean log-probability per token is taken, the end
    /// mark not counted.
    #[arg(long, value_enum, value_name = "MODE", default_value_t = Mode::Letter)]
    mode: Mode,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Mode {
    /// The paper's: an answer that is a letter. All regions are listed first and called by bare numbers.
    Letter,
    /// The same, but that each region stands where it is mentioned.
    LetterInPlace,
    /// For models that were not taught letters; objects are called by their classes, as in training.
    Likelihood,
    /// The same with bare numbers, so that nothing but the picture says what a thing is.
    NumberedLikelihood,
    /// The same, but that each region stands where it is mentioned.
    LikelihoodInPlace,
}

#[derive(Debug, clap::Args)]
struct RecognitionArgs {
    #[command(flatten)]
    set: SetArgs,
    /// What is asked of each region.
    #[arg(long, value_name = "TEXT", default_value = DESCRIBE)]
    question: String,
}

impl SetArgs {
    fn source(&self) -> Source<'_> {
        Source {
            file: &self.annotations,
            pictures: &self.images,
            subset: Subset {
                limit: self.limit,
                seed: self.seed,
            },
        }
    }

    fn options(&self) -> GenerateOptions {
        GenerateOptions {
            max_new_tokens: self.max_new_tokens,
            temperature: self.temperature as f32,
            seed: self.seed.unwrap_or_default(),
            ..GenerateOptions::default()
        }
    }

    fn settings(&self) -> Result<Settings> {
        let (manifest, _) = package::manifest(&self.model.model)?;
        let mut generation = vec![
            ("max_new_tokens".to_owned(), json!(self.max_new_tokens)),
            ("temperature".to_owned(), json!(self.temperature)),
        ];
        // Greedy answers do not depend on it.
        if self.temperature > 0.0 {
            generation.push(("seed".to_owned(), json!(self.seed.unwrap_or_default())));
        }
        Ok(Settings {
            model: manifest.model_id,
            manifest_sha256: manifest.manifest_sha256,
            zero_regions: self.zero_regions,
            generation: generation.into_iter().collect(),
        })
    }
}

/// Reads the set before the model, which can take minutes to load.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    match &args.benchmark {
        Command::Captions(args) => captions::run(args, out),
        Command::Vg(args) => {
            let VgArgs {
                describe,
                references,
            } = args;
            let meteor = describe.meteor_jar.as_deref().map(Meteor::new);
            let (source, references) = (describe.set.source(), references.as_deref());
            let question = &describe.question;
            let benchmark = Described::vg(&source, references, question, meteor.as_ref())?;
            ask(&benchmark, &describe.set, out)
        }
        Command::Refcocog(args) => {
            let meteor = args.meteor_jar.as_deref().map(Meteor::new);
            let source = args.set.source();
            let benchmark = Described::refcocog(&source, &args.question, meteor.as_ref())?;
            ask(&benchmark, &args.set, out)
        }
        Command::V7w(args) => ask(
            &Visual7W::open(&args.set.source(), &args.split)?,
            &args.set,
            out,
        ),
        Command::Vcr(args) => {
            let mode = match args.mode {
                Mode::Letter => VcrMode::Letter(VcrRegions::Listed),
                Mode::LetterInPlace => VcrMode::Letter(VcrRegions::InPlace),
                Mode::Likelihood => VcrMode::Likelihood(Called::Class),
                Mode::NumberedLikelihood => VcrMode::Likelihood(Called::Number(VcrRegions::Listed)),
                Mode::LikelihoodInPlace => VcrMode::Likelihood(Called::Number(VcrRegions::InPlace)),
            };
            ask(&Vcr::open(&args.set.source(), mode)?, &args.set, out)
        }
        Command::Recognition(args) => ask(
            &Recognition::open(&args.set.source(), &args.question)?,
            &args.set,
            out,
        ),
        Command::Attributes(set) => ask(&Attributes::open(&set.source())?, set, out),
        Command::Negatives(set) => ask(&Negatives::open(&set.source())?, set, out),
    }
}

fn ask(benchmark: &dyn Benchmark, set: &SetArgs, out: &mut impl Write) -> Result<()> {
    let settings = set.settings()?;
    let mut model = Model::new(Session::open(&set.model)?, set.options());
    let options = ReportOptions {
        folder: set.out.clone(),
        n_on_sheet: set.sheet,
    };
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("asking {bar:30} {pos}/{len} {eta}")
            .expect("the template is constant"),
    );
    let mut show = |progress: Progress| {
        bar.set_length(progress.n_tasks as u64);
        bar.set_position(progress.n_done as u64);
        if progress.n_done == progress.n_before {
            // What was answered before says nothing about how long the rest takes.
            bar.reset_eta();
        }
    };
    let report = evaluate(benchmark, &mut model, &settings, &options, &mut show);
    bar.finish_and_clear();
    let report = report?;
    if set.json {
        serde_json::to_writer(&mut *out, &report)?;
        writeln!(out)?;
    } else {
        print(&report, set, out)?;
    }
    Ok(())
}

fn print(report: &Report, set: &SetArgs, out: &mut impl Write) -> io::Result<()> {
    for number in &report.numbers {
        match number.percent {
            Some(percent) => writeln!(out, "{:16} {percent:7.2} % of {}", number.name, number.n)?,
            None => writeln!(out, "{:16} not measured", number.name)?,
        }
    }
    writeln!(
        out,
        "{} asked, {} answered, {} could not be asked; {} records of the set are broken, {} excluded",
        report.n_asked,
        report.n_answered,
        report.failed.n_broken,
        report.left_out.n_broken,
        report.left_out.n_excluded
    )?;
    writeln!(
        out,
        "{} has report.md, report.json and sheet.html",
        set.out.display()
    )
}
