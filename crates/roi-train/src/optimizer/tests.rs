//! Updates by hand, against PyTorch's, and what is remembered between them.

use super::{AdamW, Method, Moments, Muon, Optimizer, Rule};

const CONSTANTS: AdamW = AdamW {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weight_decay: 0.0,
};

const MUON: Muon = Muon {
    momentum: 0.95,
    weight_decay: 0.1,
};

const DECAYS: Rule = Rule {
    decays: true,
    rate_share: 1.0,
    method: Method::AdamW,
};
const STAYS: Rule = Rule {
    decays: false,
    rate_share: 1.0,
    method: Method::AdamW,
};

/// A few roundings of f32 around values of size one.
const ROUNDING: f64 = 3e-7;

fn assert_close(found: f32, expected: f64) {
    let difference = (f64::from(found) - expected).abs();
    assert!(difference < ROUNDING, "{found}, not {expected}");
}

/// Updates one weight by these gradients and asserts its value after each.
fn assert_path(constants: AdamW, start: f32, steps: &[(f64, f32, f64)]) {
    let optimizer = Optimizer::new(constants, MUON, vec![DECAYS]);
    let (mut parameters, mut moments) = ([vec![start]], Moments::new(&[1]));
    for (rate, gradient, expected) in steps {
        optimizer
            .update(*rate, &mut parameters, &[vec![*gradient]], &mut moments)
            .unwrap();
        assert_close(parameters[0][0], *expected);
    }
}

#[test]
fn first_step_is_the_rate_against_the_gradients_sign() {
    for gradient in [0.3, 1e3, 1e6] {
        assert_path(CONSTANTS, 0.5, &[(0.1, gradient, 0.4)]);
        assert_path(CONSTANTS, 0.5, &[(0.1, -gradient, 0.6)]);
    }
}

#[test]
fn epsilon_stands_outside_the_root() {
    let constants = AdamW {
        epsilon: 1.0,
        ..CONSTANTS
    };
    // 0.3 / (0.3 + 1): were it inside, the quotient would be 0.3 / √1.09.
    assert_path(constants, 0.5, &[(0.1, 0.3, 0.5 - 0.1 * 0.3 / 1.3)]);
}

#[test]
fn a_path_follows_the_algorithm_evaluated_in_f64() {
    let steps = [
        (0.1, 0.3, 0.400_000_003_333),
        (0.1, -1.2, 0.455_950_352_098),
        (0.1, 0.05, 0.496_583_296_312),
        (0.1, 0.0, 0.529_867_331_702),
        (0.1, 2.0, 0.498_255_087_766),
    ];
    assert_path(CONSTANTS, 0.5, &steps);
}

#[test]
fn decay_goes_with_the_rate_and_not_through_the_moments() {
    let constants = AdamW {
        weight_decay: 0.1,
        ..CONSTANTS
    };
    let steps = [
        (0.0, 0.3, 0.5),
        (0.05, -1.2, 0.525_475_174_382),
        (0.1, 0.05, 0.560_853_366_852),
        (0.075, 0.0, 0.581_609_993_144),
        (0.025, 2.0, 0.572_252_907_177),
    ];
    assert_path(constants, 0.5, &steps);
    assert_path(constants, 0.5, &[(0.1, 0.0, 0.5 * (1.0 - 0.1 * 0.1))]);
}

/// Source of the values: tracel-ai/burn 0.22.1, `burn-optim/src/optim/adamw.rs`, the bias in its test against PyTorch,
/// whose gradient is 2 in both steps.
#[test]
fn two_steps_agree_with_pytorch() {
    let constants = AdamW {
        weight_decay: 0.5,
        ..CONSTANTS
    };
    let before = vec![-0.3905_f32, 0.0884, -0.0970, 0.1176, 0.1366, 0.0130];
    let after = [
        -0.406_555_f64,
        0.067_568,
        -0.115_982,
        0.096_477,
        0.115_287,
        -0.007_080,
    ];
    let (mut parameters, mut moments) = ([before], Moments::new(&[6]));
    let optimizer = Optimizer::new(constants, MUON, vec![DECAYS]);
    for _ in 0..2 {
        optimizer
            .update(0.01, &mut parameters, &[vec![2.0; 6]], &mut moments)
            .unwrap();
    }
    for (found, expected) in parameters[0].iter().zip(after) {
        // They are published with six digits.
        assert!(
            (f64::from(*found) - expected).abs() < 6e-7,
            "{found}, not {expected}"
        );
    }
}

#[test]
fn only_chosen_parameters_decay() {
    let constants = AdamW {
        weight_decay: 0.1,
        ..CONSTANTS
    };
    let optimizer = Optimizer::new(constants, MUON, vec![STAYS, DECAYS]);
    let mut parameters = [vec![1.0], vec![1.0, -2.0]];
    let gradients = [vec![0.0], vec![0.0, 0.0]];
    optimizer
        .update(0.5, &mut parameters, &gradients, &mut Moments::new(&[1, 2]))
        .unwrap();
    assert_eq!(parameters, [vec![1.0], vec![0.95, -1.9]]);
}

#[test]
fn a_share_of_the_rate_is_a_lower_rate() {
    let constants = AdamW {
        weight_decay: 0.1,
        ..CONSTANTS
    };
    let quarter = Rule {
        rate_share: 0.25,
        ..DECAYS
    };
    let updated = |rule, rate| {
        let mut parameters = [vec![1.0, -2.0]];
        let moments = &mut Moments::new(&[2]);
        let gradients = [vec![0.3, -0.1]];
        Optimizer::new(constants, MUON, vec![rule])
            .update(rate, &mut parameters, &gradients, moments)
            .unwrap();
        parameters
    };
    assert_eq!(updated(quarter, 0.5), updated(DECAYS, 0.125));
    assert_ne!(updated(quarter, 0.5), updated(DECAYS, 0.5));
}

#[test]
fn moments_are_all_that_is_remembered() {
    let gradients = |step: u32| [vec![(step as f32).sin(), 0.5], vec![-0.25]];
    let (mut parameters, mut moments) = ([vec![0.1, 0.2], vec![0.3]], Moments::new(&[2, 1]));
    let optimizer = Optimizer::new(CONSTANTS, MUON, vec![DECAYS, STAYS]);
    for step in 0..3 {
        optimizer
            .update(0.01, &mut parameters, &gradients(step), &mut moments)
            .unwrap();
    }
    let (mut same, mut same_moments) = (parameters.clone(), moments.clone());
    let another = Optimizer::new(CONSTANTS, MUON, vec![DECAYS, STAYS]);
    for step in 3..6 {
        optimizer
            .update(0.01, &mut parameters, &gradients(step), &mut moments)
            .unwrap();
        another
            .update(0.01, &mut same, &gradients(step), &mut same_moments)
            .unwrap();
    }
    assert_eq!((same, same_moments), (parameters, moments));
}

#[test]
fn correction_ends_after_very_many_steps() {
    let mut moments = Moments {
        n_updates: u64::MAX - 1,
        first: vec![vec![0.2]],
        second: vec![vec![0.04]],
    };
    let mut parameters = [vec![1.0]];
    let optimizer = Optimizer::new(CONSTANTS, MUON, vec![STAYS]);
    optimizer
        .update(0.1, &mut parameters, &[vec![0.2]], &mut moments)
        .unwrap();
    assert_close(parameters[0][0], 0.9);
}

/// Row after row, values that no formula of the update shares: `sin(1.7 k + phase) (1 + 0.3 row)`.
fn matrix(rows: usize, columns: usize, phase: f64) -> Vec<f32> {
    (0..rows * columns)
        .map(|k| (1.7 * k as f64 + phase).sin() * (1.0 + 0.3 * (k / columns) as f64))
        .map(|value| value as f32)
        .collect()
}

fn by_matrix(rows: usize, decays: bool) -> Optimizer {
    let rule = Rule {
        decays,
        rate_share: 1.0,
        method: Method::Muon { rows },
    };
    Optimizer::new(CONSTANTS, MUON, vec![rule])
}

/// Source of the values: the algorithm evaluated by NumPy 2 in f64. `torch.optim.Muon` of PyTorch 2.15, whose iteration is in
/// bf16, ends within 0.0015 of each.
#[test]
fn wide_tall_and_square_matrices_follow_muon_evaluated_in_f64() {
    let wide: &[f64] = &[
        0.121_411_7,
        0.994_029_7,
        -0.377_562_2,
        -1.082_343_1,
        0.730_923_9,
        0.893_992_1,
    ];
    let tall = &[
        0.084_907_6,
        0.887_300_6,
        -0.456_211_3,
        -1.043_684_3,
        0.949_844_5,
        1.064_090_4,
        -1.514_210_9,
        -0.917_921_8,
        2.084_132_3,
        0.592_011_7,
    ];
    let one_row = &[
        0.149_339_1,
        0.944_52,
        -0.392_731_5,
        -0.843_317_4,
        0.610_045_1,
        0.686_115_5,
        -0.786_849_5,
    ];
    let square = &[
        0.135_280_5,
        0.952_277,
        -0.380_671_8,
        -1.109_133_7,
        0.779_108_9,
        0.908_365_9,
        -1.248_394_3,
        -0.798_754_9,
        1.454_224_7,
    ];
    for (rows, columns, expected) in [
        (2, 3, wide),
        (5, 2, &tall[..]),
        (1, 7, &one_row[..]),
        (3, 3, &square[..]),
    ] {
        let mut parameters = [matrix(rows, columns, 0.2)];
        let mut moments = Moments::new(&[rows * columns]);
        for step in 1..=3 {
            let gradients = [matrix(rows, columns, f64::from(step))];
            by_matrix(rows, true)
                .update(0.05, &mut parameters, &gradients, &mut moments)
                .unwrap();
        }
        for (found, expected) in parameters[0].iter().zip(expected) {
            // The quintic's slope is 3.4 where singular values are small, five times over.
            assert!(
                (f64::from(*found) - expected).abs() < 2e-5,
                "{rows} by {columns}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn a_matrix_moves_as_far_however_long_its_gradient_is() {
    let moved = |scale: f32| {
        let mut parameters = [vec![0.0; 6]];
        let gradients = [matrix(2, 3, 1.0).iter().map(|g| g * scale).collect()];
        by_matrix(2, false)
            .update(0.5, &mut parameters, &gradients, &mut Moments::new(&[6]))
            .unwrap();
        parameters
    };
    // The short one's momentum is 2e-4 long, of which the summand that keeps the quotient finite is a two-thousandth.
    for (short, long) in moved(1e-3)[0].iter().zip(&moved(1e3)[0]) {
        assert!((short - long).abs() < 2e-3, "{short} and {long}");
    }
}

#[test]
fn a_matrix_of_which_nothing_is_learnt_only_decays() {
    for (decays, expected) in [(true, vec![0.95, -1.9]), (false, vec![1.0, -2.0])] {
        let mut parameters = [vec![1.0, -2.0]];
        let gradients = [vec![0.0; 2]];
        by_matrix(2, decays)
            .update(0.5, &mut parameters, &gradients, &mut Moments::new(&[2]))
            .unwrap();
        assert_eq!(parameters, [expected]);
    }
}
