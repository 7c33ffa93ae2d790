//! Several conversations: beginning one, going to another, removing them and taking that back.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use roi_geom::BoxTool;
use roi_protocol::SavedTurn;
use roi_words::Trouble;
use web_sys::Blob;

use super::{Exchange, PictureState, Session, memory::Memory, replacing::Editing, storage};
use crate::{
    failure::Place,
    picture::{Picture, PictureSource},
};

/// A kept conversation, as a list tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ConversationHead {
    /// Later ones have higher ids; it is the moment at which it began, in milliseconds since 1970.
    pub(crate) id: u64,
    /// The first question; empty if nothing has been asked.
    pub(crate) title: String,
    pub(crate) picture_name: String,
    pub(crate) n_questions: usize,
}

/// What has just been removed, until something else is or the page goes.
#[derive(Clone, Debug)]
pub(super) struct Removed {
    /// Conversations by their ids, as the text that was kept.
    texts: Vec<(u64, String)>,
    /// Pictures that no other conversation is about, by their numbers.
    pictures: Vec<(u64, Blob)>,
}

impl Session {
    /// Begins a conversation about the same picture and boxes; the one so far is kept.
    pub(crate) fn new_conversation(self) {
        let is_untouched = self.exchanges.with_untracked(Vec::is_empty)
            && self.set_aside.with_untracked(Vec::is_empty);
        if is_untouched {
            self.leave();
        } else {
            self.begin_conversation();
        }
    }

    /// The same, also where nothing was asked so far.
    pub(super) fn begin_conversation(self) {
        self.leave();
        self.conversation.set(self.next_number());
        self.exchanges.set(Vec::new());
        self.set_aside.set(Vec::new());
        self.tool.update(|tool| {
            if let Some(tool) = tool {
                tool.unpin();
            }
        });
        self.clear_failure(Place::Question);
    }

    /// Goes to a kept conversation. One that cannot be opened leaves everything as it was.
    pub(crate) fn open_conversation(self, id: u64) {
        if id == self.conversation.get_untracked() {
            return;
        }
        let number = self.next_number();
        spawn_local(async move {
            let Some(memory) = Memory::read(id) else {
                self.list_conversations();
                return self.fail(Place::Conversation, Trouble::ConversationGone);
            };
            match memory.picture_source().await {
                Some(source) => self.open_kept(id, memory, source, number).await,
                None => self.fail(Place::Conversation, Trouble::ConversationPictureGone),
            }
        });
    }

    /// Shows a kept conversation once its picture has been decoded, unless something asked for after `number` has been shown.
    pub(super) async fn open_kept(
        self,
        id: u64,
        memory: Memory,
        source: PictureSource,
        number: u64,
    ) {
        match Picture::open(source, number).await {
            Ok(picture) if !self.has_shown_since(number) => {
                // An answer may have come in the meantime, or another tab have gone on.
                self.show(id, Memory::read(id).unwrap_or(memory), picture);
            }
            Ok(_) => {}
            Err(why) => self.fail(Place::Conversation, Trouble::Picture(why)),
        }
    }

    /// Makes this the open conversation; the one so far is kept.
    pub(super) fn show(self, id: u64, memory: Memory, picture: Picture) {
        self.leave();
        let mut draft = memory.question;
        if draft.is_empty() && self.picture.with_untracked(Option::is_none) {
            // Typed before there was anything to ask about; it belongs to no conversation yet.
            draft = self.question.get_untracked();
        }
        let (exchanges, unanswered) = self.exchanges_of(memory.exchanges, memory.replaced);
        let is_all_answered = unanswered.is_none();
        let mut set_aside = memory.set_aside;
        if let Some(question) = unanswered {
            // It was being answered when the page went; it can be sent again.
            if draft.is_empty() {
                draft = question;
            } else {
                set_aside.insert(0, question);
            }
        }
        let last = exchanges.last().filter(|_| is_all_answered);
        let editing = last.and_then(|last| Some(Editing::of(last, memory.draft?)));
        self.conversation.set(id);
        self.exchanges.set(exchanges);
        self.set_aside.set(set_aside);
        self.question.set(draft);
        self.editing.set(editing);
        self.failure.set(None);
        let is_same = self
            .picture
            .with_untracked(|shown| shown.as_ref().is_some_and(|p| p.kept_as == picture.kept_as));
        if is_same {
            self.last_shown.set_value(picture.number);
            self.tool
                .set(Some(BoxTool::with_boxes(picture.size, picture.boxes)));
        } else {
            self.show_picture(picture);
        }
        self.pin_mentioned();
        self.list_conversations();
    }

    /// Kept turns as exchanges, and the question that was not answered, unless it stands there with the answer that it had.
    pub(super) fn exchanges_of(
        self,
        turns: Vec<SavedTurn>,
        replaced: Option<SavedTurn>,
    ) -> (Vec<Arc<Exchange>>, Option<String>) {
        let (answered, unanswered): (Vec<_>, Vec<_>) =
            turns.into_iter().partition(|turn| turn.answer.is_some());
        let mut unanswered = unanswered.into_iter().next_back().map(|turn| turn.question);
        let replaced = replaced.filter(|_| unanswered.is_some());
        if let Some(replaced) = &replaced {
            unanswered.take_if(|question| *question == replaced.question);
        }
        let mut exchanges: Vec<Arc<Exchange>> = Vec::new();
        for turn in answered.into_iter().chain(replaced) {
            let before = exchanges.last().map(|last| &**last);
            let exchange = Exchange::new(self.next_number(), turn, before);
            exchanges.push(Arc::new(exchange));
        }
        (exchanges, unanswered)
    }

    /// Reads anew which conversations are kept.
    pub(crate) fn list_conversations(self) {
        let heads = storage::conversation_ids().into_iter().filter_map(|id| {
            let memory = Memory::read(id)?;
            let title = memory.exchanges.first().map(|first| first.question.clone());
            Some(ConversationHead {
                id,
                title: title.unwrap_or_default(),
                picture_name: memory.picture?.name,
                n_questions: memory.exchanges.len(),
            })
        });
        self.conversations.set(heads.collect());
    }

    /// Removes a kept conversation. If it is the open one, nothing is open afterwards.
    pub(crate) fn delete_conversation(self, id: u64) {
        self.remove_conversations(vec![id]);
    }

    /// Removes every conversation, and all pictures with them.
    pub(crate) fn clear_conversations(self) {
        self.remove_conversations(storage::conversation_ids());
    }

    /// Brings back what was removed last.
    pub(crate) fn restore_removed(self) {
        let Some(removed) = self.removed.try_update_value(Option::take).flatten() else {
            return;
        };
        self.n_removed.set(0);
        spawn_local(async move {
            // Words first: a picture that no conversation is about may be dropped at any moment.
            let mut outcome = Ok(());
            for (id, text) in &removed.texts {
                outcome = outcome.and(storage::write_text(&storage::conversation_key(*id), text));
            }
            for (number, file) in &removed.pictures {
                outcome = outcome.and(storage::put_picture(*number, file).await);
            }
            self.note_kept(outcome);
            self.list_conversations();
        });
    }

    /// Forgets what was removed last, for good.
    pub(crate) fn forget_removed(self) {
        self.removed.set_value(None);
        self.n_removed.set(0);
    }

    fn remove_conversations(self, ids: Vec<u64>) {
        let n_listed = self.conversations.with_untracked(|heads| {
            let listed = heads.iter().filter(|head| ids.contains(&head.id));
            listed.count()
        });
        if ids.contains(&self.conversation.get_untracked()) {
            self.leave();
            self.conversation.set(self.next_number());
            self.exchanges.set(Vec::new());
            self.set_aside.set(Vec::new());
            self.question.set(String::new());
            self.tool.set(None);
            self.picture.set(None);
            self.picture_state.set(PictureState::Unsent);
            self.failure.set(None);
        }
        let mut texts = Vec::new();
        for id in ids {
            let key = storage::conversation_key(id);
            let text = storage::read_text(&key);
            storage::remove(&key);
            texts.extend(text.map(|text| (id, text)));
        }
        self.list_conversations();
        spawn_local(async move {
            let pictures = self.drop_unused_pictures().await;
            self.n_removed.set(n_listed);
            self.removed.set_value(Some(Removed { texts, pictures }));
        });
    }

    /// Ends what is under way in the open conversation and keeps it as it is now. An answer that has begun is kept with it as
    /// soon as the engine has stopped.
    pub(super) fn leave(self) {
        let unanswered = self.exchanges.with_untracked(|all| {
            let last = all.last()?;
            (!last.is_answered()).then_some(last.id)
        });
        self.set_queue_aside();
        self.cancel();
        if self.picture.with_untracked(Option::is_some) {
            self.keep_conversation();
        } else {
            storage::remove(&storage::conversation_key(
                self.conversation.get_untracked(),
            ));
        }
        // Only now: it is kept as being changed, and whoever comes back goes on.
        self.cancel_edit();
        // The conversation may have become another one just now, for what another tab has written.
        if let Some(id) = unanswered {
            self.left
                .set_value(Some((id, self.conversation.get_untracked())));
        }
        self.replaced.set_value(None);
    }
}
