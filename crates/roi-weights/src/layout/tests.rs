//! What each layout keeps of the values, byte for byte and within its step.

use half::f16;

use super::*;
use crate::fixture::noise;

/// Sizes below, at and above a group, with rows that do and do not end at a word.
const SIZES: [(usize, usize); 12] = [
    (1, 1),
    (3, 4),
    (5, 16),
    (7, 24),
    (1, 31),
    (2, 32),
    (3, 33),
    (11, 48),
    (5, 66),
    (13, 97),
    (3, 588),
    (7, 1026),
];

#[test]
fn byte_len_counts_padded_rows_and_scales() {
    assert_eq!(Layout::F32.byte_len(3, 5), 60);
    assert_eq!(Layout::F16.byte_len(3, 6), 36);
    assert_eq!(Layout::F16.byte_len(3, 5), 32, "rounded up from 30");
    // 3 rows of one group: 16 bytes of codes each, then three scales in 8 bytes.
    assert_eq!(Layout::Q4.byte_len(3, 5), 3 * 16 + 8);
    assert_eq!(Layout::Q8.byte_len(3, 5), 3 * 32 + 8);
    // 2 rows of 33 groups.
    assert_eq!(Layout::Q4.byte_len(2, 1026), 2 * 33 * 16 + 2 * 33 * 2);
    assert_eq!(Layout::Q4.scales_offset(2, 1026), Some(2 * 33 * 16));
    assert_eq!(Layout::F16.scales_offset(2, 1026), None);
}

#[test]
fn byte_len_of_absurd_sizes_is_none() {
    for layout in Layout::ALL {
        assert_eq!(layout.checked_byte_len(u64::MAX, u64::MAX), None);
        assert_eq!(layout.checked_byte_len(1 << 40, 1 << 40), None);
        assert_eq!(layout.checked_byte_len(u64::MAX, 1), None);
    }
}

#[test]
fn encoded_length_is_byte_len() {
    for layout in Layout::ALL {
        for (rows, cols) in SIZES {
            let bytes = layout.encode(rows, cols, &noise(7, rows * cols)).unwrap();
            let expected = layout.byte_len(rows as u64, cols as u64);
            assert_eq!(bytes.len() as u64, expected, "{layout} [{rows}, {cols}]");
            assert_eq!(expected % 4, 0);
        }
    }
}

#[test]
fn f32_keeps_every_bit() {
    for (rows, cols) in SIZES {
        let values = noise(3, rows * cols);
        let bytes = Layout::F32.encode(rows, cols, &values).unwrap();
        assert_eq!(Layout::F32.decode(rows, cols, &bytes).unwrap(), values);
    }
}

#[test]
fn f16_rounds_to_nearest_even() {
    let tie_down = 1.0 + 2.0_f32.powi(-11);
    let tie_up = 1.0 + 3.0 * 2.0_f32.powi(-11);
    let bytes = Layout::F16.encode(1, 2, &[tie_down, tie_up]).unwrap();
    let values = Layout::F16.decode(1, 2, &bytes).unwrap();
    assert_eq!(values, [1.0, 1.0 + 2.0_f32.powi(-9)]);
}

#[test]
fn q4_bytes_by_hand() {
    // max 7 gives scale 1; codes are w + 8, the first in the lowest nibble.
    let bytes = Layout::Q4
        .encode(1, 5, &[7.0, -7.0, 0.0, 2.5, 3.5])
        .unwrap();
    let mut expected = vec![0x1f, 0xa8, 0x8c];
    expected.resize(16, 0x88);
    expected.extend(f16::ONE.to_le_bytes());
    expected.extend([0, 0]);
    assert_eq!(bytes, expected, "2.5 and 3.5 are ties: to 2 and 4");
    assert_eq!(
        u32::from_le_bytes(bytes[..4].try_into().unwrap()) & 15,
        15,
        "element 0 is the lowest nibble of word 0"
    );
}

#[test]
fn q8_bytes_by_hand() {
    let bytes = Layout::Q8
        .encode(1, 4, &[127.0, -127.0, 0.5, -1.5])
        .unwrap();
    let mut expected = vec![127, 0x81, 0, 0xfe];
    expected.resize(32, 0);
    expected.extend(f16::ONE.to_le_bytes());
    expected.extend([0, 0]);
    assert_eq!(bytes, expected, "0.5 and −1.5 are ties: to 0 and −2");
}

#[test]
fn quantised_scales_are_rounded_before_the_codes_are_made() {
    // 1/7 is no f16: the codes must be the nearest to what will be read back, not to the exact quotient.
    for (layout, largest_code) in [(Layout::Q4, 7.0), (Layout::Q8, 127.0)] {
        let (rows, cols) = (7, 97);
        let values = noise(11, rows * cols);
        let bytes = layout.encode(rows, cols, &values).unwrap();
        let read = layout.decode(rows, cols, &bytes).unwrap();
        for (row, read) in values.chunks(cols).zip(read.chunks(cols)) {
            for (group, read) in row.chunks(GROUP).zip(read.chunks(GROUP)) {
                let max = group.iter().fold(0.0_f32, |max, w| max.max(w.abs()));
                let scale = f16::from_f32(max / largest_code).to_f32();
                // Rounding the scale down may put the largest weight beyond the last code by as much.
                let limit = scale / 2.0 + max * 2.0_f32.powi(-11);
                for (w, r) in group.iter().zip(read) {
                    assert!(
                        (w - r).abs() <= limit,
                        "{layout}: {w} became {r}, scale {scale}"
                    );
                }
            }
        }
    }
}

#[test]
fn quantised_values_are_kept_by_a_second_encoding() {
    for layout in [Layout::F16, Layout::Q4, Layout::Q8] {
        for (rows, cols) in SIZES {
            let once = layout.encode(rows, cols, &noise(5, rows * cols)).unwrap();
            let read = layout.decode(rows, cols, &once).unwrap();
            let twice = layout.encode(rows, cols, &read).unwrap();
            let again = layout.decode(rows, cols, &twice).unwrap();
            let worst = read.iter().zip(&again).fold(0.0_f32, |worst, (a, b)| {
                worst.max((a - b).abs() / a.abs().max(f32::MIN_POSITIVE))
            });
            // The scale is a multiple of itself up to f16 rounding.
            assert!(
                worst <= 2.0_f32.powi(-10),
                "{layout} [{rows}, {cols}]: {worst}"
            );
        }
    }
}

#[test]
fn a_group_of_zeros_has_scale_zero_and_zeros_code() {
    let mut values = vec![0.0; 64];
    values[40] = 1.0;
    let bytes = Layout::Q4.encode(1, 64, &values).unwrap();
    assert_eq!(bytes[..16], [0x88; 16]);
    assert_eq!(bytes[32..34], [0, 0]);
    assert_eq!(Layout::Q4.decode(1, 64, &bytes).unwrap()[..32], [0.0; 32]);
}

#[test]
fn weights_too_small_for_a_scale_become_zeros() {
    let tiny = vec![1e-9; 32];
    for layout in [Layout::Q4, Layout::Q8] {
        let bytes = layout.encode(1, 32, &tiny).unwrap();
        assert_eq!(layout.decode(1, 32, &bytes).unwrap(), [0.0; 32]);
    }
}

#[test]
fn weights_near_the_least_scale_stay_in_range() {
    // The scale is the least f16, 2^-24, and both quotients are beyond the codes.
    let w = 10.0 * 2.0_f32.powi(-24);
    let bytes = Layout::Q4.encode(1, 2, &[w, -w]).unwrap();
    let step = 2.0_f32.powi(-24);
    assert_eq!(
        Layout::Q4.decode(1, 2, &bytes).unwrap(),
        [7.0 * step, -8.0 * step]
    );
}

#[test]
fn padding_is_zeros_code() {
    for (layout, group_bytes, zero) in [(Layout::Q4, 16, 0x88), (Layout::Q8, 32, 0)] {
        let bytes = layout.encode(2, 16, &[1.0; 32]).unwrap();
        let half = group_bytes / 2;
        for row in 0..2 {
            let padding = &bytes[row * group_bytes + half..(row + 1) * group_bytes];
            assert_eq!(padding, vec![zero; half], "{layout} row {row}");
        }
    }
}

#[test]
fn decode_rows_is_a_slice_of_decode() {
    for layout in Layout::ALL {
        for (rows, cols) in SIZES {
            let bytes = layout.encode(rows, cols, &noise(9, rows * cols)).unwrap();
            let all = layout.decode(rows, cols, &bytes).unwrap();
            let mut some = vec![f32::NAN; 3];
            for range in [0..rows, 0..1, rows - 1..rows, rows / 2..rows, rows..rows] {
                layout
                    .decode_rows(&bytes, rows, cols, range.clone(), &mut some)
                    .unwrap();
                assert_eq!(some, all[range.start * cols..range.end * cols]);
            }
        }
    }
}

#[test]
fn row_encoder_gives_the_same_bytes_in_any_portions() {
    for layout in Layout::ALL {
        let (rows, cols) = (11, 66);
        let values = noise(13, rows * cols);
        let mut encoder = RowEncoder::new(layout, rows, cols).unwrap();
        for n_rows in [0, 1, 4, 2] {
            let done = encoder.rows_done;
            encoder
                .push(&values[done * cols..(done + n_rows) * cols])
                .unwrap();
        }
        encoder.push(&values[7 * cols..]).unwrap();
        assert_eq!(
            encoder.finish().unwrap(),
            layout.encode(rows, cols, &values).unwrap()
        );
    }
}

#[test]
fn row_encoder_refuses_what_is_not_its_rows() {
    let mut encoder = RowEncoder::new(Layout::Q4, 3, 5).unwrap();
    assert!(matches!(
        encoder.push(&[0.0; 7]),
        Err(LayoutError::ValueCount {
            expected: 15,
            actual: 7,
            ..
        })
    ));
    encoder.push(&[0.0; 10]).unwrap();
    assert!(matches!(
        encoder.push(&[0.0; 10]),
        Err(LayoutError::ValueCount {
            expected: 5,
            actual: 10,
            ..
        })
    ));
    assert!(matches!(
        encoder.finish(),
        Err(LayoutError::ValueCount {
            expected: 5,
            actual: 0,
            ..
        })
    ));
}

#[test]
fn a_weight_that_is_no_number_is_refused_with_its_place() {
    for layout in Layout::ALL {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut values = noise(1, 3 * 37);
            values[2 * 37 + 35] = bad;
            let Err(LayoutError::NotFinite { row, column, value }) = layout.encode(3, 37, &values)
            else {
                panic!("{layout} took {bad}");
            };
            assert_eq!((row, column, value.to_bits()), (2, 35, bad.to_bits()));
        }
    }
}

#[test]
fn a_weight_beyond_f16_is_refused_with_its_place() {
    for (layout, value) in [
        (Layout::F16, 65520.0),
        (Layout::Q4, -5e5),
        (Layout::Q8, 1e7),
    ] {
        let mut values = vec![1.0; 70];
        values[35 + 33] = value;
        assert_eq!(
            layout.encode(2, 35, &values),
            Err(LayoutError::OutOfRange {
                layout,
                row: 1,
                column: 33,
                value
            })
        );
    }
    assert!(
        Layout::F16.encode(1, 1, &[65519.0]).is_ok(),
        "rounds to the largest f16"
    );
}

#[test]
fn decode_refuses_bytes_of_another_length() {
    for layout in Layout::ALL {
        let bytes = layout.encode(3, 24, &noise(1, 72)).unwrap();
        let mut long = bytes.clone();
        long.push(0);
        for wrong in [&bytes[..bytes.len() - 1], &[], &long] {
            assert!(matches!(
                layout.decode(3, 24, wrong),
                Err(LayoutError::ByteCount { actual, .. }) if actual == wrong.len() as u64
            ));
        }
    }
}

#[test]
fn decode_refuses_rows_that_are_not_there() {
    let bytes = Layout::Q8.encode(3, 24, &noise(1, 72)).unwrap();
    let error = Layout::Q8.decode_rows(&bytes, 3, 24, 2..4, &mut Vec::new());
    assert_eq!(
        error,
        Err(LayoutError::RowRange {
            start: 2,
            end: 4,
            rows: 3
        })
    );
}

#[test]
fn sizes_beyond_memory_are_an_error() {
    let size = usize::MAX / 2;
    for layout in Layout::ALL {
        assert!(matches!(
            layout.encode(size, size, &[]),
            Err(LayoutError::TooLarge { .. })
        ));
    }
}

#[test]
fn names_are_those_of_the_manifest() {
    for layout in Layout::ALL {
        let json = serde_json::to_string(&layout).unwrap();
        assert_eq!(json, format!("\"{}\"", layout.name()));
        assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), layout);
    }
}
