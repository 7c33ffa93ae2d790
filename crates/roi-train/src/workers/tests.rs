//! Results come in order, all of them, or the first failure.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Workers;
use crate::TrainError;

const COUNTS: [usize; 4] = [0, 1, 2, 5];

#[test]
fn results_come_in_the_items_order() {
    let items: Vec<u64> = (0..23).collect();
    for count in COUNTS {
        let mut taken = Vec::new();
        let work = |item: &u64| {
            // Early items take longest.
            std::thread::sleep(Duration::from_micros(500 * (23 - item)));
            Ok(item * item)
        };
        let workers = Workers::new(count).unwrap();
        workers
            .in_order(&items, work, |result| taken.push(result))
            .unwrap();
        let expected: Vec<_> = items.iter().map(|item| item * item).collect();
        assert_eq!(taken, expected, "{count} workers");
    }
}

#[test]
fn a_failure_ends_the_batch() {
    for count in COUNTS {
        let begun = AtomicUsize::new(0);
        let work = |&item: &usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            if item == 3 {
                return Err(TrainError::NoLabels { examples: 3 });
            }
            std::thread::sleep(Duration::from_millis(1));
            Ok(item)
        };
        let items: Vec<usize> = (0..1000).collect();
        let workers = Workers::new(count).unwrap();
        let outcome = workers.in_order(&items, work, |item| assert!(item < 3));
        assert!(
            matches!(outcome, Err(TrainError::NoLabels { examples: 3 })),
            "{count} workers: {outcome:?}"
        );
        assert!(begun.into_inner() < 1000, "{count} workers went on");
    }
}

#[test]
fn ops_of_one_of_several_workers_run_on_its_thread() {
    let workers = Workers::new(2).unwrap();
    let threads = |_: &()| Ok(rayon::current_num_threads());
    workers
        .in_order(&[(), ()], threads, |threads| assert_eq!(threads, 1))
        .unwrap();
}
