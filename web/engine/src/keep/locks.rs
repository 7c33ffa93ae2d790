//! Who may change what is kept, and when. There may be as many tabs as a person likes, each with a worker that opens packages.
//!
//! - A worker holds the lock of a package's address, alone, for as long as it opens, checks or drops that package. Another one that
//!   wants to open the same package waits, and says so; one that wants to check or drop it is refused, since questions to the model
//!   that is open would wait behind it; one that wants a different package goes on.
//! - The lock of all packages is held while files are changed and no longer, never during a download: together with others by those
//!   who add a chunk or a record, alone by those who remove. So a remover meets nothing unfinished that is not left over.
//! - A record names the chunks of the package that is complete and of the one that is arriving. It is written before its package's
//!   first chunk is, and before a worker looks which of its chunks are there already.
//! - A chunk is removed only where its bytes are wrong, or no record names it; who removes reads chunk and records after taking the
//!   lock. So none vanishes under a tab that is downloading its package, and none of a package that is complete, whichever package
//!   brought it.
//!
//! Locks are taken in this order: a package's, then that of all, then none. So no two workers wait for each other. Nor does a worker
//! wait for itself: what fetches a chunk takes none of these locks, since it rests while another chunk is being kept.

use roi_protocol::Event;

use crate::lock::{self, Held, Mode};
use crate::pause::pause;
use crate::post::post;

/// Of the lock of all packages.
const ALL: &str = "roichat-packages";

/// Who has just ended, or opened the package a moment ago, may not have given its lock back yet.
const TRIES: usize = 5;
const PAUSE_MS: i32 = 100;

/// Waits, and says so, while another worker has to do with the package of this address.
pub(super) async fn package(url: &str) -> Held {
    lock::hold(&of_package(url), Mode::Alone, || post(&Event::Waiting)).await
}

/// The same where waiting would keep others waiting: nothing while another worker has to do with that package.
pub(super) async fn package_unless_busy(url: &str) -> Option<Held> {
    for _ in 1..TRIES {
        if let Some(held) = lock::try_hold(&of_package(url), Mode::Alone).await {
            return Some(held);
        }
        pause(PAUSE_MS).await;
    }
    lock::try_hold(&of_package(url), Mode::Alone).await
}

fn of_package(url: &str) -> String {
    format!("roichat-package {url}")
}

/// Before something is added. `on_wait` is called if another worker is removing something.
pub(super) async fn adding(on_wait: impl FnOnce()) -> Held {
    lock::hold(ALL, Mode::Shared, on_wait).await
}

/// Before something is removed.
pub(super) async fn removing() -> Held {
    lock::hold(ALL, Mode::Alone, || {}).await
}
