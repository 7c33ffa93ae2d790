//! Questions as people type them, answers as models give them.

use super::{region_tags, regions_named, shown_while_streaming};
use crate::{Answer, Counters, FinishReason, Timings};

fn numbers(text: &str) -> Vec<u32> {
    region_tags(text).iter().map(|tag| tag.number).collect()
}

fn answer(text: &str, finish_reason: FinishReason) -> Answer {
    Answer {
        text: text.to_owned(),
        answer: String::new(),
        token_ids: Vec::new(),
        prompt_token_ids: Vec::new(),
        finish_reason,
        turns_dropped: 0,
        device: String::new(),
        timings_ms: Timings::default(),
        tokens_per_second: 0.0,
        share_of_copy: 0.0,
        counters: Counters::default(),
        peak_gpu_bytes: 0,
    }
}

#[test]
fn tags_are_found_in_order_and_repeated_ones_too() {
    assert_eq!(numbers("Is <region2> on <region1>,<region2>?"), [2, 1, 2]);
    let text = "é <region13>.";
    assert_eq!(&text[region_tags(text)[0].range.clone()], "<region13>");
}

#[test]
fn what_only_looks_like_a_tag_is_text() {
    assert!(numbers("region1 <region> <regionx> <region1 <region 1> <Region1> <1>").is_empty());
    assert_eq!(numbers("<region<region4>>"), [4]);
}

#[test]
fn a_number_beyond_counting_is_still_a_tag() {
    assert_eq!(
        numbers("<region0> <region99999999999999999999>"),
        [0, u32::MAX]
    );
}

#[test]
fn the_role_label_is_never_seen_while_it_streams_in() {
    for begun in ["", "As", " Assistant", "Assistant:"] {
        assert_eq!(shown_while_streaming(begun).trim(), "", "{begun:?}");
    }
    assert_eq!(shown_while_streaming("Assistant: A  cat"), "A  cat");
    assert_eq!(shown_while_streaming("Assisted"), "Assisted");
}

#[test]
fn nor_is_what_has_come_of_it_when_the_answer_is_stopped() {
    for begun in ["", "As", " Assistant", "Assistant:"] {
        let stopped = answer(begun, FinishReason::Cancelled);
        assert_eq!(stopped.shown().trim(), "", "{begun:?}");
    }
    let stopped = answer("Assistant: A c", FinishReason::Cancelled);
    assert_eq!(stopped.shown(), "A c");
    // An answer that ended by itself may be any word.
    assert_eq!(answer("As", FinishReason::Eos).shown(), "As");
}

#[test]
fn text_without_a_label_is_shown_to_the_last_control_character() {
    let noise = " striped\u{c} houses\r=3=\u{5} ";
    assert_eq!(shown_while_streaming(noise), noise);
    assert_eq!(answer(noise, FinishReason::Length).shown(), noise);
}

#[test]
fn the_mark_an_answer_stopped_at_is_not_part_of_it() {
    assert_eq!(
        answer("Assistant: A cat.\n###", FinishReason::Stop).shown(),
        "A cat."
    );
    assert_eq!(
        answer("A title ###", FinishReason::Length).shown(),
        "A title ###"
    );
}

#[test]
fn an_answer_names_regions_by_tags_and_by_words() {
    let answer =
        "region2 is left of <region1>, not of subregion3, region4th or Region 5; region10.";
    let named: Vec<(&str, u32)> = regions_named(answer)
        .into_iter()
        .map(|tag| (&answer[tag.range], tag.number))
        .collect();
    assert_eq!(named, [("region2", 2), ("<region1>", 1), ("region10", 10)]);
    assert!(regions_named("a region of <region> and regions").is_empty());
    // Half of a tag, as long as the rest is on its way.
    assert_eq!(regions_named("<region1").len(), 1);
}
