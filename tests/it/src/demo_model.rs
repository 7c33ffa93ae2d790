//! The model that the page opens with, on a scene that comes with the page.

use roi_protocol::BoxPx;
use roi_testkit::golden_dir;

use crate::engine::{ask, cpu, question, set_picture, with_package};

/// The answers are in words, which a rounding here or there does not change.
#[test]
fn the_repositorys_own_model_answers_about_a_sample_scene() {
    let root = golden_dir().join("../../..");
    let mut engine = with_package(&cpu(), &root.join("models/demo"));
    let picture = std::fs::read(root.join("web/samples/snow.png")).expect("a sample");
    set_picture(&mut engine, &picture).expect("a picture");
    let apple = BoxPx::new(15.0, 80.0, 70.0, 142.0);
    let dinosaur = BoxPx::new(58.0, 170.0, 100.0, 204.0);
    let nothing = BoxPx::new(128.0, 149.0, 183.0, 192.0);
    for (region, answer) in [
        (apple, "It is red."),
        (dinosaur, "It is purple."),
        (nothing, "There is nothing there."),
    ] {
        let turns = question("What colour is <region1>?");
        let found = ask(&mut engine, &[region], &turns, &Default::default()).expect("an answer");
        assert_eq!(found.answer, answer);
    }
}
