//! Every text that people read or hear on the page, in each of its languages.
//!
//! [`Words`] says which texts there are; `english.rs` and `japanese.rs` hold them, and the compiler knows when one is missing.
//! What happened comes as plain data ([`Trouble`], [`Notice`], [`Progress`]) and is worded where it is shown. What is not here:
//! what engine, model and browser say themselves, and what `index.html` says before the page's program is there. [`prompts`] are
//! the model's and stay English in every language.

pub mod format;
pub mod prompts;

mod answer;
mod english;
mod japanese;
mod language;
mod names;
mod preflight;
mod progress;
mod trouble;
mod words;

pub use self::{
    answer::{answer_details, answer_summary},
    english::ENGLISH,
    language::Language,
    names::{SampleScene, file_name, kept_scene_name, shown_name},
    preflight::{MemoryThere, PackageSize, Preflight, preflight_rows},
    progress::{Progress, SelfTest},
    prompts::Suggestion,
    trouble::{
        EngineEnd, EngineSaid, Notice, PictureTrouble, PosterTrouble, QuestionTrouble,
        SavedTrouble, SceneTrouble, Trouble, Unkept,
    },
    words::{
        AnswerWords, BarWords, BoxWords, ChatWords, ComposerWords, ConversationWords, FieldWords,
        KeyRow, KeyWords, ModelWords, PageWords, PictureWords, PreflightWords, QuickWords,
        SceneWords, SettingWords, ViewWords, Words,
    },
};
