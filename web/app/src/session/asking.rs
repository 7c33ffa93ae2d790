//! Asking: the question in the field, one that stands in no field, one of every region; and stopping.

use std::{collections::VecDeque, sync::Arc};

use leptos::prelude::*;
use roi_protocol::{GenerateOptions, Request, SavedTurn, Turn, asked_of_region};
use roi_words::Trouble;

use super::{EngineState, Exchange, Session, Underway, check::highest_region};
use crate::failure::Place;

impl Session {
    /// Sends the question in the field, or says why it cannot be sent.
    pub(crate) fn ask(self) {
        if !self.ask_edited() && self.send_question(self.question.get_untracked()) {
            self.question.set(String::new());
        }
    }

    /// Sends a question, or says why it cannot be sent. The one in the field stays. Says whether it was sent.
    pub(crate) fn ask_this(self, question: String) -> bool {
        let is_sent = self.send_question(question);
        if is_sent {
            self.set_edit_aside();
        }
        is_sent
    }

    fn send_question(self, question: String) -> bool {
        let seed = self.options.with_untracked(|options| options.seed);
        self.ask_with_seed(question, seed).is_some()
    }

    /// Asks the question in the field of each region in turn, in place of the one region it names.
    pub(crate) fn ask_every_region(self) {
        let question = self.question.get_untracked();
        let n_boxes = self.n_boxes_untracked() as u32;
        let asked: Result<VecDeque<String>, _> = (1..=n_boxes)
            .map(|number| asked_of_region(&question, number))
            .collect();
        match asked {
            Ok(mut questions) => {
                if questions
                    .pop_front()
                    .is_some_and(|first| self.send_question(first))
                {
                    self.queue.set(questions);
                    self.question.set(String::new());
                    self.cancel_edit();
                }
            }
            Err(named) => self.fail(Place::Question, Trouble::SeveralRegions(named)),
        }
    }

    /// Asks what waits for the answer that has just come, if anything does.
    pub(super) fn ask_next(self) {
        if self.queue.with_untracked(VecDeque::is_empty) {
            return;
        }
        let next = self.queue.try_update(VecDeque::pop_front).flatten();
        if let Some(next) = next
            && !self.send_question(next.clone())
        {
            self.offer_again(Some(next));
        }
    }

    /// Stops the answer under way and asks nothing after it; what has been said stays.
    pub(crate) fn stop(self) {
        if !self.queue.with_untracked(VecDeque::is_empty) {
            self.queue.set(VecDeque::new());
        }
        self.cancel();
    }

    /// Stops the answer under way for another reason than that it is not wanted.
    pub(super) fn cancel(self) {
        if self.engine.get_untracked() == EngineState::Answering {
            self.send(Request::Cancel, None);
        }
    }

    /// Removes an exchange that came to nothing and offers its question again. What was to be asked after it would run into the
    /// same, so it waits, too.
    pub(super) fn take_back(self, id: u64) {
        let question = self.remove_exchange(id);
        let question = question.filter(|question| !self.put_back(id, question));
        self.offer_again(question);
    }

    /// Removes an exchange; its question. Boxes that only it named can be removed again.
    fn remove_exchange(self, id: u64) -> Option<String> {
        let mut question = None;
        self.exchanges.update(|exchanges| {
            if let Some(place) = exchanges.iter().position(|exchange| exchange.id == id) {
                question = Some(exchanges.remove(place).question.to_string());
            }
        });
        self.pin_mentioned();
        question
    }

    /// Keeps the boxes that the conversation names, and those before them, from being removed.
    pub(super) fn pin_mentioned(self) {
        let replaced = self
            .replaced
            .with_value(|replaced| Some(highest_region(&replaced.as_ref()?.exchange.question)));
        let mentioned = self.exchanges.with_untracked(|exchanges| {
            exchanges
                .iter()
                .map(|exchange| highest_region(&exchange.question))
                .chain(replaced)
                .max()
                .unwrap_or(0)
        });
        self.tool.update(|tool| {
            if let Some(tool) = tool {
                tool.set_pinned(mentioned);
            }
        });
    }

    /// The id of its exchange, if the question was sent.
    pub(super) fn ask_with_seed(self, question: String, seed: u64) -> Option<u64> {
        if question.trim().is_empty() || self.engine.get_untracked() == EngineState::Answering {
            return None;
        }
        if let Err(why) = self.check(&question) {
            self.fail(Place::Question, Trouble::Question(why));
            return None;
        }
        let earlier = |exchange: &Arc<Exchange>| Turn {
            question: exchange.question.to_string(),
            answer: exchange.told().map(str::to_owned),
        };
        let mut turns: Vec<Turn> = self
            .exchanges
            .with_untracked(|all| all.iter().map(earlier).collect());
        turns.push(Turn {
            question: question.clone(),
            answer: None,
        });
        let mut boxes = Vec::new();
        self.tool.update(|tool| {
            if let Some(tool) = tool {
                tool.finish_edit();
                tool.pin(highest_region(&question));
                boxes = tool.boxes().to_vec();
            }
        });
        let options = GenerateOptions {
            seed,
            ..self.options.get_untracked()
        };
        let turn = SavedTurn {
            question,
            boxes: boxes.clone(),
            options: Some(options.clone()),
            model: self
                .model
                .with_untracked(|model| model.as_ref().map(|model| model.id.clone()))
                .unwrap_or_default(),
            answer: None,
        };
        self.streamed.set(String::new());
        let id = self.add_exchange(turn);
        self.failure.set(None);
        self.engine.set(EngineState::Answering);
        self.send(
            Request::Ask {
                boxes,
                turns,
                options,
            },
            Some(Underway::Ask(id)),
        );
        Some(id)
    }
}
