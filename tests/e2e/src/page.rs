//! The page as a person uses it, its parts known by their `data-testid` alone.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use xtask::setup::Browser;

use crate::golden::{ANSWER_TOKENS, Case};
use crate::webdriver::{Element, Session, WebGpu, key, wait_for};

/// Software adapters compile shaders slowly and machines that run tests are busy; this only bounds a hang.
const PATIENCE: Duration = Duration::from_secs(300);

/// A browser window with the page in it.
#[derive(Debug)]
pub struct Page {
    session: Session,
}

impl Page {
    /// Opens the page in a new window.
    ///
    /// # Errors
    /// The browser does not start or the page cannot be reached.
    pub fn open(browser: &Browser, url: &str) -> Result<Self> {
        Self::open_with(browser, url, WebGpu::Software)
    }

    /// Opens the page at `url`, and shows it a case's picture and boxes; answers are the likeliest, as recorded.
    ///
    /// # Errors
    /// As [`Self::open`]; or the model does not arrive.
    pub fn ready_to_ask(browser: &Browser, url: &str, case: &Case) -> Result<Self> {
        let page = Self::open(browser, url)?;
        page.wait_ready()?;
        page.set_scene(case)?;
        page.set_greedy(ANSWER_TOKENS)?;
        Ok(page)
    }

    /// Opens the page in a new window of a browser that has WebGPU or has not.
    ///
    /// # Errors
    /// The browser does not start or the page cannot be reached.
    pub fn open_with(browser: &Browser, url: &str, gpu: WebGpu) -> Result<Self> {
        let session = Session::start(browser, gpu)?;
        session.open(url)?;
        Ok(Self { session })
    }

    /// The window, for what a person cannot do.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Waits until the page says that the model can be asked.
    ///
    /// # Errors
    /// It says something is wrong, or nothing for long.
    pub fn wait_ready(&self) -> Result<()> {
        self.wait_for("the status ready", || {
            if let Some(error) = self.error()? {
                anyhow::bail!("instead of being ready the page says: {error}");
            }
            // Right after loading there may be nothing on the page yet.
            Ok(self
                .status()
                .is_ok_and(|status| status == "ready")
                .then_some(()))
        })
    }

    /// Waits until the page shows an error; its sentence.
    ///
    /// # Errors
    /// It shows none for long.
    pub fn wait_error(&self) -> Result<String> {
        self.wait_for("an error on the page", || self.error())
    }

    /// What the page says it is doing: `loading`, `ready` or `answering`.
    ///
    /// # Errors
    /// The page says nothing.
    pub fn status(&self) -> Result<String> {
        self.texts("status")?
            .into_iter()
            .next()
            .context("the page says no status")
    }

    /// The name of the adapter as the page shows it.
    ///
    /// # Errors
    /// The page shows none.
    pub fn adapter(&self) -> Result<String> {
        Ok(self.session.text(&self.part("adapter")?)?.trim().to_owned())
    }

    /// The text of the first error shown.
    ///
    /// # Errors
    /// The window is gone.
    pub fn error(&self) -> Result<Option<String>> {
        let mut errors = self.texts("error")?.into_iter();
        Ok(errors.find(|text| !text.is_empty()))
    }

    /// Picks a picture with the file button and waits until boxes can be drawn on it.
    ///
    /// # Errors
    /// The page does not appear, or refuses the picture.
    pub fn choose_picture(&self, file: &Path) -> Result<()> {
        // Right after loading there may be nothing on the page yet.
        let button = self.wait_for("the button that opens a picture", || {
            Ok(self.parts("file")?.into_iter().next())
        })?;
        self.session.send_keys(&button, &file.to_string_lossy())?;
        self.wait_for("the picture on the canvas", || {
            let Some(canvas) = self.parts("canvas")?.into_iter().next() else {
                return Ok(None);
            };
            let rect = self.session.rect(&canvas)?;
            Ok((rect.width > 0.0 && rect.height > 0.0).then_some(()))
        })
    }

    /// Draws box `number` with the mouse, then corrects its coordinates to exactly `corners`.
    ///
    /// # Errors
    /// No box of that number comes of it.
    pub fn draw_box(&self, number: usize, corners: [f64; 4], size_px: [f64; 2]) -> Result<()> {
        // From the lower right corner: a drag that begins inside an earlier box would move that one.
        let [x1, y1, x2, y2] = corners;
        self.drag_on_picture([x2, y2, x1, y1], size_px)?;
        self.wait_for(&format!("box {number} in the list"), || {
            Ok(self.parts(&format!("box-{number}"))?.into_iter().next())
        })?;
        self.correct_box(number, corners)
    }

    /// Drags over the picture, all of which is seen, from the first corner to the second, both in pixels of the picture.
    ///
    /// # Errors
    /// There is no canvas.
    pub fn drag_on_picture(&self, corners: [f64; 4], size_px: [f64; 2]) -> Result<()> {
        let [x1, y1, x2, y2] = corners;
        let from = self.on_picture([x1, y1], size_px)?;
        let to = self.on_picture([x2, y2], size_px)?;
        self.session.drag(from, to)
    }

    /// Where in the window a point of the picture is, all of which is seen.
    ///
    /// # Errors
    /// There is no canvas.
    pub fn on_picture(&self, point_px: [f64; 2], size_px: [f64; 2]) -> Result<(f64, f64)> {
        let canvas = self.session.rect(&self.part("canvas")?)?;
        // A picture fills its canvas; a pixel inside the edge, the pointer is surely on it.
        let place = |value: f64, extent: f64, start: f64, length: f64| {
            (start + value / extent * length).clamp(start + 1.0, start + length - 1.0)
        };
        Ok((
            place(point_px[0], size_px[0], canvas.x, canvas.width),
            place(point_px[1], size_px[1], canvas.y, canvas.height),
        ))
    }

    /// Types the coordinates of box `number` into its fields.
    ///
    /// # Errors
    /// There is no such box, or a field does not take the value.
    pub fn correct_box(&self, number: usize, corners: [f64; 4]) -> Result<()> {
        for (name, value) in ["x1", "y1", "x2", "y2"].into_iter().zip(corners) {
            self.type_into(&format!("box-{number}-{name}"), &value.to_string())?;
        }
        for (name, value) in ["x1", "y1", "x2", "y2"].into_iter().zip(corners) {
            let shown = self.field(&format!("box-{number}-{name}"))?;
            ensure!(
                shown.parse() == Ok(value),
                "box {number}: {name} reads {shown}, not {value}"
            );
        }
        Ok(())
    }

    /// The coordinates that the list shows for box `number`.
    ///
    /// # Errors
    /// There is no such box.
    pub fn box_corners(&self, number: usize) -> Result<[f64; 4]> {
        let mut corners = [0.0; 4];
        for (name, corner) in ["x1", "y1", "x2", "y2"].into_iter().zip(&mut corners) {
            let shown = self.field(&format!("box-{number}-{name}"))?;
            *corner = shown
                .parse()
                .with_context(|| format!("box {number}: {name} reads {shown}"))?;
        }
        Ok(corners)
    }

    /// Puts the picture of a recorded case on the canvas and draws its boxes.
    ///
    /// # Errors
    /// As [`Self::choose_picture`] and [`Self::draw_box`].
    pub fn set_scene(&self, case: &Case) -> Result<()> {
        self.choose_picture(&case.picture())?;
        for (index, corners) in case.boxes_px.iter().enumerate() {
            self.draw_box(index + 1, *corners, case.size_px)?;
        }
        Ok(())
    }

    /// Replaces what a setting's field holds, which may be folded away.
    ///
    /// # Errors
    /// There is no such setting.
    pub fn type_into_setting(&self, test_id: &str, text: &str) -> Result<()> {
        self.show_settings()?;
        self.type_into(test_id, text)
    }

    /// Unfolds the list of kept models.
    ///
    /// # Errors
    /// The page has none.
    pub fn show_models(&self) -> Result<()> {
        let list = self.part("models")?.to_json();
        self.session
            .execute("arguments[0].open = true;", &json!([list]))
            .map(drop)
    }

    /// Sets what recorded answers were made with: greedy, `max_new_tokens` tokens, no early stop.
    ///
    /// # Errors
    /// A field is missing.
    pub fn set_greedy(&self, max_new_tokens: u32) -> Result<()> {
        self.show_settings()?;
        self.type_into("setting-temperature", "0")?;
        self.type_into("setting-max-new-tokens", &max_new_tokens.to_string())?;
        let ignore_stop = self.part("setting-ignore-stop")?;
        if self.session.property(&ignore_stop, "checked")? != json!(true) {
            self.session.click(&ignore_stop)?;
        }
        Ok(())
    }

    /// Types a question and sends it with Enter; returns the number of answers there were before.
    ///
    /// # Errors
    /// The question field is missing.
    pub fn send_question(&self, question: &str) -> Result<usize> {
        let n_before = self.parts("answer")?.len();
        self.type_into("question", question)?;
        self.session.click(&self.part("question")?)?;
        self.session.press(None, &[key::ENTER])?;
        Ok(n_before)
    }

    /// Asks and waits for the whole answer; its text.
    ///
    /// # Errors
    /// The page shows an error instead.
    pub fn ask(&self, question: &str) -> Result<String> {
        let n_before = self.send_question(question)?;
        self.wait_answer(n_before)
    }

    /// Waits until the answer after the first `n_before` is complete; its text.
    ///
    /// # Errors
    /// The page shows an error instead.
    pub fn wait_answer(&self, n_before: usize) -> Result<String> {
        self.wait_for("an answer", || {
            if let Some(error) = self.error()? {
                anyhow::bail!("instead of answering the page says: {error}");
            }
            let answers = self.answers()?;
            Ok(answers
                .into_iter()
                .nth(n_before)
                .filter(|text| !text.is_empty()))
        })?;
        self.wait_ready()?;
        self.answers()?
            .into_iter()
            .nth(n_before)
            .context("the answer went away")
    }

    /// The answers so far, in order.
    ///
    /// # Errors
    /// The window is gone.
    pub fn answers(&self) -> Result<Vec<String>> {
        self.texts("answer")
    }

    /// What the parts of the page with this id say, in order, all at one moment: the page may put others in their place.
    ///
    /// # Errors
    /// The page cannot be asked.
    pub fn texts(&self, test_id: &str) -> Result<Vec<String>> {
        let said = self.session.execute(
            "return Array.from(document.querySelectorAll(arguments[0]), (part) => part.textContent.trim());",
            &json!([of_test_id(test_id)]),
        )?;
        serde_json::from_value(said).context("texts of the page")
    }

    /// Clicks a part of the page.
    ///
    /// # Errors
    /// It is not there or not visible.
    pub fn click(&self, test_id: &str) -> Result<()> {
        self.session.click(&self.part(test_id)?)
    }

    /// Replaces what a field holds, by the keyboard.
    ///
    /// # Errors
    /// It is not there or not visible.
    pub fn type_into(&self, test_id: &str, text: &str) -> Result<()> {
        self.click(test_id)?;
        self.session.press(Some(key::CONTROL), &["a"])?;
        let letters: Vec<String> = text.chars().map(String::from).collect();
        self.session.press(
            None,
            &letters.iter().map(String::as_str).collect::<Vec<_>>(),
        )?;
        if test_id != "question" {
            // Leaving a field is what commits it.
            self.session.press(None, &[key::TAB])?;
        }
        Ok(())
    }

    /// What a field holds.
    ///
    /// # Errors
    /// It is not there.
    pub fn field(&self, test_id: &str) -> Result<String> {
        let value = self.session.property(&self.part(test_id)?, "value")?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// The part with this `data-testid`.
    ///
    /// # Errors
    /// There is none.
    pub fn part(&self, test_id: &str) -> Result<Element> {
        self.session.find(&of_test_id(test_id))
    }

    /// All parts with this `data-testid`, in order.
    ///
    /// # Errors
    /// The window is gone.
    pub fn parts(&self, test_id: &str) -> Result<Vec<Element>> {
        self.session.find_all(&of_test_id(test_id))
    }

    /// [`wait_for`] that, in vain, also tells what the page shows and has logged.
    ///
    /// # Errors
    /// As [`wait_for`].
    pub fn wait_for<T>(&self, what: &str, probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        wait_for(what, PATIENCE, probe).with_context(|| {
            let shown = self
                .session
                .execute("return document.body.innerText;", &json!([]))
                .unwrap_or_default();
            format!(
                "page: {}\nconsole: {}",
                shown.as_str().unwrap_or_default(),
                self.session.console()
            )
        })
    }

    /// The settings may be folded away.
    fn show_settings(&self) -> Result<()> {
        let field = self.part("setting-temperature")?;
        if self.session.rect(&field)?.height > 0.0 {
            return Ok(());
        }
        let summary = self.session.find("[data-testid=\"settings\"] summary")?;
        self.session.click(&summary)
    }
}

/// The selector of parts with this `data-testid`.
fn of_test_id(test_id: &str) -> String {
    format!("[data-testid=\"{test_id}\"]")
}
