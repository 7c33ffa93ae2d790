//! The engine in a page that is not roichat's: the example as its author would serve it, and the module it stands on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use xtask::model::copy_folder;
use xtask::serve::{Hosting, StaticServer};

use super::browser;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::site::{self, QUICK_TEST_MODEL, TEST_MODEL};
use crate::webdriver::{Element, Session, WebGpu, key, wait_for};

/// Bounds a hang, on a busy machine with a software adapter.
const PATIENCE: Duration = Duration::from_secs(300);

/// The example about a recorded case, served as a site of its own.
struct Example {
    server: StaticServer,
    _folder: tempfile::TempDir,
}

impl Example {
    /// With the reference checkpoint as its model, and the case's picture and first box.
    fn about(case: &Case) -> Result<Self> {
        let example = Self::files_about(case)?;
        let model = example.path().join("model");
        std::fs::remove_dir_all(&model)?;
        copy_folder(&built_page()?.join(TEST_MODEL), &model)?;
        Self::serving(example, Hosting::default())
    }

    /// On a host whose policy, sent with every file, is as strict as it can be, with its model at an address on another host.
    fn with_model_elsewhere(case: &Case, model: &str) -> Result<Self> {
        let example = Self::files_about(case)?;
        std::fs::remove_dir_all(example.path().join("model"))?;
        let open = |model: &str| format!("model: \"{model}\"");
        replace(
            &example.path().join("embed.js"),
            &open("model/"),
            &open(model),
        )?;
        let policy = format!(
            "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
             connect-src 'self' {model}; img-src 'self'; style-src 'self'"
        );
        let hosting = Hosting {
            headers: vec![policy],
            ..Hosting::default()
        };
        Self::serving(example, hosting)
    }

    fn files_about(case: &Case) -> Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        let root = folder.path();
        xtask::embed::assemble(&built_page()?, root)?;
        std::fs::copy(case.picture(), root.join("picture.png"))?;

        let [width, height] = case.size_px;
        let [x1, y1, x2, y2] = case.boxes_px.first().context("a box")?;
        let sized = |width, height| format!(r#"width="{width}" height="{height}""#);
        let at = |x, y, size| format!(r#"x="{x}" y="{y}" {size}"#);
        let page = root.join("index.html");
        replace(&page, "0 0 224 224", &format!("0 0 {width} {height}"))?;
        replace(&page, &sized(224.0, 224.0), &sized(width, height))?;
        replace(
            &page,
            &at("15", "80", sized(55.0, 62.0)),
            &at(&x1.to_string(), &y1.to_string(), sized(x2 - x1, y2 - y1)),
        )?;
        let greedy = format!("{{ max_new_tokens: {ANSWER_TOKENS}, ignore_stop: true }}");
        replace(&root.join("embed.js"), "{ max_new_tokens: 200 }", &greedy)?;
        Ok(folder)
    }

    fn serving(folder: tempfile::TempDir, hosting: Hosting) -> Result<Self> {
        Ok(Self {
            server: StaticServer::start_as(folder.path(), hosting)?,
            _folder: folder,
        })
    }
}

fn built_page() -> Result<PathBuf> {
    site::find_dist().context("the page has not been built")
}

/// Replaces the one place where a file says `from`.
fn replace(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let n_places = text.matches(from).count();
    ensure!(
        n_places == 1,
        "{n_places} times {from:?} in {}",
        file.display()
    );
    Ok(std::fs::write(file, text.replace(from, to))?)
}

/// The part of the example with this `data-testid`.
fn part(session: &Session, test_id: &str) -> Result<Element> {
    session.find(&format!("[data-testid=\"{test_id}\"]"))
}

/// Waits until a question can be asked.
fn wait_ready(session: &Session) -> Result<()> {
    let probe = || {
        let is_busy = session.property(&part(session, "fields")?, "disabled")?;
        Ok((is_busy == json!(false)).then_some(()))
    };
    wait_for("the fields of the example", PATIENCE, probe).with_context(|| {
        let status = part(session, "status").and_then(|status| session.text(&status));
        format!(
            "status: {}\nconsole: {}",
            status.unwrap_or_default(),
            session.console()
        )
    })
}

#[test]
fn a_page_of_its_own_gets_the_originals_answer() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let turn = case.turns.first().context("a turn")?;
    let example = Example::about(&case)?;
    let session = Session::start(&browser, WebGpu::Software)?;
    session.open(&example.server.url())?;
    wait_ready(&session)?;
    let status = session.text(&part(&session, "status")?)?;
    assert!(status.contains("tiny-gpt4roi is ready"), "{status}");

    session.click(&part(&session, "question")?)?;
    session.press(Some(key::CONTROL), &["a"])?;
    let letters: Vec<String> = turn.question.chars().map(String::from).collect();
    let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
    session.press(None, &letters)?;
    session.click(&part(&session, "ask")?)?;
    wait_ready(&session)?;
    let answer = session.text(&part(&session, "answer")?)?;
    assert_eq!(answer, turn.greedy_text.trim());

    let console = session.console();
    assert!(!console.contains("Content Security Policy"), "{console}");
    Ok(())
}

#[test]
fn a_strict_host_runs_it_with_a_package_of_another_host_that_allows_that() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let package = built_page()?.join(QUICK_TEST_MODEL);
    let session = Session::start(&browser, WebGpu::Software)?;

    let closed = StaticServer::start(&package, 0)?;
    let example = Example::with_model_elsewhere(&case, &closed.url())?;
    session.open(&example.server.url())?;
    let said = wait_for("what keeps it from starting", PATIENCE, || {
        let said = session.text(&part(&session, "status")?)?;
        Ok(said.contains("manifest.json").then_some(said))
    })?;
    ensure!(said.contains(&closed.url()), "{said}");

    let hosting = Hosting {
        headers: vec!["Access-Control-Allow-Origin: *".into()],
        ..Hosting::default()
    };
    let open = StaticServer::start_as(&package, hosting)?;
    let example = Example::with_model_elsewhere(&case, &open.url())?;
    session.open(&example.server.url())?;
    wait_ready(&session)?;
    session.click(&part(&session, "ask")?)?;
    wait_ready(&session)?;
    let answer = session.text(&part(&session, "answer")?)?;
    ensure!(!answer.is_empty(), "nothing was answered");
    let console = session.console();
    ensure!(!console.contains("Content Security Policy"), "{console}");
    Ok(())
}

/// Calls the module as a page's script would, and tells what came of it.
const CALLS: &str = r#"
    const [question, box, maxNewTokens, done] = arguments;
    (async () => {
        const { RoiChat, RequestError, StoppedError } = await import(new URL("roichat/index.js", document.baseURI));
        const failure = async (call) => {
            try { await call(); } catch (error) {
                const kind = error instanceof RequestError ? "request" : error instanceof StoppedError ? "stopped" : error.name;
                return [kind, error.isTransient ?? null, error.message];
            }
            return null;
        };
        const greedy = { max_new_tokens: maxNewTokens, ignore_stop: true };
        const whole = async (pieces) => {
            const said = [];
            for (;;) {
                const next = await pieces.next();
                if (next.done) return { said, answer: next.value };
                said.push(next.value);
            }
        };
        const told = {};
        told.missing = await failure(() => RoiChat.open({ model: "no-such-model/" }));
        told.noPlace = await failure(() => RoiChat.open({ model: "javascript:alert(1)" }));
        const given_up = new AbortController();
        given_up.abort();
        told.givenUp = await failure(() => RoiChat.open({ model: "model/", signal: given_up.signal }));
        const opening = new AbortController();
        told.abandoned = await failure(() => RoiChat.open({
            model: "model/", signal: opening.signal, onProgress: ({ type }) => type === "found" && opening.abort(),
        }));
        told.noWorker = await failure(() => RoiChat.open({ model: "model/", workerUrl: "no-such-worker.js" }));

        const seen = new Set();
        const chat = await RoiChat.open({ model: "model/", onProgress: ({ type }) => seen.add(type) });
        // Others come only of slow hosts and busy tabs.
        told.progress = [...seen].filter((type) => ["device", "found", "loading", "compiling"].includes(type));
        told.model = chat.model.id;
        told.kind = chat.device.kind;
        told.noPicture = await failure(() => chat.ask(question, [box]).next());
        const file = await (await fetch("picture.png")).arrayBuffer();
        const size = await chat.setPicture(file);
        told.size = [size.width, size.height];
        told.bytesLeft = file.byteLength > 0;

        const { said, answer } = await whole(chat.ask(question, [box], greedy));
        told.nPieces = said.length;
        told.joined = said.join("") === answer.answer;
        told.answer = answer.answer;
        told.nTokens = answer.token_ids.length;
        told.finish = answer.finish_reason;
        const again = await whole(chat.ask([{ question }], [box], { ...greedy, seed: undefined }));
        told.again = [again.answer.answer === answer.answer, again.answer.counters.regions_encoded];
        told.noRegion = await failure(() => chat.ask("What is <region7>?", [box]).next());
        told.noBox = await failure(() => chat.ask(question, ["none"]).next());

        const endless = { max_new_tokens: 1500, ignore_stop: true };
        for await (const _ of chat.ask(question, [box], endless)) break;
        const stopped = chat.ask(question, [box], endless);
        await stopped.next();
        const waiting = whole(chat.ask(question, [box], greedy));
        chat.cancel();
        told.cancelled = (await whole(stopped)).answer.finish_reason;
        told.waiting = (await waiting).answer.answer === answer.answer;

        const url = new URL("model/", document.baseURI).href;
        const mine = (packages) => packages.filter((kept) => kept.url === url).map((kept) => kept.is_complete);
        told.kept = mine(await chat.listPackages());
        told.verified = mine(await chat.verifyPackage("model/"));
        told.removed = mine(await chat.removePackage("model/"));

        const last = failure(() => chat.setPicture(new Uint8Array(file)));
        chat.close();
        told.closed = [(await last)[0], (await failure(() => chat.listPackages()))[0], chat.model];
        return told;
    })().then(done, (error) => done({ error: `${error.stack ?? error}` }));
"#;

#[test]
fn the_module_does_what_its_types_promise() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let turn = case.turns.first().context("a turn")?;
    let example = Example::about(&case)?;
    let session = Session::start(&browser, WebGpu::Software)?;
    // A document of the right origin that runs nothing itself.
    session.open(&format!("{}no-such-page", example.server.url()))?;
    let told = session.execute_async(
        CALLS,
        &json!([turn.question, case.boxes_px.first(), ANSWER_TOKENS]),
    )?;
    ensure!(
        told["error"].is_null(),
        "{}\nconsole: {}",
        told["error"],
        session.console()
    );
    let failed = |call: &str, kind: &str, words: &str| {
        let [found, transient, message] =
            [0, 1, 2].map(|place| told[call][place].as_str().unwrap_or_default());
        assert!(
            found == kind && message.contains(words),
            "{call}: {found} {transient} {message}"
        );
    };
    failed("missing", "request", "manifest.json");
    assert_eq!(told["missing"][1], json!(false));
    failed("noPlace", "request", "cannot be fetched");
    assert_eq!(told["noPlace"][1], json!(false));
    failed("givenUp", "AbortError", "");
    failed("abandoned", "AbortError", "");
    failed("noWorker", "stopped", "could not be loaded");
    failed("noPicture", "request", "picture");
    failed("noRegion", "request", "region7");
    failed("noBox", "request", "");

    let expected = json!({
        "progress": ["device", "found", "loading", "compiling"],
        "model": "tiny-gpt4roi",
        "kind": "gpu",
        "size": case.size_px.map(|pixels| pixels as u64),
        "bytesLeft": true,
        "joined": true,
        "answer": turn.greedy_text.trim(),
        "nTokens": ANSWER_TOKENS,
        "finish": "length",
        "again": [true, 0],
        "cancelled": "cancelled",
        "waiting": true,
        "kept": [true],
        "verified": [true],
        "removed": [],
        "closed": ["stopped", "stopped", Value::Null],
    });
    for (name, value) in expected.as_object().context("an object")? {
        assert_eq!(&told[name], value, "{name}");
    }
    let n_pieces = told["nPieces"].as_u64().context("a number of pieces")?;
    assert!(n_pieces > 1, "the answer came in one piece");
    Ok(())
}
