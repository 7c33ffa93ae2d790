//! Whether this browser computes what it should: every kernel against its twin, in pauses, once for a browser and its adapter.

use std::time::Duration;

use leptos::prelude::*;
use roi_protocol::{DeviceInfo, Request};
use roi_words::SelfTest;
use serde::{Deserialize, Serialize};

use super::{EngineState, Session, Underway, storage};

/// How long nothing has been asked of the engine before it is checked. Checks step aside for requests, but a kernel under way
/// takes its time, and on a laptop its current.
const PAUSE: Duration = Duration::from_secs(10);
/// A device that fails so often in the middle of a check is left in peace.
const MOST_CUT_SHORT: u32 = 3;
/// Key of what was checked last; the number is the version of what the text means.
const KEY: &str = "roichat-self-test-1";

/// Where all kernels have passed. Another adapter or browser, and other kernels, may compute otherwise.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Passed {
    adapter: String,
    browser: String,
    engine: String,
}

impl Passed {
    fn on(device: &DeviceInfo) -> Self {
        Self {
            adapter: device.name.clone(),
            browser: window().navigator().user_agent().unwrap_or_default(),
            engine: device.kernels.clone(),
        }
    }
}

impl Session {
    /// What an earlier visit found out about this device.
    pub(super) fn recall_self_test(self, device: &DeviceInfo) {
        let is_known =
            storage::read(KEY).is_some_and(|passed: Passed| passed == Passed::on(device));
        if is_known {
            self.self_test.set(SelfTest::Passed);
        }
    }

    /// Goes on with the check, if it has not come to an end, when nothing was asked of the engine for a while.
    pub(super) fn test_when_idle(self) {
        if self.rest_of_test().is_none() {
            return;
        }
        let n_sent = self.n_sent.get_value();
        set_timeout(
            move || {
                let is_idle = self.n_sent.get_value() == n_sent
                    && self.underway.with_value(|requests| requests.is_empty())
                    && self.engine.get_untracked() == EngineState::Ready;
                if let (true, Some(first)) = (is_idle, self.rest_of_test()) {
                    let request = Request::CheckKernels { first };
                    self.send(request, Some(Underway::SelfTest));
                }
            },
            PAUSE,
        );
    }

    /// The check could not be finished, which says nothing of what the browser computes.
    pub(super) fn test_cut_short(self) {
        self.n_tests_cut_short.update_value(|n| *n += 1);
    }

    /// The group of kernels that the check goes on with, if it has not come to an end.
    fn rest_of_test(self) -> Option<u32> {
        if self.n_tests_cut_short.get_value() >= MOST_CUT_SHORT {
            return None;
        }
        match self.self_test.get_untracked() {
            SelfTest::Pending => Some(0),
            SelfTest::Underway { groups, .. } => Some(groups),
            SelfTest::Passed | SelfTest::Failed { .. } => None,
        }
    }

    /// So many groups of kernels have passed.
    pub(super) fn tested(self, groups: u32, of: u32) {
        if groups < of {
            return self.self_test.set(SelfTest::Underway { groups, of });
        }
        self.self_test.set(SelfTest::Passed);
        if let Some(device) = self.device.get_untracked() {
            // If it is not kept, the next visit checks again.
            storage::write(KEY, &Passed::on(&device)).ok();
        }
    }
}
