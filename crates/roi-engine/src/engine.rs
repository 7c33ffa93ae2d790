//! The engine: what is loaded, and the calls that front ends make.

use std::ops::ControlFlow;

use roi_geom::{BoxNorm, BoxPx, PictureSize};
use roi_kernels::{conformance, release_unused, reserved_bytes};
use roi_model::{Footprint, Gpt4Roi, MAX_CANDIDATES};
use roi_prompt::{
    Conversation, Habits, Prompt, Room, StopRule, Tokenizer, answer_text, stopped_answer_text,
};
use roi_protocol::{
    Answer, Counters, DeviceInfo, Event, FinishReason, GenerateOptions, ModelInfo, Timings, Turn,
};
use roi_weights::Layout;

use crate::EngineError;
use crate::cache::{PictureId, Placeholders, Sight, cells, n_reusable};
use crate::calibration::Calibration;
use crate::generate::{Generated, Generation};
use crate::host::{CancelFlag, Host};
use crate::prefill::prefill;
use crate::session::{Memory, Seen, finished};

/// One question with all it refers to.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Box `k` of this list is region `k + 1`.
    pub boxes: &'a [BoxPx],
    /// The whole conversation; every turn but the last has its answer.
    pub turns: &'a [Turn],
    /// How to generate.
    pub options: &'a GenerateOptions,
}

/// A GPT4RoI model with a picture in front of it.
pub struct Engine {
    pub(crate) host: Host,
    pub(crate) loaded: Option<Loaded>,
    /// Counted and timed since the last answer; the next one reports it.
    pub(crate) counters: Counters,
    pub(crate) timings: Timings,
    peak_gpu_bytes: u64,
    /// The device's speeds with weights of a layout; measured when it gets a model with such, on a GPU.
    pub(crate) calibration: Option<(Layout, Calibration)>,
    pub(crate) has_blank_regions: bool,
}

pub(crate) struct Loaded {
    pub(crate) model: Gpt4Roi,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) info: ModelInfo,
    pub(crate) footprint: Footprint,
    pub(crate) seen: Option<Seen>,
    /// `None` after a question that failed half-way, and where nothing had to be prepared.
    pub(crate) memory: Option<Memory>,
}

impl Engine {
    /// An engine without a model.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self {
            host,
            loaded: None,
            counters: Counters::default(),
            timings: Timings::default(),
            peak_gpu_bytes: 0,
            calibration: None,
            has_blank_regions: false,
        }
    }

    /// Makes the vectors of all regions zeros from now on, or what they should be again: a control that shows what an answer
    /// owes to them.
    pub fn blank_regions(&mut self, is_blank: bool) {
        self.has_blank_regions = is_blank;
    }

    /// The device that does the work.
    #[must_use]
    pub fn device(&self) -> &DeviceInfo {
        &self.host.info
    }

    /// The loaded model.
    #[must_use]
    pub fn model(&self) -> Option<&ModelInfo> {
        self.loaded.as_ref().map(|loaded| &loaded.info)
    }

    /// Makes an encoded file (PNG, JPEG, WebP) the picture that questions are about. The same file again costs nothing.
    ///
    /// # Errors
    /// [`EngineError`]. If the file is at fault, the picture set before stays.
    pub async fn set_picture(
        &mut self,
        file: &[u8],
        events: &mut dyn FnMut(Event),
    ) -> Result<PictureSize, EngineError> {
        let outcome = self.look_at(file, events).await;
        self.settled(outcome, self.footprint())
    }

    async fn look_at(
        &mut self,
        file: &[u8],
        events: &mut dyn FnMut(Event),
    ) -> Result<PictureSize, EngineError> {
        let loaded = self.loaded.as_mut().ok_or(EngineError::NoModel)?;
        let id = PictureId::of(file);
        if let Some(seen) = &loaded.seen
            && seen.id == id
        {
            events(Event::ImageReady { size: seen.size });
            return Ok(seen.size);
        }
        let start_ms = (self.host.now_ms)();
        let vision = &loaded.model.config().vision;
        let (size, pixels) = roi_picture::read(file, vision)?;
        // The maps of two pictures need not fit side by side.
        loaded.seen = None;
        let picture = loaded.model.encode_picture(&pixels);
        finished(&picture.image_tokens, &self.host).await?;
        loaded.seen = Some(Seen::new(id, size, picture));
        self.counters.pictures_encoded += 1;
        self.timings.image += (self.host.now_ms)() - start_ms;
        self.note_memory();
        events(Event::ImageReady { size });
        Ok(size)
    }

    /// Answers the last turn, with [`Event::Token`]s on the way and [`Event::Done`] at the end. An answer that the last turn
    /// has already is not looked at.
    ///
    /// Counters and timings of the answer cover everything since the answer before, loading and pictures included.
    ///
    /// # Errors
    /// [`EngineError`]; the next question can be asked.
    pub async fn ask(
        &mut self,
        question: Question<'_>,
        cancel: &CancelFlag,
        events: &mut dyn FnMut(Event),
    ) -> Result<Answer, EngineError> {
        let outcome = self.answer(question, cancel, events).await;
        self.settled(outcome, self.footprint())
    }

    async fn answer(
        &mut self,
        question: Question<'_>,
        cancel: &CancelFlag,
        events: &mut dyn FnMut(Event),
    ) -> Result<Answer, EngineError> {
        check_options(question.options)?;
        let loaded = self.loaded.as_mut().ok_or(EngineError::NoModel)?;
        let seen = loaded.seen.as_mut().ok_or(EngineError::NoPicture)?;
        let (model, host) = (&loaded.model, &self.host);
        let config = model.config();
        let compat = question.options.compat;

        let norms = normalised(question.boxes, seen.size)?;
        let prompt = prompt(&question, model, &loaded.tokenizer)?;
        let mentioned: Vec<_> = prompt.regions.iter().map(|&index| norms[index]).collect();

        let regions_ms = (host.now_ms)();
        let sight = sight(self.has_blank_regions, compat.f16_boxes);
        let (keys, vectors, n_encoded) = seen.regions(&mentioned, sight, model, host).await?;
        self.counters.regions_encoded += n_encoded;
        let prefill_ms = (host.now_ms)();

        let wanted = cells(&prompt.ids, placeholders(model), seen.id, &keys);
        // Taken out, so that a failure leaves nothing half-written behind.
        let mut memory = match loaded.memory.take() {
            Some(memory) => memory,
            None => Memory::new(model),
        };
        let n_reused = n_reusable(&memory.cells, &wanted);
        memory.truncate(n_reused);
        let image_tokens = &seen.picture.image_tokens;
        let embed = |tokens| model.embed_prompt(&prompt.ids, tokens, image_tokens, &vectors);
        let logits = prefill(model, host, embed, &wanted, &mut memory, cancel).await?;
        self.counters.tokens_prefilled += count(memory.cells.len() - n_reused);
        self.counters.tokens_reused += count(n_reused);

        let stop_ids: Vec<_> = std::iter::once(config.tokens.eos)
            .chain(config.tokens.stop.iter().copied())
            .collect();
        let generation = Generation {
            model,
            host,
            options: question.options,
            stop: (!question.options.ignore_stop).then(|| StopRule::new(&stop_ids)),
            stream: loaded.tokenizer.decode_stream(),
            cancel,
        };
        let generated = match logits {
            Some(logits) => generation.run(logits, &mut memory, events).await?,
            None => Generated::nothing((host.now_ms)()),
        };
        let bytes_per_token = model.bytes_per_token() as f64;
        loaded.memory = Some(memory);

        self.timings.regions += prefill_ms - regions_ms;
        self.timings.prefill += generated.first_ms - prefill_ms;
        self.timings.decode += generated.last_ms - generated.first_ms;
        self.note_memory();
        let n_steps = generated.token_ids.len().saturating_sub(1);
        let decode_ms = generated.last_ms - generated.first_ms;
        let tokens_per_second = if n_steps > 0 && decode_ms > 0.0 {
            n_steps as f64 / (decode_ms / 1e3)
        } else {
            0.0
        };
        let read_per_second = tokens_per_second * bytes_per_token;
        let trimmed = match generated.finish_reason {
            FinishReason::Cancelled => stopped_answer_text(&generated.text),
            _ => answer_text(&generated.text),
        };
        let answer = Answer {
            answer: trimmed.to_owned(),
            text: generated.text,
            token_ids: generated.token_ids,
            prompt_token_ids: prompt.ids,
            finish_reason: generated.finish_reason,
            turns_dropped: prompt.n_turns_dropped,
            device: format!("{}: {}", self.host.info.kind, self.host.info.name),
            timings_ms: std::mem::take(&mut self.timings),
            tokens_per_second,
            share_of_copy: self.calibration.map_or(0.0, |(_, speeds)| {
                read_per_second / speeds.copy_bytes_per_second
            }),
            counters: std::mem::take(&mut self.counters),
            peak_gpu_bytes: self.peak_gpu_bytes,
        };
        events(Event::Done(answer.clone()));
        Ok(answer)
    }

    /// Runs the kernels on the device against their plain-Rust twins, from group `first` on and as long as nothing else
    /// `is_waiting`, with [`Event::KernelsChecked`] at the end. Needs no model.
    ///
    /// # Errors
    /// [`EngineError::Kernel`] with the first difference; another when the check could not be finished, because the device refused a
    /// kernel or failed.
    pub async fn check_kernels(
        &self,
        first: u32,
        is_waiting: &dyn Fn() -> bool,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        let mut on_case = |_: &str| match is_waiting() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let checked = conformance::run(&self.host.device, first, &mut on_case).await;
        let checked =
            self.host
                .unless_faulty(checked.map_err(|error| match error.is_difference() {
                    true => EngineError::Kernel(error),
                    false => EngineError::KernelCheck(error),
                }));
        let checked = self.settled(checked, self.footprint())?;
        events(Event::KernelsChecked {
            cases: checked.cases,
            groups: checked.next,
            of: conformance::N_GROUPS,
        });
        Ok(())
    }

    /// What came of a request that uses the device. After a failure for want of memory nothing that was made meanwhile may be used
    /// again: the device does not say which of it is there.
    pub(crate) fn settled<T>(
        &self,
        outcome: Result<T, EngineError>,
        footprint: Option<Footprint>,
    ) -> Result<T, EngineError> {
        if let Err(EngineError::OutOfMemory(_)) = outcome {
            self.release();
        }
        outcome.map_err(|error| error.about(footprint))
    }

    /// Gives back what the device holds and nothing uses.
    pub(crate) fn release(&self) {
        if release_unused(&self.host.device) {
            (self.host.free_buffers)();
        }
    }

    fn footprint(&self) -> Option<Footprint> {
        self.loaded.as_ref().map(|loaded| loaded.footprint)
    }

    pub(crate) fn note_memory(&mut self) {
        self.peak_gpu_bytes = self.peak_gpu_bytes.max(reserved_bytes(&self.host.device));
    }
}

/// Whether all boxes can be used on a picture, for checks before a model is there.
///
/// # Errors
/// [`EngineError::Region`] with the first that cannot.
pub fn check_boxes(boxes: &[BoxPx], size: PictureSize) -> Result<(), EngineError> {
    normalised(boxes, size).map(drop)
}

pub(crate) fn sight(is_blank: bool, is_rounded: bool) -> Sight {
    match (is_blank, is_rounded) {
        (true, _) => Sight::Blank,
        (false, true) => Sight::RoundedToF16,
        (false, false) => Sight::Exact,
    }
}

/// Ids of this model that stand for something else.
pub(crate) fn placeholders(model: &Gpt4Roi) -> Placeholders {
    let tokens = &model.config().tokens;
    Placeholders {
        im_patch: tokens.im_patch,
        bbox: tokens.bbox,
    }
}

/// All boxes, also those nobody mentions: a box that cannot be used is never passed over silently.
pub(crate) fn normalised(boxes: &[BoxPx], size: PictureSize) -> Result<Vec<BoxNorm>, EngineError> {
    boxes
        .iter()
        .enumerate()
        .map(|(index, b)| {
            b.normalised(size).map_err(|source| EngineError::Region {
                number: index + 1,
                source,
            })
        })
        .collect()
}

fn prompt(
    question: &Question<'_>,
    model: &Gpt4Roi,
    tokenizer: &Tokenizer,
) -> Result<Prompt, EngineError> {
    let turns = prompt_turns(question.turns);
    let conversation = conversation(question, &turns, model);
    let whole = model.config().decoder.max_positions;
    // More may be asked for than any answer takes, and earlier turns are worth more than that.
    let answer = (question.options.max_new_tokens as usize).min(whole / 4);
    Ok(conversation.prompt_within(tokenizer, Room { whole, answer })?)
}

pub(crate) fn prompt_turns(turns: &[Turn]) -> Vec<roi_prompt::Turn> {
    let turns = turns.iter().map(|turn| roi_prompt::Turn {
        question: turn.question.as_str().into(),
        answer: turn.answer.clone(),
    });
    turns.collect()
}

/// The conversation of a question whose turns are `turns`.
pub(crate) fn conversation<'a>(
    question: &Question<'_>,
    turns: &'a [roi_prompt::Turn],
    model: &Gpt4Roi,
) -> Conversation<'a> {
    let compat = question.options.compat;
    Conversation {
        turns,
        n_boxes: question.boxes.len(),
        n_image_tokens: model.config().vision.n_patches(),
        habits: Habits {
            order_binding: compat.order_binding,
            repeat_headers: compat.repeat_headers,
        },
    }
}

fn check_options(options: &GenerateOptions) -> Result<(), EngineError> {
    let wrong = |name, value: String, allowed| {
        Err(EngineError::Setting {
            name,
            value,
            allowed,
        })
    };
    let GenerateOptions {
        max_new_tokens,
        temperature,
        top_k,
        top_p,
        ..
    } = *options;
    if max_new_tokens == 0 {
        return wrong("max new tokens", max_new_tokens.to_string(), "at least 1");
    }
    if !(temperature.is_finite() && temperature >= 0.0) {
        return wrong(
            "temperature",
            temperature.to_string(),
            "0 or a number above it",
        );
    }
    if top_k as usize > MAX_CANDIDATES {
        return wrong("top-k", top_k.to_string(), "at most 64");
    }
    if !(top_p > 0.0 && top_p <= 1.0) {
        return wrong("top-p", top_p.to_string(), "above 0 and at most 1");
    }
    Ok(())
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
