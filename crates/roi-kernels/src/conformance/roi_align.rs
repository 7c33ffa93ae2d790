//! roi_align: boxes inside, across each border, outside, without extent, and over everything.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::ops::roi_align::{Pooling, Roi, roi_align};
use crate::reference::roi_align as twin;

/// A sample's place may round differently, by a millionth of the map's length.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 5e-5,
    relative: 0.0,
};

/// In a frame of 224 pixels.
const BOXES: [[f32; 4]; 9] = [
    [56.0, 56.0, 168.0, 168.0],
    [0.0, 0.0, 224.0, 224.0],
    [-30.0, 13.0, 50.0, 71.0],
    [101.0, -47.0, 211.0, 19.0],
    [199.0, 31.0, 307.0, 193.0],
    [17.0, 203.0, 29.0, 280.0],
    [400.0, 400.0, 500.0, 500.0],
    [73.3, 91.7, 73.3, 91.7],
    [111.0, 3.0, 113.5, 219.0],
];

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for (channels, [height, width], size, sampling_ratio, boxes) in [
        (1, [16, 16], 14, 2, &BOXES[..]),
        (3, [32, 29], 14, 2, &BOXES[..]),
        (2, [13, 17], 5, 3, &BOXES[2..7]),
        (5, [1, 1], 3, 1, &BOXES[..2]),
    ] {
        let count = boxes.len();
        let case = bench.begin(format_args!(
            "roi_align {channels} × [{height}, {width}], {count} boxes, {size} cells, {sampling_ratio} samples"
        ))?;
        let pooling = Pooling {
            size,
            sampling_ratio,
            spatial_scale: height as f32 / 224.0,
        };
        let rois: Vec<_> = boxes
            .iter()
            .map(|&[x1, y1, x2, y2]| Roi { x1, y1, x2, y2 })
            .collect();
        let map = Numbers::new(6).take(channels * height * width);
        let y = roi_align(
            bench.tensor(&map, [channels, height, width]),
            &rois,
            pooling,
        );
        let expected = twin::roi_align(&map, [height, width], &rois, pooling);
        bench
            .compare(
                &case,
                y,
                [count, channels, size, size],
                &expected,
                TOLERANCE,
            )
            .await?;
    }
    Ok(())
}
