//! What an answer took and what it was made with, in words.

use roi_protocol::{Answer, FinishReason, GenerateOptions};

use crate::{AnswerWords, format};

/// Size and speed of an answer, and why it ended if it ended early.
#[must_use]
pub fn answer_summary(answer: &Answer, words: &AnswerWords) -> String {
    let timings = &answer.timings_ms;
    let total = timings.image + timings.regions + timings.prefill + timings.decode;
    let mut parts = vec![(words.tokens)(answer.token_ids.len())];
    if total > 0.0 {
        parts.push(format::milliseconds(total));
    }
    if answer.tokens_per_second > 0.0 {
        parts.push((words.tokens_per_second)(answer.tokens_per_second));
    }
    match answer.finish_reason {
        FinishReason::Stop | FinishReason::Eos => {}
        FinishReason::Length => parts.push(words.cut.to_owned()),
        FinishReason::Cancelled => parts.push(words.stopped.to_owned()),
    }
    parts.join(" · ")
}

/// Names and values, in the order in which the steps happen.
#[must_use]
pub fn answer_details(
    answer: &Answer,
    options: Option<&GenerateOptions>,
    model: &str,
    words: &AnswerWords,
) -> Vec<(&'static str, String)> {
    let (times, counters) = (&answer.timings_ms, &answer.counters);
    let [image, regions, prefill, decode] =
        [times.image, times.regions, times.prefill, times.decode].map(format::milliseconds);
    let mut rows = vec![
        (
            words.picture,
            match counters.pictures_encoded {
                0 => words.known.to_owned(),
                _ => (words.picture_encoded)(&image),
            },
        ),
        (
            words.regions,
            match counters.regions_encoded {
                0 => words.known.to_owned(),
                n => (words.regions_encoded)(&regions, n),
            },
        ),
        (
            words.prompt,
            (words.prompt_read)(
                &prefill,
                counters.tokens_prefilled as usize,
                counters.tokens_reused,
            ),
        ),
        (
            words.answer,
            (words.answered)(&decode, answer.token_ids.len()),
        ),
    ];
    if answer.tokens_per_second > 0.0 {
        let speed = (words.speed_after_first)(answer.tokens_per_second);
        rows.push((words.speed, speed));
    }
    if answer.share_of_copy > 0.0 {
        let share = (words.share_of_copy)(answer.share_of_copy);
        rows.push((words.memory_speed, share));
    }
    if answer.turns_dropped > 0 {
        let dropped = (words.turns_left_out)(answer.turns_dropped);
        rows.push((words.left_out, dropped));
    }
    rows.extend(options.map(|options| (words.settings, settings(options, words))));
    if !model.is_empty() {
        rows.push((words.model, model.to_owned()));
    }
    rows.push((words.device, answer.device.clone()));
    if answer.peak_gpu_bytes > 0 {
        let peak = (words.at_most)(&format::bytes(answer.peak_gpu_bytes));
        rows.push((words.memory, peak));
    }
    rows
}

/// What else an answer would be given again with.
fn settings(options: &GenerateOptions, words: &AnswerWords) -> String {
    let mut parts = vec![(words.temperature)(options.temperature)];
    if options.temperature > 0.0 {
        parts.push(format!("top-k {}", options.top_k));
        parts.push(format!("top-p {}", options.top_p));
        parts.push((words.seed)(options.seed));
    }
    parts.push((words.at_most_tokens)(options.max_new_tokens as usize));
    if options.ignore_stop {
        parts.push(words.past_end.to_owned());
    }
    parts.join(words.comma)
}

#[cfg(test)]
mod tests {
    use roi_protocol::{Counters, FinishReason, Timings};

    use super::*;
    use crate::ENGLISH;

    const WORDS: AnswerWords = ENGLISH.answer;

    fn answer() -> Answer {
        Answer {
            text: String::new(),
            answer: String::new(),
            token_ids: vec![5, 6, 7],
            prompt_token_ids: Vec::new(),
            finish_reason: FinishReason::Stop,
            turns_dropped: 0,
            device: "gpu: a card".to_owned(),
            timings_ms: Timings {
                load: 0.0,
                image: 41.0,
                regions: 3.0,
                prefill: 1_250.0,
                decode: 17.0,
            },
            tokens_per_second: 0.0,
            share_of_copy: 0.0,
            counters: Counters {
                pictures_encoded: 1,
                regions_encoded: 2,
                tokens_prefilled: 1,
                tokens_reused: 283,
            },
            peak_gpu_bytes: 0,
        }
    }

    fn value(answer: &Answer, name: &str) -> Option<String> {
        answer_details(answer, None, "", &WORDS)
            .into_iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    #[test]
    fn each_step_is_told_with_its_time() {
        let answer = answer();
        for (name, told) in [
            ("Picture", "41 ms, encoded"),
            ("Regions", "3 ms, 2 encoded"),
            ("Prompt", "1.2 s, 1 token read, 283 reused"),
            ("Answer", "17 ms, 3 tokens"),
        ] {
            assert_eq!(value(&answer, name).as_deref(), Some(told));
        }
    }

    #[test]
    fn what_was_not_measured_is_not_told() {
        let answer = answer();
        for name in [
            "Speed",
            "Memory",
            "Left out",
            "Settings",
            "Model",
            "GPU memory",
        ] {
            assert_eq!(value(&answer, name), None, "{name}");
        }
    }

    #[test]
    fn what_was_there_before_is_told_as_such() {
        let mut answer = answer();
        answer.counters.pictures_encoded = 0;
        answer.counters.regions_encoded = 0;
        for name in ["Picture", "Regions"] {
            assert_eq!(value(&answer, name).as_deref(), Some("known from before"));
        }
    }

    #[test]
    fn the_sampler_is_told_only_where_it_chose() {
        let greedy = GenerateOptions::default();
        assert_eq!(
            settings(&greedy, &WORDS),
            "temperature 0, at most 1024 tokens"
        );
        let sampled = GenerateOptions {
            temperature: 0.5,
            seed: 13,
            max_new_tokens: 1,
            ..greedy
        };
        assert_eq!(
            settings(&sampled, &WORDS),
            "temperature 0.5, top-k 50, top-p 1, seed 13, at most 1 token"
        );
    }
}
