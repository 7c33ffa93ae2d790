//! Against what OpenCV 4.14 makes of the same bytes.

use roi_geom::PictureSize;

use super::{resize, resize_bytes};
use crate::{Levels, Rgb};

/// A picture of bytes from a linear congruential generator, a channel each.
fn noise(width: u32, height: u32) -> Rgb {
    let mut state: u64 = 12345;
    let mut byte = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        (state >> 16 & 255) as u8
    };
    Rgb {
        size: PictureSize { width, height },
        bytes: (0..3 * width * height).map(|_| byte()).collect(),
    }
}

#[test]
fn small_pictures_come_out_as_opencv_has_them() {
    let cases: [(u32, u32, usize, &[u8]); 3] = [
        (
            7,
            5,
            4,
            &[
                179, 26, 128, 68, 92, 172, 61, 99, 46, 200, 53, 190, 68, 154, 101, 157, 83, 78,
                156, 41, 202, 152, 90, 119, 159, 161, 83, 123, 106, 177, 142, 109, 200, 71, 155,
                136, 154, 155, 159, 156, 18, 209, 67, 100, 192, 220, 171, 146,
            ],
        ),
        (
            3,
            2,
            5,
            &[
                220, 4, 101, 200, 15, 130, 170, 31, 173, 85, 66, 200, 29, 90, 218, 221, 21, 93,
                195, 27, 119, 156, 37, 157, 85, 71, 187, 37, 93, 207, 225, 88, 64, 175, 78, 77,
                100, 63, 96, 82, 88, 136, 71, 106, 163, 228, 155, 34, 154, 128, 34, 44, 88, 34, 80,
                106, 85, 104, 118, 119, 229, 172, 27, 149, 141, 24, 30, 95, 19, 79, 110, 72, 112,
                121, 108,
            ],
        ),
        (
            8,
            8,
            4,
            &[
                150, 17, 112, 104, 98, 152, 137, 80, 98, 126, 158, 120, 96, 124, 151, 127, 88, 182,
                162, 159, 125, 133, 82, 128, 150, 161, 118, 189, 155, 113, 198, 127, 173, 156, 171,
                92, 77, 150, 151, 158, 135, 124, 89, 87, 139, 142, 153, 142,
            ],
        ),
    ];
    for (width, height, side, expected) in cases {
        let resized = resize_bytes(&noise(width, height), side);
        assert_eq!(resized, expected, "{width}×{height} to {side}");
    }
}

#[test]
fn larger_pictures_have_opencvs_bytes_by_their_hash() {
    for (width, height, side, expected) in [
        (97, 41, 56, 3_600_830_241),
        (41, 97, 224, 1_909_422_110),
        (448, 448, 224, 441_593_693),
        (448, 224, 224, 2_147_646_666),
        (640, 480, 224, 31_393_165),
        (1, 1, 9, 3_652_159_421),
        (1, 300, 224, 2_638_323_712),
        (224, 100, 224, 3_293_608_987),
    ] {
        let resized = resize_bytes(&noise(width, height), side);
        assert_eq!(resized.len(), 3 * side * side);
        let hash = resized.iter().fold(0u32, |hash, &byte| {
            hash.wrapping_mul(31).wrapping_add(byte.into())
        });
        assert_eq!(hash, expected, "{width}×{height} to {side}");
    }
}

#[test]
fn a_picture_of_the_towers_size_is_not_touched() {
    let picture = noise(5, 5);
    assert_eq!(resize_bytes(&picture, 5), picture.bytes);
}

#[test]
fn channels_become_planes_of_normalised_levels() {
    let picture = Rgb {
        size: PictureSize {
            width: 1,
            height: 1,
        },
        bytes: vec![0, 128, 255],
    };
    let levels = Levels::of_mmdet([0.5, 0.25, 0.0], [0.5, 0.5, 1.0]);
    let pixels = resize(&picture, 2, &levels);
    for (channel, expected) in [-1.0, (128.0 / 255.0 - 0.25) / 0.5, 1.0]
        .into_iter()
        .enumerate()
    {
        for value in &pixels[4 * channel..][..4] {
            // Constants are rounded to f32 before they are used.
            assert!((value - expected).abs() <= 1e-6, "{value}, {expected}");
        }
    }
}
