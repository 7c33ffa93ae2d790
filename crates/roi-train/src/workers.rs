//! Threads that share a batch's examples.
//!
//! On the CPU many ops of a step use one core, whatever there is: one example a core keeps all
//! of them busy, and each example's ops then stay on its core.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::TrainError;

#[cfg(test)]
mod tests;

/// Threads that each work on one example at a time.
#[derive(Debug)]
pub struct Workers {
    /// Pools of one thread each, in which ops run alone; none for the caller's own thread.
    pools: Vec<ThreadPool>,
}

impl Workers {
    /// So many workers. One works on the caller's thread, where ops may use every core: that is
    /// what a GPU wants.
    ///
    /// # Errors
    /// [`TrainError::Threads`].
    pub fn new(count: usize) -> Result<Self, TrainError> {
        let pools = if count > 1 { count } else { 0 };
        let pools = (0..pools).map(|_| ThreadPoolBuilder::new().num_threads(1).build());
        Ok(Self {
            pools: pools.collect::<Result<_, _>>()?,
        })
    }

    /// Applies `work` to all items and hands the results to `take` in the items' order. After the
    /// first failure no further item is begun.
    pub(crate) fn in_order<I: Sync, R: Send>(
        &self,
        items: &[I],
        work: impl Fn(&I) -> Result<R, TrainError> + Sync,
        mut take: impl FnMut(R),
    ) -> Result<(), TrainError> {
        if self.pools.is_empty() || items.len() < 2 {
            return items.iter().try_for_each(|item| work(item).map(&mut take));
        }
        let next = AtomicUsize::new(0);
        let (sender, results) = mpsc::channel();
        std::thread::scope(|scope| {
            for pool in &self.pools {
                let (sender, next, work) = (sender.clone(), &next, &work);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(index) else { break };
                        let result = pool.install(|| work(item));
                        // Nobody listens any more once an item has failed.
                        if sender.send((index, result)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let mut early = BTreeMap::new();
            let mut taken = 0;
            for (index, result) in results {
                early.insert(index, result?);
                while let Some(result) = early.remove(&taken) {
                    take(result);
                    taken += 1;
                }
            }
            Ok(())
        })
    }
}
