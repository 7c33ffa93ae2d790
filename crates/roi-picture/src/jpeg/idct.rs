//! The inverse cosine transform of a block, in the whole numbers that libjpeg's accurate one uses.
//!
//! Source: libjpeg-turbo 2.1, `jidctint.c`, `jpeg_idct_islow` (after Loeffler, Ligtenberg and Moschytz, ICASSP 1989).

use super::frame::BLOCK;

/// A block's coefficients, in the order of rows.
pub(super) type Coefficients = [i16; 64];

/// Bits behind the point of the constants, and those that are kept between the two passes.
const CONSTANT_BITS: u32 = 13;
const PASS_BITS: u32 = 2;

const C_0_298: i32 = 2446;
const C_0_390: i32 = 3196;
const C_0_541: i32 = 4433;
const C_0_765: i32 = 6270;
const C_0_899: i32 = 7373;
const C_1_175: i32 = 9633;
const C_1_501: i32 = 12299;
const C_1_847: i32 = 15137;
const C_1_961: i32 = 16069;
const C_2_053: i32 = 16819;
const C_2_562: i32 = 20995;
const C_3_072: i32 = 25172;

/// The samples of a block, from coefficients and their multipliers.
pub(super) fn samples(coefficients: &Coefficients, quant: &[u16; 64]) -> [[u8; BLOCK]; BLOCK] {
    let mut columns = [[0; BLOCK]; BLOCK];
    for x in 0..BLOCK {
        let column = std::array::from_fn(|y| {
            let at = y * BLOCK + x;
            // Damaged files overflow; nothing depends on how.
            i32::from(coefficients[at]).wrapping_mul(quant[at].into())
        });
        let column = transform(column, CONSTANT_BITS - PASS_BITS);
        for (row, value) in columns.iter_mut().zip(column) {
            row[x] = value;
        }
    }
    columns.map(|row| {
        let row = transform(row, CONSTANT_BITS + PASS_BITS + 3);
        row.map(|value| value.saturating_add(128).clamp(0, 255) as u8)
    })
}

/// Eight values of one dimension, divided by two to the `shift` and rounded.
fn transform(input: [i32; BLOCK], shift: u32) -> [i32; BLOCK] {
    let times = |value: i32, constant: i32| value.wrapping_mul(constant);
    let sum = |a: i32, b: i32| a.wrapping_add(b);

    let z = times(sum(input[2], input[6]), C_0_541);
    let even_2 = sum(z, times(input[6], -C_1_847));
    let even_3 = sum(z, times(input[2], C_0_765));
    let even_0 = sum(input[0], input[4]).wrapping_shl(CONSTANT_BITS);
    let even_1 = input[0].wrapping_sub(input[4]).wrapping_shl(CONSTANT_BITS);
    let even = [
        sum(even_0, even_3),
        sum(even_1, even_2),
        even_1.wrapping_sub(even_2),
        even_0.wrapping_sub(even_3),
    ];

    let [o7, o5, o3, o1] = [input[7], input[5], input[3], input[1]];
    let z5 = times(sum(sum(o7, o3), sum(o5, o1)), C_1_175);
    let z1 = times(sum(o7, o1), -C_0_899);
    let z2 = times(sum(o5, o3), -C_2_562);
    let z3 = sum(times(sum(o7, o3), -C_1_961), z5);
    let z4 = sum(times(sum(o5, o1), -C_0_390), z5);
    let odd = [
        sum(times(o1, C_1_501), sum(z1, z4)),
        sum(times(o3, C_3_072), sum(z2, z3)),
        sum(times(o5, C_2_053), sum(z2, z4)),
        sum(times(o7, C_0_298), sum(z1, z3)),
    ];

    let rounded = |value: i32| sum(value, 1 << (shift - 1)) >> shift;
    let mut output = [0; BLOCK];
    for (index, (even, odd)) in even.into_iter().zip(odd).enumerate() {
        output[index] = rounded(sum(even, odd));
        output[BLOCK - 1 - index] = rounded(even.wrapping_sub(odd));
    }
    output
}
