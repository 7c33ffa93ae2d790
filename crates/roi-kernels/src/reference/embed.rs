//! Twin of embed.

/// The rows `ids` of `table` `[v, k]`.
pub fn embed(ids: &[u32], table: &[f32], k: usize) -> Vec<f32> {
    ids.iter()
        .flat_map(|&id| table[id as usize * k..][..k].iter().copied())
        .collect()
}
