//! A step's loss and gradients against PyTorch's, against differences of the loss, and against
//! each other.

use std::collections::BTreeSet;

use burn::tensor::{Device, Tensor};

use roi_model::Precision;

use super::{Step, evaluate, shared_step, step};
use crate::testing::{self, example, noise};
use crate::{Aim, Example, Gradients, Objective, Parameters, Stage, TrainError, Workers};

mod golden;

fn alone() -> Workers {
    Workers::new(1).unwrap()
}

fn values(tensor: &Tensor<2>) -> Vec<f32> {
    tensor.clone().into_data().try_into_vec().unwrap()
}

/// Asserts that gradients differ by at most `limit` of the greatest of their tensor, or of a
/// hundredth.
#[track_caller]
fn assert_near(found: &Gradients, expected: &[(String, Vec<f32>)], limit: f32) {
    assert_eq!(found.iter().count(), expected.len());
    for ((name, found), (expected_name, expected)) in found.iter().zip(expected) {
        assert_eq!(name, expected_name);
        // Terms of a hundredth and more cancel, in biases of keys altogether: softmax takes them out.
        let greatest = expected
            .iter()
            .fold(0.01, |most: f32, value| most.max(value.abs()));
        for (found, expected) in values(found).iter().zip(expected) {
            assert!(
                (found - expected).abs() <= limit * greatest,
                "{name}: {found}, expected {expected}, greatest {greatest}"
            );
        }
    }
}

fn weighted_sum(steps: &[Step]) -> Vec<(String, Vec<f32>)> {
    let total: usize = steps.iter().map(|step| step.n_targets).sum();
    let names = steps[0].gradients.iter().map(|(name, _)| name.to_owned());
    let sums = names.map(|name| {
        let mut sum: Vec<f32> = Vec::new();
        for step in steps {
            let share = step.n_targets as f32 / total as f32;
            let gradient = values(step.gradients.get(&name).unwrap());
            sum.resize(gradient.len(), 0.0);
            for (sum, value) in sum.iter_mut().zip(gradient) {
                *sum += share * value;
            }
        }
        (name, sum)
    });
    sums.collect()
}

#[test]
fn a_batch_is_the_mean_over_its_labelled_tokens() {
    let parameters = testing::parameters();
    let batch = [example(1, 2, 3), example(2, 3, 9), example(3, 1, 1)];
    let single = |example: &Example| {
        step(
            &parameters,
            Stage::Zero,
            std::slice::from_ref(example),
            &alone(),
        )
        .unwrap()
    };
    let singles: Vec<_> = batch.iter().map(single).collect();
    let together = step(&parameters, Stage::Zero, &batch, &alone()).unwrap();
    assert_eq!(together.n_targets, 13);
    let tokens = batch.iter().map(|example| example.labelled.ids.len());
    assert_eq!(together.n_tokens, tokens.sum::<usize>());
    let loss: f64 = singles.iter().map(|s| s.loss * s.n_targets as f64).sum();
    // A loss is an f32 of about 4.
    assert!((together.loss - loss / 13.0).abs() < 1e-6);
    // The same f32 sums, scaled by another number on the way.
    assert_near(&together.gradients, &weighted_sum(&singles), 5e-6);
    let evaluated = evaluate(&parameters, Objective::Answers, &batch, &alone()).unwrap();
    assert!((evaluated - together.loss).abs() < 1e-6);
}

#[test]
fn workers_change_nothing() {
    let parameters = testing::parameters();
    let batch: Vec<_> = (0..5)
        .map(|seed| example(seed, 1 + seed as usize % 3, 4))
        .collect();
    let alone = step(&parameters, Stage::Two, &batch, &alone()).unwrap();
    let expected: Vec<_> = alone
        .gradients
        .iter()
        .map(|(name, gradient)| (name.to_owned(), values(gradient)))
        .collect();
    for count in [2, 3] {
        let workers = Workers::new(count).unwrap();
        let [found, again] =
            [(); 2].map(|()| step(&parameters, Stage::Two, &batch, &workers).unwrap());
        assert_eq!(found.loss, alone.loss);
        // Sums in the same order, of ops that do not depend on how many threads there are.
        assert_near(&found.gradients, &expected, 0.0);
        assert_near(&again.gradients, &expected, 0.0);
    }
}

#[test]
fn gradients_are_the_slopes_of_the_loss() {
    // Of these seeds hardly a value lies within a step of where ReLU bends.
    let batch = [example(54, 2, 6), example(25, 2, 6)];
    let (checked, count) = slopes_told_from_rounding(Objective::Answers, &batch);
    // Biases of keys and of what GroupNorm subtracts have no slope.
    assert!(
        checked > count * 3 / 4,
        "{checked} of {count} slopes are told from rounding"
    );
}

#[test]
fn gradients_of_words_are_the_slopes_of_their_loss() {
    let batch = [example(19, 2, 6), example(20, 2, 6)].map(words_of_both);
    let (checked, count) = slopes_told_from_rounding(Objective::Words, &batch);
    // Neither the projector nor any layer of the decoder takes part.
    assert!(
        checked > count * 2 / 3,
        "{checked} of {count} slopes are told from rounding"
    );
}

/// The same example with its first region's word right behind its token.
fn words_of_both(mut example: Example) -> Example {
    let bbox = testing::config().tokens.bbox;
    let ids = &example.labelled.ids;
    let first = ids.iter().position(|&id| id == bbox).unwrap();
    example.labelled.labels[first + 1] = Some(ids[first + 1]);
    example
}

#[test]
fn words_are_said_of_the_region_asked_about_once_each() {
    let bbox = testing::config().tokens.bbox;
    let mut example = example(3, 2, 4);
    let n = example.labelled.ids.len();
    example.labelled.ids[n - 4..].copy_from_slice(&[8, 9, 8, 10]);
    example.labelled.labels[n - 4..].copy_from_slice(&[Some(8), Some(9), Some(8), None]);
    assert_eq!(
        example.words(bbox),
        [],
        "an answer about two is said of neither"
    );
    let mut later = crate::testing::example(3, 1, 5);
    let n = later.labelled.ids.len();
    later.labelled.labels[n - 3] = None;
    let said: Vec<_> = later.labelled.ids[n - 5..n - 3]
        .iter()
        .map(|&id| (0, id))
        .collect();
    assert_eq!(
        later.words(bbox),
        said,
        "a later answer may be about anything"
    );
    let both = words_of_both(example);
    let first = both.labelled.ids.iter().position(|&id| id == bbox).unwrap();
    let word = both.labelled.ids[first + 1];
    assert_eq!(both.words(bbox), [(0, word), (1, 8), (1, 9)]);
}

#[test]
fn devices_take_the_examples_of_a_batch_in_turn() {
    // Of other weights each, which tells who computed what.
    let first = testing::parameters();
    let name = "model.norm.weight";
    let mut second = first.on(first.device());
    second
        .set(name, first.get(name).unwrap().clone() * 1.5)
        .unwrap();
    let batch = [example(19, 2, 6), example(20, 1, 3), example(4, 3, 2)];
    let replicas = [first.clone(), second.clone()];
    let found = shared_step(&replicas, &Stage::Two.into(), &batch, &alone()).unwrap();
    let by_turns = [&first, &second, &first].into_iter().zip(&batch);
    let steps: Vec<_> = by_turns
        .map(|(parameters, example)| {
            let example = std::slice::from_ref(example);
            step(parameters, Stage::Two, example, &alone()).unwrap()
        })
        .collect();
    assert_near(&found.gradients, &weighted_sum(&steps), 1e-5);
}

#[test]
fn rounded_products_move_gradients_by_a_few_roundings() {
    /// Products stand one behind another, forwards and backwards, and each rounds three times. There is no bound: where rounding
    /// moves a value across a corner of ReLU, all behind it has another slope. In this batch none does.
    const ROUNDINGS: f64 = 16.0;
    let parameters = testing::parameters();
    let batch = [example(7, 2, 6), words_of_both(example(8, 2, 6))];
    let at = |precision| {
        let objective = Objective::Both;
        let aim = Aim {
            precision,
            ..aim(objective)
        };
        let found = step(&parameters, aim, &batch, &alone()).unwrap();
        let gradients = found.gradients.iter();
        let all: Vec<f32> = gradients
            .flat_map(|(_, gradient)| values(gradient))
            .collect();
        (found.loss, all)
    };
    let length = |values: &[f32]| {
        let squares = values.iter().map(|&x| f64::from(x) * f64::from(x));
        squares.sum::<f64>().sqrt()
    };
    let (exact_loss, exact) = at(Precision::F32);
    for (precision, bits) in [(Precision::F16, 11), (Precision::Bf16, 8)] {
        let (loss, found) = at(precision);
        let apart: Vec<f32> = exact.iter().zip(&found).map(|(a, b)| a - b).collect();
        let rounding = 0.5_f64.powi(bits);
        let share = length(&apart) / length(&exact) / rounding;
        assert!(share > 0.1 && share < ROUNDINGS, "{precision:?}: {share}");
        let share = (loss / exact_loss - 1.0).abs() / rounding;
        assert!(share < ROUNDINGS, "{precision:?}: {share} of the loss");
    }
}

/// At everything.
fn aim(objective: Objective) -> Aim {
    Aim {
        objective,
        ..Stage::Zero.into()
    }
}

#[test]
fn words_teach_what_sees_and_what_reads_and_nothing_between() {
    let parameters = testing::parameters();
    let aim = aim(Objective::Words);
    let batch = [words_of_both(example(6, 2, 6))];
    let found = step(&parameters, aim, &batch, &alone()).unwrap();
    let moved = descend(&parameters, &found.gradients, 0.05);
    let changed = changed(&parameters, &moved);
    for spec in parameters.specs() {
        let name = &*spec.name;
        let takes_part = name.starts_with("vision_model.")
            || name.starts_with("model.spi_module.")
            || ["model.norm.weight", "lm_head.weight"].contains(&name);
        if !takes_part {
            assert!(!changed.contains(name), "{name}");
        } else if !name.ends_with(".k_proj.bias") {
            assert!(changed.contains(name), "{name}");
        }
    }
}

#[test]
fn both_is_the_sum_of_answers_and_words() {
    let parameters = testing::parameters();
    // Of the last, no word is said of one region.
    let batch = [
        words_of_both(example(19, 2, 6)),
        example(20, 1, 3),
        example(4, 3, 2),
    ];
    let of = |objective| {
        let found = step(&parameters, aim(objective), &batch, &alone()).unwrap();
        let evaluated = evaluate(&parameters, objective, &batch, &alone()).unwrap();
        // A loss is an f32 of at most 10.
        assert!((found.loss - evaluated).abs() < 2e-6);
        found
    };
    let [answers, words, both] = [Objective::Answers, Objective::Words, Objective::Both].map(of);
    let bbox = testing::config().tokens.bbox;
    let n_words = batch.iter().map(|example| example.words(bbox).len()).sum();
    assert_eq!(batch[2].words(bbox), []);
    let n_targets = [answers.n_targets, words.n_targets, both.n_targets];
    assert_eq!(n_targets, [12, n_words, 12]);
    assert!((both.loss - answers.loss - words.loss).abs() < 4e-6);
    let sums = answers.gradients.iter().map(|(name, gradient)| {
        let mut sum = values(gradient);
        // Words do not go through the decoder's layers.
        if let Some(others) = words.gradients.get(name) {
            sum.iter_mut()
                .zip(values(others))
                .for_each(|(a, b)| *a += b);
        }
        (name.to_owned(), sum)
    });
    assert_near(&both.gradients, &sums.collect::<Vec<_>>(), 1e-5);
}

/// Compares each tensor's gradient with the derivative of the loss along a direction, from losses at two lengths of it. Says
/// of how many tensors the slope is far above the losses' rounding, and of how many there are.
fn slopes_told_from_rounding(objective: Objective, batch: &[Example]) -> (usize, usize) {
    const LENGTH: f32 = 5e-3;
    // Losses are f32 of about 4, which are off by a few units in the last place.
    const ROUNDING: f64 = 2e-6 / LENGTH as f64;
    let parameters = testing::parameters();
    let found = step(&parameters, aim(objective), batch, &alone()).unwrap();
    let mut checked = 0;
    for (seed, (name, gradient)) in (50..).zip(found.gradients.iter()) {
        let weights = parameters.values(name).unwrap();
        let gradient = values(gradient);
        // Half along the gradient, so that the slope stands out of the rounding of the losses.
        let norm = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
        let random = noise(seed, weights.len());
        let spread = random.iter().map(|g| g * g).sum::<f32>().sqrt();
        let direction: Vec<f32> = gradient
            .iter()
            .zip(&random)
            .map(|(gradient, random)| gradient / norm.max(f32::MIN_POSITIVE) + random / spread)
            .collect();
        let slope: f64 = gradient
            .iter()
            .zip(&direction)
            .map(|(g, d)| f64::from(*g) * f64::from(*d))
            .sum();
        let loss = |length: f32| {
            let moved = weights.iter().zip(&direction);
            let moved: Vec<f32> = moved.map(|(w, d)| w + length * d).collect();
            let shape = parameters.get(name).unwrap().dims();
            let tensor = Tensor::<1>::from_floats(&moved[..], &Device::flex()).reshape(shape);
            let mut there = parameters.clone();
            there.set(name, tensor).unwrap();
            evaluate(&there, objective, batch, &alone()).unwrap()
        };
        let slope_of = |length: f32| (loss(length) - loss(-length)) / (2.0 * f64::from(length));
        // Taken at two lengths and extrapolated to none.
        let difference = (4.0 * slope_of(LENGTH / 2.0) - slope_of(LENGTH)) / 3.0;
        let limit = 0.005 * slope.abs() + ROUNDING;
        assert!(
            (difference - slope).abs() < limit,
            "{name}: slope {difference}, gradient {slope}"
        );
        if slope.abs() > 10.0 * ROUNDING {
            checked += 1;
        }
    }
    (checked, found.gradients.iter().count())
}

/// Moves what a step trains against its gradient.
fn descend(parameters: &Parameters, gradients: &Gradients, rate: f32) -> Parameters {
    let mut moved = parameters.clone();
    for (name, gradient) in gradients.iter() {
        let weights = parameters.get(name).unwrap().clone();
        moved.set(name, weights - gradient.clone() * rate).unwrap();
    }
    moved
}

fn changed(before: &Parameters, after: &Parameters) -> BTreeSet<String> {
    let names = before.specs().iter().map(|spec| spec.name.clone());
    names
        .filter(|name| before.hash(name).unwrap() != after.hash(name).unwrap())
        .collect()
}

#[test]
fn stage_one_changes_only_the_region_extractor() {
    let parameters = testing::parameters();
    let found = step(&parameters, Stage::One, &[example(6, 2, 6)], &alone()).unwrap();
    let moved = descend(&parameters, &found.gradients, 0.05);
    let expected: BTreeSet<_> = parameters
        .specs()
        .iter()
        .map(|spec| spec.name.clone())
        .filter(|name| name.starts_with("model.spi_module."))
        .collect();
    assert_eq!(changed(&parameters, &moved), expected);
}

#[test]
fn stage_two_changes_everything_but_the_tower() {
    let parameters = testing::parameters();
    let found = step(&parameters, Stage::Two, &[example(6, 2, 6)], &alone()).unwrap();
    let moved = descend(&parameters, &found.gradients, 0.05);
    let expected: BTreeSet<_> = parameters
        .specs()
        .iter()
        .map(|spec| spec.name.clone())
        .filter(|name| !name.starts_with("vision_model."))
        .collect();
    assert_eq!(changed(&parameters, &moved), expected);
}

#[test]
fn stage_zero_changes_everything() {
    let parameters = testing::parameters();
    let found = step(&parameters, Stage::Zero, &[example(6, 2, 6)], &alone()).unwrap();
    let moved = descend(&parameters, &found.gradients, 0.05);
    let changed = changed(&parameters, &moved);
    for spec in parameters.specs() {
        // What softmax takes out again may have a slope of exactly zero.
        let ignored = spec.name.ends_with(".k_proj.bias");
        assert!(ignored || changed.contains(&spec.name), "{}", spec.name);
    }
}

#[test]
fn steps_against_the_gradient_lower_the_loss() {
    let batch = [example(7, 2, 6), example(8, 1, 6)];
    let mut parameters = Parameters::initial(&testing::config(), 3, &Device::flex()).unwrap();
    let mut losses = Vec::new();
    for _ in 0..8 {
        let found = step(&parameters, Stage::Zero, &batch, &alone()).unwrap();
        losses.push(found.loss);
        parameters = descend(&parameters, &found.gradients, 0.3);
    }
    // Weights near nothing say nothing: every token is as likely.
    assert!((losses[0] - 37.0_f64.ln()).abs() < 0.1, "{losses:?}");
    assert!(
        losses.windows(2).all(|pair| pair[1] < pair[0]),
        "{losses:?}"
    );
}

#[test]
fn what_takes_no_part_has_no_slope() {
    let parameters = testing::parameters();
    let without_boxes = example(9, 0, 4);
    let found = step(&parameters, Stage::One, &[without_boxes], &alone()).unwrap();
    let regions = parameters.specs().iter();
    let regions = regions.filter(|spec| spec.name.starts_with("model.spi_module."));
    assert_eq!(found.gradients.iter().count(), regions.count());
    for (name, gradient) in found.gradients.iter() {
        assert_eq!(gradient.dims(), parameters.get(name).unwrap().dims());
        assert!(values(gradient).iter().all(|&value| value == 0.0), "{name}");
    }
}

#[test]
fn an_unlabelled_example_changes_nothing_in_its_batch() {
    let parameters = testing::parameters();
    let with = [example(1, 1, 4), example(2, 2, 0)];
    let found = step(&parameters, Stage::Two, &with, &alone()).unwrap();
    let alone = step(&parameters, Stage::Two, &with[..1], &alone()).unwrap();
    assert_eq!((found.loss, found.n_targets), (alone.loss, 4));
    let expected = weighted_sum(&[alone]);
    assert_near(&found.gradients, &expected, 0.0);
}

#[test]
fn values_come_in_the_order_of_names() {
    let parameters = testing::parameters();
    let found = step(&parameters, Stage::Two, &[example(1, 1, 4)], &alone()).unwrap();
    let expected: Vec<_> = found.gradients.iter().map(|(_, g)| values(g)).collect();
    let names = parameters.specs().iter().map(|spec| &*spec.name);
    let names: Vec<_> = names.filter(|name| Stage::Two.trains(name)).collect();
    let found_names: Vec<_> = found.gradients.iter().map(|(name, _)| name).collect();
    assert_eq!(found_names, names);
    assert_eq!(found.gradients.into_values().unwrap(), expected);
}

#[test]
fn examples_that_do_not_fit_are_refused() {
    let parameters = testing::parameters();
    let outcome = |change: fn(&mut Example)| {
        let mut bad = example(1, 2, 3);
        change(&mut bad);
        let batch = [example(2, 1, 2), bad];
        let workers = Workers::new(2).unwrap();
        step(&parameters, Stage::Two, &batch, &workers).map(|_| ())
    };
    outcome(|_| ()).unwrap();
    let found = outcome(|bad| bad.pixels.truncate(7));
    assert!(
        matches!(
            found,
            Err(TrainError::PixelCount {
                expected: 1200,
                found: 7
            })
        ),
        "{found:?}"
    );
    let found = outcome(|bad| bad.labelled.labels.truncate(7));
    assert!(
        matches!(found, Err(TrainError::LabelCount { .. })),
        "{found:?}"
    );
    let found = outcome(|bad| bad.labelled.labels[35] = Some(37));
    assert!(
        matches!(
            found,
            Err(TrainError::Label {
                position: 35,
                label: 37,
                vocab_rows: 37
            })
        ),
        "{found:?}"
    );
    let found = outcome(|bad| bad.labelled.regions[1] = 2);
    assert!(
        matches!(
            found,
            Err(TrainError::NoSuchBox {
                index: 2,
                n_boxes: 2
            })
        ),
        "{found:?}"
    );
    let found = outcome(|bad| bad.labelled.regions.truncate(1));
    assert!(matches!(found, Err(TrainError::Model(_))), "{found:?}");
    let found = step(&parameters, Stage::Two, &[example(2, 2, 0)], &alone()).map(|_| ());
    assert!(
        matches!(found, Err(TrainError::NoLabels { examples: 1 })),
        "{found:?}"
    );
    let found = step(&parameters, Stage::Two, &[], &alone()).map(|_| ());
    assert!(
        matches!(found, Err(TrainError::NoLabels { examples: 0 })),
        "{found:?}"
    );
}
