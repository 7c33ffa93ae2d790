//! `roichat eval captions`: two files against each other.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use roi_metrics::meteor::Meteor;

/// The command line of `eval captions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// References: {"id": ["caption", …], …}.
    #[arg(long, value_name = "FILE")]
    refs: PathBuf,
    /// Hypotheses, one an id: {"id": ["caption"], …}.
    #[arg(long, value_name = "FILE")]
    hyps: PathBuf,
    /// Compute METEOR too, by this meteor-1.5.jar.
    #[arg(long, value_name = "FILE")]
    meteor_jar: Option<PathBuf>,
    /// Print one JSON object, with the scores of each item.
    #[arg(long)]
    json: bool,
}

/// Prints the scores of the whole.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let meteor = args.meteor_jar.as_deref().map(Meteor::new);
    let scores = roi_eval::score_files(&args.refs, &args.hyps, meteor.as_ref())?;
    if args.json {
        serde_json::to_writer(&mut *out, &scores)?;
        writeln!(out)?;
        return Ok(());
    }
    for (n, bleu) in (1..).zip(scores.bleu) {
        writeln!(out, "BLEU-{n}   {bleu:.4}")?;
    }
    writeln!(out, "ROUGE-L  {:.4}", scores.rouge_l)?;
    writeln!(out, "CIDEr    {:.4}", scores.cider)?;
    if let Some(meteor) = scores.meteor {
        writeln!(out, "METEOR   {meteor:.4}")?;
    }
    writeln!(out, "{} items", scores.n_items)?;
    Ok(())
}
