//! Scenes drawn, a small model trained on them, converted, and asked.

use std::fs;
use std::path::Path;

use clap::Parser;
use roi_data::write::{Written, write_dataset};
use roi_scenes::Split;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn parse(line: &str) -> Result<Args, clap::Error> {
    let words = std::iter::once("train").chain(line.split_whitespace());
    Line::try_parse_from(words).map(|line| line.args)
}

/// Runs the command; what it writes to stdout.
fn command(line: &str) -> Result<String> {
    let mut text = Vec::new();
    run(&parse(line)?, &mut text)?;
    Ok(String::from_utf8(text)?)
}

/// A stage's configuration over four drawn pictures; `start` says what it starts from.
fn write_config(dir: &Path, stage: u32, start: &str) -> PathBuf {
    let scenes = dir.join("scenes");
    if !scenes.exists() {
        write_dataset(&scenes, 1, Split::Train, 4, &mut |_| {}).unwrap();
    }
    let files = Written::of(&scenes, Split::Train);
    let text = format!(
        "stage = {stage}\nout = \"stage{stage}\"\nbatch_size = 2\nsteps = 3\nwarmup_steps = 1\n\
         learning_rate = 0.001\nweight_decay = 0.01\ncheckpoint_every = 2\n{start}\n\
         [[data]]\nkind = \"VGDATA\"\nannotations = {:?}\nimages = {:?}\n",
        files.vg.display().to_string(),
        files.pictures.display().to_string(),
    );
    let path = dir.join(format!("stage{stage}.toml"));
    fs::write(&path, text).unwrap();
    path
}

const SIZES: &str = "
[vision]
image_size = 28
patch_size = 7
width = 16
layers = 3
heads = 2
mlp_width = 24
select_layer = -1
level_step = 1
n_levels = 2
[region]
n_fusions = 1
group_norm_groups = 4
roi_size = 3
mid_width = 12
position_hidden = 6
[decoder]
hidden = 16
layers = 2
heads = 2
ffn = 20
[tokenizer]
pieces = 420
";

/// Losses by step in a run's table.
fn losses(dir: &Path, stage: u32) -> Vec<String> {
    let table = fs::read_to_string(dir.join(format!("stage{stage}/steps.csv"))).unwrap();
    let rows = table.lines().skip(1);
    rows.map(|row| row.split(',').nth(1).unwrap().to_owned())
        .collect()
}

#[test]
fn the_stages_follow_one_another_and_the_result_converts() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let config = write_config(dir, 0, SIZES);
    let said = command(&format!("--config {}", config.display())).unwrap();
    assert!(said.contains("stage0: 3 of 3 steps"), "{said}");
    assert!(said.contains("stage0/model: the weights"), "{said}");
    assert_eq!(losses(dir, 0).len(), 3);
    assert!(dir.join("stage0/loss.svg").is_file());

    for stage in [1, 2] {
        let start = format!("[start]\nmodel = \"stage{}/model\"", stage - 1);
        let config = write_config(dir, stage, &start);
        command(&format!("--config {}", config.display())).unwrap();
    }
    let convert = crate::convert::tests::parse(&format!(
        "--model {0}/stage2/model --vision {0}/stage2/model/clip --out {0}/package --quant q8",
        dir.display()
    ));
    let mut text = Vec::new();
    crate::convert::run(&convert.unwrap(), &mut text).unwrap();
    assert!(dir.join("package/manifest.json").is_file());
}

#[test]
fn a_run_cut_off_by_time_goes_on_and_gives_the_same_losses() {
    let dir = tempfile::tempdir().unwrap();
    let config = write_config(dir.path(), 0, SIZES);
    command(&format!("--config {}", config.display())).unwrap();
    let expected = losses(dir.path(), 0);
    fs::remove_dir_all(dir.path().join("stage0")).unwrap();
    for step in 1..=3 {
        let line = format!("--config {} --max-minutes 0.0000001", config.display());
        let said = command(&line).unwrap();
        assert!(said.contains(&format!("{step} of 3 steps")), "{said}");
        assert_eq!(said.contains("the weights"), step == 3, "{said}");
    }
    assert_eq!(losses(dir.path(), 0), expected);
}

#[test]
fn weights_so_far_can_be_exported_without_a_further_step() {
    let dir = tempfile::tempdir().unwrap();
    let config = write_config(dir.path(), 0, SIZES);
    let line = format!("--config {} --max-minutes 0.0000001", config.display());
    command(&line).unwrap();
    let out = dir.path().join("so-far");
    let said = command(&format!(
        "--config {} --max-minutes 0 --export {} --precision f16",
        config.display(),
        out.display()
    ))
    .unwrap();
    assert!(said.contains("1 of 3 steps"), "{said}");
    let index = fs::read_to_string(out.join("model.safetensors.index.json")).unwrap();
    assert!(index.contains("in float16"), "{index}");
}

#[test]
fn a_configuration_that_cannot_be_used_says_why_and_where() {
    let dir = tempfile::tempdir().unwrap();
    let config = write_config(dir.path(), 0, &SIZES.replace("mlp_width", "mlp_widht"));
    let error = command(&format!("--config {}", config.display())).unwrap_err();
    let said = crate::sentence(&error);
    assert!(said.contains("stage0.toml cannot be used"), "{said}");
    assert!(
        said.contains("the nearest right one is vision.mlp_width"),
        "{said}"
    );
}

#[test]
fn keys_are_listed_without_a_configuration() {
    let listed = command("--keys").unwrap();
    assert_eq!(listed.lines().count(), KEYS.len());
    assert!(
        listed.contains("learning_rate              a number above 0"),
        "{listed}"
    );
    assert!(parse("").is_err());
}

#[test]
fn minutes_are_numbers_that_are_not_negative() {
    let parsed = |text: &str| parse(&format!("--config c --max-minutes {text}"));
    assert_eq!(
        parsed("1.5").unwrap().max_minutes,
        Some(Duration::from_secs(90))
    );
    assert_eq!(parse("--config c").unwrap().max_minutes, None);
    for wrong in ["-1", "soon", "nan", "inf"] {
        assert!(
            parse(&format!("--config c --max-minutes={wrong}")).is_err(),
            "{wrong}"
        );
    }
}
