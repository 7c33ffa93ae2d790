//! Another tab of the page on the same conversation: neither writes over what the other has.

use std::sync::Arc;

use leptos::prelude::*;
use roi_geom::BoxTool;
use roi_protocol::SavedTurn;

use super::{EngineState, Exchange, Session, memory::Memory, storage};

impl Session {
    /// Another tab has written under this key. What it has written of the open conversation is taken over; if that cannot be,
    /// since both have gone on with it, this tab goes on in a conversation of its own.
    pub(super) fn follow_other_tab(self, key: Option<String>) {
        if key != Some(storage::conversation_key(self.conversation.get_untracked())) {
            return;
        }
        let own_id = self.conversation.get_untracked();
        self.note_written(storage::conversation_key(own_id));
        // One that was deleted there is kept again as soon as it changes here.
        let Some(memory) = Memory::read(own_id) else {
            return;
        };
        let is_same_picture = self.picture.with_untracked(|picture| {
            picture.as_ref().map(|picture| picture.kept_as)
                == memory.picture.as_ref().and_then(|picture| picture.number)
        });
        let (n_own, n_common) = self
            .exchanges
            .with_untracked(|own| in_common(own, &memory.exchanges));
        let n_theirs = memory.exchanges.iter().filter(is_answered).count();
        let has_more = n_theirs > n_common;
        let has_gone_on = n_own > n_common || self.engine.get_untracked() == EngineState::Answering;
        if !is_same_picture || (has_more && has_gone_on) {
            self.conversation.set(self.next_number());
            return self.keep_conversation();
        }
        if has_more {
            let (exchanges, _) = self.exchanges_of(memory.exchanges, memory.replaced);
            self.cancel_edit();
            self.exchanges.set(exchanges);
            self.pin_mentioned();
        }
        let boxes = memory
            .picture
            .map(|picture| picture.boxes)
            .unwrap_or_default();
        let is_busy = self.tool.with_untracked(|tool| {
            tool.as_ref()
                .is_none_or(|tool| tool.is_pressed() || tool.is_edited())
        });
        if !is_busy && boxes != self.boxes_untracked() {
            self.tool.update(|tool| {
                if let Some(tool) = tool {
                    *tool = BoxTool::with_boxes(tool.picture(), boxes);
                }
            });
            self.pin_mentioned();
        }
    }

    /// Whether there is another text under this key than this tab has last put or found there.
    pub(super) fn is_written_elsewhere(self, key: &str) -> bool {
        self.written.with_value(|written| {
            let known = written.as_ref().filter(|(of, _)| of == key);
            known.is_some_and(|(_, text)| storage::raw(key).is_some_and(|now| now != *text))
        })
    }

    /// What lies under this key now is known here.
    pub(super) fn note_written(self, key: String) {
        let text = storage::raw(&key);
        self.written.set_value(text.map(|text| (key, text)));
    }
}

/// How many of a tab's own turns have answers, and how many of those, from the first on, are the same in what is kept.
fn in_common(own: &[Arc<Exchange>], kept: &[SavedTurn]) -> (usize, usize) {
    let own = own.iter().filter(|exchange| exchange.is_answered());
    let kept = kept.iter().filter(is_answered);
    let is_same = |(own, kept): &(&Arc<Exchange>, &SavedTurn)| {
        let said = kept.answer.as_ref().map_or("", |answer| &answer.text);
        *own.question == *kept.question && own.said() == said
    };
    let n_common = own.clone().zip(kept).take_while(is_same).count();
    (own.count(), n_common)
}

fn is_answered(turn: &&SavedTurn) -> bool {
    turn.answer.is_some()
}
