//! The built page in a real browser, moved by real mouse and keyboard events.
//!
//! [`webdriver`] speaks to the browser, [`site`] serves the page (or a damaged copy of it), [`page`]
//! knows its parts by their `data-testid`, [`engine`] is the worker behind it,
//! [`golden`] knows what the original answers.
//! The tests compare what a person reads with what the original model says.
//!
//! They need the page in `ROICHAT_DIST` (default: `dist` at the root) and Chromium with its driver.
//! Without them each test prints one SKIP line and passes, unless `ROI_REQUIRE_BROWSER=1`.

pub mod engine;
pub mod golden;
pub mod page;
pub mod site;
pub mod webdriver;

#[cfg(test)]
mod tests;
