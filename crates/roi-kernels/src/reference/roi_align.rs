//! Twin of `shaders/roi_align.wgsl`.

use crate::ops::roi_align::{Pooling, Roi};

/// RoIAlign with `aligned = true` and average pooling of `map` `[C, H, W]`: `[R, C, size, size]`.
///
/// Source: mmcv 1.4.7, `roi_align_cuda_kernel.cuh`, `roi_align_forward_cuda_kernel`.
pub fn roi_align(
    map: &[f32],
    [height, width]: [usize; 2],
    rois: &[Roi],
    pooling: Pooling,
) -> Vec<f32> {
    let Pooling {
        size,
        sampling_ratio,
        spatial_scale,
    } = pooling;
    let samples = sampling_ratio as f32;
    let mut y = Vec::with_capacity(rois.len() * map.len() / (height * width) * size * size);
    for roi in rois {
        let start_x = roi.x1 * spatial_scale - 0.5;
        let start_y = roi.y1 * spatial_scale - 0.5;
        let cell_x = (roi.x2 * spatial_scale - 0.5 - start_x) / size as f32;
        let cell_y = (roi.y2 * spatial_scale - 0.5 - start_y) / size as f32;
        for plane in map.chunks_exact(height * width) {
            for row in 0..size {
                for column in 0..size {
                    let mut sum = 0.0;
                    for i in 0..sampling_ratio {
                        let y = start_y + row as f32 * cell_y + (i as f32 + 0.5) * cell_y / samples;
                        for j in 0..sampling_ratio {
                            let x = start_x
                                + column as f32 * cell_x
                                + (j as f32 + 0.5) * cell_x / samples;
                            sum += bilinear(plane, [height, width], y, x);
                        }
                    }
                    y.push(sum / (samples * samples));
                }
            }
        }
    }
    y
}

fn bilinear(plane: &[f32], [height, width]: [usize; 2], y: f32, x: f32) -> f32 {
    if y < -1.0 || y > height as f32 || x < -1.0 || x > width as f32 {
        return 0.0;
    }
    let (top, bottom, down) = clamped(y, height);
    let (left, right, along) = clamped(x, width);
    (1.0 - down) * ((1.0 - along) * plane[top * width + left] + along * plane[top * width + right])
        + down
            * ((1.0 - along) * plane[bottom * width + left] + along * plane[bottom * width + right])
}

/// Neighbours of a position within a map of `length`, and the second one's share.
fn clamped(position: f32, length: usize) -> (usize, usize, f32) {
    let position = position.max(0.0);
    let low = position as usize;
    if low >= length - 1 {
        (length - 1, length - 1, 0.0)
    } else {
        (low, low + 1, position - low as f32)
    }
}

#[cfg(test)]
mod tests {
    //! Values that the original's RoIAlign gives for maps whose value is the column.

    use super::roi_align;
    use crate::ops::roi_align::{Pooling, Roi};

    /// The pooled columns of the first row.
    fn columns(side: usize, stride: f32, roi: [f32; 4]) -> Vec<f32> {
        let map: Vec<f32> = (0..side * side).map(|i| (i % side) as f32).collect();
        let [x1, y1, x2, y2] = roi;
        let pooling = Pooling {
            size: 14,
            sampling_ratio: 2,
            spatial_scale: 1.0 / stride,
        };
        let pooled = roi_align(&map, [side, side], &[Roi { x1, y1, x2, y2 }], pooling);
        for row in pooled.chunks(14) {
            assert_close(row, &pooled[..14]);
        }
        pooled[..14].to_vec()
    }

    #[track_caller]
    fn assert_close(actual: &[f32], expected: &[f32]) {
        assert_eq!(actual.len(), expected.len());
        for (a, e) in actual.iter().zip(expected) {
            assert!((a - e).abs() < 2e-5, "{actual:?}, expected {expected:?}");
        }
    }

    #[test]
    fn an_inner_box_on_the_coarsest_map() {
        let expected: Vec<f32> = (0..14)
            .map(|p| 3.785_714_3 + 0.571_428_6 * p as f32)
            .collect();
        assert_close(&columns(16, 14.0, [56.0, 56.0, 168.0, 168.0]), &expected);
    }

    #[test]
    fn the_whole_picture_is_clamped_at_its_borders() {
        let expected = [
            0.178571, 1.214286, 2.357143, 3.5, 4.642857, 5.785714, 6.928571, 8.071429, 9.214286,
            10.357143, 11.5, 12.642857, 13.785714, 14.821429,
        ];
        assert_close(&columns(16, 14.0, [0.0, 0.0, 224.0, 224.0]), &expected);
    }

    #[test]
    fn the_finest_map() {
        let whole = columns(128, 1.75, [0.0, 0.0, 224.0, 224.0]);
        assert_close(&[whole[0], whole[13]], &[4.071_429, 122.928_57]);
        let inner = columns(128, 1.75, [56.0, 56.0, 168.0, 168.0]);
        assert_close(&[inner[0], inner[13]], &[33.785_714, 93.214_29]);
    }

    #[test]
    fn samples_far_outside_count_as_zero() {
        let expected = [
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.056122, 0.418367, 0.826531, 1.234694, 1.642857,
            2.05102, 2.459184, 2.867347,
        ];
        assert_close(&columns(16, 14.0, [-30.0, 0.0, 50.0, 224.0]), &expected);
    }
}
