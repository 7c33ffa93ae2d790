//! The examples of each step, read by threads of their own while the step before is computed.

use std::ops::Range;
use std::sync::mpsc;
use std::thread::Scope;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::TrainError;
use crate::learner::Examples;
use crate::order::{Draw, Order};

/// Steps that may wait. More would only cost memory.
const AHEAD: usize = 2;
/// So many examples in a row that cannot be read are no accident.
const MAX_ATTEMPTS: u64 = 10;

/// Draws and reads.
pub(super) struct Gatherer<'a, S> {
    pub(super) examples: &'a S,
    pub(super) seed: u64,
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
    pub(super) broken: Vec<Broken>,
}

/// An example that cannot be read.
pub(super) struct Broken {
    pub(super) name: String,
    pub(super) problem: String,
}

/// An example and its name, and those that stood in its place and are broken.
struct Read<E> {
    example: E,
    name: String,
    broken: Vec<Broken>,
}

impl<'a, S: Examples> Gatherer<'a, S> {
    /// Examples of these steps in order. Nothing is read any more once nobody listens.
    pub(super) fn start<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        steps: Range<u64>,
    ) -> mpsc::IntoIter<Result<StepExamples<S::Example>, TrainError>>
    where
        'a: 'scope,
    {
        let (sender, receiver) = mpsc::sync_channel(AHEAD);
        scope.spawn(move || {
            let mut order = Order::new(self.examples.count(), self.seed);
            for step in steps {
                let gathered = self.gather(&mut order, step);
                let is_last = gathered.is_err();
                if sender.send(gathered).is_err() || is_last {
                    break;
                }
            }
        });
        receiver.into_iter()
    }

    fn gather(&self, order: &mut Order, step: u64) -> Result<StepExamples<S::Example>, TrainError> {
        let per_step = (self.batch_size * self.n_batches) as u64;
        let draws: Vec<(u64, Draw)> = (step * per_step..(step + 1) * per_step)
            .map(|position| (position, order.draw(position)))
            .collect();
        let order = &*order;
        let mut read: Vec<_> = Vec::new();
        draws
            .into_par_iter()
            .map(|(position, draw)| self.read(order, position, draw))
            .collect_into_vec(&mut read);
        let mut gathered = StepExamples {
            batches: Vec::new(),
            broken: Vec::new(),
        };
        let mut read = read.into_iter();
        for _ in 0..self.n_batches {
            let mut batch = Batch {
                examples: Vec::new(),
                names: Vec::new(),
            };
            for one in read.by_ref().take(self.batch_size) {
                let one = one?;
                batch.examples.push(one.example);
                batch.names.push(one.name);
                gathered.broken.extend(one.broken);
            }
            gathered.batches.push(batch);
        }
        Ok(gathered)
    }

    /// The example drawn, or the first of its replacements that can be read; and those that cannot.
    fn read(
        &self,
        order: &Order,
        position: u64,
        draw: Draw,
    ) -> Result<Read<S::Example>, TrainError> {
        let replacements = (0..MAX_ATTEMPTS - 1).map(|n| order.replacement(position, n));
        let mut broken = Vec::new();
        for draw in std::iter::once(draw).chain(replacements) {
            let name = self.examples.name(draw.index);
            match self.examples.get(draw) {
                Ok(example) => {
                    return Ok(Read {
                        example,
                        name,
                        broken,
                    });
                }
                Err(problem) => broken.push(Broken { name, problem }),
            }
        }
        Err(TrainError::NothingReadable {
            problems: broken
                .into_iter()
                .map(|Broken { name, problem }| format!("{name}: {problem}"))
                .collect(),
        })
    }
}
