//! Conversations as things of their own: asked by a press, kept beside each other, handed on, and honest about boxes that moved.

use std::io::Write as _;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::browser;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

/// Remembers the files that the page hands to the browser from now on.
pub(super) const WATCH_DOWNLOADS: &str = "window.handedOver = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (file) => { window.handedOver.push(file); return make.call(URL, file); };";

/// What the transcript holds, questions included.
fn transcript(page: &Page) -> Result<String> {
    let log = page.session().find("[role=\"log\"]")?;
    page.session().text(&log)
}

/// Presses a button of the menu of conversations.
pub(super) fn press_in_menu(page: &Page, test_id: &str) -> Result<()> {
    page.click("conversations")?;
    page.click(test_id)
}

/// Waits until the conversation is this one answer. While another one gives way to it, elements go.
fn wait_shown(page: &Page, what: &str, answer: &str) -> Result<()> {
    page.wait_for(what, || {
        let shown = page.answers().unwrap_or_default();
        Ok((shown == [answer]).then_some(()))
    })
}

/// The last file handed to the browser, as a data URL.
fn handed_over(page: &Page) -> Result<String> {
    let script = "const done = arguments[0];
        const file = window.handedOver.at(-1);
        if (!file) done('');
        else {
            const reader = new FileReader();
            reader.onload = () => done(reader.result);
            reader.readAsDataURL(file);
        }";
    page.wait_for("a file", || {
        let url = page.session().execute_async(script, &json!([]))?;
        Ok(url
            .as_str()
            .filter(|url| !url.is_empty())
            .map(str::to_owned))
    })
}

/// The text of the file handed to the browser.
pub(super) fn handed_over_text(page: &Page) -> Result<String> {
    handed_over(page)?;
    let script = "window.handedOver.at(-1).text().then(arguments[0]);";
    let text = page.session().execute_async(script, &json!([]))?;
    Ok(text.as_str().context("a text")?.to_owned())
}

/// Gives the page a file to open as a conversation.
fn open_saved(page: &Page, text: &str) -> Result<()> {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile()?;
    file.write_all(text.as_bytes())?;
    let path = file.into_temp_path();
    page.session()
        .send_keys(&page.part("import-json")?, &path.to_string_lossy())?;
    // The page reads it after the driver has answered.
    path.keep()?;
    Ok(())
}

#[test]
fn an_answer_says_when_its_box_has_moved_since_and_forgets_it_when_it_is_back() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.ask("What is <region2>?")?;
    assert!(page.parts("moved-note")?.is_empty());

    let corners = *case.boxes_px.get(1).context("a second box")?;
    let [x1, y1, x2, y2] = corners;
    page.correct_box(2, [x1, y1, x2 - 7.0, y2])?;
    let note = page.wait_for("the note", || {
        Ok(page.parts("moved-note")?.into_iter().next())
    })?;
    assert_eq!(page.session().text(&note)?, "Region 2 has moved since.");

    page.correct_box(2, corners)?;
    page.wait_for("no note", || {
        Ok(page.parts("moved-note")?.is_empty().then_some(()))
    })
}

#[test]
fn what_was_asked_before_the_last_question_can_be_copied_unfolded_and_pointed_at() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let first = page.ask("What is <region1>?")?;
    page.ask("And <region2>?")?;
    assert_eq!(page.answers()?.len(), 2);
    // Only the last one can be asked again.
    assert_eq!(page.parts("ask-again")?.len(), 1);

    let session = page.session();
    let watch = "window.copied = [];
        navigator.clipboard.writeText = async (text) => { window.copied.push(text); };";
    session.execute(watch, &json!([]))?;
    session.click(page.parts("copy-answer")?.first().context("a button")?)?;
    let copied = session.execute("return window.copied;", &json!([]))?;
    assert_eq!(copied, json!([first.trim()]));

    // Unfolded, folded, and unfolded again.
    let details = page.part("answer-details")?;
    for _ in 0..3 {
        session.click(&session.find("[data-testid=answer-details] summary")?)?;
    }
    let told = session.text(&details)?;
    for part in ["encoded", &format!("{ANSWER_TOKENS} tokens")] {
        ensure!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(
        session.find_all("[data-testid=answer-details] dl")?.len(),
        1
    );

    let tag = session.find(".question-said .tag")?;
    // The conversation's end is in sight, not its beginning.
    session.execute("arguments[0].scrollIntoView();", &json!([tag.to_json()]))?;
    let place = session.rect(&tag)?;
    let middle = (place.x + place.width / 2.0, place.y + place.height / 2.0);
    session.drag(middle, middle)?;
    for lit in [tag, page.part("region-chip-1")?] {
        let class = session.property(&lit, "className")?;
        let class = class.as_str().context("a class")?;
        ensure!(class.split(' ').any(|name| name == "lit"), "{class}");
    }

    let corners = *case.boxes_px.first().context("a box")?;
    let [x1, y1, x2, y2] = corners;
    page.correct_box(1, [x1, y1, x2 - 7.0, y2])?;
    page.wait_for("one note", || {
        let notes = page.texts("moved-note")?;
        Ok((notes == ["Region 1 has moved since."]).then_some(()))
    })?;
    page.correct_box(1, corners)?;
    page.wait_for("no note", || {
        Ok(page.parts("moved-note")?.is_empty().then_some(()))
    })
}

#[test]
fn the_selected_region_is_asked_about_by_a_press_and_the_draft_stays() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.type_into("question", "a draft")?;
    // The box drawn last is the selected one.
    for (n_before, (button, question)) in [
        ("quick-describe", "Describe region2."),
        ("quick-why", "Why is region2 there?"),
        ("quick-compare", "Compare region2 with region1."),
    ]
    .into_iter()
    .enumerate()
    {
        page.click(button)?;
        page.wait_answer(n_before)?;
        let said = transcript(&page)?.replace(['<', '>'], "");
        ensure!(said.contains(question), "{said}");
    }
    assert_eq!(page.field("question")?, "a draft");
    Ok(())
}

#[test]
fn a_question_is_asked_of_every_region_and_stop_stops_them_all() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.type_into("question", "What is <region2>?")?;
    page.click("ask-every-region")?;
    page.wait_answer(case.boxes_px.len() - 1)?;
    assert_eq!(page.answers()?.len(), case.boxes_px.len());
    let said = transcript(&page)?;
    for number in 1..=case.boxes_px.len() {
        ensure!(
            said.contains(&format!("What is <region{number}>?")),
            "{said}"
        );
    }

    page.click("new-conversation")?;
    page.set_greedy(1500)?;
    page.type_into("question", "What is it?")?;
    page.click("ask-every-region")?;
    page.wait_for("the first words", || {
        let answers = page.answers()?;
        Ok(answers.into_iter().next().filter(|text| !text.is_empty()))
    })?;
    page.click("stop")?;
    page.wait_ready()?;
    assert_eq!(page.answers()?.len(), 1);
    Ok(())
}

#[test]
fn an_answer_tells_what_it_took() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.ask("What is <region1>?")?;
    let details = page.part("answer-details")?;
    page.session().click(&details)?;
    let told = page.session().text(&details)?;
    for part in ["encoded", "reused", &format!("{ANSWER_TOKENS} tokens")] {
        ensure!(told.contains(part), "{part}: {told}");
    }
    Ok(())
}

#[test]
fn conversations_are_kept_beside_each_other_deleted_and_brought_back() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let (first, second) = (Case::named("two_regions")?, Case::named("single")?);
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &first)?;
    let first_answer = page.ask("What is <region1>?")?;
    page.set_scene(&second)?;
    assert!(page.answers()?.is_empty());
    let second_answer = page.ask("Where is <region1>?")?;

    // The latest comes first in the list.
    press_in_menu(&page, "conversation-2")?;
    wait_shown(&page, "the first conversation", &first_answer)?;
    for (number, corners) in (1..).zip(&first.boxes_px) {
        assert_eq!(page.box_corners(number)?, *corners);
    }
    page.session().open(&site.with_quick_model())?;
    page.wait_ready()?;
    wait_shown(&page, "the same one after a reload", &first_answer)?;
    page.ask("And now?")?;

    press_in_menu(&page, "conversation-1")?;
    wait_shown(&page, "the second conversation", &second_answer)?;

    press_in_menu(&page, "delete-conversation")?;
    page.wait_for("an empty page", || {
        Ok(page.parts("canvas")?.is_empty().then_some(()))
    })?;
    assert!(page.parts("conversation-2")?.is_empty());
    page.click("undo-delete")?;
    page.wait_for("both in the list", || {
        Ok(page.parts("conversation-2")?.into_iter().next())
    })?;
    page.click("conversation-1")?;
    wait_shown(&page, "the one that was deleted", &second_answer)?;

    press_in_menu(&page, "clear-all")?;
    page.session().open(&site.with_quick_model())?;
    page.wait_ready()?;
    page.click("conversations")?;
    assert!(page.parts("conversation-1")?.is_empty());
    assert!(page.parts("canvas")?.is_empty());
    let left = "const done = arguments[0];
        caches.open('roichat-session').then((cache) => cache.keys()).then((keys) => done(keys.length));";
    assert_eq!(page.session().execute_async(left, &json!([]))?, json!(0));
    Ok(())
}

#[test]
fn a_moved_box_is_kept_without_a_reload_and_by_one() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let [x1, y1, x2, y2] = *case.boxes_px.first().context("a box")?;
    page.correct_box(1, [x1, y1, x2 - 3.0, y2])?;
    let kept = "const key = Object.keys(localStorage).find((key) => key.startsWith('roichat-conversation-1-'));
        return JSON.parse(localStorage[key]).picture.boxes[0][2];";
    page.wait_for("the box in the storage", || {
        let edge = page.session().execute(kept, &json!([]))?;
        Ok((edge.as_f64() == Some(x2 - 3.0)).then_some(()))
    })?;

    page.correct_box(1, [x1, y1, x2 - 5.0, y2])?;
    page.session().open(&site.with_quick_model())?;
    page.wait_for("the box after a reload", || {
        let corners = page.box_corners(1).unwrap_or_default();
        Ok((corners == [x1, y1, x2 - 5.0, y2]).then_some(()))
    })
}

#[test]
fn a_full_storage_is_said_and_keeps_nobody_from_asking() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.session().execute(
        "for (let length = 1 << 20; length >= 1; length >>= 1) {
             try { for (let i = 0; ; i++) localStorage['full-' + length + '-' + i] = 'x'.repeat(length); } catch {}
         }",
        &json!([]),
    )?;
    page.ask("What is <region1>?")?;
    let notice = page.session().text(&page.part("notice")?)?;
    ensure!(notice.contains("no room left"), "{notice}");
    page.ask("And <region2>?")?;
    Ok(())
}

#[test]
fn a_saved_conversation_opens_again_and_a_hostile_one_changes_nothing() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let answer = page.ask("What is <region1>?")?;
    page.session().execute(WATCH_DOWNLOADS, &json!([]))?;
    press_in_menu(&page, "export-json")?;
    let saved = handed_over_text(&page)?;
    let file: Value = serde_json::from_str(&saved)?;
    let boxes: Vec<[f64; 4]> = serde_json::from_value(file["picture"]["boxes"].clone())?;
    assert_eq!(boxes, case.boxes_px);
    assert_eq!(file["turns"][0]["question"], "What is <region1>?");

    let damage: [fn(&mut Value); 6] = [
        |file| file["format"] = "recipes".into(),
        |file| file["version"] = 1_000_000.into(),
        |file| file["picture"]["boxes"][0] = json!([0, 0, 0, 0]),
        |file| file["picture"]["data"] = "data:image/png;base64,AAAA".into(),
        |file| file["turns"][0]["question"] = "<region99>?".into(),
        |file| file["turns"] = "none".into(),
    ];
    for change in damage {
        let mut damaged = file.clone();
        change(&mut damaged);
        open_saved(&page, &damaged.to_string())?;
        let error = page.wait_error()?;
        ensure!(error.contains("was not opened"), "{error}");
        assert_eq!(page.answers()?, [answer.as_str()]);
        page.session().click(
            &page
                .session()
                .find("[aria-label=\"Dismiss this message\"]")?,
        )?;
    }
    // Not finite, which JSON can only say by being too large.
    open_saved(
        &page,
        &saved.replacen("\"boxes\":[[", "\"boxes\":[[1e999,0,5,5],[", 1),
    )?;
    ensure!(page.wait_error()?.contains("finite"));

    press_in_menu(&page, "clear-all")?;
    page.wait_for("an empty page", || {
        Ok(page.parts("canvas")?.is_empty().then_some(()))
    })?;
    open_saved(&page, &saved)?;
    wait_shown(&page, "the conversation", &answer)?;
    for (number, corners) in (1..).zip(&case.boxes_px) {
        assert_eq!(page.box_corners(number)?, *corners);
    }
    page.ask("And <region2>?")?;
    Ok(())
}

#[test]
fn a_conversation_is_saved_as_one_picture_sharper_than_its_own() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.ask("What is <region1>?")?;
    page.session().execute(WATCH_DOWNLOADS, &json!([]))?;
    press_in_menu(&page, "export-png")?;
    let url = handed_over(&page)?;
    ensure!(url.starts_with("data:image/png;base64,"));
    let script = "const done = arguments[1];
        const image = new Image();
        image.onload = () => done([image.naturalWidth, image.naturalHeight]);
        image.onerror = () => done(null);
        image.src = arguments[0];";
    let size_of = |url: &str| -> Result<[f64; 2]> {
        let size = page.session().execute_async(script, &json!([url]))?;
        serde_json::from_value(size).context("a size")
    };
    let [width, height] = size_of(&url)?;
    ensure!(
        width > 2.0 * case.size_px[0] && height > 2.0 * case.size_px[1],
        "{width} × {height}"
    );

    // What was said of another place has a line more that says so.
    let [x1, y1, x2, y2] = case.boxes_px[0];
    page.correct_box(1, [x1, y1, x2 - 2.0, y2 - 2.0])?;
    press_in_menu(&page, "export-png")?;
    let with_note = page.wait_for("another picture", || {
        Ok(Some(handed_over(&page)?).filter(|other| *other != url))
    })?;
    let [wide, high] = size_of(&with_note)?;
    ensure!(high / wide > height / width, "{wide} × {high}");
    Ok(())
}

#[test]
fn the_one_conversation_of_an_earlier_page_is_taken_over() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let answer = page.ask("What is <region1>?")?;
    // As it was kept when there was one conversation.
    let script = "const done = arguments[0];
        (async () => {
            const key = Object.keys(localStorage).find((key) => key.startsWith('roichat-conversation-1-'));
            const { picture, exchanges, question } = JSON.parse(localStorage[key]);
            const cache = await caches.open('roichat-session');
            const file = './session/picture-' + picture.number;
            const kept = await cache.match(file);
            const options = JSON.parse(localStorage['roichat-present-1']).options;
            window.addEventListener('pagehide', () => {
                localStorage.clear();
                sessionStorage.clear();
                localStorage['roichat-session-1'] = JSON.stringify({
                    picture: { name: picture.name, boxes: picture.boxes },
                    exchanges: exchanges.map(({ question, answer }) => ({ question, answer })),
                    question, options,
                });
            });
            await cache.put('./session/picture', kept);
            await cache.delete(file);
        })().then(() => done(true), (error) => done(String(error)));";
    assert_eq!(
        page.session().execute_async(script, &json!([]))?,
        json!(true)
    );

    page.session().open(&site.with_quick_model())?;
    page.wait_ready()?;
    wait_shown(&page, "the conversation", &answer)?;
    for (number, corners) in (1..).zip(&case.boxes_px) {
        assert_eq!(page.box_corners(number)?, *corners);
    }
    assert_eq!(page.field("setting-temperature")?, "0");
    page.click("conversations")?;
    assert_eq!(page.parts("delete-conversation")?.len(), 1);
    Ok(())
}
