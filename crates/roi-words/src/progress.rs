//! What the page waits for, as it is told: the model on its way, and the check of the browser's sums.

/// How far loading has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing has been heard yet.
    Starting,
    /// The engine's own program is arriving.
    Program {
        /// Of it, so far.
        bytes: u64,
        /// Of the whole program.
        total: u64,
    },
    /// Another tab opens or drops a model.
    Waiting,
    /// The package is known; its bytes are next.
    Found {
        /// The model's name.
        id: String,
        /// Of the whole package.
        total_bytes: u64,
        /// So many of them are here already.
        kept_bytes: u64,
    },
    /// Bytes are arriving: so many have been checked, so many more wait for the rest of their chunk.
    Fetching {
        /// Checked.
        bytes: u64,
        /// Waiting.
        arriving_bytes: u64,
        /// Of the whole package.
        total: u64,
    },
    /// All bytes are there; the GPU's programs are being made.
    Compiling {
        /// Programs that are made.
        done: u32,
        /// All programs.
        total: u32,
    },
}

impl Progress {
    /// The same after `bytes` of the package have been found right. What has arrived altogether does not shrink by that.
    #[must_use]
    pub fn with_checked(&self, bytes: u64, total: u64) -> Self {
        let arriving_bytes = match self {
            Self::Fetching {
                bytes: checked,
                arriving_bytes,
                ..
            } => (checked + arriving_bytes).saturating_sub(bytes),
            _ => 0,
        };
        Self::Fetching {
            bytes,
            arriving_bytes,
            total,
        }
    }
}

/// What is known of the browser's sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelfTest {
    /// Nothing yet.
    Pending,
    /// Some groups of kernels have passed.
    Underway {
        /// Groups that have passed.
        groups: u32,
        /// All groups.
        of: u32,
    },
    /// All have.
    Passed,
    /// A kernel gave something else than its twin, or could not be run; the engine's words.
    Failed {
        /// What it gave and what it should have given, by the engine's words.
        difference: String,
    },
}
