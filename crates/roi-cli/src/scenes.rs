//! `roichat scenes`: draws pictures with known contents and writes them as data sets.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use roi_data::write::{self, Written};
use roi_scenes::{Scene, sheet};

/// The command line of `scenes`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder the data sets are written to. It must not exist.
    #[arg(long, value_name = "DIR", required_unless_present = "sheet")]
    out: Option<PathBuf>,
    /// Which scenes: the same number gives the same pictures on every machine.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many pictures. On a sheet, at most 24 of them are shown.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pictures: u64,
    /// What they are for. Some colours, angles, backgrounds and pairs of things occur in test scenes only.
    #[arg(long, value_enum, default_value_t = Split::Train)]
    split: Split,
    /// Also draw the first pictures with their boxes and captions on one sheet.
    #[arg(long, value_name = "FILE.png")]
    sheet: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Split {
    /// Scenes to learn from.
    Train,
    /// Scenes to be judged by.
    Test,
}

impl From<Split> for roi_scenes::Split {
    fn from(split: Split) -> Self {
        match split {
            Split::Train => Self::Train,
            Split::Test => Self::Test,
        }
    }
}

/// Writes the sheet and the data sets that are asked for, and a line about each.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    if let Some(path) = &args.sheet {
        let n = write_sheet(args, path)?;
        writeln!(out, "{}: {n} scenes", path.display())?;
    }
    if let Some(folder) = &args.out {
        let bar = ProgressBar::new(args.pictures).with_style(
            ProgressStyle::with_template("drawing {bar:30} {pos}/{len} {per_sec} {eta}")
                .context("the progress bar's template")?,
        );
        let written = write::write_dataset(
            folder,
            args.seed,
            args.split.into(),
            args.pictures,
            &mut |n| bar.set_position(n),
        )?;
        bar.finish_and_clear();
        let Written { pictures, .. } = written;
        writeln!(
            out,
            "{}: {} pictures in {}, and their annotations",
            folder.display(),
            HumanCount(args.pictures),
            pictures.display(),
        )?;
    }
    Ok(())
}

/// Draws the first scenes; says how many.
fn write_sheet(args: &Args, path: &std::path::Path) -> Result<u64> {
    const MOST: u64 = 24;
    const COLUMNS: u32 = 4;
    let n = args.pictures.min(MOST);
    let scenes = (0..n)
        .map(|index| {
            let seed = Scene::seed_of_picture(args.seed, index);
            Scene::new(seed, args.split.into(), Scene::SIDE)
        })
        .collect::<Result<Vec<Scene>, _>>()?;
    write::write_png(path, &sheet(&scenes, COLUMNS))?;
    Ok(n)
}
