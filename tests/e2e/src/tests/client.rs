//! The module's client before a worker that says what it is told, for what a real engine says too seldom to wait for.

use anyhow::{Result, ensure};
use serde_json::json;
use xtask::serve::StaticServer;

use super::browser_alone;
use crate::webdriver::{Session, WebGpu};

/// Says the events that a question lists.
const WORKER: &str = r#"
    onmessage = ({ data }) => JSON.parse(data.turns.at(-1).question).forEach((event) => postMessage(event));
    postMessage({ type: "started" });
"#;

/// Asks one list of events after the other; what a page reads of each.
const ASK: &str = r#"
    const [questions, done] = arguments;
    (async () => {
        const { RoiChat } = await import(new URL("index.js", document.baseURI));
        const chat = await RoiChat.start({ workerUrl: "worker.js" });
        const read = async (events) => {
            const pieces = [];
            try {
                for await (const piece of chat.ask(JSON.stringify(events))) pieces.push(piece);
            } catch (error) {
                return [pieces, error.name, error.isTransient ?? null, error.message];
            }
            return pieces;
        };
        return Promise.all(questions.map(read));
    })().then(done, (error) => done({ error: `${error.stack ?? error}` }));
"#;

/// What `script` passes on beside the client and a worker.
fn told(
    worker: &str,
    script: &str,
    arguments: &serde_json::Value,
) -> Result<Option<serde_json::Value>> {
    let Some((browser, _turn)) = browser_alone() else {
        return Ok(None);
    };
    let folder = tempfile::tempdir()?;
    let client = xtask::workspace::root().join("web/engine/module/index.js");
    std::fs::copy(client, folder.path().join("index.js"))?;
    std::fs::write(folder.path().join("worker.js"), worker)?;
    let server = StaticServer::start(folder.path(), 0)?;
    let session = Session::start(&browser, WebGpu::Absent)?;
    session.open(&format!("{}no-such-page", server.url()))?;
    let told = session.execute_async(script, arguments)?;
    ensure!(told["error"].is_null(), "{}", told["error"]);
    Ok(Some(told))
}

fn read(questions: &serde_json::Value) -> Result<Option<serde_json::Value>> {
    told(WORKER, ASK, &json!([questions]))
}

#[test]
fn pieces_are_what_people_read_of_an_answer() -> Result<()> {
    let says = |tokens: &[&str], answer: &str| {
        let tokens = tokens
            .iter()
            .map(|text| json!({ "type": "token", "text": text }));
        let done = json!({ "type": "done", "answer": answer });
        tokens.chain([done]).collect::<Vec<_>>()
    };
    let questions = json!([
        says(
            &["Assi", "stant", ": ", "A kite", " # 1", ".\n", "##", "#"],
            "A kite # 1."
        ),
        says(&[" Assistant", " is a word. "], "Assistant is a word."),
        says(&["C", " #"], "C #"),
        says(&["Assistant:", " ###"], ""),
        says(&["\u{feff}é"], "\u{feff}é"),
    ]);
    let Some(read) = read(&questions)? else {
        return Ok(());
    };
    let pieces = json!([
        ["A kite", " # 1", "."],
        ["Assistant is a word."],
        ["C", " #"],
        [],
        ["\u{feff}é"],
    ]);
    assert_eq!(read, pieces);
    Ok(())
}

#[test]
fn a_failed_request_ends_itself_and_a_stopped_engine_all_of_them() -> Result<()> {
    let token = json!({ "type": "token", "text": "B" });
    let failed = json!({ "type": "failed", "error": "No.", "is_transient": true });
    let done = json!({ "type": "done", "answer": "B" });
    let stopped = json!({ "type": "stopped", "reason": "the graphics device was lost" });
    let questions = json!([[token, failed], [done], [token, stopped], [done]]);
    let Some(read) = read(&questions)? else {
        return Ok(());
    };
    let lost = "The engine stopped (the graphics device was lost); open it again.";
    let ends = json!([
        [["B"], "RequestError", true, "No."],
        ["B"],
        [["B"], "StoppedError", null, lost],
        [[], "StoppedError", null, lost],
    ]);
    assert_eq!(read, ends);
    Ok(())
}

/// Ends without a word, as one that a browser ends for want of memory, when it is asked something.
const MORTAL: &str = r#"
    onmessage = () => self.close();
    navigator.locks.request("of-this-worker", () => {
        postMessage({ type: "alive", lock: "of-this-worker" });
        postMessage({ type: "started" });
        return new Promise(() => {});
    });
"#;

#[test]
fn a_worker_that_ends_without_a_word_ends_what_waits_for_it() -> Result<()> {
    let ask = r#"
        const [done] = arguments;
        (async () => {
            const { RoiChat, StoppedError } = await import(new URL("index.js", document.baseURI));
            const chat = await RoiChat.start({ workerUrl: "worker.js" });
            return chat.listPackages().catch((error) => [error instanceof StoppedError, error.message]);
        })().then(done, (error) => done({ error: `${error.stack ?? error}` }));
    "#;
    let Some(told) = told(MORTAL, ask, &json!([]))? else {
        return Ok(());
    };
    let ended = "The engine stopped (its worker has ended); open it again.";
    assert_eq!(told, json!([true, ended]));
    Ok(())
}

/// Says in a model's name and description what it was to open.
const ECHO: &str = r#"
    onmessage = async ({ data: { url, folder } }) => {
        const files = await Promise.all((folder ?? []).map(async ([path, file]) => `${path}: ${await file.text()}`));
        postMessage({ type: "ready", id: url, about: files.join(), weight_bytes: 0 });
    };
    postMessage({ type: "program", bytes: 3, total: 7 });
    postMessage({ type: "started" });
"#;

#[test]
fn a_model_is_opened_by_its_address_or_in_a_folder_on_the_disk() -> Result<()> {
    let open = r#"
        const [done] = arguments;
        (async () => {
            const { RoiChat } = await import(new URL("index.js", document.baseURI));
            const folder = [["manifest.json", new File(["{}"], "manifest.json")], ["chunks/00", new File(["0"], "00")]];
            const told = [];
            const onProgress = ({ type, bytes, total }) => told.push(type, bytes, total);
            const chat = await RoiChat.open({ model: "mine", folder, workerUrl: "worker.js", onProgress });
            const inFolder = [chat.model.id, chat.model.about];
            await chat.openModel("here/");
            return [told, inFolder, new URL("here/", document.baseURI).href === chat.model.id, chat.model.about];
        })().then(done, (error) => done({ error: `${error.stack ?? error}` }));
    "#;
    let Some(told) = told(ECHO, open, &json!([]))? else {
        return Ok(());
    };
    let in_folder = ["mine", "manifest.json: {},chunks/00: 0"];
    assert_eq!(told, json!([["program", 3, 7], in_folder, true, ""]));
    Ok(())
}
