//! A scan's data, bit by bit.

use super::JpegError;

/// Reads bits, most significant first, of data in which each `FF` is followed by `00` unless a restart marker begins.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// The bits read ahead, left-aligned.
    ahead: u64,
    n_ahead: u32,
    /// Zeros that stand for what is not there.
    n_missing: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            ahead: 0,
            n_ahead: 0,
            n_missing: 0,
        }
    }

    fn fill(&mut self) {
        while self.n_ahead <= 56 {
            let byte = match self.data.get(self.at..) {
                Some([0xff, 0x00, ..]) => {
                    self.at += 2;
                    0xff
                }
                // A marker, before which nothing more comes.
                Some([0xff, ..] | []) | None => {
                    self.n_missing += 8;
                    0
                }
                Some([byte, ..]) => {
                    self.at += 1;
                    *byte
                }
            };
            self.ahead |= u64::from(byte) << (56 - self.n_ahead);
            self.n_ahead += 8;
        }
    }

    /// The next 16 bits, zeros behind the end, which stay where they are.
    pub(super) fn peek(&mut self) -> u16 {
        if self.n_ahead < 16 {
            self.fill();
        }
        (self.ahead >> 48) as u16
    }

    /// Passes over at most 16 bits that were looked at.
    pub(super) fn skip(&mut self, n: u32) -> Result<(), JpegError> {
        self.ahead <<= n;
        self.n_ahead -= n;
        // What is missing is at the end of what was read ahead.
        if self.n_ahead < self.n_missing {
            return Err(JpegError::Damaged(
                "a scan's data end before its last block",
            ));
        }
        Ok(())
    }

    /// The next `n` bits, at most 16, as a number.
    pub(super) fn take(&mut self, n: u32) -> Result<u16, JpegError> {
        if n == 0 {
            return Ok(0);
        }
        let bits = self.peek() >> (16 - n);
        self.skip(n)?;
        Ok(bits)
    }

    pub(super) fn flag(&mut self) -> Result<bool, JpegError> {
        Ok(self.take(1)? == 1)
    }

    /// A signed number of `n` bits: those that begin with 0 are negative.
    pub(super) fn signed(&mut self, n: u32) -> Result<i32, JpegError> {
        if n == 0 {
            return Ok(0);
        }
        let bits = i32::from(self.take(n)?);
        Ok(if bits < 1 << (n - 1) {
            bits - (1 << n) + 1
        } else {
            bits
        })
    }

    /// Passes over the rest of this interval and the restart marker of this number, 0 to 7, behind it.
    pub(super) fn restart(&mut self, number: u8) -> Result<(), JpegError> {
        (self.ahead, self.n_ahead, self.n_missing) = (0, 0, 0);
        loop {
            match self.data.get(self.at..) {
                Some([0xff, 0xff, ..]) => self.at += 1,
                Some([0xff, 0x00, ..]) => self.at += 2,
                Some([0xff, marker, ..]) if *marker == 0xd0 + number => {
                    self.at += 2;
                    return Ok(());
                }
                Some([0xff, _, ..]) => {
                    return Err(JpegError::Damaged("its restart markers are out of order"));
                }
                Some([_, ..]) => self.at += 1,
                Some([]) | None => return Err(JpegError::Damaged("a restart marker is missing")),
            }
        }
    }
}
