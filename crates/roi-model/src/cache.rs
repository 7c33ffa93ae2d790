//! Keys and values of the tokens so far, and where the next token goes.

use burn::tensor::{Device, Tensor};
use roi_kernels::Replay;
use roi_kernels::ops::rope::{LayerCache, RopeTable};
use roi_kernels::ops::sample::{DecodeState, SampleError, greedy};

use crate::decoder::Decoder;

/// Keys and values of a conversation's tokens, for the model that made it and no other.
#[derive(Debug)]
pub struct KvCache {
    /// The launches of one step, which differ in nothing from token to token.
    step: Replay<Decoder>,
    layers: Vec<LayerCache>,
    rope: RopeTable,
    state: DecodeState,
    len: usize,
    capacity: usize,
}

impl KvCache {
    pub(crate) fn new(
        layers: Vec<LayerCache>,
        rope: RopeTable,
        state: DecodeState,
        capacity: usize,
    ) -> Self {
        Self {
            step: Replay::default(),
            layers,
            rope,
            state,
            len: 0,
            capacity,
        }
    }

    /// Tokens whose keys and values are here.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Tokens there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Forgets all but the first `len` tokens; there may be fewer already.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Takes the likeliest token of `logits`, the lowest id among equals, as the next one and
    /// reads it back.
    ///
    /// # Shape
    /// - `logits`: `[1, V]`, of the last token here
    ///
    /// # Errors
    /// [`SampleError`] when the device fails or a logit is not a number.
    ///
    /// # Panics
    /// When the token that the logits belong to has been forgotten since.
    pub async fn choose_greedy(&mut self, logits: Tensor<2>) -> Result<u32, SampleError> {
        let position = self.state.position();
        assert!(
            position <= self.len,
            "logits of token {position} after a cut to {} tokens",
            self.len
        );
        let advance = self.len - position;
        greedy(logits, &mut self.state, advance).await
    }

    /// Takes `token` as the next one.
    pub fn choose(&mut self, token: u32) {
        self.state.set(self.len, token);
    }

    /// Makes the state stand behind the last token, where a prompt goes on.
    pub(crate) fn go_on(&mut self) {
        self.state.set(self.len, 0);
    }

    /// Lets `run` put `tokens` more keys and values into each layer.
    ///
    /// # Panics
    /// When there is no room for them.
    pub(crate) fn extend(
        &mut self,
        tokens: usize,
        run: impl FnOnce(&mut [LayerCache], &RopeTable, &DecodeState) -> Tensor<2>,
    ) -> Tensor<2> {
        self.grow(tokens);
        run(&mut self.layers, &self.rope, &self.state)
    }

    /// Lets `run` put the keys and values of the token chosen last into each layer. On a GPU it
    /// is recorded and sent again from then on, so it has to be the same every time.
    ///
    /// # Panics
    /// When no token has been chosen since the last one ran, or there is no room.
    pub(crate) fn extend_by_chosen(
        &mut self,
        device: &Device,
        owner: &Decoder,
        mut run: impl FnMut(&mut [LayerCache], &RopeTable, &DecodeState) -> Tensor<2>,
    ) -> Tensor<2> {
        let position = self.state.position();
        assert_eq!(
            position, self.len,
            "a step at position {position} behind {} tokens: none was chosen",
            self.len
        );
        self.grow(1);
        let (layers, rope, state) = (&mut self.layers, &self.rope, &self.state);
        self.step.run(device, owner, || run(layers, rope, state))
    }

    fn grow(&mut self, tokens: usize) {
        let len = self.len + tokens;
        assert!(
            len <= self.capacity,
            "{len} tokens in a cache for {}",
            self.capacity
        );
        self.len = len;
    }
}
