//! Twin of noise.

use roi_weights::Layout;

/// Word `index` of a buffer whose scales begin at word `codes`.
pub fn noise(layout: Layout, index: u32, codes: u32, seed: u32) -> u32 {
    let mut h = index.wrapping_mul(0x9e37_79b1) ^ seed;
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    let bits = h ^ (h >> 16);
    match layout {
        Layout::Q4 | Layout::Q8 if index >= codes => (bits & 0x03ff_03ff) | 0x2000_2000,
        Layout::Q4 => bits,
        Layout::Q8 => bits | 0x0101_0101,
        Layout::F16 => (bits & 0x83ff_83ff) | 0x2800_2800,
        Layout::F32 => (bits & 0x807f_ffff) | 0x3d00_0000,
    }
}
