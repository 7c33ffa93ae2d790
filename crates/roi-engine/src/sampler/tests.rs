//! Which tokens can be drawn, and how often.

use roi_kernels::ops::sample::{Candidate, SampleError};
use roi_protocol::GenerateOptions;

use super::Sampler;

fn options(temperature: f32) -> GenerateOptions {
    GenerateOptions {
        temperature,
        top_k: 0,
        seed: 5,
        ..GenerateOptions::default()
    }
}

fn candidates(logits: &[(u32, f32)]) -> Vec<Candidate> {
    logits
        .iter()
        .map(|&(id, logit)| Candidate { id, logit })
        .collect()
}

/// How often each of ids 0 to 3 comes in `n` draws from logits ln 1, ln 2, ln 3, ln 4.
fn counts(options: &GenerateOptions, n: usize) -> [usize; 4] {
    let logits = [1.0f32, 2.0, 3.0, 4.0].map(f32::ln);
    let candidates = candidates(&[
        (2, logits[2]),
        (0, logits[0]),
        (3, logits[3]),
        (1, logits[1]),
    ]);
    let mut sampler = Sampler::new(options);
    let mut counts = [0; 4];
    for _ in 0..n {
        counts[sampler.choose(&candidates).unwrap() as usize] += 1;
    }
    counts
}

/// Five standard deviations around what a share gives in `n` draws.
fn assert_share(count: usize, share: f64, n: usize) {
    let n = n as f64;
    let limit = 5.0 * (n * share * (1.0 - share)).sqrt();
    let difference = (count as f64 - n * share).abs();
    assert!(
        difference <= limit,
        "{count} of {n} draws, expected a share of {share}"
    );
}

#[test]
fn temperature_zero_takes_the_likeliest_and_the_lowest_id_among_equals() {
    let mut sampler = Sampler::new(&options(0.0));
    let tied = candidates(&[(9, 1.5), (7, 2.0), (4, 2.0), (11, -3.0)]);
    assert_eq!(sampler.choose(&tied).unwrap(), 4);
}

#[test]
fn draws_follow_the_softmax_of_logits_over_temperature() {
    let n = 20_000;
    for (count, share) in counts(&options(1.0), n)
        .into_iter()
        .zip([0.1, 0.2, 0.3, 0.4])
    {
        assert_share(count, share, n);
    }
    // Half the temperature squares the weights: 1, 4, 9, 16.
    for (count, weight) in counts(&options(0.5), n)
        .into_iter()
        .zip([1.0, 4.0, 9.0, 16.0])
    {
        assert_share(count, weight / 30.0, n);
    }
}

#[test]
fn top_k_leaves_the_k_likeliest() {
    let n = 5_000;
    let counts = counts(
        &GenerateOptions {
            top_k: 2,
            ..options(1.0)
        },
        n,
    );
    assert_eq!(counts[..2], [0, 0]);
    assert_share(counts[2], 3.0 / 7.0, n);
}

#[test]
fn top_p_leaves_the_fewest_that_reach_p_of_what_top_k_left() {
    let n = 5_000;
    let top_p = |top_p, top_k| {
        counts(
            &GenerateOptions {
                top_p,
                top_k,
                ..options(1.0)
            },
            n,
        )
    };
    assert_eq!(top_p(0.39, 0)[..3], [0, 0, 0]);
    let two = top_p(0.41, 0);
    assert_eq!(two[..2], [0, 0]);
    assert_share(two[3], 4.0 / 7.0, n);
    // Of ids 2 and 3 alone, id 3 has 4/7.
    assert_eq!(top_p(0.57, 2)[..3], [0, 0, 0]);
    assert!(top_p(0.58, 2)[2] > 0);
}

#[test]
fn the_seed_decides_the_draws() {
    let draws = |seed| {
        let mut sampler = Sampler::new(&GenerateOptions {
            seed,
            ..options(1.0)
        });
        let candidates = candidates(&[(0, 0.0), (1, 0.0), (2, 0.0)]);
        (0..64)
            .map(|_| sampler.choose(&candidates).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(draws(3), draws(3));
    assert_ne!(draws(3), draws(4));
}

#[test]
fn extreme_logits_and_temperatures_are_no_trouble() {
    let mut sampler = Sampler::new(&options(f32::MIN_POSITIVE));
    let far_apart = candidates(&[(1, f32::MAX), (2, f32::MIN), (3, f32::NEG_INFINITY)]);
    assert_eq!(sampler.choose(&far_apart).unwrap(), 1);
    let mut sampler = Sampler::new(&options(f32::MAX));
    for _ in 0..100 {
        assert_ne!(sampler.choose(&far_apart).unwrap(), 3);
    }
}

#[test]
fn logits_that_are_no_numbers_are_an_error() {
    for temperature in [0.0, 1.0] {
        let mut sampler = Sampler::new(&options(temperature));
        let lists: [&[(u32, f32)]; 4] = [
            &[],
            &[(1, 0.0), (2, f32::NAN)],
            &[(1, f32::INFINITY), (2, 0.0)],
            &[(1, f32::NEG_INFINITY)],
        ];
        for logits in lists {
            let error = sampler.choose(&candidates(logits)).unwrap_err();
            assert!(matches!(error, SampleError::NotANumber), "{logits:?}");
        }
    }
}
