//! Twin of `shaders/group_norm.wgsl`.

/// `max((x − mean) / sqrt(variance + eps) · weight + bias, 0)` of `x` `[C, plane]`, with mean and
/// variance over each of `groups` runs of channels; `weight` and `bias` `[C]`.
pub fn group_norm_relu(
    x: &[f32],
    groups: usize,
    weight: &[f32],
    bias: &[f32],
    eps: f32,
) -> Vec<f32> {
    let channels = weight.len();
    let plane = x.len() / channels;
    let size = x.len() / groups;
    let mut y = Vec::with_capacity(x.len());
    for (group, values) in x.chunks_exact(size).enumerate() {
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / size as f64;
        let squares: f64 = values
            .iter()
            .map(|&value| (f64::from(value) - mean).powi(2))
            .sum();
        let deviation = (squares / size as f64 + f64::from(eps)).sqrt();
        for (index, &value) in values.iter().enumerate() {
            let channel = group * (channels / groups) + index / plane;
            let normal = ((f64::from(value) - mean) / deviation) as f32;
            y.push((normal * weight[channel] + bias[channel]).max(0.0));
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::group_norm_relu;

    #[test]
    fn groups_do_not_see_each_other_and_channels_have_their_own_scale() {
        // Two groups of two channels of two values: ±1 about 5, and ±10 about 0.
        let x = [4.0, 6.0, 6.0, 4.0, 10.0, -10.0, -10.0, 10.0];
        let y = group_norm_relu(&x, 2, &[1.0, 2.0, 3.0, 4.0], &[0.0, 0.5, 0.0, 5.0], 0.0);
        assert_eq!(y, [0.0, 1.0, 2.5, 0.0, 3.0, 0.0, 1.0, 9.0]);
    }
}
