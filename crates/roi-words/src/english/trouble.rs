//! What went wrong and what is worth knowing, in English.

use roi_geom::PictureSize;

use crate::{
    EngineEnd, Notice, PictureTrouble, PosterTrouble, QuestionTrouble, SavedTrouble, SceneTrouble,
    Trouble, Unkept,
};

pub(super) fn sentence(trouble: &Trouble) -> String {
    match trouble {
        Trouble::EngineNotStarted { end, next_attempt } => {
            let said = format!("The engine could not be started: {}.", engine_end(end));
            match next_attempt {
                Some(seconds) => format!("{said} The next attempt is in {seconds} s."),
                None => said,
            }
        }
        Trouble::EngineStopped(end) => format!(
            "The engine stopped ({}). It is starting again; then ask once more.",
            engine_end(end)
        ),
        Trouble::Engine(said) => said.sentence.clone(),
        Trouble::ModelNotOpened {
            said,
            url,
            next_attempt,
        } => {
            let mut sentences = vec![said.sentence.clone()];
            sentences.extend(
                url.as_ref()
                    .map(|url| format!("(The model was to come from {url})")),
            );
            sentences.extend(
                next_attempt.map(|seconds| format!("The next attempt is in {seconds} s.")),
            );
            sentences.join(" ")
        }
        Trouble::NotAnAddress(asked) => format!(
            "“{asked}” is not the address of a model; give the URL of a package folder on a host, as https://…"
        ),
        Trouble::FolderNotOpened(said) => format!("The folder could not be opened: {said}."),
        Trouble::FolderNotAllowed(name) => format!(
            "The model is in the folder “{name}”. Press “Try again”, and let the page read it."
        ),
        Trouble::NoDroppedFolders => {
            "This browser does not hand over dropped folders. Choose the folder under “Models” instead."
                .to_owned()
        }
        Trouble::Picture(trouble) => picture(trouble),
        Trouble::SizesDiffer { shown, read } => format!(
            "Boxes on this picture would be misplaced: the browser shows it with {} pixels, \
             the engine reads {}. Save it anew as PNG and open that.",
            size(*shown),
            size(*read)
        ),
        Trouble::RegionInUse(number) => format!(
            "Region {number} stays: this conversation speaks of it. It can be moved; to remove \
             it, start a new conversation."
        ),
        Trouble::RegionAwaited(number) => format!(
            "Region {number} stays: a question that has not been asked yet names it. To remove it, ask \
             that question, change it or give it up."
        ),
        Trouble::Question(trouble) => question(trouble),
        Trouble::SeveralRegions(named) => format!(
            "The question names region {} and region {}; to ask it of every region, name one or none.",
            named.first, named.second
        ),
        Trouble::ConversationGone => {
            "This conversation is no longer kept; another tab may have deleted it.".to_owned()
        }
        Trouble::ConversationPictureGone => {
            "The picture of this conversation is no longer kept in this browser, so it cannot be opened."
                .to_owned()
        }
        Trouble::SavedNotOpened { file, why } => format!(
            "“{file}” was not opened, since {}; open a file that “Save conversation” has made.",
            saved(why)
        ),
        Trouble::ConversationNotSaved(said) => {
            format!("The conversation could not be saved: {said}.")
        }
        Trouble::Poster(trouble) => poster(trouble),
    }
}

pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::ModelNotKept(said) => format!(
            "The model is used but not kept here, since {said}. It will be fetched again the next time."
        ),
        Notice::OlderModel(said) => format!(
            "The newer version of this model could not be used, so the one that is kept here is open. What was found: {said}."
        ),
        Notice::ConversationNotKept(why) => format!(
            "This browser could not keep the conversation ({}), so its latest part will not survive a reload. \
             Save it as a file, or delete older conversations to make room.",
            unkept(why)
        ),
        Notice::PageNotKept { has_room: true } => {
            "Part of this page could not be fetched yet, so that it starts only with a network. It is tried again by itself.".to_owned()
        }
        Notice::PageNotKept { has_room: false } => {
            "This browser has no room left to keep the page, so that it starts only with a network. Delete a model under “Models”, \
             or free some space on the disk.".to_owned()
        }
        Notice::LastPictureGone => {
            "The picture of the last conversation is no longer kept in this browser, so it could not be opened."
                .to_owned()
        }
        Notice::EngineRestarted => {
            "The engine was started again. A question that had no answer yet can be sent once more.".to_owned()
        }
    }
}

fn engine_end(end: &EngineEnd) -> String {
    match end {
        EngineEnd::WorkerEnded => "its worker has ended".to_owned(),
        EngineEnd::Misfit => "its program does not fit this page; reload the page without the \
                              browser's cache (Ctrl+Shift+R)"
            .to_owned(),
        EngineEnd::NotLoaded(program) => {
            format!("its program {program} could not be loaded")
        }
        EngineEnd::Said(said) => said.clone(),
    }
}

fn picture(trouble: &PictureTrouble) -> String {
    match trouble {
        PictureTrouble::SampleNotFetched(url) => {
            format!("The sample picture {url} could not be fetched.")
        }
        PictureTrouble::SceneNotDrawn(why) => {
            format!("A new scene could not be drawn: {}.", scene(why))
        }
        PictureTrouble::SceneNotShown(said) => format!("A new scene could not be shown: {said}."),
        PictureTrouble::NotShown { name, said } => {
            format!("The picture “{name}” could not be shown: {said}.")
        }
        PictureTrouble::Empty { name } => {
            format!("The picture “{name}” could not be read: the file is empty.")
        }
        PictureTrouble::Unreadable { name, said } => {
            format!("The picture “{name}” could not be read: {said}.")
        }
        PictureTrouble::Undecodable { name } => format!(
            "“{name}” could not be decoded as a picture. It may be damaged or of another kind: \
             open a PNG, JPEG or WebP file."
        ),
    }
}

fn scene(trouble: &SceneTrouble) -> String {
    match trouble {
        SceneTrouble::NotLoaded(program) => format!("its program {program} could not be loaded"),
        SceneTrouble::Misfit => "its program does not fit this page; reload it".to_owned(),
        SceneTrouble::Stopped => "its program stopped".to_owned(),
        SceneTrouble::Said(said) => said.clone(),
    }
}

fn question(trouble: &QuestionTrouble) -> String {
    match trouble {
        QuestionTrouble::ModelLoading => {
            "The model is still loading; send the question when it is ready.".to_owned()
        }
        QuestionTrouble::NoModel => {
            "No model is running; see the message at the top of the page.".to_owned()
        }
        QuestionTrouble::PictureRefused => {
            "The model cannot read this picture; open another one.".to_owned()
        }
        QuestionTrouble::NoPicture => "Open a picture first: questions are about one.".to_owned(),
        QuestionTrouble::NoSuchRegion { tag, n_boxes } => {
            let there = match n_boxes {
                0 => "no box has been drawn yet".to_owned(),
                1 => "there is only <region1>".to_owned(),
                n => format!("there are <region1> to <region{n}>"),
            };
            format!("The question names {tag}, but {there}. Draw that box, or name another region.")
        }
        QuestionTrouble::NotANumber(number) => {
            format!("A coordinate of region {number} is not a number.")
        }
        QuestionTrouble::NoArea { number, picture } => format!(
            "Region {number} has no area inside the picture of {} pixels. Correct its coordinates \
             or remove it.",
            size(*picture)
        ),
    }
}

/// What follows “since”.
fn saved(trouble: &SavedTrouble) -> String {
    match trouble {
        SavedTrouble::TooLarge => "it is larger than a conversation can be".to_owned(),
        SavedTrouble::Unreadable(said) => said.clone(),
        SavedTrouble::NotOurs => "it is not a conversation saved by this page".to_owned(),
        SavedTrouble::Refused(error) => error.to_string(),
        SavedTrouble::Malformed(said) => format!("a part of it is missing or wrong ({said})"),
        SavedTrouble::PictureDamaged => "its picture is damaged".to_owned(),
        SavedTrouble::PictureUndecodable => "its picture could not be decoded".to_owned(),
        SavedTrouble::PictureTooLarge => "its picture is larger than any model reads".to_owned(),
        SavedTrouble::RegionOutside(number) => {
            format!("its region {number} is not on the picture")
        }
    }
}

fn poster(trouble: &PosterTrouble) -> String {
    match trouble {
        PosterTrouble::NotDrawn(said) => format!("The picture could not be drawn: {said}."),
        PosterTrouble::NoCanvas => {
            "This browser has no canvas to draw the picture on.".to_owned()
        }
        PosterTrouble::TooLong => {
            "The conversation is too long for one picture; save it as a file instead.".to_owned()
        }
        PosterTrouble::TooLarge => {
            "This browser could not make a picture of that size; save the conversation as a file instead."
                .to_owned()
        }
        PosterTrouble::NotSaved(said) => format!("The picture could not be saved: {said}."),
    }
}

fn unkept(why: &Unkept) -> &str {
    match why {
        Unkept::NoRoom => "there is no room left",
        Unkept::NothingKept => "this browser keeps nothing for this page",
        Unkept::Said(said) => said,
    }
}

fn size(picture: PictureSize) -> String {
    format!("{}×{}", picture.width, picture.height)
}
