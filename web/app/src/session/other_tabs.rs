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
        // One that was deleted there is kept again as soon as it changes here.
        let Some(memory) = Memory::read(self.conversation.get_untracked()) else {
            return;
        };
        let is_same_picture = self.picture.with_untracked(|picture| {
            picture.as_ref().map(|picture| picture.kept_as)
                == memory.picture.as_ref().and_then(|picture| picture.number)
        });
        let has_same_turns = self
            .exchanges
            .with_untracked(|own| are_same(own, &memory.exchanges));
        let is_answering = self.engine.get_untracked() == EngineState::Answering;
        if !is_same_picture || (is_answering && !has_same_turns) {
            self.conversation.set(self.next_number());
            return self.keep_conversation();
        }
        if !has_same_turns {
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
}

/// Whether the answered ones are the same, as far as people see them.
fn are_same(own: &[Arc<Exchange>], kept: &[SavedTurn]) -> bool {
    let own = own.iter().filter(|exchange| exchange.is_answered());
    let kept = kept.iter().filter(|turn| turn.answer.is_some());
    own.map(|exchange| (&*exchange.question, exchange.said()))
        .eq(kept.map(|turn| {
            let said = turn.answer.as_ref().map_or("", |answer| &answer.text);
            (turn.question.as_str(), said)
        }))
}
