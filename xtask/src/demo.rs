//! `cargo xtask demo`: from a fresh clone to a page on localhost.

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
    let dist = page::dist_dir();
    let server = match port {
        Some(port) => StaticServer::start(&dist, port)?,
        None => {
            StaticServer::start(&dist, USUAL_PORT).or_else(|_| StaticServer::start(&dist, 0))?
        }
    };
    println!("\nroichat is at {}  (Ctrl+C stops it)", server.url());
    server.wait();
    Ok(())
}
