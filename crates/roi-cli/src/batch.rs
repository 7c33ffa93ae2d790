//! `roichat batch`: a file of questions, answered line by line, and resumed where it was interrupted.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use roi_protocol::GenerateOptions;

use crate::session::{GenerateArgs, ModelArgs, Session, read_picture};
use input::Query;
use output::{AnswerFile, Outcome};
use shard::Shard;

mod input;
mod output;
mod shard;
#[cfg(test)]
mod tests;

/// The command line of `batch`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    /// Questions, one JSON object a line: {"id", "image", "boxes_px": [[x1,y1,x2,y2], …], "turns": [{"question", "answer"?}, …]}.
    /// The last question is answered. Paths of pictures are relative to this file.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Answers, one JSON object a line: what `ask --json` prints and the id, or {"id", "error"}. Ids answered there already
    /// are skipped, so that an interrupted run can be started again.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Of n parts of the input do the i-th, i from 1 to n: every n-th line.
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    shard: Shard,
    #[command(flatten)]
    generate: GenerateArgs,
}

#[derive(Default)]
struct Tally {
    n_answered: u64,
    n_failed: u64,
    n_skipped: u64,
}

/// Answers what is not answered yet. A line that fails gets an error in the output and does not stop the others.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let input = fs::read_to_string(&args.input)
        .with_context(|| format!("the questions {} cannot be read", args.input.display()))?;
    let mut answers = AnswerFile::open(&args.out)
        .with_context(|| format!("the answers {} cannot be written", args.out.display()))?;
    let queries: Vec<_> = input::parse(&input)
        .enumerate()
        .filter(|(index, _)| args.shard.has(*index))
        .map(|(_, query)| query)
        .collect();

    let folder = args.input.parent().unwrap_or(Path::new(""));
    let options = args.generate.options();
    let mut session = Session::open(&args.model)?;
    let bar = ProgressBar::new(queries.len() as u64).with_style(
        ProgressStyle::with_template("answering {bar:30} {pos}/{len} {eta}")
            .expect("the template is constant"),
    );
    let mut tally = Tally::default();
    for query in queries {
        // A line that cannot be used says so even where an earlier one of the same id was answered.
        if query.task.is_ok() && answers.has_answer(&query.id) {
            tally.n_skipped += 1;
        } else {
            let outcome = answer(&mut session, folder, &query, &options);
            match outcome {
                Outcome::Answer(_) => tally.n_answered += 1,
                Outcome::Error(_) => tally.n_failed += 1,
            }
            answers
                .add(&query.id, outcome)
                .with_context(|| format!("the answers {} cannot be written", args.out.display()))?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    write_tally(&tally, out)?;
    Ok(())
}

fn answer(
    session: &mut Session,
    folder: &Path,
    query: &Query,
    options: &GenerateOptions,
) -> Outcome {
    let answered = query.task.as_ref().map_err(Clone::clone).and_then(|task| {
        read_picture(&folder.join(&task.image), &task.boxes_px)
            .and_then(|picture| session.set_picture(&picture))
            .and_then(|_| session.ask(&task.boxes_px, &task.turns, options, |_| true))
            .map_err(|error| crate::sentence(&error))
    });
    match answered {
        Ok(answer) => Outcome::Answer(Box::new(answer)),
        Err(error) => Outcome::Error(error),
    }
}

fn write_tally(tally: &Tally, out: &mut impl Write) -> io::Result<()> {
    let Tally {
        n_answered,
        n_failed,
        n_skipped,
    } = *tally;
    writeln!(
        out,
        "{} answered, {} failed, {} answered before",
        HumanCount(n_answered),
        HumanCount(n_failed),
        HumanCount(n_skipped)
    )
}
