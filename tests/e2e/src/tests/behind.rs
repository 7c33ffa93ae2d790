//! A tab that nobody looks at.

use anyhow::Result;
use serde_json::json;

use super::browser;
use crate::golden::Case;
use crate::page::Page;
use crate::site::Site;

#[test]
fn a_conversation_comes_back_in_a_tab_that_is_not_looked_at() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.set_scene(&case)?;
    page.type_into("question", "a draft")?;

    let another = json!({ "url": "about:blank" });
    page.session().command("Target.createTarget", &another)?;
    page.wait_for("the tab to be behind", || {
        let is_behind = page
            .session()
            .execute("return document.hidden;", &json!([]))?;
        Ok((is_behind == json!(true)).then_some(()))
    })?;
    page.session().open(&site.with_quick_model())?;
    page.wait_for("the draft", || {
        let typed = page.field("question").unwrap_or_default();
        Ok((typed == "a draft").then_some(()))
    })?;
    for (index, corners) in case.boxes_px.iter().enumerate() {
        assert_eq!(page.box_corners(index + 1)?, *corners);
    }
    Ok(())
}
