//! Every text that people read or hear on the page, in each of its languages.
//!
//! [`Words`] says which texts there are; `english.rs` and `japanese.rs` hold them, and the compiler knows when one is missing.
//! A text with a name or a number in it is a function, since languages put those in different places. What is not here: region
//! tags and [prompts](crate::prompts), which are the model's, and what engine, model and browser say themselves.

mod english;
mod japanese;
mod language;

use leptos::prelude::*;
use roi_geom::News;

pub(crate) use self::{english::ENGLISH, language::Language};
use crate::{
    prompts::Suggestion,
    session::{Progress, SelfTest},
    trouble::{Notice, Trouble},
};

/// All texts in one language.
pub(crate) struct Words {
    pub(crate) language: Language,
    pub(crate) page: PageWords,
    pub(crate) bar: BarWords,
    pub(crate) picture: PictureWords,
    pub(crate) scenes: SceneWords,
    pub(crate) view: ViewWords,
    pub(crate) boxes: BoxWords,
    pub(crate) chat: ChatWords,
    pub(crate) composer: ComposerWords,
    pub(crate) quick: QuickWords,
    pub(crate) conversations: ConversationWords,
    pub(crate) answer: AnswerWords,
    pub(crate) settings: SettingWords,
    pub(crate) models: ModelWords,
    pub(crate) keys: KeyWords,
    /// What screen readers say of the boxes.
    pub(crate) news: fn(&News) -> String,
    pub(crate) trouble: fn(&Trouble) -> String,
    pub(crate) notice: fn(&Notice) -> String,
}

/// The page as a whole.
pub(crate) struct PageWords {
    pub(crate) title: &'static str,
    /// Over everything while a file is dragged across.
    pub(crate) drop: &'static str,
    pub(crate) side: &'static str,
    /// Of the choice of language; in a foreign one, findable by those who do not read it.
    pub(crate) language: &'static str,
    pub(crate) dismiss: &'static str,
    pub(crate) dismiss_message: &'static str,
    pub(crate) new_version: &'static str,
    pub(crate) reload: &'static str,
    pub(crate) later: &'static str,
}

/// The bar on top: the model and what it is doing.
pub(crate) struct BarWords {
    pub(crate) loading: &'static str,
    /// Behind what it was doing.
    pub(crate) failed: &'static str,
    pub(crate) self_test: fn(&SelfTest) -> Option<String>,
    pub(crate) self_test_hint: &'static str,
    /// With the engine's words about the difference.
    pub(crate) miscomputes: fn(&str) -> String,
    pub(crate) ready: &'static str,
    pub(crate) answering: &'static str,
    pub(crate) progress: fn(&Progress) -> String,
    pub(crate) loading_model: &'static str,
    /// Tokens a second, about.
    pub(crate) expected: fn(f64) -> String,
    pub(crate) picture_ahead: &'static str,
    /// Before the adapter's name.
    pub(crate) runs_on: &'static str,
    pub(crate) try_again: &'static str,
}

/// The picture and what is done with it.
pub(crate) struct PictureWords {
    pub(crate) picture: &'static str,
    pub(crate) open: &'static str,
    pub(crate) change: &'static str,
    pub(crate) stays: &'static str,
    pub(crate) how_to: &'static str,
    pub(crate) history: &'static str,
    pub(crate) undo: &'static str,
    pub(crate) undo_key: &'static str,
    pub(crate) redo: &'static str,
    pub(crate) redo_key: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) begin: &'static str,
    pub(crate) reading: &'static str,
    /// The drawing surface with so many boxes.
    pub(crate) surface: fn(usize) -> String,
}

/// Pictures that the page brings.
pub(crate) struct SceneWords {
    pub(crate) samples: &'static str,
    pub(crate) snow: &'static str,
    pub(crate) penguins: &'static str,
    pub(crate) new: &'static str,
    pub(crate) new_hint: &'static str,
    /// The scene of a seed.
    pub(crate) scene: fn(u32) -> String,
}

/// How near the picture is seen.
pub(crate) struct ViewWords {
    pub(crate) zoom: &'static str,
    pub(crate) nearer: &'static str,
    pub(crate) nearer_key: &'static str,
    pub(crate) back: &'static str,
    pub(crate) back_key: &'static str,
    pub(crate) scale: &'static str,
    pub(crate) fit: &'static str,
    pub(crate) fit_key: &'static str,
}

/// The list of boxes.
pub(crate) struct BoxWords {
    pub(crate) regions: &'static str,
    /// With a tag.
    pub(crate) first: &'static str,
    pub(crate) add: &'static str,
    pub(crate) select: fn(usize) -> String,
    pub(crate) remove: fn(usize) -> String,
    pub(crate) remove_hint: &'static str,
    /// A coordinate of a region, by its name such as `x1`.
    pub(crate) coordinate: fn(usize, &str) -> String,
    pub(crate) no_area: &'static str,
}

/// The conversation.
pub(crate) struct ChatWords {
    pub(crate) conversation: &'static str,
    pub(crate) new: &'static str,
    pub(crate) transcript: &'static str,
    pub(crate) invitation: &'static str,
    /// With a tag.
    pub(crate) tag_hint: &'static str,
    pub(crate) suggestions: &'static str,
    pub(crate) suggestion: fn(Suggestion) -> &'static str,
    /// Before a question, for those who listen.
    pub(crate) you_asked: &'static str,
    pub(crate) thinking: &'static str,
    /// At least one region, in ascending order.
    pub(crate) moved: fn(&[u32]) -> String,
    pub(crate) copy: &'static str,
    pub(crate) ask_again: &'static str,
    pub(crate) ask_again_hint: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) edit_hint: &'static str,
}

/// Where the next question is written.
pub(crate) struct ComposerWords {
    pub(crate) chips: &'static str,
    pub(crate) insert: fn(usize) -> String,
    pub(crate) question: &'static str,
    pub(crate) placeholder: &'static str,
    pub(crate) send: &'static str,
    pub(crate) send_key: &'static str,
    pub(crate) stop: &'static str,
}

/// Questions that a press asks.
pub(crate) struct QuickWords {
    pub(crate) of_region: fn(usize) -> String,
    pub(crate) describe: &'static str,
    pub(crate) why: &'static str,
    pub(crate) compare: &'static str,
    pub(crate) others: &'static str,
    pub(crate) every_region: &'static str,
    pub(crate) every_region_hint: &'static str,
    /// At least one question waits.
    pub(crate) waiting: fn(usize) -> String,
}

/// The menu of kept conversations.
pub(crate) struct ConversationWords {
    pub(crate) conversations: &'static str,
    pub(crate) none: &'static str,
    pub(crate) untitled: &'static str,
    pub(crate) n_questions: fn(usize) -> String,
    pub(crate) delete: fn(&str) -> String,
    pub(crate) n_deleted: fn(usize) -> String,
    pub(crate) undo: &'static str,
    pub(crate) clear: &'static str,
    pub(crate) clear_hint: &'static str,
    pub(crate) save: &'static str,
    pub(crate) save_hint: &'static str,
    pub(crate) save_picture: &'static str,
    pub(crate) save_picture_hint: &'static str,
    pub(crate) open: &'static str,
}

/// What an answer took. Durations and sizes come as they are shown.
pub(crate) struct AnswerWords {
    pub(crate) details: &'static str,
    pub(crate) cut: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) tokens: fn(usize) -> String,
    pub(crate) tokens_per_second: fn(f64) -> String,
    pub(crate) picture: &'static str,
    pub(crate) picture_encoded: fn(&str) -> String,
    pub(crate) regions: &'static str,
    pub(crate) regions_encoded: fn(&str, u32) -> String,
    pub(crate) known: &'static str,
    pub(crate) prompt: &'static str,
    /// Tokens that were read, and tokens that were there already.
    pub(crate) prompt_read: fn(&str, usize, u32) -> String,
    pub(crate) answer: &'static str,
    pub(crate) answered: fn(&str, usize) -> String,
    pub(crate) speed: &'static str,
    pub(crate) memory_speed: &'static str,
    /// A share of what copying reaches.
    pub(crate) share_of_copy: fn(f64) -> String,
    pub(crate) speed_after_first: fn(f64) -> String,
    pub(crate) left_out: &'static str,
    pub(crate) turns_left_out: fn(usize) -> String,
    pub(crate) settings: &'static str,
    pub(crate) temperature: fn(f32) -> String,
    pub(crate) seed: fn(u64) -> String,
    pub(crate) at_most_tokens: fn(usize) -> String,
    pub(crate) past_end: &'static str,
    /// Between settings in a row.
    pub(crate) comma: &'static str,
    pub(crate) model: &'static str,
    pub(crate) device: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) at_most: fn(&str) -> String,
}

/// How answers are generated.
pub(crate) struct SettingWords {
    pub(crate) title: &'static str,
    pub(crate) temperature: FieldWords,
    pub(crate) top_k: FieldWords,
    pub(crate) top_p: FieldWords,
    pub(crate) longest: FieldWords,
    pub(crate) seed: FieldWords,
    pub(crate) past_end: &'static str,
}

/// One field of the settings.
pub(crate) struct FieldWords {
    pub(crate) label: &'static str,
    /// What it does, and what fits into it.
    pub(crate) hint: &'static str,
}

/// The list of kept models. Sizes and days come as they are shown.
pub(crate) struct ModelWords {
    pub(crate) models: &'static str,
    pub(crate) none: &'static str,
    pub(crate) address: &'static str,
    pub(crate) open: &'static str,
    pub(crate) in_use: &'static str,
    pub(crate) check: &'static str,
    pub(crate) check_hint: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) folder: &'static str,
    pub(crate) folder_hint: &'static str,
    pub(crate) folder_files: &'static str,
    /// How much is kept, of how much.
    pub(crate) part: fn(&str, &str) -> String,
    pub(crate) last_opened: fn(&str, &str) -> String,
}

/// The dialog of all keys.
pub(crate) struct KeyWords {
    pub(crate) keys: &'static str,
    pub(crate) show_key: &'static str,
    pub(crate) close: &'static str,
    pub(crate) note: &'static str,
    pub(crate) rows: [KeyRow; 20],
}

/// What is pressed, alternatives apart, and what it does.
pub(crate) type KeyRow = (&'static [&'static str], &'static str);

/// What the page speaks, for all of its parts.
#[derive(Clone, Copy)]
struct Spoken {
    language: RwSignal<Language>,
    words: Signal<&'static Words>,
}

/// Lets everything below the present component speak, in the language that suits the person.
pub(crate) fn provide_words() {
    let language = RwSignal::new(Language::at_start());
    let words = Signal::derive(move || language.get().words());
    provide_context(Spoken { language, words });
    Effect::new(move |_| language.get().mark_document());
}

/// The texts in the language that is spoken: whoever follows them changes with it.
pub(crate) fn use_words() -> Signal<&'static Words> {
    expect_context::<Spoken>().words
}

/// The language that is spoken.
pub(crate) fn use_language() -> RwSignal<Language> {
    expect_context::<Spoken>().language
}
