//! `cargo xtask`: everything a contributor or a visitor runs from a fresh clone.
#![expect(clippy::print_stdout, reason = "usage is for people")]

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  setup             find or install every tool, and say which ones are used
  demo [--port N]   install what is missing, build the page and its models, serve them on localhost
  test              install what is missing, run every test, the browser ones included
  check             formatting, tidy, clippy (native and wasm) and docs, warnings denied
  tidy              the project's own rules: module docs, file sizes, kernel sets, forbidden dependencies
  train-demo        make a model such as the page's own from nothing: scenes, training, package, scores; hours
  module            put the built engine together as a package for npm
  embed [--port N]  as demo, but serve an example of another page with the engine in it
  size              sizes of the built page's wasm files against their budgets
  finish-page       Trunk's post-build hook: put the models beside the page, print sizes
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["demo"] => xtask::demo::run(None),
        ["demo", "--port", port] => xtask::demo::run(Some(port_number(port)?)),
        ["embed"] => xtask::embed::run(None),
        ["embed", "--port", port] => xtask::embed::run(Some(port_number(port)?)),
        ["module"] => xtask::module::run(),
        ["setup"] => xtask::setup::run(),
        ["test"] => xtask::test::run(),
        ["check"] => xtask::check::run(),
        ["tidy"] => xtask::tidy::run(),
        ["train-demo"] => xtask::train_demo::run(),
        ["size"] => xtask::size::report(&xtask::page::dist_dir(), xtask::size::Budget::Enforced),
        ["finish-page"] => xtask::page::finish(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("unknown command `{}`\n\n{USAGE}", other.join(" ")),
    }
}

fn port_number(word: &str) -> Result<u16> {
    word.parse()
        .with_context(|| format!("`{word}` is not a port number"))
}
