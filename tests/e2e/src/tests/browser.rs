//! The tests' own grip on the browser, over a page small enough to know all about.

use anyhow::Result;
use serde_json::json;
use xtask::serve::StaticServer;

use super::browser_alone;
use crate::webdriver::{Session, WebGpu, key};

const PAGE: &str = "<!doctype html><title>grip</title>
    <div id=pad style='position:absolute;left:10px;top:20px;width:300px;height:200px;touch-action:none'></div>
    <input id=field style='position:absolute;top:300px' value=old>
    <script>
        const seen = [];
        for (const type of ['pointerdown', 'pointerup'])
            pad.addEventListener(type, (e) => seen.push([type, e.isTrusted, e.offsetX, e.offsetY]));
        field.addEventListener('keydown', (e) => { if (e.key === 'Enter') seen.push(['enter', e.isTrusted, field.value]); });
    </script>";

const ADAPTER: &str = "const done = arguments[0];
    (async () => !!(navigator.gpu && await navigator.gpu.requestAdapter()))().then(done, (e) => done(String(e)));";

#[test]
fn mouse_and_keyboard_events_are_the_users_own() -> Result<()> {
    let Some((browser, _turn)) = browser_alone() else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("index.html"), PAGE)?;
    let server = StaticServer::start(folder.path(), 0)?;
    let session = Session::start(&browser, WebGpu::Software)?;
    session.open(&server.url())?;

    let pad = session.rect(&session.find("#pad")?)?;
    session.drag((pad.x + 30.0, pad.y + 40.0), (pad.x + 250.0, pad.y + 170.0))?;
    session.click(&session.find("#field")?)?;
    session.press(Some(key::CONTROL), &["a"])?;
    session.press(None, &["9", "0", ".", "5", key::ENTER])?;

    let seen = session.execute("return seen;", &json!([]))?;
    assert_eq!(
        seen,
        json!([
            ["pointerdown", true, 30, 40],
            ["pointerup", true, 250, 170],
            ["enter", true, "90.5"]
        ])
    );
    Ok(())
}

#[test]
fn webgpu_is_there_or_absent_as_asked() -> Result<()> {
    let Some((browser, _turn)) = browser_alone() else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("index.html"), "<!doctype html>")?;
    let server = StaticServer::start(folder.path(), 0)?;
    for (gpu, there) in [(WebGpu::Software, true), (WebGpu::Absent, false)] {
        let session = Session::start(&browser, gpu)?;
        session.open(&server.url())?;
        assert_eq!(
            session.execute_async(ADAPTER, &json!([]))?,
            json!(there),
            "{gpu:?}"
        );
    }
    Ok(())
}
