//! What can go wrong, and what is worth knowing, as the parts of the page tell each other: plain data, worded for people where it
//! is shown (`english/trouble.rs` and its like).
//!
//! A `String` in it is what somebody else says: the engine a sentence in English, the browser a few words in its own language.
#![expect(
    missing_docs,
    reason = "the sentence for each stands in `english/trouble.rs`; only what that does not tell is told here"
)]

use roi_geom::PictureSize;
use roi_protocol::{FailureKind, SavedError, SeveralRegions};

/// Why something could not be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The engine ended before the model was there.
    EngineNotStarted {
        end: EngineEnd,
        /// Seconds until it is started again by itself.
        next_attempt: Option<u64>,
    },
    /// The engine was running; it is being started again.
    EngineStopped(EngineEnd),
    /// The engine refused something.
    Engine(EngineSaid),
    /// The engine could not open the model.
    ModelNotOpened {
        said: EngineSaid,
        /// Where the model was to come from, unless `said` tells it.
        url: Option<String>,
        /// Seconds until it is tried again by itself.
        next_attempt: Option<u64>,
    },
    /// What the page's address names as its model, or a person.
    NotAnAddress(String),
    FolderNotOpened(String),
    /// The browser wants to be asked before the page reads this folder again.
    FolderNotAllowed(String),
    /// The browser keeps dropped folders to itself.
    NoDroppedFolders,
    Picture(PictureTrouble),
    /// Browser and engine see different pictures.
    SizesDiffer {
        shown: PictureSize,
        read: PictureSize,
    },
    /// The conversation speaks of the region that was to be removed.
    RegionInUse(usize),
    /// A question that has not been asked names the region that was to be removed.
    RegionAwaited(usize),
    Question(QuestionTrouble),
    /// A question for every region names two.
    SeveralRegions(SeveralRegions),
    /// Another tab may have deleted it.
    ConversationGone,
    ConversationPictureGone,
    SavedNotOpened {
        file: String,
        why: SavedTrouble,
    },
    ConversationNotSaved(String),
    Poster(PosterTrouble),
}

/// What the engine says of a request that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSaid {
    pub sentence: String,
    /// By which other languages say the same.
    pub kind: FailureKind,
}

/// How the engine's worker ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineEnd {
    /// Nobody says why.
    WorkerEnded,
    /// It is of another version than the page.
    Misfit,
    /// Its program, at this address, did not arrive.
    NotLoaded(&'static str),
    Said(String),
}

/// Why a picture is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureTrouble {
    /// The file of a sample did not arrive.
    SampleNotFetched(&'static str),
    SceneNotDrawn(SceneTrouble),
    SceneNotShown(String),
    NotShown {
        name: String,
        said: String,
    },
    Empty {
        name: String,
    },
    Unreadable {
        name: String,
        said: String,
    },
    Undecodable {
        name: String,
    },
}

/// Why there is no new scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SceneTrouble {
    /// The drawer's program, at this address, did not arrive.
    NotLoaded(&'static str),
    /// The drawer is of another version than the page.
    Misfit,
    Stopped,
    Said(String),
}

/// Why a question is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionTrouble {
    ModelLoading,
    NoModel,
    PictureRefused,
    NoPicture,
    /// The question names a region, by this tag, that has no box.
    NoSuchRegion {
        tag: String,
        n_boxes: usize,
    },
    /// A coordinate of this region.
    NotANumber(usize),
    /// Nothing of the region is on the picture.
    NoArea {
        number: usize,
        picture: PictureSize,
    },
}

/// Why a file is not opened as a saved conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum SavedTrouble {
    TooLarge,
    Unreadable(String),
    NotOurs,
    /// What it says cannot be.
    Refused(SavedError),
    /// A part is missing or wrong; the reader's words.
    Malformed(String),
    PictureDamaged,
    PictureUndecodable,
    PictureTooLarge,
    /// This region is not on the picture.
    RegionOutside(usize),
}

/// Why a conversation does not become one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosterTrouble {
    NotDrawn(String),
    NoCanvas,
    TooLong,
    /// The browser makes no files of such a size.
    TooLarge,
    NotSaved(String),
}

/// Something worth knowing that stops nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The model is used but not kept, for what the engine says.
    ModelNotKept(String),
    /// The host's newer package cannot be used, for what the engine says, and the kept one is open.
    OlderModel(String),
    ConversationNotKept(Unkept),
    /// The page itself starts only with a network.
    PageNotKept {
        /// It is not for want of room.
        has_room: bool,
    },
    LastPictureGone,
    /// The engine had stopped and is there again.
    EngineRestarted,
}

/// Why something could not be kept in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unkept {
    NoRoom,
    /// The browser keeps nothing for this page.
    NothingKept,
    Said(String),
}
