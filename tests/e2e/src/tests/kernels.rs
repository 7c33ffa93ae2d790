//! Every kernel in the browser against its plain-Rust twin.

use anyhow::{Result, ensure};
use serde_json::json;

use super::browser;
use crate::engine::Engine;
use crate::site::Site;

#[test]
fn every_kernel_agrees_with_its_twin_in_the_browser() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let engine = Engine::start(&browser, &site)?;
    let checked = engine.request(&json!({ "type": "check_kernels" }), "kernels_checked")?;
    ensure!(
        checked["cases"].as_u64().is_some_and(|cases| cases > 0)
            && checked["groups"] == checked["of"],
        "{checked}"
    );
    Ok(())
}
