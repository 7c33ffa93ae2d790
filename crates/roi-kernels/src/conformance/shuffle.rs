//! shuffle: every level of pyramids with unequal sides, the ends of which borrow from themselves.

use super::{Bench, ConformanceError, Numbers};
use crate::{ops, reference::shuffle as twin};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    let pyramids: [(usize, &[[usize; 2]]); 3] = [
        (4, &[[3, 2]]),
        (8, &[[24, 17], [11, 9], [6, 5], [1, 3]]),
        (12, &[[13, 13], [7, 5]]),
    ];
    for (channels, sizes) in pyramids {
        let mut numbers = Numbers::new(5);
        let maps: Vec<_> = sizes
            .iter()
            .map(|[h, w]| numbers.take(channels * h * w))
            .collect();
        let tensors: Vec<_> = maps
            .iter()
            .zip(sizes)
            .map(|(map, &[h, w])| bench.tensor(map, [channels, h, w]))
            .collect();
        let levels: Vec<_> = maps
            .iter()
            .zip(sizes)
            .map(|(values, &size)| twin::Level { values, size })
            .collect();
        for (l, &[height, width]) in sizes.iter().enumerate() {
            let case = bench.begin(format_args!("shuffle {channels} × {sizes:?}, level {l}"))?;
            let y = ops::shuffle::shuffle(&tensors, l);
            let expected = twin::shuffle(&levels, l);
            bench
                .compare(
                    &case,
                    y,
                    [channels, height, width],
                    &expected,
                    super::resize::TOLERANCE,
                )
                .await?;
        }
    }
    Ok(())
}
