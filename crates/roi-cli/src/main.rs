//! The `roichat` command. It reads the command line, hands each subcommand its part, and is the one place that turns an
//! error into a sentence and an exit code.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod ask;
mod batch;
mod bench;
mod chat;
mod convert;
mod eval;
mod inspect;
mod package;
mod printer;
mod scenes;
mod session;
mod train;
mod verify;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Talk about regions of pictures with a GPT4RoI model on your own machine.
#[derive(Debug, Parser)]
#[command(name = "roichat", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer one question about a picture.
    Ask(ask::Args),
    /// Ask several questions about a picture, adding boxes between them.
    Chat(chat::Args),
    /// Answer a file of questions.
    Batch(batch::Args),
    /// Measure how fast a model runs on this machine.
    Bench(bench::Args),
    /// Make a package from checkpoints: merge, check, quantise, pack.
    Convert(convert::Args),
    /// Measure how good a model is.
    Eval(eval::Args),
    /// Show what is in a package.
    Inspect(inspect::Args),
    /// Draw pictures with known contents and write them as data sets.
    Scenes(scenes::Args),
    /// Train a model, in the original's two stages or from nothing.
    Train(train::Args),
    /// Check that every byte of a package is right.
    Verify(verify::Args),
}

fn main() -> ExitCode {
    let out = &mut io::stdout().lock();
    let result = match Cli::parse().command {
        Command::Ask(args) => ask::run(&args, out),
        Command::Chat(args) => chat::run(&args, out),
        Command::Batch(args) => batch::run(&args, out),
        Command::Bench(args) => bench::run(&args, out),
        Command::Convert(args) => convert::run(&args, out),
        Command::Eval(args) => eval::run(&args, out),
        Command::Inspect(args) => inspect::run(&args, out),
        Command::Scenes(args) => scenes::run(&args, out),
        Command::Train(args) => train::run(&args, out),
        Command::Verify(args) => verify::run(&args, out),
    };
    match result.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if reader_has_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roichat: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// Whether the error is only that nobody reads our output any more, as behind `| head`.
fn reader_has_left(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The error with its causes, each said once: many errors already say their cause themselves.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_error_says_each_cause_once() {
        let error = anyhow!("no such file")
            .context("weights.bin: no such file")
            .context("nothing was converted");
        assert_eq!(
            sentence(&error),
            "nothing was converted: weights.bin: no such file"
        );
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed: Result<(), _> = Err(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(reader_has_left(
            &closed.context("while printing").unwrap_err()
        ));
        let full: Result<(), _> = Err(io::Error::from(io::ErrorKind::StorageFull));
        assert!(!reader_has_left(
            &full.context("while printing").unwrap_err()
        ));
    }
}
