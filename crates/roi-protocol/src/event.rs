//! What the engine says back.

use roi_geom::PictureSize;
use serde::{Deserialize, Serialize};

/// One message from the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The worker holds the Web Lock of this name for as long as it lives: whoever gets that lock knows that the worker has ended,
    /// by whatever cause. The first message, from the script that loads the engine's program; it does not come where the browser
    /// gives out no locks.
    Alive {
        /// A name that no other worker has.
        lock: String,
    },
    /// The engine's own program is on its way, as [`Event::Loading`] is about a model. Sent a few times a second, before
    /// [`Event::Started`].
    Program {
        /// Bytes that have arrived.
        bytes: u64,
        /// Bytes of the whole program.
        total: u64,
    },
    /// The engine listens from now on; anything sent to its worker before would be lost.
    Started,
    /// The device that will do the work; sent before anything is fetched.
    Device(DeviceInfo),
    /// The package waits for another one that is being opened or dropped elsewhere, in another tab for instance.
    Waiting,
    /// The package has been found; its bytes are next. The model that was open, which an earlier failure leaves, is let go.
    Found {
        /// The package's model id.
        id: String,
        /// Bytes of the whole package.
        total_bytes: u64,
        /// Bytes of it that are kept here from an earlier time.
        kept_bytes: u64,
        /// How many more bytes can be kept, where that is known.
        free_bytes: Option<u64>,
    },
    /// The host's package cannot be used, and the one that was here as a whole before is opened in its place; what follows is about
    /// that one.
    Older {
        /// What is wrong with the host's, without a full stop.
        reason: String,
    },
    /// What the model needs of the device and what there is of it, before any of its chunks is fetched. A refusal for want of it
    /// comes behind.
    Preflight(Preflight),
    /// How fast this device can be expected to answer with the model, before its bytes are fetched.
    Expected {
        /// New tokens a second, from a short measurement of the device.
        tokens_per_second: f64,
    },
    /// The package is used, but no more of it is kept: the next time it comes from its host again.
    NotKept {
        /// Why.
        reason: String,
    },
    /// Progress of the package's bytes, verified ones only.
    Loading {
        /// Bytes that have arrived and passed their check.
        bytes: u64,
        /// Bytes of the whole package.
        total: u64,
    },
    /// Bytes of the package that have arrived and wait for the rest of their chunk, without which they cannot be checked; on top of
    /// those of [`Event::Loading`]. Sent a few times a second.
    Arriving {
        /// Bytes of all chunks under way.
        bytes: u64,
    },
    /// The picture that was sent while the package is still on its way has been encoded already, so that ending its `SetPicture`
    /// will take no time.
    PictureAhead {
        /// Its size, after its EXIF orientation.
        size: PictureSize,
    },
    /// Progress of the preparation of a GPU: shaders compiled, launches recorded.
    Compiling {
        /// Parts of the model that are ready.
        done: u32,
        /// Parts in all.
        total: u32,
    },
    /// The model can be asked.
    Ready(ModelInfo),
    /// The picture has been encoded.
    ImageReady {
        /// Its size, after its EXIF orientation.
        size: PictureSize,
    },
    /// The next piece of the answer.
    Token {
        /// Decoded text; a token that ends inside a character gives its text later.
        text: String,
    },
    /// The answer is complete.
    Done(Answer),
    /// Every kernel that was checked agreed with its twin.
    KernelsChecked {
        /// How many cases have passed.
        cases: u32,
        /// Groups of cases that have passed, with those before the first; the first of those that have not is the one to go on
        /// with.
        groups: u32,
        /// Groups in all.
        of: u32,
    },
    /// Progress of reading a kept package again.
    Verifying {
        /// The address it was opened from.
        url: String,
        /// Bytes that have been read.
        bytes: u64,
        /// Bytes of it that are kept.
        total: u64,
    },
    /// A kept package has been read again.
    Verified {
        /// The address it was opened from.
        url: String,
        /// How many chunks have been read.
        chunks: u32,
        /// How many of those were wrong and have been dropped.
        dropped: u32,
    },
    /// The packages that are kept, the most recently opened first.
    Packages {
        /// One for each address.
        packages: Vec<KeptPackage>,
    },
    /// The request failed; the engine is ready for the next one.
    Failed {
        /// One sentence: what happened and what to do.
        error: String,
        /// Whether the same request may succeed a little later without anyone changing anything, as when a host did not answer.
        #[serde(default)]
        is_transient: bool,
        /// What kind of failure it is, where something else follows from it than from others.
        #[serde(default)]
        kind: FailureKind,
    },
    /// The engine can do nothing more and has to be started anew: its device is gone, or its program has failed. Before all of
    /// [`Event::Program`] has arrived it is the program that could not be fetched.
    Stopped {
        /// Why, without a full stop.
        reason: String,
    },
}

/// The device an engine runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// `gpu` or `cpu`.
    pub kind: String,
    /// The adapter's name as the driver gives it.
    pub name: String,
    /// Its limits, if it is a GPU.
    pub limits: Option<DeviceLimits>,
    /// Names the kernels it will run, by their text: that those of one name have passed the check says nothing of others.
    pub kernels: String,
}

/// How much a GPU takes at once, by its adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLimits {
    /// Bytes of the largest buffer.
    pub max_buffer_bytes: u64,
    /// Bytes of the largest part of a buffer that a kernel is handed.
    pub max_binding_bytes: u64,
}

/// What a model needs of a device, about, and what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// Bytes of the device's memory for the weights.
    pub weight_bytes: u64,
    /// Bytes of it for a picture and the longest conversation.
    pub working_bytes: u64,
    /// Tokens of the longest conversation.
    pub max_positions: u32,
    /// How many of all those bytes could be had: all of them, where there is room; 0 where a limit is too low to try.
    pub available_bytes: u64,
    /// Bytes of the largest buffer, to be compared with the device's limits.
    pub largest_buffer_bytes: u64,
}

/// Kinds of failures that something follows from, or that a front end words in its own language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// Nothing but what the sentence says.
    #[default]
    Other,
    /// A kernel was checked and computes something else than it should: what this device answers cannot be trusted.
    Miscomputes,
    /// The device has or had too little memory.
    OutOfMemory,
    /// The model is too large for what the device takes at once.
    Limit,
    /// The browser offers no WebGPU here.
    NoWebGpu,
    /// There is WebGPU, and no adapter behind it that opens.
    NoAdapter,
    /// The adapter lacks a feature without which nothing runs.
    MissingFeature,
    /// The package's host did not answer, or with an error of its own.
    HostFailed,
    /// The package is not where it was asked for, or a part of it is not, or nothing can be fetched from there.
    PackageMissing,
    /// What came is no package of this format, or not as its manifest says.
    PackageDamaged,
    /// The question does not fit into the model's context.
    TooLong,
    /// Another worker of the same site is opening, checking or dropping the package.
    PackageBusy,
}

/// What a front end may want to know of the loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The package's model id.
    pub id: String,
    /// Sentence for people about what this model is, from the manifest.
    pub about: String,
    /// Bytes of weights held on the device.
    pub weight_bytes: u64,
}

/// A package that is kept where the engine runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptPackage {
    /// The address it was opened from.
    pub url: String,
    /// The package's model id.
    pub id: String,
    /// Bytes of the whole package.
    pub total_bytes: u64,
    /// Bytes of it that are kept.
    pub kept_bytes: u64,
    /// Whether it was once here as a whole, so that it can be opened without its host.
    pub is_complete: bool,
    /// When it was last opened as a whole, in milliseconds since 1970; 0 if never.
    pub opened_ms: f64,
}

/// A finished answer: what `ask --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The new tokens decoded, special tokens left out, before trimming.
    pub text: String,
    /// The same without `Assistant:` and `###`, trimmed.
    pub answer: String,
    /// The new tokens.
    pub token_ids: Vec<u32>,
    /// The prompt's tokens.
    pub prompt_token_ids: Vec<u32>,
    /// Why it ended.
    pub finish_reason: FinishReason,
    /// How many of the oldest turns were left out because the conversation had become too long.
    #[serde(default)]
    pub turns_dropped: usize,
    /// `gpu` or `cpu`, and the adapter's name.
    pub device: String,
    /// Where the time went.
    pub timings_ms: Timings,
    /// Decode speed, the first token left out; 0 when there was no second.
    pub tokens_per_second: f64,
    /// Share of the speed at which the device copies memory that decoding reached; 0 when there was no second token, or where that
    /// speed was not measured.
    #[serde(default)]
    pub share_of_copy: f64,
    /// What was computed and what was reused.
    pub counters: Counters,
    /// Largest amount of GPU memory in use so far; 0 on the CPU.
    pub peak_gpu_bytes: u64,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The text reached `###`.
    Stop,
    /// The model gave its end-of-sequence token.
    Eos,
    /// `max_new_tokens` or the model's last position was reached.
    Length,
    /// The user stopped it.
    Cancelled,
}

/// Milliseconds of each step of one answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Fetching and uploading the package.
    pub load: f64,
    /// Decoding and encoding the picture.
    pub image: f64,
    /// Pooling the regions.
    pub regions: f64,
    /// Reading the prompt, up to the first token.
    pub prefill: f64,
    /// All further tokens.
    pub decode: f64,
}

/// What one answer computed and what it found already done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Pictures through the vision tower.
    pub pictures_encoded: u32,
    /// Boxes through the region extractor.
    pub regions_encoded: u32,
    /// Prompt tokens through the decoder.
    pub tokens_prefilled: u32,
    /// Prompt tokens found in the KV cache.
    pub tokens_reused: u32,
}
