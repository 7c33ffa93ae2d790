//! sample: the next token from the logits, and the place where position and token are kept.

use std::cmp::Ordering;

use burn::tensor::{Bytes, Device, Tensor};
use cubecl::client::Client;
use cubecl::server::Handle;

use super::{argmax, top_k};
use crate::fault::said_on_one_line;
use crate::gpu;
use crate::matrix::{GpuRows, gpu_client};

/// Candidates that may be read back for sampling on the host.
pub const MAX_CANDIDATES: usize = 64;

/// Position of the next token and the token chosen last. On the GPU both live in a small buffer
/// that the sampling kernel writes, so that a decode step needs nothing from the host; the host's
/// copy follows when the token is read back.
#[derive(Debug)]
pub struct DecodeState {
    position: usize,
    token: u32,
    /// Words: position, token, whether a logit was not a number, nothing.
    words: Option<GpuRows>,
}

/// A token and its logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Row of the vocabulary.
    pub id: u32,
    /// Its logit.
    pub logit: f32,
}

/// Why the logits could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// The device failed.
    #[error("the device failed while the next token was read: {0}")]
    Read(String),
    /// A logit is not a number.
    #[error("the model's output is not a number; its weights or the device are faulty")]
    NotANumber,
}

impl DecodeState {
    /// Index of the token among the buffer's words.
    pub(crate) const TOKEN_WORD: u32 = 1;

    /// Position 0.
    pub fn new(device: &Device) -> Self {
        let words = gpu_client(device).map(|client| GpuRows {
            handle: client.memory_persistent_allocation((), |()| client.create(words(0, 0))),
            client,
        });
        Self {
            position: 0,
            token: 0,
            words,
        }
    }

    /// Where the next token goes.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The token chosen last, as far as the host knows it.
    pub fn token(&self) -> u32 {
        self.token
    }

    /// Sets both, before a prompt or after sampling on the host.
    pub fn set(&mut self, position: usize, token: u32) {
        self.position = position;
        self.token = token;
        if let Some(GpuRows { client, handle }) = &self.words {
            client.write(handle, words(position, token));
        }
    }

    /// The state's words on the GPU.
    ///
    /// # Panics
    /// When the state was made for another kind of device.
    pub(crate) fn buffer(&self) -> &Handle {
        match &self.words {
            Some(words) => &words.handle,
            None => panic!("the input is on the GPU and the decoder's state is not"),
        }
    }
}

fn words(position: usize, token: u32) -> Bytes {
    let words = [position as u32, token, 0, 0];
    Bytes::from_bytes_vec(bytemuck::cast_slice(&words).to_vec())
}

/// Chooses the likeliest token (the lowest id among equals), keeps it in the state, moves the
/// state's position on by `advance` tokens, and reads the token back.
///
/// # Shape
/// - `logits`: `[1, V]`
///
/// # Errors
/// [`SampleError`] when the device fails or a logit is not a number; the state is of no use then
/// until it is set.
pub async fn greedy(
    logits: Tensor<2>,
    state: &mut DecodeState,
    advance: usize,
) -> Result<u32, SampleError> {
    let [_, count] = logits.dims();
    if let Some(logits) = gpu::buffer(&logits) {
        argmax::launch(&logits, count, state, advance);
        let words = read(&logits.client, state.buffer()).await?;
        let [position, token, faults, ..] = words[..] else {
            return Err(SampleError::Read(format!("{} words of state", words.len())));
        };
        if faults != 0 {
            return Err(SampleError::NotANumber);
        }
        state.position = position as usize;
        state.token = token;
        return Ok(token);
    }
    let best = candidates(logits, 1).await?;
    let token = best.first().ok_or(SampleError::NotANumber)?.id;
    state.set(state.position + advance, token);
    Ok(token)
}

/// The `count` likeliest tokens, likeliest first, the lower id first among equals.
///
/// # Shape
/// - `logits`: `[1, V]`; `count` is at most [`MAX_CANDIDATES`]
///
/// # Errors
/// [`SampleError`] when the device fails or a logit is not a number.
pub async fn candidates(logits: Tensor<2>, count: usize) -> Result<Vec<Candidate>, SampleError> {
    let [_, vocabulary] = logits.dims();
    let count = count.min(MAX_CANDIDATES).min(vocabulary);
    if count == 0 {
        return Ok(Vec::new());
    }
    if let Some(logits) = gpu::buffer(&logits) {
        let words = read(&logits.client, &top_k::launch(&logits, vocabulary, count)).await?;
        let Some((0, pairs)) = words.split_first() else {
            return Err(SampleError::NotANumber);
        };
        let pairs = pairs.chunks_exact(2).map(|pair| Candidate {
            id: pair[0],
            logit: f32::from_bits(pair[1]),
        });
        let mut found: Vec<_> = pairs.take(count).collect();
        found.sort_by(by_rank);
        return Ok(found);
    }
    let data = logits
        .into_data_async()
        .await
        .map_err(|error| SampleError::Read(said_on_one_line(&error)))?;
    let values = data
        .try_to_vec::<f32>()
        .map_err(|error| SampleError::Read(said_on_one_line(&error)))?;
    if values.iter().any(|logit| logit.is_nan()) {
        return Err(SampleError::NotANumber);
    }
    let mut all: Vec<_> = values
        .into_iter()
        .zip(0..)
        .map(|(logit, id)| Candidate { id, logit })
        .collect();
    if count < all.len() {
        all.select_nth_unstable_by(count, by_rank);
        all.truncate(count);
    }
    all.sort_by(by_rank);
    Ok(all)
}

/// The likelier first, the lower id first among equals. Numbers only.
fn by_rank(a: &Candidate, b: &Candidate) -> Ordering {
    b.logit
        .partial_cmp(&a.logit)
        .unwrap_or(Ordering::Equal)
        .then(a.id.cmp(&b.id))
}

async fn read(client: &Client, buffer: &Handle) -> Result<Vec<u32>, SampleError> {
    let read = client.read_async(vec![buffer.clone()]).await;
    let buffers = read.map_err(|error| SampleError::Read(said_on_one_line(&error)))?;
    let bytes = buffers
        .first()
        .ok_or_else(|| SampleError::Read("nothing came back".to_owned()))?;
    Ok(bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect())
}
