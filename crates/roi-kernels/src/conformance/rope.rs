//! rope: a prompt and steps after it; what went into the cache shows in the attention over it.

use super::attention::TOLERANCE as ATTENTION;
use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::ops::attention::cached_attention;
use crate::ops::rope::{Heads, LayerCache, RopeTable, rope};
use crate::ops::sample::DecodeState;
use crate::reference;

/// Two products and a sum, fused or not.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 1e-6,
    relative: 1e-6,
};
const THETA: f64 = 10_000.0;

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for (heads, lengths) in [
        (Heads { count: 1, size: 4 }, &[1, 1][..]),
        (Heads { count: 3, size: 16 }, &[5, 1, 1, 3]),
        (Heads { count: 2, size: 80 }, &[37, 1, 7, 1]),
    ] {
        let width = heads.width();
        let capacity = lengths.iter().sum::<usize>() + 1;
        let mut numbers = Numbers::new(7);
        let table = RopeTable::new(capacity + 3, heads.size, THETA, bench.device);
        let mut cache = LayerCache::new(heads, capacity, bench.device);
        let mut state = DecodeState::new(bench.device);
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for &tokens in lengths {
            let first = state.position();
            let case = bench.begin(format_args!("rope {heads:?}, {tokens} from {first}"))?;
            let qkv = numbers.take(tokens * 3 * width);
            let q = rope(
                bench.tensor(&qkv, [tokens, 3 * width]),
                &mut cache,
                &table,
                &state,
            );
            let expected = reference::rope::rope(&qkv, heads, first, THETA);
            bench
                .compare(
                    &case,
                    q.clone(),
                    [tokens, width],
                    &expected.queries,
                    TOLERANCE,
                )
                .await?;
            keys.extend(expected.keys);
            values.extend(expected.values);
            let seen = cached_attention(q, &cache, &state);
            let expected = reference::attention::attention(
                &expected.queries,
                &keys,
                &values,
                heads,
                Some(first),
            );
            bench
                .compare(&case, seen, [tokens, width], &expected, ATTENTION)
                .await?;
            state.set(first + tokens, 0);
        }
    }
    going_back(bench).await
}

/// Positions that were set back are written again, as when a conversation's last turn is repeated.
async fn going_back(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    let heads = Heads { count: 2, size: 8 };
    let case = bench.begin("rope after going back")?;
    let width = heads.width();
    let table = RopeTable::new(9, heads.size, THETA, bench.device);
    let mut cache = LayerCache::new(heads, 9, bench.device);
    let mut state = DecodeState::new(bench.device);
    let mut numbers = Numbers::new(8);
    let prompt = numbers.take(6 * 3 * width);
    rope(
        bench.tensor(&prompt, [6, 3 * width]),
        &mut cache,
        &table,
        &state,
    );
    state.set(2, 0);
    let other = numbers.take(3 * 3 * width);
    let q = rope(
        bench.tensor(&other, [3, 3 * width]),
        &mut cache,
        &table,
        &state,
    );
    let seen = cached_attention(q, &cache, &state);
    let kept = reference::rope::rope(&prompt[..2 * 3 * width], heads, 0, THETA);
    let new = reference::rope::rope(&other, heads, 2, THETA);
    let (keys, values) = (
        [kept.keys, new.keys].concat(),
        [kept.values, new.values].concat(),
    );
    let expected = reference::attention::attention(&new.queries, &keys, &values, heads, Some(2));
    bench
        .compare(&case, seen, [3, width], &expected, ATTENTION)
        .await
}
