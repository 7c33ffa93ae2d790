//! The page in English.

mod news;
mod trouble;

use crate::{
    AnswerWords, BarWords, BoxWords, ChatWords, ComposerWords, ConversationWords, FieldWords,
    KeyWords, Language, MemoryThere, ModelWords, PageWords, PictureWords, PreflightWords, Progress,
    QuickWords, SceneWords, SelfTest, SettingWords, Suggestion, ViewWords, Words, format,
};

/// All texts.
pub const ENGLISH: Words = Words {
    language: Language::English,
    page: PageWords {
        title: "roichat: ask about any part of a picture",
        drop: "Drop the picture or conversation anywhere",
        side: "Regions and settings",
        language: "Language",
        dismiss: "Dismiss",
        dismiss_message: "Dismiss this message",
        new_version: "A new version of this page is ready.",
        reload: "Reload",
        later: "Later",
    },
    bar: BarWords {
        loading: "loading",
        failed: "failed",
        self_test,
        self_test_hint: "When nothing else is to do, each kernel of the engine is compared with the same sums on the processor.",
        miscomputes,
        ready: "ready",
        answering: "answering",
        progress,
        loading_model: "Loading the model",
        expected: |speed| format!("About {} tokens/s here.", format::speed(speed)),
        picture_ahead: "The picture has been read already.",
        runs_on: "Runs on ",
        try_again: "Try again",
    },
    picture: PictureWords {
        picture: "Picture",
        open: "Open a picture",
        change: "Change picture",
        stays: "Pictures stay on this computer.",
        how_to: "Drag, or click two corners, to draw a box; drag it or its handles to change it. Shift draws inside a box.",
        history: "History of the boxes",
        undo: "Undo",
        undo_key: "Undo (Ctrl+Z)",
        redo: "Redo",
        redo_key: "Redo (Ctrl+Shift+Z)",
        lead: "Ask about any part of a picture",
        begin: "Drop a picture here, paste one, or begin with one of these:",
        reading: "Reading the picture",
        surface: |n_boxes| match n_boxes {
            0 => "Drawing surface, no boxes yet. Boxes can also be added in the list.".to_owned(),
            1 => "Drawing surface with one box. The question mark lists its keys.".to_owned(),
            n => format!("Drawing surface with {n} boxes. The question mark lists its keys."),
        },
    },
    scenes: SceneWords {
        samples: "Sample pictures",
        snow: "Things in the snow",
        penguins: "Penguins and a dog",
        new: "New scene",
        new_hint: "Draw a scene that nobody has seen before",
        scene: |seed| format!("Scene {seed}"),
    },
    view: ViewWords {
        zoom: "Zoom",
        nearer: "Zoom in",
        nearer_key: "Zoom in (+)",
        back: "Zoom out",
        back_key: "Zoom out (-)",
        scale: "Size of the picture's pixels",
        fit: "Fit",
        fit_key: "Show the whole picture (0)",
    },
    boxes: BoxWords {
        regions: "Regions",
        first: "A box makes a region you can ask about: the first is <region1>.",
        add: "Add a box",
        select: |number| format!("Select region {number}"),
        remove: |number| format!("Remove region {number}"),
        remove_hint: "Remove this box",
        coordinate: |number, name| format!("Region {number}, {name}"),
        no_area: "This box has no area inside the picture.",
    },
    chat: ChatWords {
        conversation: "Conversation",
        new: "New conversation",
        transcript: "Questions and answers",
        invitation: "Draw a box around something, then ask what it is, what it is doing, or how two regions belong together.",
        tag_hint: "Type <region1> in a question, or click its chip.",
        suggestions: "Suggested questions",
        suggestion: Suggestion::prompt,
        you_asked: "You asked: ",
        thinking: "Thinking",
        moved,
        copy: "Copy",
        copied: "Copied.",
        not_copied: "The browser did not let the page copy.",
        ask_again: "Ask again",
        ask_again_hint: "Ask the same once more, with another seed; at temperature 0 the seed changes nothing",
        edit: "Edit",
        edit_hint: "Change this question in the field below; its answer stays until you send it",
    },
    composer: ComposerWords {
        chips: "Insert a region into the question",
        insert: |number| format!("Insert <region{number}> into the question"),
        inserted: |number| format!("Region {number} inserted into the question"),
        question: "Question",
        placeholder: "Ask about <region1> …",
        send: "Send",
        send_key: "Send (Enter)",
        stop: "Stop",
        editing: "You are changing the last question.",
        keep_as_it_is: "Leave it as it is",
        set_aside: "Not answered yet",
        ask_set_aside: "Ask",
        ask_all_set_aside: "Ask them all",
        drop_set_aside: |question| format!("Do not ask “{question}”"),
    },
    quick: QuickWords {
        of_region: |number| format!("Ask about region {number}"),
        describe: "Describe",
        why: "Why",
        compare: "Compare with…",
        others: "Compare with",
        every_region: "Ask every region",
        every_region_hint: "Ask the question below once of each region",
        waiting: |n_questions| match n_questions {
            1 => "One more question follows.".to_owned(),
            n => format!("{n} more questions follow."),
        },
    },
    conversations: ConversationWords {
        conversations: "Conversations",
        none: "No conversation is kept yet. They stay on this computer.",
        untitled: "Nothing asked yet",
        n_questions: |n_questions| match n_questions {
            1 => "1 question".to_owned(),
            n => format!("{n} questions"),
        },
        delete: |title| format!("Delete the conversation “{title}”"),
        n_deleted: |n_conversations| match n_conversations {
            1 => "One conversation deleted.".to_owned(),
            n => format!("{n} conversations deleted."),
        },
        undo: "Undo",
        clear: "Clear all",
        clear_hint: "Delete every conversation and its picture from this browser",
        save: "Save conversation",
        save_hint: "A file with picture, boxes, questions and answers, to be opened again",
        save_picture: "Save as picture",
        save_picture_hint: "One picture with the numbered boxes and what was said",
        open: "Open conversation",
    },
    answer: AnswerWords {
        details: "Details",
        cut: "cut at the longest answer allowed",
        stopped: "stopped",
        tokens,
        tokens_per_second: |speed| format!("{speed:.1} tokens/s"),
        picture: "Picture",
        picture_encoded: |time| format!("{time}, encoded"),
        regions: "Regions",
        regions_encoded: |time, n_regions| format!("{time}, {n_regions} encoded"),
        known: "known from before",
        prompt: "Prompt",
        prompt_read: |time, n_read, n_reused| {
            format!("{time}, {} read, {n_reused} reused", tokens(n_read))
        },
        answer: "Answer",
        answered: |time, n_tokens| format!("{time}, {}", tokens(n_tokens)),
        speed: "Speed",
        memory_speed: "Memory",
        share_of_copy: |share| {
            format!(
                "weights read at {:.0} % of the speed of copying",
                share * 100.0
            )
        },
        speed_after_first: |speed| format!("{speed:.1} tokens/s after the first"),
        left_out: "Left out",
        turns_left_out: |n_turns| match n_turns {
            1 => "the oldest turn, for want of room".to_owned(),
            n => format!("the {n} oldest turns, for want of room"),
        },
        settings: "Settings",
        temperature: |temperature| format!("temperature {temperature}"),
        seed: |seed| format!("seed {seed}"),
        at_most_tokens: |n_tokens| format!("at most {}", tokens(n_tokens)),
        past_end: "past the end mark",
        comma: ", ",
        model: "Model",
        device: "Device",
        memory: "GPU memory",
        at_most: |size| format!("{size} at most"),
    },
    settings: SettingWords {
        title: "Answer settings",
        temperature: FieldWords {
            label: "Temperature",
            hint: "0 always takes the likeliest word",
        },
        top_k: FieldWords {
            label: "Top-k",
            hint: "Choose among this many words, at most 64; 0 for all 64",
        },
        top_p: FieldWords {
            label: "Top-p",
            hint: "Choose among words that make up this share, 0 to 1",
        },
        longest: FieldWords {
            label: "Longest answer",
            hint: "In tokens, roughly three quarters of a word each",
        },
        seed: FieldWords {
            label: "Seed",
            hint: "The same seed gives the same answer",
        },
        past_end: "Talk on past the end mark",
    },
    models: ModelWords {
        models: "Models",
        none: "No model is kept in this browser yet.",
        address: "Open a model from an address",
        open: "Open",
        in_use: "In use",
        fetch_missing: "Fetch what is missing",
        check: "Check",
        check_hint: "Read every kept byte again; what is wrong is dropped and fetched when the model is opened",
        delete: "Delete",
        folder: "Open a folder on this computer",
        folder_hint: "A package on this computer's disk: the folder with its manifest.json",
        folder_files: "Files of a model's folder",
        part: |kept, total| format!("{kept} of {total}"),
        last_opened: |size, day| format!("{size}, last opened {day}"),
        checking: |read, total| format!("Checking: {read} of {total} read"),
        checked: |n_parts, n_dropped| match (n_parts, n_dropped) {
            (0, _) => "Nothing of it is kept.".to_owned(),
            (1, 0) => "The one part of it is right.".to_owned(),
            (n, 0) => format!("All {n} parts are right."),
            (n, dropped) => format!(
                "{dropped} of {n} parts were wrong and have been dropped. Opening the model fetches them again."
            ),
        },
    },
    preflight: PreflightWords {
        title: "What this model needs",
        size: "Size",
        size_kept: |total, kept| format!("{total}, of which {kept} are kept here"),
        room: "Room to keep it",
        room_free: |free, is_enough| match is_enough {
            true => format!("{free} free"),
            false => format!("{free} free, too little to keep it"),
        },
        stay: "Stays",
        stays: |is_persistent| match is_persistent {
            true => "until you delete it",
            false => "until the browser needs the room",
        },
        adapter: "Graphics adapter",
        memory: "Graphics memory",
        memory_parts: |weights, working, n_tokens| {
            format!("{weights} for weights, {working} for a picture and {n_tokens} tokens")
        },
        memory_needed: |needed, parts, there| match there {
            MemoryThere::Enough => format!("{needed} needed ({parts}); there is room"),
            MemoryThere::Only(bytes) => {
                format!("{needed} needed ({parts}); only {bytes} could be had")
            }
            MemoryThere::Unknown => format!("{needed} needed ({parts})"),
        },
        buffer: "Largest buffer",
        buffer_of: |largest, most| format!("{largest}; the adapter takes {most}"),
        speed: "Speed",
        speed_about: |speed| format!("about {speed} tokens/s"),
    },
    keys: KeyWords {
        keys: "Keys",
        show_key: "Show all keys (?)",
        close: "Close",
        note: "Those of boxes work while the picture or the list of regions has the focus, Del also on the buttons beside them; undo, redo and paste wherever no text is typed. On a Mac, Command is Ctrl.",
        rows: [
            (&["Drag"], "Draw a box, move one, or pull at its handles"),
            (&["Click twice"], "Draw a box from corner to corner"),
            (&["Shift + drag"], "Draw inside another box"),
            (&["Click again"], "Select the larger box beneath"),
            (
                &["Tab", "Shift + Tab"],
                "Select the next box, the one before; after all of them, leave the picture",
            ),
            (
                &["Arrows"],
                "Move the selected box by 1 pixel; with Shift by 10",
            ),
            (&["Ctrl + arrows"], "Resize it by 1 pixel; with Shift by 10"),
            (&["Del"], "Remove it"),
            (&["Ctrl + D"], "Duplicate it"),
            (
                &["Ctrl + C", "Ctrl + V"],
                "Copy it, paste it on this picture or another one",
            ),
            (&["Ctrl + Z", "Ctrl + Shift + Z"], "Undo, redo"),
            (&["Esc"], "Give up what is under way, or select nothing"),
            (&["1 – 9"], "Insert that region into the question"),
            (&["Wheel", "Pinch", "+", "-"], "Zoom"),
            (
                &["Space + drag", "Alt + drag", "Two fingers"],
                "Move the view",
            ),
            (&["Shift + wheel"], "Move the view sideways"),
            (&["Arrows"], "Move the view where no box is selected"),
            (&["0"], "Show the whole picture"),
            (
                &["Enter", "Shift + Enter"],
                "Send the question, begin a new line in it",
            ),
            (&["?"], "Show these keys"),
        ],
    },
    news: news::sentence,
    trouble: trouble::sentence,
    notice: trouble::notice,
};

fn progress(progress: &Progress) -> String {
    match progress {
        Progress::Program { bytes, total } if bytes < total => format!(
            "Loading the engine: {} of {}",
            format::bytes(*bytes),
            format::bytes(*total)
        ),
        Progress::Starting | Progress::Program { .. } => "Starting the engine".to_owned(),
        Progress::Waiting => {
            "Waiting for another tab, which is opening or deleting a model".to_owned()
        }
        Progress::Found {
            id,
            total_bytes,
            kept_bytes,
        } => format!(
            "Loading {id}: {}, of which {} are kept here",
            format::bytes(*total_bytes),
            format::bytes(*kept_bytes)
        ),
        Progress::Fetching {
            bytes,
            arriving_bytes,
            total,
        } => format!(
            "Loading the model: {} of {}",
            format::bytes(bytes + arriving_bytes),
            format::bytes(*total)
        ),
        Progress::Compiling { done, total } => {
            format!("Preparing the GPU: {done} of {total} parts")
        }
    }
}

/// How far the check of the browser's sums has come.
fn self_test(test: &SelfTest) -> Option<String> {
    match test {
        SelfTest::Pending => None,
        SelfTest::Underway { groups, of } => Some(format!("checked {groups} of {of}")),
        SelfTest::Passed => Some("checked".to_owned()),
        SelfTest::Failed { .. } => Some("computes wrongly".to_owned()),
    }
}

fn miscomputes(difference: &str) -> String {
    format!(
        "This browser computes wrongly on this graphics adapter, so answers here may be wrong. Update the browser and the \
         graphics driver, or use another browser. What was found: {difference}"
    )
}

fn tokens(n_tokens: usize) -> String {
    match n_tokens {
        1 => "1 token".to_owned(),
        n => format!("{n} tokens"),
    }
}

fn moved(regions: &[u32]) -> String {
    match regions {
        [] => String::new(),
        [one] => format!("Region {one} has moved since."),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(u32::to_string).collect();
            format!("Regions {} and {last} have moved since.", first.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn one_two_and_three_regions_are_told_as_people_tell_them() {
        assert_eq!(moved(&[7]), "Region 7 has moved since.");
        assert_eq!(moved(&[1, 3]), "Regions 1 and 3 have moved since.");
        assert_eq!(moved(&[1, 3, 11]), "Regions 1, 3 and 11 have moved since.");
    }
}
