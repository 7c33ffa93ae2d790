//! What a person asked is answered, offered again or given up by themselves, whatever comes between; before a worker that answers
//! when a test says so.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::browser;
use super::conversations::{WATCH_DOWNLOADS, handed_over_text, press_in_menu};
use crate::golden::Case;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::{WebGpu, key};

/// Ends requests as an engine would, but answers with what the channel `test` brings, or stops for the reason that it brings.
/// What it is asked goes the other way, on the channel `asked`.
const WORKER: &str = r#"
    const answered = (text, finish_reason) => ({
      type: "done", text, answer: text, token_ids: [1], prompt_token_ids: [], finish_reason, turns_dropped: 0,
      device: "gpu: stand-in", timings_ms: { load: 0, image: 1, regions: 1, prefill: 1, decode: 1 }, tokens_per_second: 9,
      share_of_copy: 0, counters: { pictures_encoded: 0, regions_encoded: 0, tokens_prefilled: 9, tokens_reused: 9 },
      peak_gpu_bytes: 0,
    });
    const events = {
      open: [{ type: "device", kind: "gpu", name: "stand-in", limits: null, kernels: "" },
        { type: "ready", id: "stand-in", about: "", weight_bytes: 0 }],
      set_picture: [{ type: "image_ready", size: SIZE }],
      list_packages: [{ type: "packages", packages: [] }],
      check_kernels: [{ type: "kernels_checked", cases: 1, groups: 1, of: 1 }],
    };
    const asked = new BroadcastChannel("asked");
    let isAsked = false;
    onmessage = ({ data }) => {
      if (data.type === "ask") {
        isAsked = true;
        asked.postMessage({ question: data.turns.at(-1).question, seed: data.options.seed });
      } else if (data.type === "cancel") {
        if (isAsked) postMessage(answered("", "cancelled"));
        isAsked = false;
      } else {
        for (const event of events[data.type]) postMessage(event);
      }
    };
    new BroadcastChannel("test").onmessage = ({ data }) => {
      if (data.stop) return postMessage({ type: "stopped", reason: data.stop });
      isAsked = false;
      postMessage({ type: "token", text: data.answer });
      postMessage(answered(data.answer, "stop"));
    };
    postMessage({ type: "started" });
"#;

/// The page with a picture and its boxes before the stand-in.
pub(super) struct Stage {
    pub(super) page: Page,
    pub(super) address: String,
    _site: Site,
}

impl Stage {
    pub(super) fn set(browser: &xtask::setup::Browser, case: &Case) -> Result<Self> {
        let [width, height] = case.size_px.map(|pixels| pixels as u64);
        let size = json!({ "width": width, "height": height }).to_string();
        let site = Site::with_worker(&WORKER.replace("SIZE", &size))?;
        let address = site.url();
        let page = Page::open_with(browser, &address, WebGpu::Absent)?;
        page.wait_ready()?;
        page.set_scene(case)?;
        let stage = Self {
            page,
            address,
            _site: site,
        };
        stage.listen()?;
        Ok(stage)
    }

    /// The same once "What is <region1>?" has been asked and answered: "A kite."
    pub(super) fn with_an_answer(browser: &xtask::setup::Browser, case: &Case) -> Result<Self> {
        let stage = Self::set(browser, case)?;
        stage.page.send_question("What is <region1>?")?;
        stage.wait_asked(1)?;
        stage.answer("A kite.")?;
        stage.wait_answers(&["A kite."])?;
        Ok(stage)
    }

    /// Notes what the worker is asked from now on.
    pub(super) fn listen(&self) -> Result<()> {
        let listen = "window.asked = [];
            new BroadcastChannel('asked').onmessage = ({ data }) => window.asked.push(data);";
        self.page.session().execute(listen, &json!([]))?;
        Ok(())
    }

    /// Waits until the worker has been asked so many questions since it was listened to; the last of them.
    pub(super) fn wait_asked(&self, count: usize) -> Result<Value> {
        self.page.wait_for("a question at the worker", || {
            let asked = self
                .page
                .session()
                .execute("return window.asked;", &json!([]))?;
            let asked = asked.as_array().context("a list")?;
            Ok((asked.len() == count).then(|| asked[count - 1].clone()))
        })
    }

    fn tell(&self, message: &Value) -> Result<()> {
        let tell = "new BroadcastChannel('test').postMessage(arguments[0]);";
        self.page.session().execute(tell, &json!([message]))?;
        Ok(())
    }

    pub(super) fn answer(&self, text: &str) -> Result<()> {
        self.tell(&json!({ "answer": text }))
    }

    /// Stops the engine, which the page starts again.
    pub(super) fn stop_engine(&self) -> Result<()> {
        self.tell(&json!({ "stop": "a test stops it" }))?;
        self.page
            .wait_for("the word that it was started again", || {
                Ok(self.page.texts("notice")?.into_iter().next())
            })?;
        self.page.wait_ready()
    }

    /// Waits until these are the answers.
    pub(super) fn wait_answers(&self, wanted: &[&str]) -> Result<()> {
        let found = self.page.wait_for("the answers", || {
            let answers = self.page.answers()?;
            Ok((answers == wanted).then_some(()))
        });
        found.with_context(|| format!("{wanted:?}, not {:?}", self.page.answers()))?;
        self.page.wait_ready()
    }
}

#[test]
fn an_interrupted_question_waits_beside_what_is_being_typed() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::with_an_answer(&browser, &case)?;
    let page = &stage.page;

    page.send_question("And <region2>?")?;
    stage.wait_asked(2)?;
    page.type_into("question", "a draft")?;
    stage.stop_engine()?;
    ensure!(page.error()?.is_none(), "{:?}", page.error()?);
    assert_eq!(page.answers()?, ["A kite."]);
    assert_eq!(page.field("question")?, "a draft");
    assert_eq!(page.texts("set-aside-question")?, ["And <region2>?"]);

    page.click("ask-set-aside")?;
    assert_eq!(stage.wait_asked(3)?["question"], "And <region2>?");
    stage.answer("The sea.")?;
    stage.wait_answers(&["A kite.", "The sea."])?;
    assert!(page.texts("set-aside-question")?.is_empty());
    assert_eq!(page.field("question")?, "a draft");
    Ok(())
}

#[test]
fn what_waits_for_an_answer_is_there_after_a_reload() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::set(&browser, &case)?;
    let page = &stage.page;
    page.type_into("question", "What is <region1>?")?;
    page.click("ask-every-region")?;
    stage.wait_asked(1)?;
    page.type_into("question", "a draft")?;
    // What is typed is kept in pauses, and at the latest when the page goes.
    page.session().open(&stage.address)?;
    page.wait_ready()?;
    page.wait_for("the questions", || {
        let waiting = page.texts("set-aside-question")?;
        Ok((waiting == ["What is <region1>?", "What is <region2>?"]).then_some(()))
    })?;
    assert_eq!(page.field("question")?, "a draft");

    stage.listen()?;
    page.click("ask-all-set-aside")?;
    for (count, answer) in [(1, "A kite."), (2, "The sea.")] {
        stage.wait_asked(count)?;
        stage.answer(answer)?;
    }
    stage.wait_answers(&["A kite.", "The sea."])?;
    assert!(page.texts("set-aside-question")?.is_empty());
    Ok(())
}

#[test]
fn an_answer_stays_until_there_is_another() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::set(&browser, &case)?;
    let page = &stage.page;
    page.send_question("What is <region1>?")?;
    let first = stage.wait_asked(1)?["seed"].as_u64().context("a seed")?;
    stage.answer("A kite.")?;
    stage.wait_answers(&["A kite."])?;

    // Nothing comes of it: once for a fault, once since it is stopped at once.
    page.click("ask-again")?;
    assert_eq!(stage.wait_asked(2)?["seed"], first + 1);
    stage.stop_engine()?;
    assert_eq!(page.answers()?, ["A kite."]);
    assert_eq!(page.field("question")?, "");
    page.click("ask-again")?;
    stage.wait_asked(3)?;
    // Also in a file.
    page.session().execute(WATCH_DOWNLOADS, &json!([]))?;
    press_in_menu(page, "export-json")?;
    let saved: Value = serde_json::from_str(&handed_over_text(page)?)?;
    assert_eq!(saved["turns"][0]["answer"]["text"], "A kite.");
    page.click("stop")?;
    stage.wait_answers(&["A kite."])?;
    // The conversation speaks of it all the same.
    page.click("box-1-delete")?;
    page.wait_for("the word that the box stays", || page.error())?;
    assert_eq!(page.box_corners(1)?, case.boxes_px[0]);

    // A reload comes between.
    page.click("ask-again")?;
    stage.wait_asked(4)?;
    page.session().open(&stage.address)?;
    stage.wait_answers(&["A kite."])?;
    assert_eq!(page.field("question")?, "");

    stage.listen()?;
    for (count, answer) in [(1, "A red kite."), (2, "A bird.")] {
        page.click("ask-again")?;
        assert_eq!(stage.wait_asked(count)?["seed"], first + count as u64);
        stage.answer(answer)?;
        stage.wait_answers(&[answer])?;
    }
    Ok(())
}

#[test]
fn a_question_that_is_being_changed_can_be_left_as_it_is() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::with_an_answer(&browser, &case)?;
    let page = &stage.page;
    page.type_into("question", "a draft")?;
    for leave in [
        |page: &Page| page.click("cancel-edit"),
        |page: &Page| page.session().press(None, &[key::ESCAPE]),
    ] {
        page.click("edit-question")?;
        page.wait_for("the question in the field", || {
            Ok((page.field("question")? == "What is <region1>?").then_some(()))
        })?;
        assert_eq!(page.answers()?, ["A kite."]);
        leave(page)?;
        page.wait_for("the draft in the field", || {
            Ok((page.field("question")? == "a draft").then_some(()))
        })?;
    }

    page.click("edit-question")?;
    page.send_question("What is <region2>?")?;
    assert_eq!(stage.wait_asked(2)?["question"], "What is <region2>?");
    stage.answer("The sea.")?;
    stage.wait_answers(&["The sea."])?;
    assert_eq!(page.field("question")?, "a draft");
    Ok(())
}

#[test]
fn regions_that_an_answer_names_are_lit_with_their_boxes() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::set(&browser, &case)?;
    let page = &stage.page;
    page.send_question("What is <region1>?")?;
    stage.wait_asked(1)?;
    let said = "<b>region2</b> is above <region1>.";
    stage.answer(said)?;
    stage.wait_answers(&[said])?;

    let session = page.session();
    let tags = session.find_all(".answer .tag")?;
    let mut said = Vec::new();
    for tag in &tags {
        said.push(session.text(tag)?);
    }
    assert_eq!(said, ["region2", "<region1>"]);
    let place = session.rect(&tags[0])?;
    let middle = (place.x + place.width / 2.0, place.y + place.height / 2.0);
    session.drag(middle, middle)?;
    for lit in [&tags[0], &page.part("region-chip-2")?] {
        let class = session.property(lit, "className")?;
        let class = class.as_str().context("a class")?;
        ensure!(class.split(' ').any(|name| name == "lit"), "{class}");
    }
    Ok(())
}

#[test]
fn a_picture_with_boxes_of_ones_own_can_be_gone_back_to() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::set(&browser, &case)?;
    let page = &stage.page;
    let other = Case::named("single")?;
    page.choose_picture(&other.picture())?;
    page.wait_for("the other picture, without boxes", || {
        Ok(page.parts("box-1")?.is_empty().then_some(()))
    })?;
    page.click("conversations")?;
    page.wait_for("two conversations", || {
        Ok(page.parts("conversation-2")?.into_iter().next())
    })?;
    page.click("conversation-2")?;
    page.wait_for("the boxes", || Ok(page.parts("box-2")?.into_iter().next()))?;
    for (number, corners) in (1..).zip(&case.boxes_px) {
        assert_eq!(page.box_corners(number)?, *corners);
    }
    Ok(())
}

#[test]
fn what_another_tab_asks_is_taken_over_and_not_written_over() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::with_an_answer(&browser, &case)?;
    let page = &stage.page;
    // Another document of the same site, such as another tab, goes on with the conversation.
    let go_on = "const frame = document.createElement('iframe');
        document.body.append(frame);
        const kept = frame.contentWindow.localStorage;
        const key = Object.keys(kept).find((key) => key.startsWith('roichat-conversation-'));
        const memory = JSON.parse(kept.getItem(key));
        const [first] = memory.exchanges;
        const answer = { ...first.answer, text: 'The sea.', answer: 'The sea.' };
        memory.exchanges.push({ ...first, question: 'And <region2>?', answer });
        memory.question = 'a draft';
        window.theirs = JSON.stringify(memory);
        kept.setItem(key, window.theirs);
        return key;";
    let key = page.session().execute(go_on, &json!([]))?;
    stage.wait_answers(&["A kite.", "The sea."])?;

    page.wait_for("their draft", || {
        Ok((page.field("question")? == "a draft").then_some(()))
    })?;
    // What was only taken over is not written back: the other tab may be in the middle of a change.
    std::thread::sleep(std::time::Duration::from_millis(600));
    let is_theirs = "return localStorage.getItem(arguments[0]) === window.theirs;";
    let is_theirs = page.session().execute(is_theirs, &json!([key]))?;
    assert_eq!(is_theirs, json!(true));

    // While an answer is awaited here, the two go apart.
    page.send_question("Where is <region1>?")?;
    stage.wait_asked(2)?;
    let go_on = "const kept = document.querySelector('iframe').contentWindow.localStorage;
        const memory = JSON.parse(kept.getItem(arguments[0]));
        memory.exchanges.pop();
        memory.exchanges[0].answer.text = 'A bird.';
        memory.exchanges[0].answer.answer = 'A bird.';
        kept.setItem(arguments[0], JSON.stringify(memory));";
    page.session().execute(go_on, &json!([key]))?;
    stage.answer("On the left.")?;
    stage.wait_answers(&["A kite.", "The sea.", "On the left."])?;
    let there = "const memory = JSON.parse(localStorage.getItem(arguments[0]));
        return memory.exchanges.map((turn) => turn.answer.text);";
    let there = page.session().execute(there, &json!([key]))?;
    assert_eq!(there, json!(["A bird.", "The sea."]));
    Ok(())
}
