//! Which texts there are. A text with a name or a number in it is a function, since languages put those in different places.
#![expect(
    missing_docs,
    reason = "what a text says stands in `english.rs`; only what that does not tell is told here"
)]

use roi_geom::News;

use crate::{Language, MemoryThere, Notice, Progress, SelfTest, Suggestion, Trouble};

/// All texts in one language.
pub struct Words {
    pub language: Language,
    pub page: PageWords,
    pub bar: BarWords,
    pub picture: PictureWords,
    pub scenes: SceneWords,
    pub view: ViewWords,
    pub boxes: BoxWords,
    pub chat: ChatWords,
    pub composer: ComposerWords,
    pub quick: QuickWords,
    pub conversations: ConversationWords,
    pub answer: AnswerWords,
    pub settings: SettingWords,
    pub models: ModelWords,
    pub preflight: PreflightWords,
    pub keys: KeyWords,
    /// What screen readers say of the boxes.
    pub news: fn(&News) -> String,
    pub trouble: fn(&Trouble) -> String,
    pub notice: fn(&Notice) -> String,
}

/// The page as a whole.
pub struct PageWords {
    pub title: &'static str,
    /// Over everything while a file is dragged across.
    pub drop: &'static str,
    pub side: &'static str,
    /// Of the choice of language; in a foreign one, findable by those who do not read it.
    pub language: &'static str,
    pub dismiss: &'static str,
    pub dismiss_message: &'static str,
    pub new_version: &'static str,
    pub reload: &'static str,
    pub later: &'static str,
}

/// The bar on top: the model and what it is doing.
pub struct BarWords {
    pub loading: &'static str,
    /// Behind what it was doing.
    pub failed: &'static str,
    pub self_test: fn(&SelfTest) -> Option<String>,
    pub self_test_hint: &'static str,
    /// With the engine's words about the difference.
    pub miscomputes: fn(&str) -> String,
    pub ready: &'static str,
    pub answering: &'static str,
    pub progress: fn(&Progress) -> String,
    pub loading_model: &'static str,
    /// Tokens a second, about.
    pub expected: fn(f64) -> String,
    pub picture_ahead: &'static str,
    /// Before the adapter's name.
    pub runs_on: &'static str,
    pub try_again: &'static str,
}

/// The picture and what is done with it.
pub struct PictureWords {
    pub picture: &'static str,
    pub open: &'static str,
    pub change: &'static str,
    pub stays: &'static str,
    pub how_to: &'static str,
    pub history: &'static str,
    pub undo: &'static str,
    pub undo_key: &'static str,
    pub redo: &'static str,
    pub redo_key: &'static str,
    pub lead: &'static str,
    pub begin: &'static str,
    pub reading: &'static str,
    /// The drawing surface with so many boxes.
    pub surface: fn(usize) -> String,
}

/// Pictures that the page brings.
pub struct SceneWords {
    pub samples: &'static str,
    pub snow: &'static str,
    pub penguins: &'static str,
    pub new: &'static str,
    pub new_hint: &'static str,
    /// The scene of a seed.
    pub scene: fn(u32) -> String,
}

/// How near the picture is seen.
pub struct ViewWords {
    pub zoom: &'static str,
    pub nearer: &'static str,
    pub nearer_key: &'static str,
    pub back: &'static str,
    pub back_key: &'static str,
    pub scale: &'static str,
    pub fit: &'static str,
    pub fit_key: &'static str,
}

/// The list of boxes.
pub struct BoxWords {
    pub regions: &'static str,
    /// With a tag.
    pub first: &'static str,
    pub add: &'static str,
    pub select: fn(usize) -> String,
    pub remove: fn(usize) -> String,
    pub remove_hint: &'static str,
    /// A coordinate of a region, by its name such as `x1`.
    pub coordinate: fn(usize, &str) -> String,
    pub no_area: &'static str,
}

/// The conversation.
pub struct ChatWords {
    pub conversation: &'static str,
    pub new: &'static str,
    pub transcript: &'static str,
    pub invitation: &'static str,
    /// With a tag.
    pub tag_hint: &'static str,
    pub suggestions: &'static str,
    pub suggestion: fn(Suggestion) -> &'static str,
    /// Before a question, for those who listen.
    pub you_asked: &'static str,
    pub thinking: &'static str,
    /// At least one region, in ascending order.
    pub moved: fn(&[u32]) -> String,
    pub copy: &'static str,
    pub copied: &'static str,
    pub not_copied: &'static str,
    pub ask_again: &'static str,
    pub ask_again_hint: &'static str,
    pub edit: &'static str,
    pub edit_hint: &'static str,
}

/// Where the next question is written.
pub struct ComposerWords {
    pub chips: &'static str,
    pub insert: fn(usize) -> String,
    /// Read out when a key did it.
    pub inserted: fn(usize) -> String,
    pub question: &'static str,
    pub placeholder: &'static str,
    pub send: &'static str,
    pub send_key: &'static str,
    pub stop: &'static str,
    /// While the last question is being changed.
    pub editing: &'static str,
    pub keep_as_it_is: &'static str,
    /// Before questions that are offered again.
    pub set_aside: &'static str,
    pub ask_set_aside: &'static str,
    pub ask_all_set_aside: &'static str,
    /// Of one of them.
    pub drop_set_aside: fn(&str) -> String,
}

/// Questions that a press asks.
pub struct QuickWords {
    pub of_region: fn(usize) -> String,
    pub describe: &'static str,
    pub why: &'static str,
    pub compare: &'static str,
    pub others: &'static str,
    pub every_region: &'static str,
    pub every_region_hint: &'static str,
    /// At least one question waits.
    pub waiting: fn(usize) -> String,
}

/// The menu of kept conversations.
pub struct ConversationWords {
    pub conversations: &'static str,
    pub none: &'static str,
    pub untitled: &'static str,
    pub n_questions: fn(usize) -> String,
    pub delete: fn(&str) -> String,
    pub n_deleted: fn(usize) -> String,
    pub undo: &'static str,
    pub clear: &'static str,
    pub clear_hint: &'static str,
    pub save: &'static str,
    pub save_hint: &'static str,
    pub save_picture: &'static str,
    pub save_picture_hint: &'static str,
    pub open: &'static str,
}

/// What an answer took. Durations and sizes come as they are shown.
pub struct AnswerWords {
    pub details: &'static str,
    pub cut: &'static str,
    pub stopped: &'static str,
    pub tokens: fn(usize) -> String,
    pub tokens_per_second: fn(f64) -> String,
    pub picture: &'static str,
    pub picture_encoded: fn(&str) -> String,
    pub regions: &'static str,
    pub regions_encoded: fn(&str, u32) -> String,
    pub known: &'static str,
    pub prompt: &'static str,
    /// Tokens that were read, and tokens that were there already.
    pub prompt_read: fn(&str, usize, u32) -> String,
    pub answer: &'static str,
    pub answered: fn(&str, usize) -> String,
    pub speed: &'static str,
    pub memory_speed: &'static str,
    /// A share of what copying reaches.
    pub share_of_copy: fn(f64) -> String,
    pub speed_after_first: fn(f64) -> String,
    pub left_out: &'static str,
    pub turns_left_out: fn(usize) -> String,
    pub settings: &'static str,
    pub temperature: fn(f32) -> String,
    pub seed: fn(u64) -> String,
    pub at_most_tokens: fn(usize) -> String,
    pub past_end: &'static str,
    /// Between settings in a row.
    pub comma: &'static str,
    pub model: &'static str,
    pub device: &'static str,
    pub memory: &'static str,
    pub at_most: fn(&str) -> String,
}

/// How answers are generated.
pub struct SettingWords {
    pub title: &'static str,
    pub temperature: FieldWords,
    pub top_k: FieldWords,
    pub top_p: FieldWords,
    pub longest: FieldWords,
    pub seed: FieldWords,
    pub past_end: &'static str,
}

/// One field of the settings.
pub struct FieldWords {
    pub label: &'static str,
    /// What it does, and what fits into it.
    pub hint: &'static str,
}

/// The list of kept models. Sizes and days come as they are shown.
pub struct ModelWords {
    pub models: &'static str,
    pub none: &'static str,
    pub address: &'static str,
    pub open: &'static str,
    pub in_use: &'static str,
    /// Opens anew what is open and not kept as a whole.
    pub fetch_missing: &'static str,
    pub check: &'static str,
    pub check_hint: &'static str,
    pub delete: &'static str,
    pub folder: &'static str,
    pub folder_hint: &'static str,
    pub folder_files: &'static str,
    /// How much is kept, of how much.
    pub part: fn(&str, &str) -> String,
    pub last_opened: fn(&str, &str) -> String,
    /// How much has been read, of how much.
    pub checking: fn(&str, &str) -> String,
    /// How many parts were read, and how many of them were dropped.
    pub checked: fn(u32, u32) -> String,
}

/// What a model needs and what there is of it. Sizes come as they are shown.
pub struct PreflightWords {
    pub title: &'static str,
    pub size: &'static str,
    /// Of the whole, and of what is kept.
    pub size_kept: fn(&str, &str) -> String,
    pub room: &'static str,
    /// How much is free, and whether that is enough.
    pub room_free: fn(&str, bool) -> String,
    pub stay: &'static str,
    /// Whether the browser has promised to clear nothing away.
    pub stays: fn(bool) -> &'static str,
    pub adapter: &'static str,
    pub memory: &'static str,
    /// For weights, and for a picture and so many tokens.
    pub memory_parts: fn(&str, &str, u32) -> String,
    pub memory_needed: fn(&str, &str, &MemoryThere) -> String,
    pub buffer: &'static str,
    /// The model's largest, and the largest that the adapter takes.
    pub buffer_of: fn(&str, &str) -> String,
    pub speed: &'static str,
    pub speed_about: fn(&str) -> String,
}

/// The dialog of all keys.
pub struct KeyWords {
    pub keys: &'static str,
    pub show_key: &'static str,
    pub close: &'static str,
    pub note: &'static str,
    pub rows: [KeyRow; 20],
}

/// What is pressed, alternatives apart, and what it does.
pub type KeyRow = (&'static [&'static str], &'static str);
