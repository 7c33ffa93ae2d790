//! As much of the WebDriver protocol as these tests need.
//!
//! The protocol is a handful of JSON requests, and the tests do one thing at a time: a blocking client of
//! this size saves the hundred crates of an asynchronous one.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use xtask::setup::Browser;

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A request that takes longer has hung: even a script that waits for a model ends sooner.
const REQUEST_LIMIT: Duration = Duration::from_secs(600);

/// Keys without a character of their own.
pub mod key {
    /// The Control key.
    pub const CONTROL: &str = "\u{e009}";
    /// The Delete key.
    pub const DELETE: &str = "\u{e017}";
    /// The Enter key.
    pub const ENTER: &str = "\u{e007}";
    /// The Escape key.
    pub const ESCAPE: &str = "\u{e00c}";
    /// The arrow to the right.
    pub const RIGHT: &str = "\u{e014}";
    /// The Tab key.
    pub const TAB: &str = "\u{e004}";
}

/// What makes Chromium offer WebGPU on a machine without a GPU.
const SOFTWARE_GPU: [&str; 3] = [
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
];

/// No window, and none of the browser's own traffic.
const BROWSER_ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-backgrounding-occluded-windows",
    "--window-size=1400,1000",
];

/// Whether the browser offers WebGPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebGpu {
    /// On a software adapter.
    Software,
    /// No adapter at all, as on a machine without a usable GPU.
    Absent,
}

/// One browser window and the driver that moves it; both end when this is dropped.
#[derive(Debug)]
pub struct Session {
    driver: Driver,
    id: String,
}

/// An element of the page.
#[derive(Clone, Debug)]
pub struct Element(String);

/// Where an element is on the screen, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downwards.
    pub height: f64,
}

impl Session {
    /// Starts the driver and a window with a profile of its own.
    ///
    /// # Errors
    /// Either does not start.
    pub fn start(browser: &Browser, gpu: WebGpu) -> Result<Self> {
        let driver = Driver::start(&browser.driver)?;
        let gpu_arguments: &[&str] = match gpu {
            WebGpu::Software => &SOFTWARE_GPU,
            WebGpu::Absent => &["--disable-gpu"],
        };
        let arguments: Vec<&str> = BROWSER_ARGUMENTS
            .iter()
            .chain(gpu_arguments)
            .copied()
            .collect();
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "timeouts": { "script": REQUEST_LIMIT.as_millis() as u64 },
            "goog:loggingPrefs": { "browser": "ALL" },
            // The page speaks the browser's language, and a browser otherwise that of the machine.
            "goog:chromeOptions": {
                "binary": browser.chrome, "args": arguments, "prefs": { "intl.accept_languages": "en-US,en" },
            },
        } } });
        let started = driver.post("/session", &capabilities)?;
        let id = started["sessionId"]
            .as_str()
            .context("the driver names no session")?
            .to_owned();
        Ok(Self { driver, id })
    }

    /// Goes to an address and waits until the document is loaded.
    ///
    /// # Errors
    /// It cannot be reached.
    pub fn open(&self, url: &str) -> Result<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// The elements that a CSS selector finds, in document order.
    ///
    /// # Errors
    /// The selector is malformed.
    pub fn find_all(&self, css: &str) -> Result<Vec<Element>> {
        let found = self.post(
            "/elements",
            &json!({ "using": "css selector", "value": css }),
        )?;
        let found = found.as_array().context("a list of elements")?;
        found.iter().map(Element::from_reply).collect()
    }

    /// The first element that a CSS selector finds.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, css: &str) -> Result<Element> {
        self.find_all(css)?
            .into_iter()
            .next()
            .with_context(|| format!("no element {css}"))
    }

    /// Scrolls to an element and clicks its middle with the mouse.
    ///
    /// # Errors
    /// It is not visible, or covered by another one.
    pub fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/click", element.0), &json!({}))
            .map(drop)
    }

    /// Types into an element; for a file input, `text` is the path of a file.
    ///
    /// # Errors
    /// It takes no input.
    pub fn send_keys(&self, element: &Element, text: &str) -> Result<()> {
        self.post(
            &format!("/element/{}/value", element.0),
            &json!({ "text": text }),
        )
        .map(drop)
    }

    /// All text inside an element as the document has it, shown or not.
    ///
    /// # Errors
    /// The element is gone.
    pub fn text(&self, element: &Element) -> Result<String> {
        let text = self.property(element, "textContent")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// A property of an element, such as `value` or `disabled`.
    ///
    /// # Errors
    /// The element is gone.
    pub fn property(&self, element: &Element, name: &str) -> Result<Value> {
        self.get(&format!("/element/{}/property/{name}", element.0))
    }

    /// Where an element is on the screen, after scrolling it into view.
    ///
    /// # Errors
    /// The element is gone.
    pub fn rect(&self, element: &Element) -> Result<Rect> {
        let script = "arguments[0].scrollIntoView({ block: 'nearest' }); \
                      const r = arguments[0].getBoundingClientRect(); return [r.x, r.y, r.width, r.height];";
        let sides: [f64; 4] =
            serde_json::from_value(self.execute(script, &json!([element.to_json()]))?)?;
        let [x, y, width, height] = sides;
        Ok(Rect {
            x,
            y,
            width,
            height,
        })
    }

    /// Presses the left button at `from`, moves to `to` in steps, and releases it; in CSS pixels of the window.
    ///
    /// # Errors
    /// A point lies outside the window.
    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let at = |t: f64| {
            let (x, y) = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            json!({ "type": "pointerMove", "duration": 20, "origin": "viewport", "x": x.round(), "y": y.round() })
        };
        let actions = json!([
            at(0.0), { "type": "pointerDown", "button": 0 }, at(0.25), at(0.6), at(1.0), { "type": "pointerUp", "button": 0 },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        self.post("/actions", &json!({ "actions": [mouse] }))
            .map(drop)
    }

    /// Like [`Self::drag`], with a key held from when the pointer is at `from` until the button is released.
    ///
    /// # Errors
    /// A point lies outside the window.
    pub fn drag_holding(&self, key: &str, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let at = |(x, y): (f64, f64)| json!({ "type": "pointerMove", "duration": 20, "origin": "viewport", "x": x.round(), "y": y.round() });
        let half = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        let pause = json!({ "type": "pause" });
        let hand = json!([
            at(from), pause, { "type": "pointerDown", "button": 0 }, at(half), at(to), { "type": "pointerUp", "button": 0 },
        ]);
        let other_hand = json!([
            pause, { "type": "keyDown", "value": key }, pause, pause, pause, pause, { "type": "keyUp", "value": key },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": hand });
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": other_hand });
        self.post("/actions", &json!({ "actions": [mouse, keyboard] }))
            .map(drop)
    }

    /// Presses and releases keys on whatever has the focus; `held` stays down meanwhile.
    ///
    /// # Errors
    /// The window is gone.
    pub fn press(&self, held: Option<&str>, keys: &[&str]) -> Result<()> {
        let down = |key: &str| json!({ "type": "keyDown", "value": key });
        let up = |key: &str| json!({ "type": "keyUp", "value": key });
        let mut actions: Vec<Value> = held.iter().map(|key| down(key)).collect();
        actions.extend(keys.iter().flat_map(|key| [down(key), up(key)]));
        actions.extend(held.iter().map(|key| up(key)));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [keyboard] }))
            .map(drop)
    }

    /// Runs a script as a function body with `arguments`; what it returns.
    ///
    /// # Errors
    /// It throws.
    pub fn execute(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.post(
            "/execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// Sends a command of Chromium's own protocol.
    ///
    /// # Errors
    /// The driver or the browser refuses it.
    pub fn command(&self, name: &str, parameters: &Value) -> Result<Value> {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": name, "params": parameters }),
        )
    }

    /// Like [`Self::execute`], but waits until the script calls its last argument, and returns what it passes.
    ///
    /// # Errors
    /// It throws, or never calls.
    pub fn execute_async(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.post(
            "/execute/async",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// What the page has written to the console since the last call, for failure messages.
    #[must_use]
    pub fn console(&self) -> String {
        let log = self
            .post("/se/log", &json!({ "type": "browser" }))
            .unwrap_or_default();
        let lines = log
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry["message"].as_str());
        lines.collect::<Vec<_>>().join("\n")
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.driver.get(&format!("/session/{}{path}", self.id))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.driver
            .post(&format!("/session/{}{path}", self.id), body)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Closes the browser; when that fails, the driver's end below does.
        drop(self.driver.delete(&format!("/session/{}", self.id)));
    }
}

impl Element {
    fn from_reply(reply: &Value) -> Result<Self> {
        let id = reply[ELEMENT]
            .as_str()
            .with_context(|| format!("not an element: {reply}"))?;
        Ok(Self(id.to_owned()))
    }

    /// The element as an argument of a script.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// A running chromedriver.
#[derive(Debug)]
struct Driver {
    process: Child,
    /// Where browser and driver put their profiles, some of which they forget.
    _files: tempfile::TempDir,
    agent: ureq::Agent,
    address: String,
}

impl Driver {
    fn start(program: &Path) -> Result<Self> {
        let files = tempfile::tempdir()?;
        let mut process = Command::new(program)
            .arg("--port=0")
            .env("TMPDIR", files.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let output = process.stdout.take().context("the driver's output")?;
        let mut lines = BufReader::new(output).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line));
        let port = port.context("the driver does not say on which port it listens")?;
        // Read on, or the driver would block on a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(REQUEST_LIMIT));
        let agent = config.build().into();
        Ok(Self {
            process,
            _files: files,
            agent,
            address: format!("http://127.0.0.1:{port}"),
        })
    }

    fn get(&self, path: &str) -> Result<Value> {
        let reply = self.agent.get(format!("{}{path}", self.address)).call();
        value_of(reply.with_context(|| format!("GET {path}"))?)
            .with_context(|| format!("GET {path}"))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let reply = self
            .agent
            .post(format!("{}{path}", self.address))
            .send_json(body);
        value_of(reply.with_context(|| format!("POST {path}"))?)
            .with_context(|| format!("POST {path} {body}"))
    }

    fn delete(&self, path: &str) -> Result<Value> {
        value_of(
            self.agent
                .delete(format!("{}{path}", self.address))
                .call()?,
        )
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// `ChromeDriver was started successfully on port 40313.`
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

/// Every reply is `{"value": …}`, errors `{"value": {"error", "message", …}}`.
fn value_of(mut reply: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let status = reply.status();
    // The default limit is meant for strangers; a log or a text of this page may be longer.
    let body: Value = reply
        .body_mut()
        .with_config()
        .limit(256 << 20)
        .read_json()?;
    let value = &body["value"];
    if !status.is_success() {
        let error = value["error"].as_str().unwrap_or("error");
        let message = value["message"].as_str().unwrap_or_default();
        bail!("{error}: {}", message.lines().next().unwrap_or_default());
    }
    Ok(value.clone())
}

/// Asks again and again until there is an answer.
///
/// # Errors
/// `limit` passes without one; `what` says what was waited for. Errors of `probe` are passed on.
pub fn wait_for<T>(
    what: &str,
    limit: Duration,
    mut probe: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = probe()? {
            return Ok(found);
        }
        if start.elapsed() > limit {
            bail!("waited {} s in vain for {what}", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
