//! Opening a model again by itself, after a failure that may pass.

use std::time::Duration;

use leptos::prelude::*;

use super::{EngineState, Session};

/// Seconds before the attempts that follow a failure; the last is repeated.
const PAUSES: [u64; 5] = [2, 4, 8, 15, 30];

/// A worker that ends so often before it has done anything would most likely go on doing so, and each time costs the device.
const MOST_ENDS: usize = 5;

/// Which attempt is awaited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Retry {
    n_failures: usize,
    /// How often the worker has ended since it last did something for a person.
    n_ends: usize,
    /// Told apart by number, so that an attempt a person made in the meantime replaces the one that waits.
    attempt: u64,
}

/// What becomes of a worker that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    Now,
    Later,
    Never,
}

impl Retry {
    pub(super) fn succeeded(&mut self) {
        *self = Self {
            n_failures: 0,
            n_ends: self.n_ends,
            attempt: self.attempt + 1,
        };
    }

    /// Something has come, so the next failure is a new one.
    pub(super) fn progressed(&mut self) {
        self.n_failures = 0;
    }

    /// A picture or a question has been dealt with.
    pub(super) fn proved(&mut self) {
        self.n_ends = 0;
    }

    /// The worker has ended. Says whether another one is worth starting, and when.
    pub(super) fn ended(&mut self) -> Restart {
        self.n_ends += 1;
        match self.n_ends {
            1 => Restart::Now,
            n if n < MOST_ENDS => Restart::Later,
            _ => Restart::Never,
        }
    }
}

impl Session {
    /// Opens the model again after a while, or as soon as the browser has a network again. Gives the pause in seconds.
    pub(super) fn open_again_later(self) -> u64 {
        let (seconds, attempt) = self
            .retry
            .try_update_value(|retry| {
                let seconds = PAUSES[retry.n_failures.min(PAUSES.len() - 1)];
                retry.n_failures += 1;
                retry.attempt += 1;
                (seconds, retry.attempt)
            })
            .unwrap_or_default();
        set_timeout(
            move || {
                if self.retry.with_value(|retry| retry.attempt == attempt) {
                    self.open_again();
                }
            },
            Duration::from_secs(seconds),
        );
        seconds
    }

    /// Opens the model again now, if it failed to load.
    pub(crate) fn open_again(self) {
        if self.engine.get_untracked() != EngineState::LoadingFailed {
            return;
        }
        if self.model_url.with_untracked(String::is_empty) {
            // The page's address named none that could be opened.
            self.open_model();
        } else if let Some(folder) = self.folder.get_value() {
            self.reopen_folder(folder);
        } else {
            self.reopen();
        }
    }
}
