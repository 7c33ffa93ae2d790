//! Twin of `shaders/argmax.wgsl`.

/// The id of the highest logit, the lowest id among equals; `None` when there is none or one is
/// not a number.
pub fn argmax(logits: &[f32]) -> Option<u32> {
    let mut best: Option<(u32, f32)> = None;
    for (id, &logit) in (0..).zip(logits) {
        if logit.is_nan() {
            return None;
        }
        if best.is_none_or(|(_, highest)| logit > highest) {
            best = Some((id, logit));
        }
    }
    best.map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::argmax;

    #[test]
    fn the_lowest_id_wins_among_equals() {
        assert_eq!(argmax(&[-1.0, 3.0, 2.0, 3.0]), Some(1));
        assert_eq!(argmax(&[-0.0, 0.0]), Some(0));
    }

    #[test]
    fn what_is_not_a_number_has_no_highest() {
        assert_eq!(argmax(&[1.0, f32::NAN]), None);
        assert_eq!(argmax(&[]), None);
    }
}
