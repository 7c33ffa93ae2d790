//! The examples of each step, read by threads of their own while the step before is computed.

use std::ops::Range;
use std::sync::mpsc;
use std::thread::Scope;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::TrainError;
use crate::learner::{Broken, Examples};

/// Steps that may wait. More would only cost memory.
const AHEAD: usize = 2;
/// So many of the broken are named when there is nothing else.
const N_NAMED: usize = 10;

/// Reads along the stream.
pub(super) struct Gatherer<'a, S> {
    pub(super) examples: &'a S,
    pub(super) batch_size: usize,
    pub(super) n_batches: usize,
}

/// Examples whose gradients are computed together.
pub(super) struct Batch<E> {
    pub(super) examples: Vec<E>,
    /// What they are called in messages.
    pub(super) names: Vec<String>,
}

/// What a step learns from.
pub(super) struct StepExamples<E> {
    pub(super) batches: Vec<Batch<E>>,
    /// Examples that were passed over.
    pub(super) broken: Vec<Broken>,
    /// The place behind the last example.
    pub(super) end: u64,
}

impl<'a, S: Examples> Gatherer<'a, S> {
    /// Examples of these steps, of which the first starts at `position`. Nothing is read any more once nobody listens.
    pub(super) fn start<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        steps: Range<u64>,
        mut position: u64,
    ) -> mpsc::IntoIter<Result<StepExamples<S::Example>, TrainError>>
    where
        'a: 'scope,
    {
        let (sender, receiver) = mpsc::sync_channel(AHEAD);
        scope.spawn(move || {
            for _ in steps {
                let gathered = self.gather(position);
                let end = gathered.as_ref().ok().map(|gathered| gathered.end);
                let is_heard = sender.send(gathered).is_ok();
                match end {
                    Some(end) if is_heard => position = end,
                    _ => break,
                }
            }
        });
        receiver.into_iter()
    }

    fn gather(&self, start: u64) -> Result<StepExamples<S::Example>, TrainError> {
        let mut gathered = StepExamples {
            batches: Vec::new(),
            broken: Vec::new(),
            end: start,
        };
        for _ in 0..self.n_batches {
            let mut batch = Batch {
                examples: Vec::new(),
                names: Vec::new(),
            };
            // Where a batch begins, the place before it was a good one.
            let mut n_broken = 0;
            while batch.examples.len() < self.batch_size {
                n_broken = self.fill(&mut batch, &mut gathered, n_broken)?;
            }
            gathered.batches.push(batch);
        }
        Ok(gathered)
    }

    /// Reads as many places as the batch lacks examples. Takes and gives how many were broken since the last that was not.
    fn fill(
        &self,
        batch: &mut Batch<S::Example>,
        gathered: &mut StepExamples<S::Example>,
        mut n_broken: usize,
    ) -> Result<usize, TrainError> {
        let n_lacking = (self.batch_size - batch.examples.len()) as u64;
        let places = gathered.end..gathered.end + n_lacking;
        gathered.end = places.end;
        let read: Vec<_> = places
            .into_par_iter()
            .map(|place| self.examples.get(place))
            .collect();
        for one in read {
            match one {
                Ok(named) => {
                    batch.examples.push(named.example);
                    batch.names.push(named.name);
                    n_broken = 0;
                }
                Err(broken) => {
                    gathered.broken.push(broken);
                    n_broken += 1;
                    self.expect_more(&gathered.broken, n_broken)?;
                }
            }
        }
        Ok(n_broken)
    }

    /// Gives up where a whole epoch was broken. Each has an order of its own, so that fewer places than these may be the end of
    /// one and the beginning of the next, with the same examples in both.
    fn expect_more(&self, broken: &[Broken], n_last: usize) -> Result<(), TrainError> {
        let n_examples = self.examples.epoch_len();
        if (n_last as u64) < 2 * n_examples - 1 {
            return Ok(());
        }
        let mut problems = Vec::with_capacity(N_NAMED);
        for Broken { name, problem } in &broken[broken.len() - n_last..] {
            let problem = format!("{name}: {problem}");
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            if problems.len() == N_NAMED {
                break;
            }
        }
        Err(TrainError::NothingReadable {
            n_examples,
            problems,
        })
    }
}
