//! How likely given answers are, against what the model says when it is asked.

use burn::tensor::Device;
use pollster::block_on;
use roi_engine::{Engine, EngineError, Likelihood, Question};
use roi_protocol::{BoxPx, Turn};
use roi_testkit::on_gpu;

use crate::case::Case;
use crate::engine::{ask, cpu, greedy, loaded, set_picture};

fn likelihoods(
    engine: &mut Engine,
    boxes: &[BoxPx],
    turns: &[Turn],
    texts: &[&str],
) -> Result<Vec<Likelihood>, EngineError> {
    let options = greedy(1);
    let question = Question {
        boxes,
        turns,
        options: &options,
    };
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    block_on(engine.likelihoods(question, &texts))
}

fn seeing(device: &Device, case: &Case) -> Engine {
    let mut engine = loaded(device);
    set_picture(&mut engine, &case.picture()).expect("a picture");
    engine
}

#[test]
fn both_devices_find_the_same_likelihoods() {
    let case = Case::named("two_regions");
    let texts = ["A cat.", "The second of them, on the left.", ""];
    let conversation = case.conversation(0);
    let of = |device: &Device| {
        let mut engine = seeing(device, &case);
        likelihoods(&mut engine, &case.boxes_px, &conversation, &texts).expect("likelihoods")
    };
    let on_cpu = of(&cpu());
    assert!(on_cpu[0].log_probability < 0.0 && on_cpu[0].n_tokens > 0);
    assert!(on_cpu[1].log_probability < on_cpu[0].log_probability);
    assert_eq!((on_cpu[2].log_probability, on_cpu[2].n_tokens), (0.0, 0));
    on_gpu(|device| {
        for (gpu, cpu) in of(device).iter().zip(&on_cpu) {
            assert_eq!(gpu.n_tokens, cpu.n_tokens);
            // Some twenty logits, each within 1e-4.
            assert!((gpu.log_probability - cpu.log_probability).abs() < 4e-3);
        }
    });
}

/// With their vectors blanked, boxes make no difference, and afterwards they make the old one.
#[test]
fn blank_regions_are_all_alike_and_leave_no_trace() {
    let case = Case::named("single");
    let conversation = case.conversation(0);
    let mut engine = seeing(&cpu(), &case);
    let [here, there] = [
        BoxPx::new(5.0, 5.0, 60.0, 50.0),
        BoxPx::new(30.0, 20.0, 90.0, 90.0),
    ];
    let mut first = |boxes: &[BoxPx], is_blank: bool| {
        engine.blank_regions(is_blank);
        let found = likelihoods(&mut engine, boxes, &conversation, &["A cat."]).expect("one");
        let said = ask(&mut engine, boxes, &conversation, &greedy(6)).expect("an answer");
        (found[0].log_probability, said.token_ids)
    };
    let seen = first(&[here], false);
    assert_ne!(seen.0, first(&[there], false).0);
    let blank = first(&[here], true);
    assert_ne!(seen.0, blank.0);
    assert_eq!(blank, first(&[there], true));
    assert_eq!(seen, first(&[here], false));
}

/// What is read once for several answers is what each would be read behind.
#[test]
fn an_answer_is_as_likely_beside_others_as_alone() {
    let case = Case::named("two_regions");
    let conversation = case.conversation(0);
    let texts = ["A cat.", "A cat on the left of the second.", "Two."];
    let mut engine = seeing(&cpu(), &case);
    let of = |engine: &mut Engine, texts: &[&str]| {
        likelihoods(engine, &case.boxes_px, &conversation, texts).expect("likelihoods")
    };
    let together = of(&mut engine, &texts);
    let said = ask(&mut engine, &case.boxes_px, &conversation, &greedy(6)).expect("an answer");
    for (text, beside) in texts.iter().zip(&together) {
        let mut fresh = seeing(&cpu(), &case);
        let alone = of(&mut fresh, &[text])[0];
        assert_eq!(beside.n_tokens, alone.n_tokens);
        let apart = (beside.log_probability - alone.log_probability).abs();
        // Rows of a product may be summed in another order when there are fewer.
        assert!(
            apart < 1e-4,
            "{text}: {beside:?} beside others, {alone:?} alone"
        );
        let said_then =
            ask(&mut fresh, &case.boxes_px, &conversation, &greedy(6)).expect("an answer");
        assert_eq!(said_then.token_ids, said.token_ids);
    }
}
