//! The command line of `convert`, and a conversion of the reference checkpoint through it.

use std::path::Path;

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

pub(crate) fn parse(line: &str) -> Result<Args, clap::Error> {
    let words = std::iter::once("convert").chain(line.split_whitespace());
    Line::try_parse_from(words).map(|line| line.args)
}

/// `convert` of the reference checkpoint to `out`.
pub(crate) fn convert_reference(out: &Path, quant: &str) -> String {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi");
    let dir = dir.display();
    let args = parse(&format!(
        "--base {dir}/base --delta {dir}/delta --vision {dir}/clip --out {} --quant {quant}",
        out.display()
    ))
    .unwrap();
    let mut text = Vec::new();
    run(&args, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn base_and_delta_are_named_and_the_rest_has_defaults() {
    let options = parse("--base b --delta d --vision v --out o --quant q8")
        .unwrap()
        .options();
    assert_eq!(options.base.as_deref(), Some(Path::new("b")));
    assert_eq!(options.model, Path::new("d"));
    assert_eq!(options.layout, Layout::Q8);
    assert_eq!(options.constants, Constants::default());
    assert_eq!(options.chunk_bytes, None);
}

#[test]
fn a_merged_model_needs_no_base() {
    for name in ["--model", "--delta"] {
        let options = parse(&format!("{name} m --vision v --out o"))
            .unwrap()
            .options();
        assert_eq!(options.base, None);
        assert_eq!(options.model, Path::new("m"));
        assert_eq!(options.layout, Layout::Q4);
    }
}

#[test]
fn a_selected_layer_may_be_negative() {
    let args = parse("--model m --vision v --out o --select-layer -3").unwrap();
    assert_eq!(args.options().constants.select_layer, Some(-3));
}

#[test]
fn every_quant_is_a_layout_of_the_same_name() {
    for layout in Layout::ALL {
        let args = parse(&format!("--model m --vision v --out o --quant {layout}")).unwrap();
        assert_eq!(args.options().layout, layout);
    }
    assert!(parse("--model m --vision v --out o --quant q5").is_err());
}

#[test]
fn report_names_every_part_with_its_error_and_the_package_with_its_size() {
    let dir = tempfile::tempdir().unwrap();
    let text = convert_reference(dir.path(), "q4");
    for class in roi_weights::TensorClass::ALL {
        let line = text.lines().find(|line| line.starts_with(class.name()));
        let error: f64 = line
            .unwrap()
            .split_whitespace()
            .last()
            .unwrap()
            .parse()
            .unwrap();
        // Noise of a uniform step of max/7 over weights that are not uniform.
        assert!((0.03..0.2).contains(&error), "{}: {error}", class.name());
    }
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with(&dir.path().display().to_string()),
        "{last}"
    );
    assert!(last.contains("chunks of 256.00 KiB"), "{last}");
}

#[test]
fn storing_as_f32_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let text = convert_reference(dir.path(), "f32");
    let errors = text
        .lines()
        .filter(|line| line.ends_with(" 0.00e0"))
        .count();
    assert_eq!(errors, roi_weights::TensorClass::ALL.len(), "{text}");
}
