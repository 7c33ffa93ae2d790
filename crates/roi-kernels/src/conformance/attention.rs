//! attention: token counts around the tiles of queries and keys, every kind of head size, and scores
//! so far apart that a softmax without its maximum would overflow.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::ops::attention::{attention, cached_attention};
use crate::ops::attention_step::CHUNK;
use crate::ops::rope::{Heads, LayerCache, RopeTable, rope};
use crate::ops::sample::DecodeState;
use crate::reference;

/// exp differs by a few units in the last place, sums by their order.
pub(super) const TOLERANCE: Tolerance = Tolerance {
    absolute: 1e-5,
    relative: 1e-5,
};
/// Scores of some hundreds are exact to 3e-5, and their exponentials by as much.
const LOUD: Tolerance = Tolerance {
    absolute: 3e-4,
    relative: 0.0,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for (tokens, count, size, loudness, tolerance) in [
        (1, 1, 4, 1.0, TOLERANCE),
        (31, 3, 16, 1.0, TOLERANCE),
        (33, 2, 80, 1.0, TOLERANCE),
        (67, 5, 64, 1.0, TOLERANCE),
        (41, 2, 128, 1.0, TOLERANCE),
        (257, 1, 24, 1.0, TOLERANCE),
        (37, 2, 32, 16.0, LOUD),
    ] {
        let heads = Heads { count, size };
        let case = bench.begin(format_args!(
            "attention {tokens} tokens, {heads:?}, values to {loudness}"
        ))?;
        let width = heads.width();
        let part = |seed, loudness: f32| -> Vec<f32> {
            Numbers::new(seed)
                .take(tokens * width)
                .iter()
                .map(|value| value * loudness)
                .collect()
        };
        let [q, k, v] = [part(9, loudness), part(10, loudness), part(11, 1.0)];
        let qkv: Vec<f32> = (0..tokens)
            .flat_map(|t| {
                [&q, &k, &v]
                    .into_iter()
                    .flat_map(move |part| &part[t * width..(t + 1) * width])
            })
            .copied()
            .collect();
        let y = attention(bench.tensor(&qkv, [tokens, 3 * width]), heads);
        let expected = reference::attention::attention(&q, &k, &v, heads, None);
        bench
            .compare(&case, y, [tokens, width], &expected, tolerance)
            .await?;
    }
    let long = CHUNK as usize * 3 / 2;
    for (first, tokens, count, size) in [
        (0, 1, 2, 4),
        (0, 65, 2, 16),
        (13, 2, 3, 128),
        (30, 35, 1, 64),
        (5, 1, 3, 20),
        (long, 1, 3, 16),
    ] {
        cached(bench, first, tokens, Heads { count, size }).await?;
    }
    Ok(())
}

/// `tokens` queries after `first` tokens that are in the cache already.
async fn cached(
    bench: &mut Bench<'_>,
    first: usize,
    tokens: usize,
    heads: Heads,
) -> Result<(), ConformanceError> {
    const THETA: f64 = 10_000.0;
    let case = bench.begin(format_args!(
        "cached attention {tokens} tokens from {first}, {heads:?}"
    ))?;
    let (width, all) = (heads.width(), first + tokens);
    let table = RopeTable::new(all, heads.size, THETA, bench.device);
    // What lies past the tokens is not to be read.
    let mut cache = LayerCache::new(heads, all + 3, bench.device);
    let mut state = DecodeState::new(bench.device);
    // Later keys are louder, so that the highest score rises from tile to tile.
    let qkv: Vec<f32> = Numbers::new(12)
        .take(all * 3 * width)
        .iter()
        .enumerate()
        .map(|(index, value)| value * (1.0 + 2.0 * index as f32 / (all * 3 * width) as f32))
        .collect();
    let (before, now) = qkv.split_at(first * 3 * width);
    if first > 0 {
        rope(
            bench.tensor(before, [first, 3 * width]),
            &mut cache,
            &table,
            &state,
        );
        state.set(first, 0);
    }
    let q = rope(
        bench.tensor(now, [tokens, 3 * width]),
        &mut cache,
        &table,
        &state,
    );
    let y = cached_attention(q, &cache, &state);
    let rotated = reference::rope::rope(&qkv, heads, 0, THETA);
    let queries = &rotated.queries[first * width..];
    let expected = if tokens == 1 {
        reference::attention_step::attention_step(
            queries,
            &rotated.keys,
            &rotated.values,
            heads,
            first,
        )
    } else {
        reference::attention::attention(queries, &rotated.keys, &rotated.values, heads, Some(first))
    };
    bench
        .compare(&case, y, [tokens, width], &expected, TOLERANCE)
        .await
}
