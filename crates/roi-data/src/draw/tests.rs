//! Chance is even, and the same for the same visit.

use super::{Draw, Visit};

const VISIT: Visit = Visit {
    seed: 3,
    epoch: 1,
    index: 4,
};

fn words(visit: Visit) -> [u64; 4] {
    let mut draw = visit.draw();
    std::array::from_fn(|_| draw.word())
}

#[test]
fn a_visit_draws_the_same_each_time_and_other_visits_something_else() {
    assert_eq!(words(VISIT), words(VISIT));
    let others = [
        Visit { seed: 4, ..VISIT },
        Visit { epoch: 4, ..VISIT },
        Visit { index: 1, ..VISIT },
        Visit {
            seed: 1,
            epoch: 3,
            ..VISIT
        },
    ];
    for other in others {
        assert_ne!(words(VISIT), words(other), "{other:?}");
    }
}

#[test]
fn every_order_of_three_is_drawn_about_as_often() {
    let mut draw = VISIT.draw();
    let mut counts = [0; 27];
    for _ in 0..6000 {
        let mut order = [0, 1, 2];
        draw.shuffle(&mut order);
        counts[9 * order[0] + 3 * order[1] + order[2]] += 1;
    }
    let drawn: Vec<i32> = counts.into_iter().filter(|&n| n > 0).collect();
    assert_eq!(drawn.len(), 6);
    // A sixth of 6000, five standard deviations around it.
    assert!(drawn.iter().all(|n| (856..=1144).contains(n)), "{drawn:?}");
}

#[test]
fn nothing_is_picked_of_nothing() {
    let mut draw = Draw::new([0; 4]);
    assert_eq!(draw.below(0), 0);
    assert_eq!(draw.pick::<u8>(&[]), None);
    draw.shuffle::<u8>(&mut []);
    assert!((0..100).all(|_| draw.below(3) < 3));
}
