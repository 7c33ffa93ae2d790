//! `cargo xtask embed`: a page that is not roichat's, with roichat's engine in it.
//!
//! It is a folder of its own, put together as its author would: the example's files, the module, a model and a picture.

use std::path::Path;

use anyhow::Result;

use crate::setup::{PageTools, WasmOpt};
use crate::{demo, model, module, page, workspace};

/// The files of the example.
const EXAMPLE: &str = "web/examples/embed";
/// What it asks about, as `picture.png`.
const PICTURE: &str = "web/samples/snow.png";

/// Sets up, builds the engine with the page, and serves the example until interrupted.
///
/// # Errors
/// As [`demo::run`] and [`assemble`].
pub fn run(port: Option<u16>) -> Result<()> {
    let tools = PageTools::ensure(WasmOpt::Use)?;
    page::build(&tools)?;
    let folder = workspace::target_dir().join("embed");
    assemble(&page::dist_dir(), &folder)?;
    demo::serve("the page with roichat in it", &folder, port)
}

/// Makes `folder` the example, with the engine of the page built in `dist`.
///
/// # Errors
/// There is no built page, or a file cannot be copied.
pub fn assemble(dist: &Path, folder: &Path) -> Result<()> {
    let root = workspace::root();
    module::assemble(dist, &folder.join("roichat"))?;
    model::copy_folder(&root.join(EXAMPLE), folder)?;
    model::copy_trained(&folder.join("model"))?;
    std::fs::copy(root.join(PICTURE), folder.join("picture.png"))?;
    Ok(())
}
