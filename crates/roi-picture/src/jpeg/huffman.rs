//! Prefix codes.

use super::JpegError;
use super::bits::Bits;

/// Codes up to this long are found by one look.
const SHORT: u32 = 9;

/// A table of codes.
#[derive(Clone, Debug)]
pub(super) struct Huffman {
    /// By the next [`SHORT`] bits: a code's length, 0 if it is longer, and its value.
    short: Vec<(u8, u8)>,
    /// For each length from 1: the first code behind the last of that length, left-aligned in 16 bits, so that a code
    /// below it has at most that length.
    ends: [u32; 16],
    /// For each length, what to add to a code of it to get its value's place.
    offsets: [i32; 16],
    values: Vec<u8>,
}

impl Huffman {
    /// From how many codes there are of each length, and their values.
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Result<Self, JpegError> {
        let wrong = JpegError::Damaged("one of its Huffman tables makes no code");
        let mut table = Self {
            short: vec![(0, 0); 1 << SHORT],
            ends: [0; 16],
            offsets: [0; 16],
            values: values.to_vec(),
        };
        let mut code = 0_u32;
        let mut place = 0_usize;
        for (length, &count) in (1_u32..).zip(counts) {
            let index = length as usize - 1;
            table.offsets[index] = place as i32 - code as i32;
            for _ in 0..count {
                let value = *values.get(place).ok_or(wrong)?;
                if code >= 1 << length {
                    return Err(wrong);
                }
                if length <= SHORT {
                    let first = (code << (SHORT - length)) as usize;
                    let n = 1 << (SHORT - length);
                    table.short[first..first + n].fill((length as u8, value));
                }
                code += 1;
                place += 1;
            }
            table.ends[index] = code << (16 - length);
            code <<= 1;
        }
        Ok(table)
    }

    /// The value of the next code.
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> Result<u8, JpegError> {
        let ahead = bits.peek();
        let (length, value) = self.short[usize::from(ahead >> (16 - SHORT))];
        if length > 0 {
            bits.skip(length.into())?;
            return Ok(value);
        }
        let wrong = JpegError::Damaged("its data hold a code that its tables do not have");
        let found = self.ends.iter().position(|&end| u32::from(ahead) < end);
        let index = found.ok_or(wrong)?;
        let length = index as u32 + 1;
        let code = i32::from(ahead >> (16 - length));
        let place = usize::try_from(code + self.offsets[index]).map_err(|_| wrong)?;
        let value = *self.values.get(place).ok_or(wrong)?;
        bits.skip(length)?;
        Ok(value)
    }
}
