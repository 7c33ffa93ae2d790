//! The table of steps, a CSV file that only grows while a run goes on.
//!
//! A run that was killed may have written rows of steps after its last checkpoint. They are cut off when it goes on, since
//! those steps are taken again.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::disk;

const HEADER: &str = "step,loss,learning_rate,gradient_norm,tokens,tokens_per_second";

/// One step in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepRecord {
    /// The step, counted from one.
    pub step: u64,
    /// Cross-entropy in nats a token, before the update.
    pub loss: f64,
    /// The update's learning rate.
    pub learning_rate: f64,
    /// Length of the gradient before clipping.
    pub gradient_norm: f64,
    /// Tokens of all conversations.
    pub tokens: u64,
    /// Tokens in each second of the step.
    pub tokens_per_second: f64,
}

/// The table's file, and its steps and losses.
#[derive(Debug)]
pub struct StepTable {
    path: PathBuf,
    file: File,
    losses: Vec<(u64, f64)>,
}

impl StepTable {
    /// Opens or makes the table and cuts it off behind step `last`.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is something else.
    pub fn open(path: &Path, last: u64) -> io::Result<Self> {
        let old = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        let mut lines = old.split_inclusive('\n');
        let header = lines.next().unwrap_or_default();
        if !header.is_empty() && header.trim_end() != HEADER {
            let problem = format!("{} is no table of steps", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let mut kept = format!("{HEADER}\n");
        let mut losses = Vec::new();
        // A killed run may have torn the last line.
        for line in lines.filter(|line| line.ends_with('\n')) {
            let mut cells = line.split(',');
            let mut next = || cells.next().map(str::trim_end);
            let step = next().and_then(|cell| cell.parse().ok());
            let loss = next().and_then(|cell| cell.parse().ok());
            if let Some((step, loss)) = step.zip(loss)
                && step <= last
            {
                kept.push_str(line);
                losses.push((step, loss));
            }
        }
        if kept != old {
            disk::replace(path, kept.as_bytes())?;
        }
        Ok(Self {
            path: path.to_owned(),
            file: File::options().append(true).open(path)?,
            losses,
        })
    }

    /// Appends a row in one write.
    ///
    /// # Errors
    /// What the system says.
    pub fn add(&mut self, record: &StepRecord) -> io::Result<()> {
        self.file.write_all(format!("{record}\n").as_bytes())?;
        self.losses.push((record.step, record.loss));
        Ok(())
    }

    /// Waits until the disk has all rows.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Steps and losses of all rows.
    #[must_use]
    pub fn losses(&self) -> &[(u64, f64)] {
        &self.losses
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A row. Numbers are written so that reading them gives the same ones.
impl fmt::Display for StepRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            step,
            loss,
            learning_rate,
            gradient_norm,
            tokens,
            tokens_per_second,
        } = self;
        write!(
            f,
            "{step},{loss},{learning_rate:e},{gradient_norm},{tokens},{tokens_per_second:.1}"
        )
    }
}
