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

fn read(questions: &serde_json::Value) -> Result<Option<serde_json::Value>> {
    let Some((browser, _turn)) = browser_alone() else {
        return Ok(None);
    };
    let folder = tempfile::tempdir()?;
    let client = xtask::workspace::root().join("web/engine/module/index.js");
    std::fs::copy(client, folder.path().join("index.js"))?;
    std::fs::write(folder.path().join("worker.js"), WORKER)?;
    let server = StaticServer::start(folder.path(), 0)?;
    let session = Session::start(&browser, WebGpu::Absent)?;
    session.open(&format!("{}no-such-page", server.url()))?;
    let read = session.execute_async(ASK, &json!([questions]))?;
    ensure!(read["error"].is_null(), "{}", read["error"]);
    Ok(Some(read))
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
