//! Twin of `shaders/rope.wgsl`.

use crate::ops::rope::{Heads, turns};

/// What the op makes of one prompt or step.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// `[T, H · S]`.
    pub queries: Vec<f32>,
    /// `[T, H · S]`, to be put into the cache.
    pub keys: Vec<f32>,
    /// `[T, H · S]`, to be put into the cache.
    pub values: Vec<f32>,
}

/// Splits `qkv` `[T, 3 · H · S]`, whose first token is at position `first`, and rotates queries
/// and keys in the half-split way.
pub fn rope(qkv: &[f32], heads: Heads, first: usize, theta: f64) -> Rotated {
    let width = heads.width();
    let mut out = Rotated {
        queries: Vec::new(),
        keys: Vec::new(),
        values: Vec::new(),
    };
    for (token, row) in qkv.chunks_exact(3 * width).enumerate() {
        let turns = turns(first + token, heads.size, theta);
        rotate(&row[..width], heads.size, &turns, &mut out.queries);
        rotate(&row[width..2 * width], heads.size, &turns, &mut out.keys);
        out.values.extend(&row[2 * width..]);
    }
    out
}

fn rotate(row: &[f32], size: usize, turns: &[f32], out: &mut Vec<f32>) {
    let half = size / 2;
    let (cos, sin) = turns.split_at(half);
    for head in row.chunks_exact(size) {
        for i in 0..half {
            out.push(head[i] * cos[i] - head[i + half] * sin[i]);
        }
        for i in 0..half {
            out.push(head[i + half] * cos[i] + head[i] * sin[i]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rope;
    use crate::ops::rope::Heads;

    #[test]
    fn the_first_position_is_not_turned_and_values_never_are() {
        let qkv: Vec<f32> = (0..24).map(|i| i as f32).collect();
        let out = rope(&qkv, Heads { count: 2, size: 4 }, 0, 10_000.0);
        assert_eq!([out.queries, out.keys, out.values].concat(), qkv);
    }

    #[test]
    fn pairs_are_half_a_head_apart_and_the_second_turns_slower() {
        let heads = Heads { count: 1, size: 4 };
        let out = rope(
            &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 7.0, 7.0, 7.0, 7.0],
            heads,
            1,
            10_000.0,
        );
        let (slow, fast) = (0.01f32, 1.0f32);
        assert_eq!(
            out.queries,
            [fast.cos(), slow.cos(), fast.sin(), slow.sin()]
        );
        assert_eq!(out.keys, [-fast.sin(), -slow.sin(), fast.cos(), slow.cos()]);
        assert_eq!(out.values, [7.0; 4]);
    }
}
