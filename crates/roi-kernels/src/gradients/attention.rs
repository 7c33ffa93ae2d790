//! Attention over a picture and over a cache, and the turning of queries and keys before it.

use burn::tensor::Tensor;

use super::{LINEAR, SMOOTH, check, inputs};
use crate::ops::attention::{attention, cached_attention};
use crate::ops::rope::{Heads, LayerCache, RopeTable, rope};
use crate::ops::sample::DecodeState;

const HEADS: Heads = Heads { count: 3, size: 4 };
const TOKENS: usize = 5;

#[test]
fn attention_of_all_to_all() {
    let values = inputs(15, [&[TOKENS, 3 * HEADS.width()]]);
    check("attention", &values, SMOOTH, |t| {
        let qkv = t[0].clone().reshape([TOKENS, 3 * HEADS.width()]);
        attention(qkv, HEADS).flatten(0, 1)
    });
}

/// Feeds tokens behind each other, `pieces` at a time, and gives what is attended to and, with
/// `queries`, the turned queries instead.
fn decoded(qkv: &Tensor<1>, pieces: &[usize], queries: bool) -> Tensor<1> {
    let device = qkv.device();
    let tokens: usize = pieces.iter().sum();
    let qkv = qkv.clone().reshape([tokens, 3 * HEADS.width()]);
    let table = RopeTable::new(tokens, HEADS.size, 100.0, &device);
    let mut cache = LayerCache::new(HEADS, tokens, &device);
    let mut state = DecodeState::new(&device);
    let mut first = 0;
    let outputs = pieces.iter().map(|&piece| {
        state.set(first, 0);
        let turned = rope(
            qkv.clone().narrow(0, first, piece),
            &mut cache,
            &table,
            &state,
        );
        first += piece;
        if queries {
            turned
        } else {
            cached_attention(turned, &cache, &state)
        }
    });
    Tensor::cat(outputs.collect(), 0).flatten(0, 1)
}

#[test]
fn cached_attention_of_turned_queries_and_keys() {
    for pieces in [&[TOKENS][..], &[3, 2], &[2, 1, 2]] {
        let values = inputs(16, [&[TOKENS, 3 * HEADS.width()]]);
        check(&format!("cached {pieces:?}"), &values, SMOOTH, |t| {
            decoded(&t[0], pieces, false)
        });
    }
}

#[test]
fn rope_turns_gradients_back() {
    let values = inputs(17, [&[TOKENS, 3 * HEADS.width()]]);
    check("rope", &values, LINEAR, |t| decoded(&t[0], &[TOKENS], true));
}
