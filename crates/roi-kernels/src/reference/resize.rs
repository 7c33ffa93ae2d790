//! Twin of `shaders/resize.wgsl`.

/// Bilinear interpolation with aligned corners of `x` `[C, h, w]` to `[C, H, W]`.
pub fn resize(
    x: &[f32],
    [height, width]: [usize; 2],
    [out_height, out_width]: [usize; 2],
) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len() / (height * width) * out_height * out_width);
    for plane in x.chunks_exact(height * width) {
        for row in 0..out_height {
            for column in 0..out_width {
                y.push(at(
                    plane,
                    [height, width],
                    [row, column],
                    [out_height, out_width],
                ));
            }
        }
    }
    y
}

/// The value of a plane `[h, w]` where `position` of a map of `size` falls on it.
pub(super) fn at(
    plane: &[f32],
    [height, width]: [usize; 2],
    position: [usize; 2],
    size: [usize; 2],
) -> f32 {
    let [top, bottom, down] = source(position[0], height, size[0]);
    let [left, right, along] = source(position[1], width, size[1]);
    let value = |row: f32, column: f32| plane[row as usize * width + column as usize];
    let above = (1.0 - along) * value(top, left) + along * value(top, right);
    let below = (1.0 - along) * value(bottom, left) + along * value(bottom, right);
    (1.0 - down) * above + down * below
}

/// Lower and upper source position, and the upper one's share.
fn source(position: usize, length: usize, out_length: usize) -> [f32; 3] {
    let last = (length - 1) as f32;
    let scale = if out_length > 1 {
        last / (out_length - 1) as f32
    } else {
        0.0
    };
    let exact = position as f32 * scale;
    let low = exact.floor().min(last);
    [low, (low + 1.0).min(last), exact - low]
}

#[cfg(test)]
mod tests {
    use super::resize;

    #[test]
    fn a_ramp_stays_a_ramp_from_corner_to_corner() {
        let ramp: Vec<f32> = (0..16).map(|i| i as f32).collect();
        for (i, value) in resize(&ramp, [1, 16], [1, 128]).into_iter().enumerate() {
            let expected = 15.0 * i as f32 / 127.0;
            assert!(
                (value - expected).abs() < 1e-5,
                "{i}: {value} and {expected}"
            );
        }
    }

    #[test]
    fn a_single_output_takes_the_first_corner() {
        assert_eq!(resize(&[3.0, 5.0, 7.0, 11.0], [2, 2], [1, 1]), [3.0]);
    }

    #[test]
    fn shrinking_samples_without_averaging() {
        let ramp: Vec<f32> = (0..7).map(|i| (i * i) as f32).collect();
        assert_eq!(resize(&ramp, [1, 7], [1, 3]), [0.0, 9.0, 36.0]);
    }
}
