//! Which records are chosen.

use super::Subset;

fn choose(limit: usize, seed: Option<u64>, records: Vec<u32>) -> Vec<u32> {
    let limit = Some(limit);
    Subset { limit, seed }.choose(records, ToString::to_string)
}

#[test]
fn without_a_seed_the_first_are_taken() {
    assert_eq!(choose(3, None, (0..9).collect()), [0, 1, 2]);
    assert_eq!(choose(9, None, (0..3).collect()), [0, 1, 2]);
    let all = Subset::default().choose(vec![3, 1, 2], ToString::to_string);
    assert_eq!(all, [3, 1, 2]);
}

#[test]
fn a_seed_repeats_its_choice_and_another_chooses_otherwise() {
    let all: Vec<u32> = (0..1000).collect();
    let chosen = choose(50, Some(7), all.clone());
    assert_eq!(chosen.len(), 50);
    assert_eq!(chosen, choose(50, Some(7), all.clone()));
    assert_ne!(chosen, choose(50, Some(8), all.clone()));
    assert!(chosen.is_sorted());
    assert!(chosen.last() > Some(&500), "{chosen:?}");
}

#[test]
fn the_choice_does_not_depend_on_order_and_grows_with_the_limit() {
    let all: Vec<u32> = (0..100).collect();
    let few = choose(10, Some(1), all.clone());
    let mut turned = choose(10, Some(1), all.iter().rev().copied().collect());
    turned.reverse();
    assert_eq!(few, turned);
    let more = choose(30, Some(1), all);
    assert!(few.iter().all(|record| more.contains(record)));
}
