//! Every kernel in the browser against its plain-Rust twin, and the cost of a launch.

use anyhow::{Result, bail, ensure};
use serde_json::json;

use super::browser;
use crate::page::Page;
use crate::site::Site;

/// Starts the engine's worker without the page around it, sends it one request and collects its events.
const ASK_WORKER: &str = r#"
    const [script, request, done] = arguments;
    const events = [];
    const worker = new Worker(new URL(script, document.baseURI), { type: "module" });
    worker.onerror = (error) => done([...events, { type: "failed", error: error.message || "the worker did not start" }]);
    worker.onmessage = ({ data }) => {
        events.push(data);
        if (data.type === "started") worker.postMessage(request);
        if (data.type === "kernels_checked" || data.type === "failed") { worker.terminate(); done(events); }
    };
"#;

#[test]
fn every_kernel_agrees_with_its_twin_in_the_browser() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &format!("{}?model=none", site.url()))?;
    let events = page.session().execute_async(
        ASK_WORKER,
        &json!(["./roichat-worker_loader.js", { "type": "check_kernels" }]),
    )?;
    let Some(last) = events.as_array().and_then(|events| events.last()) else {
        bail!("no event: {events}")
    };
    ensure!(
        last["type"] == "kernels_checked",
        "{last}\n{}",
        page.session().console()
    );
    ensure!(
        last["cases"].as_u64().is_some_and(|cases| cases > 0),
        "{last}"
    );
    Ok(())
}
