//! A sequence of launches that stays the same: recorded once, sent again as a whole.
//!
//! A decode step is some two hundred launches in which nothing changes from one token to the next
//! but what lies in the buffers. Sent one by one they cost 10 µs each in a browser, recorded a
//! tenth of that.

use std::thread::{self, ThreadId};

use burn::tensor::{Device, Tensor};
use cubecl::client::{Client, Graph};
use cubecl::server::ServerError;

use crate::gpu;
use crate::matrix::gpu_client;

/// Launches that are recorded the first time they run. `K` owns the buffers they work on.
#[derive(Debug)]
pub struct Replay<K> {
    state: State<K>,
}

#[derive(Debug)]
enum State<K> {
    /// Nothing has run yet.
    New,
    Recorded(Box<Recorded<K>>),
    /// The device would not record: they are sent one by one.
    Refused,
}

#[derive(Debug)]
struct Recorded<K> {
    graph: Graph,
    output: Tensor<2>,
    launches: u64,
    /// Where it was recorded. Every thread has a queue of its own, and only within one does a
    /// replay keep its place among launches, writes and reads.
    thread: ThreadId,
    /// Keeps what the launches work on alive.
    _owner: K,
}

impl<K> Default for Replay<K> {
    fn default() -> Self {
        Self { state: State::New }
    }
}

impl<K: Clone> Replay<K> {
    /// What `launches` computes.
    ///
    /// The first time on a GPU, `launches` runs twice: once so that its kernels are compiled and
    /// its memory is at hand, and once to be recorded. So it has to compute the same when it runs
    /// twice in a row, always work on the same buffers, and neither send to the device nor read
    /// from it. Buffers that are not its own belong to `owner` or live as long as `self`. On the
    /// CPU it simply runs.
    ///
    /// The output is the same buffer every time: it is to be used up before the next run.
    pub fn run(
        &mut self,
        device: &Device,
        owner: &K,
        mut launches: impl FnMut() -> Tensor<2>,
    ) -> Tensor<2> {
        let Some(client) = gpu_client(device) else {
            return launches();
        };
        if !self.is_recorded_here() && !matches!(self.state, State::Refused) {
            self.state = match record(&client, owner, &mut launches) {
                Ok(recorded) => State::Recorded(Box::new(recorded)),
                Err(error) => {
                    log::warn!("this device does not record launches: {error}");
                    State::Refused
                }
            };
        }
        let State::Recorded(recorded) = &self.state else {
            return launches();
        };
        match recorded.replay() {
            Ok(output) => output,
            Err(error) => {
                log::warn!("recorded launches were refused: {error}");
                self.state = State::Refused;
                launches()
            }
        }
    }

    fn is_recorded_here(&self) -> bool {
        matches!(&self.state, State::Recorded(recorded) if recorded.thread == thread::current().id())
    }
}

fn record<K: Clone>(
    client: &Client,
    owner: &K,
    launches: &mut impl FnMut() -> Tensor<2>,
) -> Result<Recorded<K>, ServerError> {
    client.graph_prepare()?;
    // A recording allocates nothing: what the first run gives back is what the second takes.
    drop(launches());
    client.start_capture()?;
    let before = gpu::launched_here();
    let output = launches();
    let launches = gpu::launched_here() - before;
    let graph = client.stop_capture()?;
    Ok(Recorded {
        graph,
        output,
        launches,
        thread: thread::current().id(),
        _owner: owner.clone(),
    })
}

impl<K> Recorded<K> {
    #[expect(
        unsafe_code,
        reason = "nothing but the caller can know that the recorded buffers are still there"
    )]
    fn replay(&self) -> Result<Tensor<2>, ServerError> {
        // SAFETY: every buffer is alive: `_owner` and `output` hold theirs, the owner of this
        // `Replay` holds the rest by the contract of `run`, and the graph itself keeps the pages
        // of all that was made in between. They are used from this thread's queue alone.
        unsafe { self.graph.replay() }?;
        gpu::count_replayed(self.launches);
        Ok(self.output.clone())
    }
}
