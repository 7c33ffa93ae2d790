//! `cargo xtask demo`: from a fresh clone to a page on localhost.

use std::path::Path;

use anyhow::Result;

use crate::page;
use crate::serve::StaticServer;
use crate::setup::{PageTools, WasmOpt};

/// Tried when no port is asked for; another one is taken when it is in use.
const USUAL_PORT: u16 = 8080;

/// Sets up, builds and serves until interrupted.
///
/// # Errors
/// A tool is missing, the build fails, or the asked-for port is in use.
pub fn run(port: Option<u16>) -> Result<()> {
    let tools = PageTools::ensure(WasmOpt::Use)?;
    page::build(&tools)?;
    serve("roichat", &page::dist_dir(), port)
}

/// Serves a folder until interrupted, and says where `what` is.
///
/// # Errors
/// The asked-for port is in use.
pub(crate) fn serve(what: &str, folder: &Path, port: Option<u16>) -> Result<()> {
    let server = match port {
        Some(port) => StaticServer::start(folder, port)?,
        None => {
            StaticServer::start(folder, USUAL_PORT).or_else(|_| StaticServer::start(folder, 0))?
        }
    };
    println!("\n{what} is at {}  (Ctrl+C stops it)", server.url());
    server.wait();
    Ok(())
}
