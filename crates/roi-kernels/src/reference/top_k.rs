//! Twin of `shaders/top_k.wgsl`.

/// Ids and logits of the `k` highest logits, highest first, the lower id first among equals. All
/// logits are numbers.
pub fn top_k(logits: &[f32], k: usize) -> Vec<(u32, f32)> {
    let mut left: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
    let mut found = Vec::new();
    while found.len() < k && !left.is_empty() {
        let mut best = 0;
        for (index, (_, logit)) in left.iter().enumerate() {
            if *logit > left[best].1 {
                best = index;
            }
        }
        found.push(left.remove(best));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::top_k;

    #[test]
    fn equals_keep_the_order_of_their_ids() {
        assert_eq!(
            top_k(&[1.0, 5.0, 1.0, 5.0, 0.0], 3),
            [(1, 5.0), (3, 5.0), (0, 1.0)]
        );
        assert_eq!(top_k(&[2.0], 3), [(0, 2.0)]);
    }
}
