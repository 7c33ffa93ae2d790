//! What survives a reload: every conversation with its picture, boxes and draft, which of them is open, and the settings.
//! It stays in this browser.

use std::{collections::HashSet, sync::Arc, time::Duration};

use js_sys::Math;
use leptos::{ev, prelude::*, task::spawn_local};
use roi_protocol::{Answer, BoxPx, GenerateOptions, SavedTurn};
use roi_words::Notice;
use serde::{Deserialize, Serialize, Serializer};
use web_sys::Blob;

use super::{
    Exchange, Session,
    storage::{self, StorageError},
};
use crate::picture::{Picture, PictureSource};

/// Which conversation is open, and the settings.
const PRESENT: &str = "roichat-present-1";
/// Where the one conversation was when there was one.
const ONLY_CONVERSATION: &str = "roichat-session-1";
/// While a box is being moved or a question typed, they are kept this often: each time is the whole conversation.
const PAUSE: Duration = Duration::from_millis(250);

/// One conversation as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    #[serde(skip_deserializing)]
    pub(super) mark: Mark,
    pub(super) picture: Option<PictureMemory>,
    pub(super) exchanges: Vec<SavedTurn>,
    /// What the last of them, if it has no answer yet, was to take the place of.
    pub(super) replaced: Option<SavedTurn>,
    /// Questions that came to nothing, and those that waited.
    pub(super) set_aside: Vec<String>,
    pub(super) question: String,
    /// While the last question is being changed, which is in the field then: what stood there before.
    pub(super) draft: Option<String>,
}

/// A conversation on its way to where it is kept, read again as [`Memory`].
#[derive(Serialize)]
struct Passing<'a> {
    mark: Mark,
    picture: Option<PictureMemory>,
    exchanges: Turns<'a>,
    replaced: Option<SavedTurn>,
    set_aside: Vec<String>,
    question: String,
    draft: Option<String>,
}

/// Tells one writing of a conversation from every other. It stands first, where [`storage::opening`] finds it.
#[derive(Debug, Default)]
pub(super) struct Mark;

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(Math::random())
    }
}

/// Written turn by turn, without a copy of all that a long conversation has.
struct Turns<'a>(&'a [Arc<Exchange>]);

impl Serialize for Turns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|exchange| exchange.turn()))
    }
}

/// The picture of a conversation.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PictureMemory {
    pub(super) name: String,
    /// The number under which its file is kept; none when there was one conversation.
    #[serde(default)]
    pub(super) number: Option<u64>,
    pub(super) boxes: Vec<BoxPx>,
    /// As [`Picture::has_own_boxes`].
    #[serde(default = "yes")]
    pub(super) has_own_boxes: bool,
}

/// What cannot be known of conversations that were kept before it was asked.
fn yes() -> bool {
    true
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Present {
    conversation: Option<u64>,
    options: Option<GenerateOptions>,
}

impl Memory {
    /// The kept conversation of this id.
    pub(super) fn read(id: u64) -> Option<Self> {
        storage::read(&storage::conversation_key(id))
    }

    /// Its picture to be opened, if its file is kept.
    pub(super) async fn picture_source(&self) -> Option<PictureSource> {
        let picture = self.picture.as_ref()?;
        Some(PictureSource::Kept {
            blob: storage::picture(picture.number).await?,
            number: picture.number,
            name: picture.name.clone(),
            boxes: picture.boxes.clone(),
            has_own_boxes: picture.has_own_boxes,
        })
    }
}

impl Session {
    /// Brings back what was there before a reload, then keeps what changes from now on.
    pub(crate) fn remember(self) {
        let present: Present = storage::read(PRESENT).unwrap_or_default();
        let only: Option<Memory> = storage::read(ONLY_CONVERSATION);
        // When there was one conversation, the settings lay with it.
        let before: Present = storage::read(ONLY_CONVERSATION).unwrap_or_default();
        if let Some(options) = present.options.or(before.options) {
            self.options.set(options);
        }
        spawn_local(async move {
            // A tab comes back to its own conversation, a new one to the last that was open anywhere.
            let open = session_storage_id().or(present.conversation);
            let id = match only {
                Some(only) => self.take_over(only).await.or(open),
                None => open,
            };
            if let Some(id) = id {
                self.restore(id).await;
            }
            // What follows the session's signals lives as long as they do.
            self.owner.get_value().with(|| self.keep());
            self.drop_unused_pictures().await;
        });
    }

    /// Makes what was the only conversation one of several; its id. What cannot be kept stays where it is, for the next time.
    async fn take_over(self, only: Memory) -> Option<u64> {
        let id = self.next_number();
        let outcome = moved(only, id).await;
        let is_moved = outcome.is_ok();
        self.note_kept(outcome);
        is_moved.then_some(id)
    }

    async fn restore(self, id: u64) {
        let Some(memory) = Memory::read(id) else {
            return;
        };
        if memory.picture.is_none() {
            self.conversation.set(id);
            return self.question.set(memory.question);
        }
        let Some(source) = memory.picture_source().await else {
            self.notice.set(Some(Notice::LastPictureGone));
            return self.question.set(memory.question);
        };
        // One that a person opened in the meantime stays.
        if self.picture.with_untracked(Option::is_none) {
            self.open_kept(id, memory, source, self.next_number()).await;
        }
    }

    /// Keeps whatever changes.
    fn keep(self) {
        let boxes = Memo::new(move |_| {
            self.tool
                .with(|tool| tool.as_ref().map(|tool| tool.boxes().to_vec()))
        });
        let is_scheduled = StoredValue::new(false);
        Effect::new(move |_| {
            // Read, since a memo that is only tracked is never worked out.
            boxes.with(|_| ());
            self.question.track();
            self.set_aside.track();
            self.queue.track();
            if !is_scheduled.get_value() {
                is_scheduled.set_value(true);
                let write = move || {
                    is_scheduled.set_value(false);
                    self.keep_conversation();
                };
                set_timeout(write, PAUSE);
            }
        });
        // Another tab of the page.
        window_event_listener(ev::storage, move |ev| {
            self.list_conversations();
            self.follow_other_tab(ev.key());
        });
        // What a reload in the middle of a movement or a word would lose; nothing else, which another tab may have deleted on purpose.
        window_event_listener(ev::pagehide, move |_| {
            if is_scheduled.get_value() {
                self.keep_conversation();
            }
        });
        Effect::new(move |_| {
            self.picture.track();
            self.exchanges.track();
            self.keep_conversation();
        });
        Effect::new(move |_| {
            let present = Present {
                conversation: Some(self.conversation.get()),
                options: Some(self.options.get()),
            };
            if let Ok(Some(storage)) = window().session_storage() {
                let id = self.conversation.get().to_string();
                storage.set_item(PRESENT, &id).ok();
            }
            self.note_kept(storage::write(PRESENT, &present));
        });
        Effect::new(move |_| {
            if let Some(picture) = self.picture.get() {
                spawn_local(self.keep_picture(picture));
            }
        });
    }

    /// Keeps the words and boxes of the open conversation as they are now.
    pub(super) fn keep_conversation(self) {
        let key = storage::conversation_key(self.conversation.get_untracked());
        let has_no_picture = self.picture.with_untracked(Option::is_none);
        let has_no_draft = self.question.with_untracked(String::is_empty);
        let has_turns = self.exchanges.with_untracked(|all| !all.is_empty());
        let is_aside = self.set_aside.with_untracked(|aside| !aside.is_empty());
        if self.is_written_elsewhere(&key) {
            // The browser has yet to tell of it.
            self.follow_other_tab(Some(key.clone()));
            if key != storage::conversation_key(self.conversation.get_untracked()) {
                return;
            }
            if !self.is_written(&key) {
                self.write_conversation(key);
            }
            return;
        }
        if has_no_picture && !has_turns && !is_aside && has_no_draft {
            return storage::remove(&key);
        }
        if !self.is_written(&key) {
            self.write_conversation(key);
        }
    }

    fn write_conversation(self, key: String) {
        let picture = self.picture.get_untracked();
        let question = self.question.get_untracked();
        let is_new = !storage::has(&key);
        let picture_memory = picture.as_ref().map(|picture| PictureMemory {
            name: picture.name.clone(),
            number: Some(picture.kept_as),
            boxes: self.boxes_untracked(),
            has_own_boxes: self.has_own_boxes(),
        });
        let draft = self
            .editing
            .with_untracked(|editing| Some(editing.as_ref()?.draft.clone()));
        // The queue goes with the page.
        let mut set_aside: Vec<String> = self
            .queue
            .with_untracked(|queue| queue.iter().cloned().collect());
        set_aside.extend(self.set_aside.get_untracked());
        let replaced = self
            .replaced
            .with_value(|replaced| Some(replaced.as_ref()?.exchange.turn()));
        let outcome = self.exchanges.with_untracked(|all| {
            let passing = Passing {
                mark: Mark,
                picture: picture_memory,
                exchanges: Turns(all),
                replaced,
                set_aside,
                question,
                draft,
            };
            storage::write(&key, &passing)
        });
        self.note_kept(outcome);
        self.note_written(key, true);
        // Another tab may have deleted it, and the picture with it.
        if let Some(picture) = picture.filter(|_| is_new) {
            spawn_local(self.keep_picture(picture));
        }
    }

    /// Keeps the file of a picture, and drops those that no conversation is about any more.
    async fn keep_picture(self, picture: Picture) {
        let number = picture.kept_as;
        if storage::picture(Some(number)).await.is_none() {
            let outcome = match picture.file() {
                Ok(file) => storage::put_picture(number, &file).await,
                Err(error) => Err(error.into()),
            };
            self.note_kept(outcome);
        }
        self.drop_unused_pictures().await;
    }

    /// Drops the pictures that no conversation is about; those that it dropped.
    pub(super) async fn drop_unused_pictures(self) -> Vec<(u64, Blob)> {
        let mut dropped = Vec::new();
        let Ok(numbers) = storage::picture_numbers().await else {
            return dropped;
        };
        let pictures = storage::conversation_ids()
            .into_iter()
            .filter_map(|id| Memory::read(id)?.picture?.number);
        let shown = self
            .picture
            .with_untracked(|p| p.as_ref().map(|p| p.kept_as));
        let used: HashSet<u64> = pictures.chain(shown).collect();
        for number in numbers.into_iter().filter(|number| !used.contains(number)) {
            if let Some(file) = storage::picture(Some(number)).await {
                dropped.push((number, file));
            }
            storage::drop_picture(Some(number)).await.ok();
        }
        dropped
    }

    /// Gives a conversation that has been left the answer that was under way.
    pub(super) fn keep_late_answer(self, conversation: u64, answer: Answer) {
        if conversation == self.conversation.get_untracked() {
            return;
        }
        let Some(mut memory) = Memory::read(conversation) else {
            return;
        };
        if let Some(last) = memory.exchanges.last_mut()
            && last.answer.is_none()
        {
            match memory.replaced.take() {
                // Stopped before it said anything.
                Some(replaced) if answer.text.trim().is_empty() => *last = replaced,
                _ => last.answer = Some(answer),
            }
            self.note_kept(storage::write(
                &storage::conversation_key(conversation),
                &memory,
            ));
        }
    }

    /// Says so when something could not be kept: once, until something could.
    pub(super) fn note_kept(self, outcome: Result<(), StorageError>) {
        let could_keep = self.can_keep.get_value();
        self.can_keep.set_value(outcome.is_ok());
        if let Err(StorageError(why)) = outcome
            && could_keep
        {
            self.notice.set(Some(Notice::ConversationNotKept(why)));
        }
    }
}

/// Puts the only conversation there was where several can be.
async fn moved(mut memory: Memory, id: u64) -> Result<(), StorageError> {
    if let Some(picture) = &mut memory.picture
        && let Some(file) = storage::picture(None).await
    {
        storage::put_picture(id, &file).await?;
        picture.number = Some(id);
    }
    storage::write(&storage::conversation_key(id), &memory)?;
    storage::remove(ONLY_CONVERSATION);
    storage::drop_picture(None).await
}

/// The conversation that was open in this tab.
fn session_storage_id() -> Option<u64> {
    let storage = window().session_storage().ok()??;
    storage.get_item(PRESENT).ok()??.parse().ok()
}
