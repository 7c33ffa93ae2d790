//! The stream of examples from any starting point.

use super::{Draw, Order};

fn draws(order: &mut Order, positions: std::ops::Range<u64>) -> Vec<Draw> {
    positions.map(|position| order.draw(position)).collect()
}

#[test]
fn an_epoch_has_every_example_once() {
    for n_examples in [1, 2, 7, 100] {
        let mut order = Order::new(n_examples, 5);
        for epoch in 0..3 {
            let start = epoch * n_examples as u64;
            let mut drawn = draws(&mut order, start..start + n_examples as u64);
            assert!(drawn.iter().all(|draw| draw.epoch == epoch));
            drawn.sort_by_key(|draw| draw.index);
            assert!(drawn.iter().map(|draw| draw.index).eq(0..n_examples));
        }
    }
}

#[test]
fn the_stream_is_the_same_from_any_start() {
    let whole = draws(&mut Order::new(13, 9), 0..60);
    for start in [0, 1, 12, 13, 14, 40, 59] {
        let rest = draws(&mut Order::new(13, 9), start..60);
        assert_eq!(rest, whole[start as usize..]);
    }
}

#[test]
fn going_back_finds_the_same_draws() {
    let mut order = Order::new(13, 9);
    let first = draws(&mut order, 0..40);
    assert_eq!(draws(&mut order, 0..40), first);
}

#[test]
fn epochs_and_seeds_differ() {
    let indices = |seed, start: u64| {
        let drawn = draws(&mut Order::new(50, seed), start..start + 50);
        drawn.iter().map(|draw| draw.index).collect::<Vec<_>>()
    };
    assert_ne!(indices(1, 0), indices(1, 50));
    assert_ne!(indices(1, 0), indices(2, 0));
    assert_ne!(indices(1, 0), (0..50).collect::<Vec<_>>());
}

#[test]
fn every_example_comes_to_every_place() {
    // 4000 permutations of 4: each of 16 pairs is expected 1000 times, with a deviation of 27.
    let mut counts = [[0_u32; 4]; 4];
    let mut order = Order::new(4, 3);
    for position in 0..16_000_u64 {
        counts[(position % 4) as usize][order.draw(position).index] += 1;
    }
    for count in counts.into_iter().flatten() {
        assert!((850..1150).contains(&count), "{counts:?}");
    }
}

#[test]
fn replacements_differ_by_position_and_attempt_and_stay_the_same() {
    let order = Order::new(1000, 4);
    let indices = |position| -> Vec<usize> {
        let draws = (0..10).map(|attempt| order.replacement(position, attempt));
        draws.map(|draw| draw.index).collect()
    };
    assert_eq!(indices(7), indices(7));
    assert_ne!(indices(7), indices(8));
    let mut distinct = indices(7);
    distinct.sort_unstable();
    distinct.dedup();
    assert!(distinct.len() > 5, "{distinct:?}");
    assert_eq!(order.replacement(2500, 0).epoch, 2);
}
