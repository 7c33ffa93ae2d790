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
            while batch.examples.len() < self.batch_size {
                self.fill(&mut batch, &mut gathered)?;
            }
            gathered.batches.push(batch);
        }
        Ok(gathered)
    }

    /// Reads as many places as the batch lacks examples.
    fn fill(
        &self,
        batch: &mut Batch<S::Example>,
        gathered: &mut StepExamples<S::Example>,
    ) -> Result<(), TrainError> {
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
                }
                Err(broken) => gathered.broken.push(broken),
            }
        }
        // An epoch of nothing but broken examples ends in another of the same.
        let n_broken = gathered.broken.len() as u64;
        if batch.examples.is_empty() && n_broken >= self.examples.epoch_len() {
            let first = gathered.broken.iter().take(N_NAMED);
            return Err(TrainError::NothingReadable {
                n_broken,
                problems: first
                    .map(|Broken { name, problem }| format!("{name}: {problem}"))
                    .collect(),
            });
        }
        Ok(())
    }
}
