//! What a front end asks of the engine.

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

/// One message to the engine.
///
/// Requests are worked off in the order they are sent. Each but [`Request::Cancel`] is ended by
/// exactly one event, so a front end knows which request an event belongs to by counting:
/// `Open` by `Ready`, `SetPicture` by `ImageReady`, `Ask` by `Done`, `CheckKernels` by
/// `KernelsChecked`, those about kept packages by `Packages`, and any of them by `Failed` instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Load the package whose `manifest.json` lies in this folder (a URL in the browser).
    ///
    /// A worker also takes a folder on the disk: as the property `folder` of the message, a `FileSystemDirectoryHandle` or a list
    /// of pairs of path and `File`. Then `url` is only a name for it.
    Open {
        /// Address of the folder, with or without a trailing slash.
        url: String,
    },
    /// Make this the picture that questions are about.
    SetPicture {
        /// The encoded file: PNG, JPEG or WebP.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Answer the last turn of a conversation.
    Ask {
        /// Box `k` of this list is region `k + 1`.
        boxes: Vec<BoxPx>,
        /// The whole conversation; every turn but the last has its answer.
        turns: Vec<Turn>,
        /// How to generate.
        options: GenerateOptions,
    },
    /// Stop the answer under way; what has been said stays said.
    Cancel,
    /// Run every kernel on this device against its plain-Rust twin, group by group. Where another request waits, the check ends
    /// early, and says how far it has come.
    CheckKernels {
        /// The group to begin with.
        #[serde(default)]
        first: u32,
    },
    /// Say which packages are kept where the engine runs.
    ListPackages,
    /// Drop the kept package of this address.
    RemovePackage {
        /// The address it was opened from.
        url: String,
    },
    /// Read every kept byte of the package of this address, and drop what is wrong.
    VerifyPackage {
        /// The address it was opened from.
        url: String,
    },
}

/// A question and, once it has been given, its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The user's words; `<regionK>` names box `K` of the list, counted from one.
    pub question: String,
    /// The answer, without `Assistant:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// How an answer is generated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerateOptions {
    /// At most this many new tokens.
    pub max_new_tokens: u32,
    /// 0 takes the likeliest token each time.
    pub temperature: f32,
    /// Sample among this many of the likeliest tokens, 64 at most; 0 means 64.
    pub top_k: u32,
    /// Sample among the likeliest tokens whose probabilities add up to this.
    pub top_p: f32,
    /// Seed of the sampler.
    pub seed: u64,
    /// Go on past `###` and the end-of-sequence token.
    pub ignore_stop: bool,
    /// The original's habits, all off by default.
    pub compat: Compat,
}

impl GenerateOptions {
    /// Largest seed, since a message of a browser carries no larger integer exactly.
    pub const MAX_SEED: u64 = (1 << 53) - 1;
}

impl Default for GenerateOptions {
    /// Greedy, 1024 tokens; the remaining values are the original demo's.
    fn default() -> Self {
        Self {
            max_new_tokens: 1024,
            temperature: 0.0,
            top_k: 50,
            top_p: 1.0,
            seed: 0,
            ignore_stop: false,
            compat: Compat::default(),
        }
    }
}

/// Habits of the original demo that a clean reading of its documentation would not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Compat {
    /// The k-th `<bbox>` of the conversation gets the k-th box, whatever number the text says.
    pub order_binding: bool,
    /// Boxes are rounded to f16 and scaled to the 224-pixel frame in f16.
    pub f16_boxes: bool,
    /// From the third turn on, earlier turns carry their headers twice, then three times.
    pub repeat_headers: bool,
}
