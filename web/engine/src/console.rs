//! Panics and the libraries' complaints, made visible.

use std::cell::Cell;
use std::panic::PanicHookInfo;

use log::{LevelFilter, Log, Metadata, Record};

use roi_protocol::Event;

use crate::post::post;

thread_local! {
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Tells the page, after a panic and again whenever it asks for something more.
pub(crate) fn post_stopped(what: &str) {
    post(&Event::Stopped {
        reason: format!("a fault in this program{what}"),
    });
}

struct Console;

impl Log for Console {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        web_sys::console::error_1(&record.args().to_string().into());
    }

    fn flush(&self) {}
}

/// Sends warnings to the console and panics to the page.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(on_panic));
    // Only a second logger in the same module is refused, and there is none.
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

/// Whether the module has panicked: then nothing in it can be trusted any more.
pub(crate) fn has_panicked() -> bool {
    HAS_PANICKED.get()
}

fn on_panic(info: &PanicHookInfo<'_>) {
    let what = info.to_string();
    web_sys::console::error_1(&what.as_str().into());
    if !HAS_PANICKED.replace(true) {
        post_stopped(&format!(": {}", what.replace('\n', " ")));
    }
}
