//! What a device reports when nobody asks: it computes on, and what it computes is worth nothing.

use std::fmt::Display;

/// A fault of a device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceFault {
    /// It had no room for a buffer.
    #[error("out of memory")]
    OutOfMemory,
    /// Anything else, in the driver's or the browser's words: a kernel it does not take, a driver that failed, its end.
    #[error("{0}")]
    Other(String),
}

/// What an error of the device's says, on one line and without the trace of calls behind it.
pub fn said_on_one_line(error: &impl Display) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim);
    let said = lines.take_while(|line| !begins_trace(line));
    let said: Vec<_> = said
        .map(|line| line.strip_suffix("Caused by:").unwrap_or(line).trim())
        .filter(|line| !line.is_empty())
        .collect();
    said.join(": ")
}

/// Whether from this line on places in programs follow.
fn begins_trace(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_frame = after_number.len() < line.len() && after_number.starts_with(':');
    is_frame || line == "No backtrace available" || line.to_lowercase().ends_with("backtrace:")
}

#[cfg(test)]
mod tests {
    use super::said_on_one_line;

    #[test]
    fn of_a_cause_with_its_trace_the_cause_is_said() {
        let error = "An error happened during execution\nCaused by:\n  The device was lost\nBacktrace:\n   0: main\n  at x.rs";
        assert_eq!(
            said_on_one_line(&error),
            "An error happened during execution: The device was lost"
        );
        let error = "can't allocate buffer of size: 4\n   0: std::panic\n   1: main";
        assert_eq!(said_on_one_line(&error), "can't allocate buffer of size: 4");
    }

    #[test]
    fn a_sentence_stays_as_it_is() {
        for sentence in ["", "it is gone", "3 of 4 words came back: 1, 2"] {
            assert_eq!(said_on_one_line(&sentence), sentence);
        }
    }
}
