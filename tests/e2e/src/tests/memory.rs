//! What a long conversation costs the page itself, before a worker that answers at once.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::browser;
use crate::golden::Case;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::WebGpu;

/// Ends requests as an engine would.
const WORKER: &str = r#"
    const answer = {
      text: "A red kite over the sea.", answer: "A red kite over the sea.", token_ids: [1, 2, 3, 4, 5, 6, 7],
      prompt_token_ids: Array.from({ length: 700 }, (_, place) => place), finish_reason: "stop", turns_dropped: 0,
      device: "gpu: stand-in", timings_ms: { load: 0, image: 1, regions: 1, prefill: 1, decode: 1 }, tokens_per_second: 9,
      share_of_copy: 0, counters: { pictures_encoded: 0, regions_encoded: 0, tokens_prefilled: 9, tokens_reused: 9 },
      peak_gpu_bytes: 0,
    };
    const events = {
      open: [{ type: "device", kind: "gpu", name: "stand-in", limits: null, kernels: "" },
        { type: "ready", id: "stand-in", about: "", weight_bytes: 0 }],
      set_picture: [{ type: "image_ready", size: SIZE }],
      ask: [{ type: "token", text: "A red kite" }, { type: "token", text: " over the sea." }, { type: "done", ...answer }],
      list_packages: [{ type: "packages", packages: [] }],
      check_kernels: [{ type: "kernels_checked", cases: 1, groups: 1, of: 1 }],
    };
    onmessage = ({ data }) => events[data.type].forEach((event) => postMessage(event));
    postMessage({ type: "started" });
"#;

/// Before anything of the page: notes the memory of its program.
const NOTE_MEMORY: &str = "for (const name of ['instantiate', 'instantiateStreaming']) {
      const original = WebAssembly[name];
      WebAssembly[name] = async function (...given) {
        const made = await original.apply(this, given);
        const { memory } = (made.instance ?? made).exports;
        if (memory) window.pageMemory = memory;
        return made;
      };
    }";

/// Asks until there are so many answers; bytes of the page's program then.
const ASK_UNTIL: &str = "const [count, done] = arguments;
    const part = (id) => document.querySelector(`[data-testid=${id}]`);
    const turn = () => new Promise((go) => setTimeout(go));
    (async () => {
      for (;;) {
        const there = document.querySelectorAll('[data-testid=answer]').length;
        while (part('status').textContent.trim() !== 'ready') await turn();
        if (there >= count) return done(pageMemory.buffer.byteLength);
        const field = part('question');
        field.value = `What is <region1>, seen for the ${there}th time?`;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        while (part('send').disabled) await turn();
        part('send').click();
        while (document.querySelectorAll('[data-testid=answer]').length === there) await turn();
      }
    })();";

#[test]
fn the_page_takes_its_memory_before_a_conversation_of_200_questions() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let [width, height] = case.size_px.map(|pixels| pixels as u64);
    let size = json!({ "width": width, "height": height }).to_string();
    let site = Site::with_worker(&WORKER.replace("SIZE", &size))?;
    let page = Page::open_with(
        &browser,
        &format!("{}no-such-page", site.url()),
        WebGpu::Absent,
    )?;
    page.session().command(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": NOTE_MEMORY }),
    )?;
    page.session().open(&site.url())?;
    page.wait_ready()?;
    page.set_scene(&case)?;

    let bytes_after = |count: u64| {
        let found = page.session().execute_async(ASK_UNTIL, &json!([count]))?;
        found
            .as_u64()
            .with_context(|| format!("a number of bytes, not {found}"))
    };
    let (few, many) = (20, 200);
    let (before, after) = (bytes_after(few)?, bytes_after(many)?);
    ensure!(
        after == before,
        "{before} bytes after {few} questions, {after} after {many}"
    );
    Ok(())
}
