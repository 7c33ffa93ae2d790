//! What a terminal shows piece by piece is, put together, the answer.

use roi_protocol::{Answer, Counters, FinishReason, Timings};

use super::AnswerPrinter;

fn printed(pieces: &[&str], answer: &str) -> String {
    let mut out = Vec::new();
    let mut printer = AnswerPrinter::new(&mut out);
    for piece in pieces {
        assert!(printer.push(piece));
    }
    let answer = Answer {
        text: pieces.concat(),
        answer: answer.to_owned(),
        token_ids: Vec::new(),
        prompt_token_ids: Vec::new(),
        finish_reason: FinishReason::Stop,
        turns_dropped: 0,
        device: String::new(),
        timings_ms: Timings::default(),
        tokens_per_second: 0.0,
        share_of_copy: 0.0,
        counters: Counters::default(),
        peak_gpu_bytes: 0,
    };
    printer.finish(&answer).expect("a vector takes everything");
    String::from_utf8(out).expect("text")
}

#[test]
fn label_and_mark_are_not_shown() {
    let pieces = ["Ass", "istant", ":", " A", " cat", ".", "\n", "##", "#"];
    assert_eq!(printed(&pieces, "A cat."), "A cat.\n");
}

#[test]
fn an_answer_without_label_is_shown_as_it_is() {
    assert_eq!(
        printed(&["Ass", "ess", " it."], "Assess it."),
        "Assess it.\n"
    );
}

#[test]
fn a_number_sign_inside_an_answer_is_shown() {
    assert_eq!(
        printed(&["Number ", "#", "1", " ##"], "Number #1 ##"),
        "Number #1 ##\n"
    );
}

#[test]
fn an_empty_answer_is_an_empty_line() {
    assert_eq!(printed(&["###"], ""), "\n");
}

#[test]
fn an_answer_stops_when_nobody_reads_it() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(!AnswerPrinter::new(&mut Closed).push("A cat."));
}
