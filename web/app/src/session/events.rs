//! What the engine's events do to the page.

use std::collections::VecDeque;

use leptos::prelude::*;
use roi_geom::PictureSize;
use roi_protocol::{Answer, Event, FailureKind};
use roi_words::{EngineEnd, EngineSaid, Notice, Progress, SelfTest, Trouble};

use super::{
    EngineState, PictureState, Session, Underway,
    exchange::without_prompt,
    retry::{Restart, Retry},
};
use crate::{engine_link::FromWorker, failure::Place};

impl Session {
    pub(super) fn receive(self, message: FromWorker) {
        self.note_package(&message);
        let event = match message {
            FromWorker::Event(event) => event,
            FromWorker::Stopped(end) => return self.engine_stopped(end),
        };
        match event {
            Event::Alive { .. } | Event::Started => {}
            Event::Program { bytes, total } => {
                // All at once is what the browser had already.
                if bytes > 0 && bytes < total {
                    self.retry.update_value(Retry::progressed);
                }
                self.progress.set(Progress::Program { bytes, total });
            }
            Event::KernelsChecked { groups, of, .. } => {
                self.ended();
                self.tested(groups, of);
            }
            Event::Device(device) => {
                self.recall_self_test(&device);
                self.device.set(Some(device));
            }
            Event::Waiting => self.progress.set(Progress::Waiting),
            Event::Found {
                id,
                total_bytes,
                kept_bytes,
                ..
            } => {
                // The engine lets it go now.
                self.standing.set_value(None);
                self.progress.set(Progress::Found {
                    id,
                    total_bytes,
                    kept_bytes,
                });
            }
            // `note_package` has taken them.
            Event::Preflight(_) | Event::Verifying { .. } | Event::Verified { .. } => {}
            Event::Older { reason } => self.notice.set(Some(Notice::OlderModel(reason))),
            Event::NotKept { reason } => self.notice.set(Some(Notice::ModelNotKept(reason))),
            Event::Packages { packages } => {
                self.ended();
                self.packages.set(Some(packages));
            }
            Event::Stopped { reason } => self.engine_stopped(EngineEnd::Said(reason)),
            Event::Expected { tokens_per_second } => self.expected.set(Some(tokens_per_second)),
            Event::Loading { bytes, total } => self.progress.update(|progress| {
                *progress = progress.with_checked(bytes, total);
            }),
            Event::Arriving { bytes } => {
                if bytes > 0 {
                    self.retry.update_value(Retry::progressed);
                }
                self.progress.update(|progress| {
                    if let Progress::Fetching { arriving_bytes, .. } = progress {
                        *arriving_bytes = bytes;
                    }
                });
            }
            Event::PictureAhead { .. } => self.picture_ahead(),
            Event::Compiling { done, total } => {
                self.progress.set(Progress::Compiling { done, total });
            }
            Event::Ready(model) => {
                self.ended();
                self.model.set(Some(model));
                self.engine.set(EngineState::Ready);
                self.retry.update_value(Retry::succeeded);
                self.say_restarted();
                self.remember_model();
                self.picture_is_next();
                self.list_packages();
            }
            Event::ImageReady { size } => {
                self.retry.update_value(Retry::proved);
                self.picture_ready(size);
            }
            Event::Token { text } => {
                if self.streaming().is_some() {
                    self.streamed.update(|streamed| streamed.push_str(&text));
                }
            }
            Event::Done(answer) => {
                let streaming = self.streaming();
                match (streaming, self.ended()) {
                    (Some(id), _) => self.answered(id, answer),
                    (None, Some(Underway::Ask(id))) => {
                        self.answered_late(id, without_prompt(answer));
                    }
                    (None, _) => {}
                }
                self.retry.update_value(Retry::proved);
                self.ready_again();
                self.ask_next();
            }
            Event::Failed {
                error: sentence,
                is_transient,
                kind,
            } => self.request_failed(EngineSaid { sentence, kind }, is_transient),
        }
    }

    /// There is a model for the picture that waited for one.
    pub(super) fn picture_is_next(self) {
        self.picture_state.update(|state| {
            if *state == PictureState::Waiting {
                *state = PictureState::Reading;
            }
        });
    }

    /// An answer has ended; another model may be on its way behind it.
    fn ready_again(self) {
        let is_opening = self
            .underway
            .with_value(|requests| requests.contains(&Underway::Open));
        if !is_opening {
            self.engine.set(EngineState::Ready);
        }
    }

    /// The id of the exchange that is being answered, unless the conversation has moved on without it.
    fn streaming(self) -> Option<u64> {
        let Some(Underway::Ask(id)) = self.underway.with_value(|queue| queue.front().copied())
        else {
            return None;
        };
        untrack(|| self.exchange(id)).map(|exchange| exchange.id)
    }

    /// The answer belongs to a conversation that has been left.
    fn answered_late(self, id: u64, answer: Answer) {
        if let Some((asked, conversation)) = self.left.get_value()
            && asked == id
        {
            self.left.set_value(None);
            self.keep_late_answer(conversation, answer);
        }
    }

    fn ended(self) -> Option<Underway> {
        self.test_when_idle();
        self.underway
            .try_update_value(VecDeque::pop_front)
            .flatten()
    }

    /// The first picture behind the model that is being opened has been encoded; it is the one shown unless that has changed.
    fn picture_ahead(self) {
        let next = self.underway.with_value(|queue| {
            queue.iter().find_map(|request| match request {
                Underway::Picture(number) => Some(*number),
                _ => None,
            })
        });
        let shown = self
            .picture
            .with_untracked(|picture| picture.as_ref().map(|picture| picture.number));
        if next.is_some() && next == shown {
            self.picture_state.set(PictureState::Ahead);
        }
    }

    fn picture_ready(self, engine_size: PictureSize) {
        let Some(Underway::Picture(number)) = self.ended() else {
            return;
        };
        let Some(picture) = self.picture.get_untracked().filter(|p| p.number == number) else {
            return;
        };
        if picture.size == engine_size {
            self.picture_state.set(PictureState::Encoded);
        } else {
            self.refuse_picture(Trouble::SizesDiffer {
                shown: picture.size,
                read: engine_size,
            });
        }
    }

    fn refuse_picture(self, why: Trouble) {
        self.picture_state.set(PictureState::Refused);
        self.fail(Place::Picture, why);
    }

    fn request_failed(self, said: EngineSaid, is_transient: bool) {
        match self.ended() {
            None | Some(Underway::Packages) => self.fail(Place::Model, Trouble::Engine(said)),
            Some(Underway::Open) => {
                let goes_on = self.standing.try_update_value(Option::take).flatten();
                if goes_on.is_none() {
                    self.engine.set(EngineState::LoadingFailed);
                }
                // What is kept can be opened, checked and deleted all the same.
                self.list_packages();
                let url = self.model_url.get_untracked();
                let is_url_said = said.sentence.contains(&url);
                // Where there never was a device, none will come by waiting.
                let is_tried_again = goes_on.is_none()
                    && is_transient
                    && self.device.with_untracked(Option::is_some);
                let trouble = Trouble::ModelNotOpened {
                    said,
                    url: (!is_url_said).then_some(url),
                    next_attempt: is_tried_again.then(|| self.open_again_later()),
                };
                self.fail(Place::Model, trouble);
                if let Some(model) = goes_on {
                    self.go_on_with(model);
                }
            }
            Some(Underway::SelfTest) if said.kind == FailureKind::Miscomputes => {
                self.self_test.set(SelfTest::Failed {
                    difference: said.sentence,
                });
            }
            Some(Underway::SelfTest) => self.test_cut_short(),
            Some(Underway::Picture(number)) => {
                let is_shown = self
                    .picture
                    .with_untracked(|p| p.as_ref().is_some_and(|p| p.number == number));
                if is_shown && self.engine.get_untracked() == EngineState::LoadingFailed {
                    // Not the picture's fault: the model behind which it waited did not come.
                    self.picture_state.set(PictureState::Unsent);
                } else if is_shown {
                    self.refuse_picture(Trouble::Engine(said));
                }
            }
            Some(Underway::Ask(id)) => {
                self.ready_again();
                self.take_back(id);
                self.fail(Place::Question, Trouble::Engine(said));
            }
        }
    }

    /// A worker that was running is started again at once; one that has not got so far, after a pause and only so often, unless its
    /// program did not come, which costs nothing; one of another version not at all.
    fn engine_stopped(self, end: EngineEnd) {
        let was_running = matches!(
            self.engine.get_untracked(),
            EngineState::Ready | EngineState::Answering
        );
        self.drop_engine();
        let restart = match end {
            EngineEnd::Misfit => Restart::Never,
            EngineEnd::NotLoaded(_) => Restart::Later,
            EngineEnd::WorkerEnded | EngineEnd::Said(_) => self
                .retry
                .try_update_value(Retry::ended)
                .unwrap_or(Restart::Never),
        };
        if was_running && restart == Restart::Now {
            self.reopen();
            return self.fail(Place::Model, Trouble::EngineStopped(end));
        }
        self.engine.set(EngineState::LoadingFailed);
        let next_attempt = (restart != Restart::Never).then(|| self.open_again_later());
        let trouble = Trouble::EngineNotStarted { end, next_attempt };
        self.fail(Place::Model, trouble);
    }

    /// What was said while the engine was away is over, and what became of a question stands where it is offered again.
    fn say_restarted(self) {
        let has_stopped = self.failure.with_untracked(|failure| {
            failure.as_ref().is_some_and(|failure| {
                matches!(
                    failure.trouble,
                    Trouble::EngineStopped(_) | Trouble::EngineNotStarted { .. }
                )
            })
        });
        self.clear_failure(Place::Model);
        if has_stopped {
            self.notice.set(Some(Notice::EngineRestarted));
        }
    }
}
