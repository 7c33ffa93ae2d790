//! Runs of a small model: what each stage changes, and that stopping changes nothing.

use std::path::Path;
use std::sync::PoisonError;

use roi_weights::TensorClass;

use super::*;
use crate::Stage;
use crate::learner::{Broken, Examples, Named};
use crate::testing;
use crate::{Config, run};

/// Three examples, again and again.
struct Few(Vec<Example>);

impl Examples for Few {
    type Example = Example;

    fn epoch_len(&self) -> u64 {
        self.0.len() as u64
    }

    fn source_sha256(&self) -> &str {
        "of no file"
    }

    fn get(&self, position: u64) -> Result<Named<Example>, Broken> {
        let index = (position % self.epoch_len()) as usize;
        Ok(Named {
            name: format!("example {index}"),
            example: self.0[index].clone(),
        })
    }
}

fn examples() -> Few {
    Few((1..4).map(|seed| testing::example(seed, 2, 4)).collect())
}

fn model(stage: Stage, n_workers: usize) -> Model {
    let workers = Workers::new(n_workers).unwrap();
    Model::new(testing::parameters(), stage, workers, String::new())
}

fn config(out: &Path, stage: Stage) -> Config {
    let text = format!(
        "stage = {}\nout = {:?}\nbatch_size = 2\nsteps = 4\nwarmup_steps = 1\n\
         learning_rate = 0.01\nweight_decay = 0.01\ncheckpoint_every = 3\n[start]\nmodel = \"m\"\n\
         [[data]]\nkind = \"VGDATA\"\nannotations = \"a\"\nimages = \"i\"\n",
        stage.number(),
        out.display().to_string(),
    );
    Config::parse(&text, Path::new("")).unwrap()
}

fn train(out: &Path, stage: Stage, model: &mut Model, one_step: bool) {
    let limit = one_step.then_some(std::time::Duration::from_nanos(1));
    let _locked = testing::FOLDERS
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    run(&config(out, stage), model, &examples(), limit, &mut |_| {}).unwrap();
}

fn hashes(model: &Model) -> Vec<(String, String)> {
    let specs = model.parameters().specs().iter();
    specs
        .map(|spec| {
            let hash = model.parameters().hash(&spec.name).unwrap();
            (spec.name.clone(), hash)
        })
        .collect()
}

#[test]
fn a_stage_changes_what_it_trains_and_not_a_bit_of_anything_else() {
    for stage in Stage::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut model = model(stage, 1);
        let before = hashes(&model);
        train(dir.path(), stage, &mut model, false);
        for ((name, before), (_, after)) in before.iter().zip(hashes(&model)) {
            assert_eq!(*before != after, stage.trains(name), "{stage:?} {name}");
        }
    }
}

#[test]
fn devices_that_share_batches_come_to_the_same_bits() {
    let train_on = |n_further: usize| {
        let dir = tempfile::tempdir().unwrap();
        let devices = vec![Device::flex(); n_further];
        let mut model = model(Stage::Zero, 1 + n_further).shared_with(&devices);
        train(dir.path(), Stage::Zero, &mut model, false);
        // What a device learnt from is what all have learnt.
        for replica in &model.replicas {
            for (name, hash) in hashes(&model) {
                assert_eq!(replica.hash(&name).unwrap(), hash, "{name}");
            }
        }
        hashes(&model)
    };
    let alone = train_on(0);
    // Batches of two: all devices work, and one has nothing to do.
    assert_eq!(train_on(1), alone);
    assert_eq!(train_on(2), alone);
}

#[test]
fn a_run_that_keeps_all_it_would_train_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut aim = Aim::from(Stage::One);
    aim.kept.insert(TensorClass::Region);
    let workers = Workers::new(1).unwrap();
    let mut model = Model::new(testing::parameters(), aim, workers, String::new());
    let config = config(dir.path(), Stage::One);
    let _locked = testing::FOLDERS
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    let error = run(&config, &mut model, &examples(), None, &mut |_| {}).unwrap_err();
    assert!(matches!(error, TrainError::NothingTrained), "{error}");
    assert!(error.to_string().contains("rates"), "{error}");
}

#[test]
fn a_run_that_stops_after_every_step_gives_the_same_bits() {
    let whole = tempfile::tempdir().unwrap();
    let mut expected = model(Stage::Zero, 1);
    train(whole.path(), Stage::Zero, &mut expected, false);

    let dir = tempfile::tempdir().unwrap();
    let mut last = model(Stage::Zero, 1);
    for n_workers in [1, 2, 1, 3] {
        // Threads share the examples and change nothing either.
        last = model(Stage::Zero, n_workers);
        train(dir.path(), Stage::Zero, &mut last, true);
    }
    assert_eq!(hashes(&last), hashes(&expected));
}

#[test]
fn frozen_weights_and_surroundings_are_what_a_run_belongs_to() {
    let hash = |model: Model| model.frozen_sha256().unwrap();
    let one = || model(Stage::One, 1);
    assert_eq!(hash(one()), hash(one()));
    let other_tokenizer = Model {
        surroundings: "other".to_owned(),
        ..one()
    };
    assert_ne!(hash(other_tokenizer), hash(one()));

    let changed = |name: &str| {
        let mut model = one();
        let tensor = model.parameters().get(name).unwrap().clone();
        model.replicas[0].set(name, tensor + 1.0).unwrap();
        hash(model)
    };
    assert_ne!(changed("model.norm.weight"), hash(one()));
    assert_eq!(
        changed("model.spi_module.roi_align.updims.bias"),
        hash(one())
    );
}

#[test]
fn weights_of_another_length_are_refused() {
    let mut model = model(Stage::One, 1);
    let mut weights = model.weights().unwrap();
    weights[1].pop();
    let error = model.set_weights(&weights).unwrap_err();
    assert!(matches!(error, TrainError::ValueCount { .. }), "{error}");
}
