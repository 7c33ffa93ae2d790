//! Another tab of the page on the same conversation: neither writes over what the other has, nor back what it has just read.

use std::sync::Arc;

use leptos::prelude::*;
use roi_geom::{BoxPx, BoxTool};
use roi_protocol::SavedTurn;

use super::{EngineState, Exchange, Session, memory::Memory, storage};

/// What lies under a conversation's key, as this tab last put or found it there.
#[derive(Debug)]
pub(super) struct Written {
    key: String,
    opening: String,
    /// What the tab itself had then; nothing if that was something else.
    own: Option<Own>,
}

/// What of a conversation a person changes in a tab.
#[derive(Debug, PartialEq)]
struct Own {
    /// Ids, and whether there is an answer.
    turns: Vec<(u64, bool)>,
    picture: Option<u64>,
    boxes: Vec<BoxPx>,
    question: String,
    set_aside: Vec<String>,
    n_waiting: usize,
}

impl Session {
    /// Another tab has written under this key. What it has written of the open conversation is taken over, but for what has been
    /// changed here; if that cannot be, since both have gone on with it, this tab goes on in a conversation of its own.
    pub(super) fn follow_other_tab(self, key: Option<String>) {
        let own_key = storage::conversation_key(self.conversation.get_untracked());
        if key.as_ref() != Some(&own_key) {
            return;
        }
        // One that was deleted there is kept again as soon as it changes here.
        let Some(memory) = Memory::read(self.conversation.get_untracked()) else {
            return;
        };
        let own = self.own();
        let is_unchanged = |is_same: &dyn Fn(&Own) -> bool| {
            self.written.with_value(|written| {
                let known = written.as_ref().filter(|written| written.key == own_key);
                known
                    .and_then(|written| written.own.as_ref())
                    .is_none_or(is_same)
            })
        };
        let has_same_turns = is_unchanged(&|known| known.turns == own.turns)
            && self.engine.get_untracked() != EngineState::Answering;
        let has_same_boxes = is_unchanged(&|known| known.boxes == own.boxes);
        let has_same_draft = is_unchanged(&|known| known.question == own.question);
        let has_same_aside = is_unchanged(&|known| known.set_aside == own.set_aside);
        let theirs = Theirs::of(&memory, own.picture, &self.own_answered());
        if !theirs.is_same_picture || (theirs.has_more && !has_same_turns) {
            self.conversation.set(self.next_number());
            return self.keep_conversation();
        }
        if theirs.is_different && has_same_turns {
            let (exchanges, _) = self.exchanges_of(memory.exchanges, memory.replaced);
            self.cancel_edit();
            self.exchanges.set(exchanges);
            self.pin_mentioned();
        }
        let is_editing = self.editing.with_untracked(Option::is_some);
        // What is being changed there is changed there alone.
        let their_draft = memory.draft.unwrap_or(memory.question);
        if has_same_draft && !is_editing && their_draft != own.question {
            self.question.set(their_draft);
        }
        if has_same_aside && memory.set_aside != own.set_aside {
            self.set_aside.set(memory.set_aside);
        }
        let boxes = memory.picture.map(|picture| picture.boxes);
        if let Some(boxes) = boxes
            && has_same_boxes
            && boxes != own.boxes
        {
            self.show_boxes_of_other_tab(boxes);
        }
        let is_all_theirs = has_same_turns && has_same_boxes && has_same_draft && has_same_aside;
        self.note_written(own_key, is_all_theirs);
    }

    /// Whether there is another text under this key than this tab has last put or found there.
    pub(super) fn is_written_elsewhere(self, key: &str) -> bool {
        self.written.with_value(|written| {
            let known = written.as_ref().filter(|written| written.key == key);
            known.is_some_and(|known| storage::opening(key).is_some_and(|now| now != known.opening))
        })
    }

    /// Whether what this tab has is what lies under this key, so that there is nothing to be written.
    pub(super) fn is_written(self, key: &str) -> bool {
        let own = self.own();
        self.written.with_value(|written| {
            let known = written.as_ref().filter(|written| written.key == key);
            known.is_some_and(|known| known.own.as_ref() == Some(&own))
        })
    }

    /// What lies under this key is known here now, and `is_own` says whether it is what this tab has.
    pub(super) fn note_written(self, key: String, is_own: bool) {
        let own = is_own.then(|| self.own());
        let written = storage::opening(&key).map(|opening| Written { key, opening, own });
        self.written.set_value(written);
    }

    fn show_boxes_of_other_tab(self, boxes: Vec<BoxPx>) {
        self.tool.update(|tool| {
            if let Some(tool) = tool
                && !tool.is_pressed()
                && !tool.is_edited()
            {
                *tool = BoxTool::with_boxes(tool.picture(), boxes);
            }
        });
        self.pin_mentioned();
    }

    fn own(self) -> Own {
        Own {
            turns: self.exchanges.with_untracked(|all| {
                all.iter()
                    .map(|exchange| (exchange.id, exchange.is_answered()))
                    .collect()
            }),
            picture: self
                .picture
                .with_untracked(|picture| picture.as_ref().map(|picture| picture.kept_as)),
            boxes: self.boxes_untracked(),
            question: self.question.get_untracked(),
            set_aside: self.set_aside.get_untracked(),
            n_waiting: self.queue.with_untracked(|queue| queue.len()),
        }
    }

    /// The exchanges that have answers, that which is being asked again among them.
    fn own_answered(self) -> Vec<Arc<Exchange>> {
        let mut answered = self.standing_exchanges();
        answered.retain(|exchange| exchange.is_answered());
        answered
    }
}

/// How what another tab has written compares with what this one has.
struct Theirs {
    is_same_picture: bool,
    is_different: bool,
    /// It is different, and not only since this tab has gone on.
    has_more: bool,
}

impl Theirs {
    fn of(memory: &Memory, own_picture: Option<u64>, own: &[Arc<Exchange>]) -> Self {
        let is_answered = |turn: &&SavedTurn| turn.answer.is_some();
        let is_awaited = memory.exchanges.iter().any(|turn| turn.answer.is_none());
        let replaced = memory.replaced.as_ref().filter(|_| is_awaited);
        let kept = memory.exchanges.iter().filter(is_answered).chain(replaced);
        let is_same = |(own, kept): &(&Arc<Exchange>, &SavedTurn)| {
            let said = kept.answer.as_ref().map_or("", |answer| &answer.text);
            *own.question == *kept.question && own.said() == said
        };
        let n_common = own.iter().zip(kept.clone()).take_while(is_same).count();
        let n_theirs = kept.count();
        let picture = memory.picture.as_ref().and_then(|picture| picture.number);
        Self {
            is_same_picture: picture == own_picture,
            is_different: n_theirs != own.len() || n_common < n_theirs,
            has_more: n_theirs > n_common,
        }
    }
}
