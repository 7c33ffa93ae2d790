//! The engine's worker in the browser without the page around it, for what the page does not show.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use xtask::setup::Browser;

use crate::golden::Case;
use crate::site::{Site, TEST_MODEL};
use crate::webdriver::{Session, WebGpu};

/// The worker's script on the built page.
const SCRIPT: &str = "roichat-worker_loader.js";

/// Starts the worker and waits until it listens.
const START: &str = r#"
    const [script, done] = arguments;
    const worker = new Worker(new URL(script, location.origin), { type: "module" });
    const engine = { worker, ended: null, events: [] };
    window.engine = engine;
    worker.onerror = (error) => done({ type: "failed", error: error.message || "the worker did not start" });
    worker.onmessage = ({ data }) => {
        if (data.type === "started") return done(data);
        engine.events.push(data);
        if (["ready", "image_ready", "done", "kernels_checked", "failed"].includes(data.type)) engine.ended?.(data);
    };
"#;

/// Sends one request and waits for the event that ends it. Bytes travel as numbers.
const REQUEST: &str = r#"
    const [request, done] = arguments;
    if (request.bytes) request.bytes = Uint8Array.from(request.bytes);
    engine.ended = (event) => { engine.ended = null; done(event); };
    engine.worker.onerror = (error) => done({ type: "failed", error: error.message || "the worker died" });
    engine.worker.postMessage(request);
"#;

/// What the worker says on the channel `told` when it is asked on the channel `test`.
const TOLD: &str = r#"
    const [done] = arguments;
    const told = new BroadcastChannel("told");
    told.onmessage = ({ data }) => {
        told.close();
        done(data);
    };
    new BroadcastChannel("test").postMessage(null);
"#;

/// A worker on a document of its own.
#[derive(Debug)]
pub struct Engine {
    session: Session,
}

impl Engine {
    /// Starts the worker of the built page.
    ///
    /// # Errors
    /// The browser or the worker does not start.
    pub fn start(browser: &Browser, site: &Site) -> Result<Self> {
        let session = Session::start(browser, WebGpu::Software)?;
        // A document of the right origin that runs nothing itself.
        session.open(&format!("{}no-such-page", site.url()))?;
        let engine = Self { session };
        let event = engine.session.execute_async(START, &json!([SCRIPT]))?;
        engine.expect(event, "started")?;
        Ok(engine)
    }

    /// Loads the package beside the page.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn load_model(&self, site: &Site) -> Result<Value> {
        self.load(site, TEST_MODEL)
    }

    /// Loads the package in this folder beside the page.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn load(&self, site: &Site, folder: &str) -> Result<Value> {
        self.request(
            &json!({ "type": "open", "url": format!("{}{folder}/", site.url()) }),
            "ready",
        )
    }

    /// What a worker that was prepared for it tells of itself.
    ///
    /// # Errors
    /// It does not tell.
    pub fn told(&self) -> Result<Value> {
        self.session.execute_async(TOLD, &json!([]))
    }

    /// Makes the picture of a recorded case the current one.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn set_picture(&self, case: &Case) -> Result<Value> {
        let bytes = std::fs::read(case.picture())?;
        self.request(
            &json!({ "type": "set_picture", "bytes": bytes }),
            "image_ready",
        )
    }

    /// Greedy answer of `max_new_tokens` tokens to the last of `turns`, each a question and maybe its answer.
    ///
    /// # Errors
    /// The engine refuses the question.
    pub fn ask(&self, boxes: &[[f64; 4]], turns: &Value, max_new_tokens: u32) -> Result<Value> {
        let options =
            json!({ "max_new_tokens": max_new_tokens, "temperature": 0.0, "ignore_stop": true });
        self.request(
            &json!({ "type": "ask", "boxes": boxes, "turns": turns, "options": options }),
            "done",
        )
    }

    /// Sends a request; the event that ends it, which must be of type `ending`.
    ///
    /// # Errors
    /// It ends otherwise.
    pub fn request(&self, request: &Value, ending: &str) -> Result<Value> {
        let event = self.session.execute_async(REQUEST, &json!([request]))?;
        self.expect(event, ending)
    }

    fn expect(&self, event: Value, ending: &str) -> Result<Value> {
        if event["type"] != ending {
            let error = event["error"].as_str().context("an error")?;
            bail!(
                "instead of {ending}: {error}\nconsole: {}",
                self.session.console()
            );
        }
        Ok(event)
    }
}
