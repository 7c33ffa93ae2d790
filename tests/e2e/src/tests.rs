//! What a visitor of the page can rely on.

mod answers;
mod arriving;
mod behind;
mod box_keys;
mod boxes;
mod browser;
mod caches;
mod client;
mod conversations;
mod device_memory;
mod embed;
mod errors;
mod faults;
mod focus;
mod interruptions;
mod keeping;
mod kernels;
mod language;
mod layout;
mod memory;
mod models;
mod next_visit;
mod offline;
mod scenes;
mod starting;
mod unsent;
mod versions;

use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use xtask::setup::Browser;

use crate::site;

/// One browser at a time: a software adapter takes every core there is.
static TURN: Mutex<()> = Mutex::new(());

/// The browser, when there is one and a built page to show in it; else says so and the test ends.
///
/// # Panics
/// One of them is missing, but `ROI_REQUIRE_BROWSER=1`.
fn browser() -> Option<(Browser, MutexGuard<'static, ()>)> {
    if site::find_dist().is_none() {
        skip("the page has not been built");
        return None;
    }
    browser_alone()
}

/// The browser for tests that bring their own page.
///
/// # Panics
/// As [`browser`].
fn browser_alone() -> Option<(Browser, MutexGuard<'static, ()>)> {
    let Some(browser) = Browser::find() else {
        skip("no Chromium with a driver of its version");
        return None;
    };
    // A test that failed while it held the lock has no say in the others.
    Some((browser, TURN.lock().unwrap_or_else(PoisonError::into_inner)))
}

fn skip(missing: &str) {
    let required = std::env::var_os("ROI_REQUIRE_BROWSER").is_some_and(|value| value == "1");
    assert!(!required, "{missing}");
    // Not by a macro: the harness would keep the line to itself.
    let line = format!("SKIP browser test: {missing}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr takes a line");
}
