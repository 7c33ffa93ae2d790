//! `cargo xtask train-demo`: a model such as the page opens with, from nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{process, workspace};

/// Folder of the recipe: its configurations are run in the order of their names.
const RECIPE: &str = "demo";
/// Within it, everything that is made; a stopped run goes on from there.
const WORK: &str = "work";
/// What lists a package's chunks.
const MANIFEST: &str = "manifest.json";
/// Pictures to learn from, and their seed.
const TRAIN: (&str, &str) = ("20000", "1");
/// Pictures to be judged by, and their seed.
const TEST: (&str, &str) = ("400", "77");

/// Draws the scenes, trains stage after stage, packs the result and measures it.
///
/// # Errors
/// A command fails.
pub fn run() -> Result<()> {
    let recipe = workspace::root().join(RECIPE);
    let work = recipe.join(WORK);
    std::fs::create_dir_all(&work).with_context(|| format!("making {}", work.display()))?;
    let mut build = process::command("cargo");
    build.args(["build", "--release", "--bin", "roichat"]);
    process::run(build.current_dir(workspace::root()))?;
    let roichat = Roichat(workspace::target_dir().join("release/roichat"));

    for (split, (pictures, seed)) in [("train", TRAIN), ("test", TEST)] {
        let out = work.join(split);
        if !out.exists() {
            let counts = ["--pictures", pictures, "--seed", seed, "--split", split];
            roichat.run(&["scenes"], &[("--out", &out)], &counts)?;
        }
    }
    let configs = configs(&recipe)?;
    for config in &configs {
        roichat.run(&["train"], &[("--config", config)], &[])?;
    }
    let last = configs.last().and_then(|config| config.file_stem());
    let model = work
        .join(last.context("a configuration has a name")?)
        .join("model");
    for layout in &LAYOUTS {
        pack(&roichat, layout, &model, &work)?;
        measure(&roichat, layout, &work)?;
    }
    let package = work.join(LAYOUTS[0].package);
    println!(
        "\n{} is the model; what was measured of it lies beside it. The page opens with what is in models/demo.",
        package.display()
    );
    Ok(())
}

/// What the model says of itself.
const ABOUT: &str = "knows drawn scenes of 168 things, such as the samples and every new scene: \
                     places, sizes and empty boxes it gets right, names and colours nineteen times in twenty, which of \
                     four regions is meant nine times in ten, and by its letter which of four answers is right, and why, \
                     six times in seven. It was trained on nothing else, so photographs need other weights.";

/// A benchmark of the model card.
struct Benchmark {
    /// What `roichat eval` calls it.
    name: &'static str,
    /// Folder of its results.
    out: &'static str,
    annotations: &'static str,
    words: &'static [&'static str],
    /// How many examples are asked without region vectors, as a control: enough to tell chance from knowledge.
    blanked: &'static str,
}

const BENCHMARKS: [Benchmark; 7] = [
    Benchmark {
        name: "recognition",
        out: "recognition",
        annotations: "instances_test2017.json",
        words: &["--question", "What is <region1>?"],
        blanked: "300",
    },
    Benchmark {
        name: "attributes",
        out: "attributes",
        annotations: "regions_test.json",
        words: &[],
        blanked: "300",
    },
    Benchmark {
        name: "negatives",
        out: "negatives",
        annotations: "regions_test.json",
        words: &[],
        blanked: "300",
    },
    Benchmark {
        name: "v7w",
        out: "v7w",
        annotations: "dataset_v7w_pointing.json",
        words: &[],
        blanked: "1000",
    },
    Benchmark {
        name: "vcr",
        out: "vcr-likelihood",
        annotations: "vcr_test.jsonl",
        words: &["--mode", "likelihood-in-place"],
        blanked: "150",
    },
    Benchmark {
        name: "vcr",
        out: "vcr-letter",
        annotations: "vcr_test.jsonl",
        words: &["--mode", "letter-in-place"],
        blanked: "150",
    },
    Benchmark {
        name: "vg",
        out: "vg",
        annotations: "vg_test.json",
        words: &["--question", "Describe <region1> in detail."],
        blanked: "300",
    },
];

/// A layout that the model card has numbers of.
struct PackedAs {
    quant: &'static str,
    /// Folder of the package.
    package: &'static str,
    /// Folder of its results.
    eval: &'static str,
    /// Whether it is asked without region vectors, too.
    is_blanked: bool,
}

/// What is shipped, and the weights as they were learnt, to show what quantisation costs.
const LAYOUTS: [PackedAs; 2] = [
    PackedAs {
        quant: "q8",
        package: "package",
        eval: "eval",
        is_blanked: true,
    },
    PackedAs {
        quant: "f32",
        package: "package-f32",
        eval: "eval-f32",
        is_blanked: false,
    },
];

/// Packs the model. Where that makes the package that is there already, what was measured of it stays to go on from.
fn pack(roichat: &Roichat, layout: &PackedAs, model: &Path, work: &Path) -> Result<()> {
    let (package, eval) = (work.join(layout.package), work.join(layout.eval));
    let fresh = work.join(format!("{}-new", layout.package));
    remove(&fresh)?;
    let paths = [
        ("--model", model),
        ("--vision", &model.join("clip")),
        ("--out", &fresh),
    ];
    let about = ["--model-id", "roichat-demo", "--about", ABOUT];
    let stored = ["--quant", layout.quant];
    roichat.run(&["convert"], &paths, &[about.as_slice(), &stored].concat())?;
    // A manifest has the hashes of all chunks.
    let manifest = |package: &Path| std::fs::read(package.join(MANIFEST));
    let made = manifest(&fresh).with_context(|| format!("reading {}", fresh.display()))?;
    if manifest(&package).is_ok_and(|before| before == made) {
        return remove(&fresh);
    }
    // Answers first: without them an outdated package does no harm.
    remove(&eval)?;
    remove(&package)?;
    std::fs::rename(&fresh, &package).with_context(|| format!("making {}", package.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

/// Every benchmark that the model card has, of a package.
fn measure(roichat: &Roichat, layout: &PackedAs, work: &Path) -> Result<()> {
    let (test, package) = (work.join("test"), work.join(layout.package));
    for benchmark in &BENCHMARKS {
        let runs = [
            ("", "2000", &[][..]),
            ("-zero", benchmark.blanked, &["--zero-regions"]),
        ];
        let n_runs = if layout.is_blanked { 2 } else { 1 };
        for (suffix, limit, switch) in &runs[..n_runs] {
            let out = format!("{}/{}{suffix}", layout.eval, benchmark.out);
            let references = test.join("captions_test.json");
            let mut paths = vec![
                ("--model", package.clone()),
                ("--annotations", test.join(benchmark.annotations)),
                ("--images", test.join("images")),
                ("--out", work.join(&out)),
            ];
            if benchmark.name == "vg" {
                paths.push(("--references", references));
            }
            let paths: Vec<(&str, &Path)> =
                paths.iter().map(|(key, path)| (*key, &**path)).collect();
            let asked = ["--limit", limit, "--seed", "1", "--max-new-tokens", "40"];
            let words = [&asked[..], benchmark.words, switch].concat();
            println!("\n{out}");
            roichat.run(&["eval", benchmark.name], &paths, &words)?;
        }
    }
    Ok(())
}

/// The recipe's configurations in the order of their names.
fn configs(recipe: &Path) -> Result<Vec<PathBuf>> {
    let entries = recipe
        .read_dir()
        .with_context(|| format!("reading {}", recipe.display()))?;
    let mut configs = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            configs.push(path);
        }
    }
    configs.sort();
    if configs.is_empty() {
        bail!("there is no configuration in {}", recipe.display());
    }
    Ok(configs)
}

/// The command of this repository, as it was built.
struct Roichat(PathBuf);

impl Roichat {
    fn run(&self, command: &[&str], paths: &[(&str, &Path)], words: &[&str]) -> Result<()> {
        let mut process = process::command(&self.0);
        process.args(command);
        for (key, path) in paths {
            process.arg(key).arg(path);
        }
        process::run(process.args(words).current_dir(workspace::root()))
    }
}
