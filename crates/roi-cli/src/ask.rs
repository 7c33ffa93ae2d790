//! `roichat ask`: one answer.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use roi_protocol::{BoxPx, Turn};

use crate::printer::AnswerPrinter;
use crate::session::{GenerateArgs, ModelArgs, Session, parse_box, read_picture};

#[cfg(test)]
mod tests;

/// The command line of `ask`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    /// The picture: PNG, JPEG or WebP.
    #[arg(long, value_name = "FILE")]
    image: PathBuf,
    /// A box in pixels of the picture; the k-th is <regionK>. May be given several times.
    #[arg(
        long = "box",
        value_name = "X1,Y1,X2,Y2",
        value_parser = parse_box,
        allow_hyphen_values = true
    )]
    boxes: Vec<BoxPx>,
    #[command(flatten)]
    generate: GenerateArgs,
    /// Print one JSON object when the answer is complete, with token ids, timings and counters.
    #[arg(long)]
    json: bool,
    /// The question; <region1> in it is the first box.
    question: String,
}

/// Answers, streamed as text or at once as JSON.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let picture = read_picture(&args.image, &args.boxes)?;
    let mut session = Session::open(&args.model)?;
    session.set_picture(&picture)?;
    let turns = [Turn {
        question: args.question.clone(),
        answer: None,
    }];
    let options = args.generate.options();
    if args.json {
        let answer = session.ask(&args.boxes, &turns, &options, |_| true)?;
        serde_json::to_writer(&mut *out, &answer)?;
        writeln!(out)?;
        return Ok(());
    }
    let mut printer = AnswerPrinter::new(out);
    let answer = session.ask(&args.boxes, &turns, &options, |piece| printer.push(piece))?;
    printer.finish(&answer)?;
    Ok(())
}
