//! `roichat convert`: from checkpoint folders to a package.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use roi_import::{Constants, ConvertOptions, ConvertReport};
use roi_weights::{LAYOUT_RULE, Layout};

use crate::package;

#[cfg(test)]
pub(crate) mod tests;

/// The command line of `convert`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the base model (LLaMA, Hugging Face format) that the delta is added to. Leave it out if the model is merged.
    #[arg(long, value_name = "DIR")]
    base: Option<PathBuf>,
    /// Folder of the GPT4RoI delta; without --base, of a merged model. Configuration and tokenizer are taken from here.
    #[arg(long, visible_alias = "model", value_name = "DIR")]
    delta: PathBuf,
    /// Folder of the CLIP vision tower.
    #[arg(long, value_name = "DIR")]
    vision: PathBuf,
    /// Folder the package is written to. A package that is there already is replaced.
    #[arg(long, value_name = "PKG")]
    out: PathBuf,
    /// How matrices are stored.
    #[arg(long, value_enum, default_value_t = Quant::Q4)]
    quant: Quant,
    /// Name of the model, shown to users. [default: the delta's folder]
    #[arg(long, value_name = "NAME")]
    model_id: Option<String>,
    /// A sentence or two about the model, shown to users. [default: what it was made from]
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Bytes of a chunk, a multiple of 4. [default: 16 MiB, or 256 KiB for packages below 64 MiB]
    #[arg(long, value_name = "BYTES")]
    chunk_bytes: Option<u64>,
    /// Groups of each GroupNorm of the region extractor. [default: what config.json says, else 64]
    #[arg(long, value_name = "N")]
    group_norm_groups: Option<usize>,
    /// Vision layers between one pyramid level and the next. [default: what config.json says, else 3]
    #[arg(long, value_name = "N")]
    level_step: Option<usize>,
    /// Samples along each side of a bin of a pooled region. [default: what config.json says, else 2]
    #[arg(long, value_name = "N")]
    sampling_ratio: Option<usize>,
    /// Hidden state of the tower that becomes image tokens, negative from the end. [default: what config.json says]
    #[arg(long, value_name = "I", allow_negative_numbers = true)]
    select_layer: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Quant {
    /// 4 bits a weight.
    Q4,
    /// 8 bits a weight.
    Q8,
    /// Half precision.
    F16,
    /// Single precision.
    F32,
}

impl From<Quant> for Layout {
    fn from(quant: Quant) -> Self {
        match quant {
            Quant::Q4 => Self::Q4,
            Quant::Q8 => Self::Q8,
            Quant::F16 => Self::F16,
            Quant::F32 => Self::F32,
        }
    }
}

impl Args {
    fn options(&self) -> ConvertOptions {
        ConvertOptions {
            base: self.base.clone(),
            model: self.delta.clone(),
            vision: self.vision.clone(),
            out: self.out.clone(),
            layout: self.quant.into(),
            chunk_bytes: self.chunk_bytes,
            model_id: self.model_id.clone(),
            about: self.about.clone(),
            constants: Constants {
                group_norm_groups: self.group_norm_groups,
                level_step: self.level_step,
                sampling_ratio: self.sampling_ratio,
                select_layer: self.select_layer,
            },
        }
    }
}

/// Converts with a progress bar, then writes sizes and errors per part of the model.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let options = args.options();
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta} {msg}")
            .expect("the template is constant"),
    );
    let mut shown = String::new();
    let report = roi_import::convert(&options, &mut |progress| {
        bar.set_length(progress.total_bytes);
        bar.set_position(progress.done_bytes);
        if shown != progress.tensor {
            shown = progress.tensor.to_owned();
            bar.set_message(shown.clone());
        }
    });
    bar.finish_and_clear();
    write_report(&options, &report?, out)
}

fn write_report(
    options: &ConvertOptions,
    report: &ConvertReport,
    out: &mut impl Write,
) -> Result<()> {
    writeln!(
        out,
        "{:18} {:>15} {:>12} {:>15}",
        "part", "weights", "size", "relative error"
    )?;
    for class in &report.classes {
        writeln!(
            out,
            "{:18} {:>15} {:>12} {:>15.2e}",
            class.class.name(),
            HumanCount(class.values).to_string(),
            HumanBytes(class.bytes).to_string(),
            class.relative_error,
        )?;
    }
    writeln!(out, "layout {}: {LAYOUT_RULE}", options.layout)?;
    writeln!(
        out,
        "{}: {} in {} chunks of {}",
        options.out.display(),
        HumanBytes(package::bytes_on_disk(&options.out)?),
        HumanCount(report.manifest.chunks.len() as u64),
        HumanBytes(report.manifest.chunk_bytes),
    )?;
    Ok(())
}
