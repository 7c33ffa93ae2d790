//! Ops on feature maps.

use super::{BENT, Difference, LINEAR, check, inputs};
use crate::Matrix;
use crate::ops::conv3x3::conv3x3;
use crate::ops::group_norm::group_norm_relu;
use crate::ops::resize::resize;
use crate::ops::roi_align::{Pooling, Roi, roi_align};
use crate::ops::shuffle::shuffle;

/// Linear as well, but both the gradient and the values go to other points and back, which rounds
/// a few times as coarsely as a sum.
const WINOGRAD: Difference = Difference {
    limit: 1e-5,
    ..LINEAR
};

#[test]
fn conv3x3_of_a_batch() {
    let (batch, inward, outward, height, width) = (2, 3, 2, 4, 5);
    let values = inputs(
        9,
        [
            &[batch, inward, height, width],
            &[outward, inward, 9],
            &[outward],
            &[batch, outward, height, width],
        ],
    );
    check("conv3x3", &values, WINOGRAD, |t| {
        let weight = Matrix::from_tensor(t[1].clone().reshape([outward, inward * 9]));
        let sum = t[3].clone().reshape([batch, outward, height, width]);
        let x = t[0].clone().reshape([batch, inward, height, width]);
        conv3x3(x, &weight, Some(&t[2]), Some(sum)).flatten(0, 3)
    });
}

#[test]
fn conv3x3_without_bias_or_sum() {
    for [height, width] in [[1, 1], [1, 3], [3, 2]] {
        let values = inputs(10, [&[2, height, width], &[3, 2, 9]]);
        check("conv3x3 alone", &values, WINOGRAD, |t| {
            let weight = Matrix::from_tensor(t[1].clone().reshape([3, 18]));
            let x = t[0].clone().reshape([1, 2, height, width]);
            conv3x3(x, &weight, None, None).flatten(0, 3)
        });
    }
}

#[test]
fn group_norm_over_channels_and_positions() {
    for groups in [1, 3, 6] {
        // Of this seed no output lies within a step of where ReLU bends.
        let values = inputs(17, [&[6, 2, 3], &[6], &[6]]);
        check(&format!("group_norm {groups}"), &values, BENT, |t| {
            let x = t[0].clone().reshape([6, 2, 3]);
            group_norm_relu(x, groups, &t[1], &t[2], 1e-2).flatten(0, 2)
        });
    }
}

#[test]
fn resize_up_and_down() {
    for size in [[5, 7], [2, 1], [3, 9], [3, 4]] {
        let values = inputs(12, [&[2, 3, 4]]);
        check(&format!("resize {size:?}"), &values, LINEAR, |t| {
            resize(t[0].clone().reshape([2, 3, 4]), size).flatten(0, 2)
        });
    }
}

#[test]
fn shuffle_of_every_level() {
    let sizes = [[4, 6], [2, 3], [1, 2]];
    for l in 0..3_usize {
        // A level that takes no part has no gradient: only those that do are inputs.
        let first = usize::min(l.saturating_sub(1), 1);
        let used = if l == 1 { first..3 } else { first..first + 2 };
        let shapes = sizes.map(|[height, width]| [4, height, width]);
        let values = inputs(13, [&shapes[0], &shapes[1], &shapes[2]]);
        check(
            &format!("shuffle {l}"),
            &values[used.clone()],
            LINEAR,
            |t| {
                let levels: Vec<_> = (0..3)
                    .map(|level| {
                        let values = match used.clone().position(|used| used == level) {
                            Some(input) => t[input].clone(),
                            None => burn::tensor::Tensor::from_floats(
                                &values[level][..],
                                &t[0].device(),
                            ),
                        };
                        values.reshape(shapes[level])
                    })
                    .collect();
                shuffle(&levels, l).flatten(0, 2)
            },
        );
    }
}

#[test]
fn roi_align_of_boxes_inside_and_across_the_border() {
    let rois = [
        [1.0, 2.0, 9.0, 11.5],
        [-4.0, 0.0, 14.0, 6.0],
        [3.2, 3.1, 3.2, 3.1],
    ];
    let rois = rois.map(|[x1, y1, x2, y2]| Roi { x1, y1, x2, y2 });
    for n_boxes in [1, 3] {
        let pooling = Pooling {
            size: 3,
            sampling_ratio: 2,
            spatial_scale: 0.5,
        };
        let values = inputs(14, [&[2, 6, 5]]);
        check(&format!("roi_align {n_boxes}"), &values, LINEAR, |t| {
            let map = t[0].clone().reshape([2, 6, 5]);
            roi_align(map, &rois[..n_boxes], pooling).flatten(0, 3)
        });
    }
}
