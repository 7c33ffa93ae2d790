//! What a visitor of the page can rely on.

mod answers;
mod errors;
mod kernels;

use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use xtask::setup::Browser;

use crate::site;

/// One browser at a time: a software adapter takes every core there is.
static TURN: Mutex<()> = Mutex::new(());

/// The browser, when there is one and a page to show in it; else says so and the test ends.
///
/// # Panics
/// There is none, but `ROI_REQUIRE_BROWSER=1`.
fn browser() -> Option<(Browser, MutexGuard<'static, ()>)> {
    let missing = match (Browser::find(), site::find_dist()) {
        (Some(browser), Some(_)) => {
            // A test that failed while it held the lock has no say in the others.
            return Some((browser, TURN.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        (None, _) => "no Chromium with a driver of its version",
        (_, None) => "the page has not been built",
    };
    assert!(
        std::env::var_os("ROI_REQUIRE_BROWSER").is_none_or(|value| value != "1"),
        "{missing}"
    );
    // Not by a macro: the harness would keep it to itself.
    let line = format!("SKIP browser test: {missing}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr takes a line");
    None
}
