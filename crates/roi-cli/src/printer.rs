//! An answer on its way to the terminal, without the role label in front and the mark behind it.

use std::io::{self, Write};

use roi_protocol::{Answer, shown_while_streaming};

#[cfg(test)]
mod tests;

/// Prints the pieces of one answer as they come.
pub(crate) struct AnswerPrinter<'a, W> {
    out: &'a mut W,
    text: String,
    /// Bytes of the shown text that are out.
    n_printed: usize,
    result: io::Result<()>,
}

impl<'a, W: Write> AnswerPrinter<'a, W> {
    pub(crate) fn new(out: &'a mut W) -> Self {
        Self {
            out,
            text: String::new(),
            n_printed: 0,
            result: Ok(()),
        }
    }

    /// Prints what is certain now; `false` when nobody reads it any more.
    pub(crate) fn push(&mut self, piece: &str) -> bool {
        self.text.push_str(piece);
        // What the answer is trimmed of must not be out before it is known that more follows.
        let shown = shown_while_streaming(&self.text).trim_start();
        let certain = shown.trim_end_matches(|c: char| c == '#' || c.is_whitespace());
        let new = certain.get(self.n_printed..).unwrap_or_default();
        self.n_printed += new.len();
        if self.result.is_ok() && !new.is_empty() {
            self.result = self
                .out
                .write_all(new.as_bytes())
                .and_then(|()| self.out.flush());
        }
        self.result.is_ok()
    }

    /// Prints the rest and ends the line.
    pub(crate) fn finish(self, answer: &Answer) -> io::Result<()> {
        self.result?;
        let rest = answer.answer.get(self.n_printed..).unwrap_or_default();
        writeln!(self.out, "{rest}")?;
        self.out.flush()
    }
}
