//! `roichat bench`: how fast a model runs on this machine.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use pollster::block_on;
use roi_engine::bench::{BenchOptions, BenchReport, bench_synthetic};
use roi_platform::DevicePreference;
use roi_weights::{Layout, ModelConfig};

use crate::session::{ModelArgs, Session, open_host};

/// What is measured, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of a package, as `roichat convert` writes it.
    #[arg(
        long,
        value_name = "PKG",
        required_unless_present = "synthetic",
        conflicts_with = "synthetic"
    )]
    model: Option<PathBuf>,
    /// Random weights of this size, made on the device: no files are needed.
    #[arg(long, value_name = "SIZE")]
    synthetic: Option<Size>,
    /// Layout of the random weights: q4, q8, f16 or f32.
    #[arg(long, value_name = "LAYOUT", default_value = "q4", value_parser = layout)]
    quant: Layout,
    /// gpu: any adapter, one in software too; cpu: the processor; auto: a hardware GPU, else the processor.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: DevicePreference,
    /// Tokens generated.
    #[arg(long, value_name = "N", default_value_t = 64)]
    new_tokens: usize,
    /// Times each step is repeated; the median counts.
    #[arg(long, value_name = "N", default_value_t = 5)]
    repeats: usize,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Sizes of made-up models.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Size {
    /// CLIP ViT-L/14 and LLaMA-7B.
    #[value(name = "gpt4roi-7b")]
    Gpt4Roi7b,
    /// CLIP ViT-L/14 and LLaMA-13B.
    #[value(name = "gpt4roi-13b")]
    Gpt4Roi13b,
    /// Small enough for a processor.
    Tiny,
}

impl Size {
    fn config(self) -> (&'static str, ModelConfig) {
        match self {
            Self::Gpt4Roi7b => ("synthetic gpt4roi-7b", ModelConfig::gpt4roi_7b()),
            Self::Gpt4Roi13b => ("synthetic gpt4roi-13b", ModelConfig::gpt4roi_13b()),
            Self::Tiny => ("synthetic tiny", ModelConfig::tiny()),
        }
    }
}

fn layout(word: &str) -> Result<Layout, String> {
    let found = Layout::ALL.into_iter().find(|layout| layout.name() == word);
    found.ok_or_else(|| format!("{word:?} is no layout: use q4, q8, f16 or f32"))
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    if args.repeats == 0 || args.new_tokens < 2 {
        bail!("--repeats must be at least 1 and --new-tokens at least 2");
    }
    let options = BenchOptions {
        new_tokens: args.new_tokens,
        repeats: args.repeats,
        ..BenchOptions::default()
    };
    let report = match (&args.model, args.synthetic) {
        (Some(model), _) => {
            let session = Session::open(&ModelArgs {
                model: model.clone(),
                device: args.device,
            })?;
            block_on(session.engine().bench(options))?
        }
        (None, Some(size)) => {
            let (name, config) = size.config();
            block_on(bench_synthetic(
                &config,
                args.quant,
                name,
                &open_host(args.device)?,
                options,
            ))?
        }
        (None, None) => bail!("name a package with --model or a size with --synthetic"),
    };
    if args.json {
        serde_json::to_writer(&mut *out, &report)?;
        writeln!(out)?;
    } else {
        print(&report, out)?;
    }
    Ok(())
}

fn print(report: &BenchReport, out: &mut impl Write) -> Result<()> {
    let mega = |bytes: u64| bytes as f64 / 1e6;
    writeln!(out, "{} on {}", report.model, report.device)?;
    writeln!(
        out,
        "weights            {:10.1} MB",
        mega(report.weight_bytes)
    )?;
    writeln!(out, "picture            {:10.1} ms", report.picture_ms)?;
    writeln!(out, "region             {:10.1} ms", report.region_ms)?;
    let prompt = report.prefill_tokens;
    writeln!(
        out,
        "prefill            {:10.1} tokens/s ({prompt} tokens)",
        report.prefill_tokens_per_second
    )?;
    writeln!(
        out,
        "decode             {:10.1} tokens/s",
        report.decode_tokens_per_second
    )?;
    writeln!(
        out,
        "dispatches         {:10.1} per token, {:.1} of them replayed",
        report.dispatches_per_token, report.replayed_dispatches_per_token
    )?;
    writeln!(
        out,
        "read per token     {:10.1} MB",
        mega(report.bytes_read_per_token)
    )?;
    writeln!(
        out,
        "copy               {:10.1} GB/s",
        report.copy_bytes_per_second / 1e9
    )?;
    writeln!(
        out,
        "decode of copy     {:10.1} %",
        report.decode_share_of_copy * 100.0
    )?;
    writeln!(out, "GPU memory held    {:10.1} MB", mega(report.gpu_bytes))?;
    Ok(())
}
