//! Scans: coded blocks become samples. A sequential file's at once, a progressive one's when all its scans have been read.

use super::JpegError;
use super::bits::Bits;
use super::frame::{BLOCK, Component, Frame, Sampling};
use super::huffman::Huffman;
use super::idct::{Coefficients, samples};

/// From the order in which coefficients are stored to the one of rows.
const NATURAL: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
/// The most blocks of a minimum coded unit.
const MAX_UNIT_BLOCKS: usize = 10;

/// A component's samples, those of its padding included.
#[derive(Clone, Debug, Default)]
pub(super) struct Plane {
    pub(super) samples: Vec<u8>,
    pub(super) stride: usize,
}

impl Plane {
    fn new(component: &Component) -> Self {
        let Sampling { across, down } = component.padded_blocks;
        let stride = across * BLOCK;
        Self {
            samples: vec![0; stride * down * BLOCK],
            stride,
        }
    }

    /// The samples of a row that lie in the picture.
    pub(super) fn row(&self, component: &Component, y: usize) -> &[u8] {
        &self.samples[y * self.stride..][..component.width]
    }

    fn put(&mut self, across: usize, down: usize, block: &[[u8; BLOCK]; BLOCK]) {
        let first = down * BLOCK * self.stride + across * BLOCK;
        for (y, row) in block.iter().enumerate() {
            self.samples[first + y * self.stride..][..BLOCK].copy_from_slice(row);
        }
    }
}

/// Multipliers of a block's coefficients, in the order of rows.
type QuantTable = [u16; 64];

/// Everything that a file has said so far.
#[derive(Debug, Default)]
pub(super) struct Decoding {
    pub(super) restart_interval: u16,
    quant: [Option<QuantTable>; 4],
    dc: [Option<Huffman>; 4],
    ac: [Option<Huffman>; 4],
    frame: Option<Frame>,
    parts: Vec<Part>,
    /// No file of this length has more: every block takes a bit at least.
    max_blocks: usize,
}

/// What is known of a component.
#[derive(Debug)]
struct Part {
    plane: Plane,
    /// The table in force at its first scan.
    quant: Option<QuantTable>,
    /// Of all its blocks, where they are not complete after one scan.
    coefficients: Vec<Coefficients>,
}

/// A scan's header.
struct Header {
    /// Places of its components in the frame, with their DC and AC tables.
    components: Vec<(usize, usize, usize)>,
    /// The first and the last coefficient.
    band: (usize, usize),
    /// The bit at which it comes in, and at which an earlier scan ended; 0 if there was none.
    low_bit: u32,
    high_bit: u32,
}

impl Decoding {
    pub(super) fn of(file: &[u8]) -> Self {
        Self {
            max_blocks: file.len().saturating_mul(8),
            ..Self::default()
        }
    }

    pub(super) fn quant_tables(&mut self, mut body: &[u8]) -> Result<(), JpegError> {
        let short = JpegError::Damaged("one of its quantisation tables is too short");
        while let [head, rest @ ..] = body {
            let (is_wide, place) = (head >> 4 != 0, usize::from(head & 15));
            let n_bytes = if is_wide { 128 } else { 64 };
            let (values, rest) = rest.split_at_checked(n_bytes).ok_or(short)?;
            let mut table = [0; 64];
            for (index, &at) in NATURAL.iter().enumerate() {
                table[usize::from(at)] = match is_wide {
                    true => u16::from_be_bytes([values[2 * index], values[2 * index + 1]]),
                    false => values[index].into(),
                };
            }
            let slot = self.quant.get_mut(place);
            *slot.ok_or(JpegError::Damaged(
                "a quantisation table has no such number",
            ))? = Some(table);
            body = rest;
        }
        Ok(())
    }

    pub(super) fn huffman_tables(&mut self, mut body: &[u8]) -> Result<(), JpegError> {
        let short = JpegError::Damaged("one of its Huffman tables is too short");
        while let [head, rest @ ..] = body {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(short)?;
            let n_values = counts.iter().map(|&count| usize::from(count)).sum();
            let (values, rest) = rest.split_at_checked(n_values).ok_or(short)?;
            let tables = match head >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(JpegError::Damaged("a Huffman table is of no known class")),
            };
            let slot = tables.get_mut(usize::from(head & 15));
            *slot.ok_or(JpegError::Damaged("a Huffman table has no such number"))? =
                Some(Huffman::new(counts, values)?);
            body = rest;
        }
        Ok(())
    }

    pub(super) fn begin(&mut self, frame: Frame) -> Result<(), JpegError> {
        if self.frame.is_some() {
            return Err(JpegError::Damaged("it has two frames"));
        }
        let components = frame.components.iter();
        let n_blocks: usize = components.map(|c| c.blocks.across * c.blocks.down).sum();
        if n_blocks > self.max_blocks {
            return Err(JpegError::Incomplete);
        }
        self.parts = frame
            .components
            .iter()
            .map(|component| {
                let Sampling { across, down } = component.padded_blocks;
                let n_kept = if frame.is_progressive {
                    across * down
                } else {
                    0
                };
                Part {
                    plane: Plane::new(component),
                    quant: None,
                    coefficients: vec![[0; 64]; n_kept],
                }
            })
            .collect();
        self.frame = Some(frame);
        Ok(())
    }

    pub(super) fn scan(&mut self, body: &[u8], data: &[u8]) -> Result<(), JpegError> {
        let frame = self.frame.as_ref();
        let frame = frame.ok_or(JpegError::Damaged("its data come before their header"))?;
        let header = Header::parse(body, frame)?;
        for &(place, ..) in &header.components {
            let part = &mut self.parts[place];
            let table = self.quant.get(frame.components[place].quant_table);
            let table = table.copied().flatten();
            part.quant = part.quant.or(table);
            if part.quant.is_none() {
                return Err(JpegError::Damaged("a quantisation table is missing"));
            }
        }
        let scan = Scan {
            frame,
            header: &header,
            dc: &self.dc,
            ac: &self.ac,
            restart_interval: self.restart_interval,
        };
        scan.decode(data, &mut self.parts)
    }

    /// The frame and the samples of each component.
    pub(super) fn finish(self) -> Result<(Frame, Vec<Plane>), JpegError> {
        let frame = self.frame.ok_or(JpegError::Incomplete)?;
        let mut planes = Vec::with_capacity(self.parts.len());
        for (component, mut part) in frame.components.iter().zip(self.parts) {
            let quant = part
                .quant
                .ok_or(JpegError::Damaged("a component has no data"))?;
            let across = component.padded_blocks.across;
            for (index, coefficients) in part.coefficients.iter().enumerate() {
                let block = samples(coefficients, &quant);
                part.plane.put(index % across, index / across, &block);
            }
            planes.push(part.plane);
        }
        Ok((frame, planes))
    }
}

impl Header {
    fn parse(body: &[u8], frame: &Frame) -> Result<Self, JpegError> {
        let wrong = JpegError::Damaged("a scan's header has the wrong length");
        let (&n, rest) = body.split_first().ok_or(wrong)?;
        let (specs, rest) = rest.split_at_checked(2 * usize::from(n)).ok_or(wrong)?;
        let &[first, last, bits] = rest else {
            return Err(wrong);
        };
        let (specs, _) = specs.as_chunks::<2>();
        let mut components: Vec<(usize, usize, usize)> = Vec::with_capacity(specs.len());
        for &[id, tables] in specs {
            let place = frame.components.iter().position(|c| c.id == id);
            let place = place.ok_or(JpegError::Damaged("a scan has a component of no frame"))?;
            if components.iter().any(|&(other, ..)| other == place) {
                return Err(JpegError::Damaged("a scan has a component twice"));
            }
            components.push((place, usize::from(tables >> 4), usize::from(tables & 15)));
        }
        if components.is_empty() {
            return Err(JpegError::Damaged("a scan has no component"));
        }
        let n_blocks: usize = components
            .iter()
            .map(|&(place, ..)| frame.components[place].sampling)
            .map(|sampling| sampling.across * sampling.down)
            .sum();
        if components.len() > 1 && n_blocks > MAX_UNIT_BLOCKS {
            return Err(JpegError::Damaged(
                "a minimum coded unit has too many blocks",
            ));
        }
        let (low_bit, high_bit) = (u32::from(bits & 15), u32::from(bits >> 4));
        let (first, last) = (usize::from(first), usize::from(last));
        let header = Self {
            components,
            band: if frame.is_progressive {
                (first, last)
            } else {
                (0, 63)
            },
            low_bit: if frame.is_progressive { low_bit } else { 0 },
            high_bit: if frame.is_progressive { high_bit } else { 0 },
        };
        let is_band = match first {
            0 => last == 0,
            _ => first <= last && last < 64 && header.components.len() == 1,
        };
        let are_bits = low_bit <= 13 && (high_bit == 0 || high_bit == low_bit + 1);
        if frame.is_progressive && !(is_band && are_bits) {
            return Err(JpegError::Damaged(
                "a progressive scan is of no possible part",
            ));
        }
        Ok(header)
    }
}

/// A scan that is being read.
struct Scan<'a> {
    frame: &'a Frame,
    header: &'a Header,
    dc: &'a [Option<Huffman>; 4],
    ac: &'a [Option<Huffman>; 4],
    restart_interval: u16,
}

/// What goes on from block to block.
struct Running<'a> {
    bits: Bits<'a>,
    /// The last DC coefficient of each of the scan's components.
    predictions: [i32; 4],
    /// Blocks of this band that are still to be passed over.
    n_empty: u32,
}

impl Scan<'_> {
    fn decode(&self, data: &[u8], parts: &mut [Part]) -> Result<(), JpegError> {
        let mut running = Running {
            bits: Bits::new(data),
            predictions: [0; 4],
            n_empty: 0,
        };
        // One component comes in its own rows of blocks; several take turns, unit by unit.
        let units = match *self.header.components {
            [(place, ..)] => self.frame.components[place].blocks,
            _ => {
                let component = &self.frame.components[self.header.components[0].0];
                let (padded, sampling) = (component.padded_blocks, component.sampling);
                Sampling {
                    across: padded.across / sampling.across,
                    down: padded.down / sampling.down,
                }
            }
        };
        let interval = usize::from(self.restart_interval);
        for unit in 0..units.across * units.down {
            if interval > 0 && unit > 0 && unit.is_multiple_of(interval) {
                running.bits.restart(((unit / interval - 1) % 8) as u8)?;
                running.predictions = [0; 4];
                running.n_empty = 0;
            }
            let (across, down) = (unit % units.across, unit / units.across);
            self.unit(across, down, &mut running, parts)?;
        }
        Ok(())
    }

    fn unit(
        &self,
        across: usize,
        down: usize,
        running: &mut Running<'_>,
        parts: &mut [Part],
    ) -> Result<(), JpegError> {
        let is_alone = self.header.components.len() == 1;
        for (turn, &(place, dc, ac)) in self.header.components.iter().enumerate() {
            let sampling = self.frame.components[place].sampling;
            let (n_across, n_down) = match is_alone {
                true => (1, 1),
                false => (sampling.across, sampling.down),
            };
            for y in 0..n_down {
                for x in 0..n_across {
                    let (x, y) = (across * n_across + x, down * n_down + y);
                    self.block((x, y), (turn, dc, ac), running, &mut parts[place])?;
                }
            }
        }
        Ok(())
    }

    fn block(
        &self,
        (x, y): (usize, usize),
        (turn, dc, ac): (usize, usize, usize),
        running: &mut Running<'_>,
        part: &mut Part,
    ) -> Result<(), JpegError> {
        if !self.frame.is_progressive {
            let mut coefficients = [0; 64];
            self.dc_first(table(self.dc, dc)?, turn, running, &mut coefficients)?;
            sequential_ac(table(self.ac, ac)?, &mut running.bits, &mut coefficients)?;
            // The table was looked for when the scan began.
            let quant = part.quant.as_ref();
            let quant = quant.ok_or(JpegError::Damaged("a quantisation table is missing"))?;
            part.plane.put(x, y, &samples(&coefficients, quant));
            return Ok(());
        }
        let index = y * (part.plane.stride / BLOCK) + x;
        let coefficients = &mut part.coefficients[index];
        match (self.header.band.0, self.header.high_bit) {
            (0, 0) => self.dc_first(table(self.dc, dc)?, turn, running, coefficients),
            (0, _) => {
                if running.bits.flag()? {
                    coefficients[0] |= 1 << self.header.low_bit;
                }
                Ok(())
            }
            (_, 0) => self.ac_first(table(self.ac, ac)?, running, coefficients),
            _ => self.ac_refine(table(self.ac, ac)?, running, coefficients),
        }
    }

    fn dc_first(
        &self,
        table: &Huffman,
        turn: usize,
        running: &mut Running<'_>,
        coefficients: &mut Coefficients,
    ) -> Result<(), JpegError> {
        let n = table.next(&mut running.bits)?;
        if n > 15 {
            return Err(JpegError::Damaged("a coefficient has too many bits"));
        }
        let difference = running.bits.signed(n.into())?;
        let prediction = &mut running.predictions[turn];
        *prediction = prediction.wrapping_add(difference);
        coefficients[0] = (*prediction << self.header.low_bit) as i16;
        Ok(())
    }

    fn ac_first(
        &self,
        table: &Huffman,
        running: &mut Running<'_>,
        coefficients: &mut Coefficients,
    ) -> Result<(), JpegError> {
        if running.n_empty > 0 {
            running.n_empty -= 1;
            return Ok(());
        }
        let (mut k, last) = self.header.band;
        while k <= last {
            let code = table.next(&mut running.bits)?;
            let (run, n) = (usize::from(code >> 4), u32::from(code & 15));
            match (run, n) {
                (15, 0) => k += 16,
                (_, 0) => {
                    running.n_empty = empty_run(run, &mut running.bits)? - 1;
                    break;
                }
                _ => {
                    k += run;
                    let value = running.bits.signed(n)?;
                    *at(coefficients, k)? = (value << self.header.low_bit) as i16;
                    k += 1;
                }
            }
        }
        Ok(())
    }

    /// One more bit of what is known not to be zero, and new ones that are plus or minus one at this bit.
    fn ac_refine(
        &self,
        table: &Huffman,
        running: &mut Running<'_>,
        coefficients: &mut Coefficients,
    ) -> Result<(), JpegError> {
        let one = 1_i16 << self.header.low_bit;
        let (mut k, last) = self.header.band;
        if running.n_empty == 0 {
            while k <= last {
                let code = table.next(&mut running.bits)?;
                let (mut run, n) = (usize::from(code >> 4), code & 15);
                let new = match n {
                    0 if run < 15 => {
                        running.n_empty = empty_run(run, &mut running.bits)?;
                        break;
                    }
                    0 => 0,
                    1 if running.bits.flag()? => one,
                    1 => -one,
                    _ => {
                        return Err(JpegError::Damaged(
                            "a refined coefficient has too many bits",
                        ));
                    }
                };
                // Known ones are refined on the way; the run counts the others.
                while k <= last {
                    let coefficient = at(coefficients, k)?;
                    if *coefficient != 0 {
                        refine(coefficient, one, &mut running.bits)?;
                    } else if run == 0 {
                        *coefficient = new;
                        k += 1;
                        break;
                    } else {
                        run -= 1;
                    }
                    k += 1;
                }
            }
        }
        if running.n_empty > 0 {
            running.n_empty -= 1;
            for k in k..=last {
                let coefficient = at(coefficients, k)?;
                if *coefficient != 0 {
                    refine(coefficient, one, &mut running.bits)?;
                }
            }
        }
        Ok(())
    }
}

fn table(tables: &[Option<Huffman>; 4], place: usize) -> Result<&Huffman, JpegError> {
    let table = tables.get(place).and_then(Option::as_ref);
    table.ok_or(JpegError::Damaged("a Huffman table is missing"))
}

fn sequential_ac(
    table: &Huffman,
    bits: &mut Bits<'_>,
    coefficients: &mut Coefficients,
) -> Result<(), JpegError> {
    let mut k = 1;
    while k < 64 {
        let code = table.next(bits)?;
        let (run, n) = (usize::from(code >> 4), u32::from(code & 15));
        match (run, n) {
            (15, 0) => k += 16,
            (_, 0) => break,
            _ => {
                k += run;
                *at(coefficients, k)? = bits.signed(n)? as i16;
                k += 1;
            }
        }
    }
    Ok(())
}

/// The coefficient that is stored at this place.
fn at(coefficients: &mut Coefficients, k: usize) -> Result<&mut i16, JpegError> {
    let place = NATURAL
        .get(k)
        .ok_or(JpegError::Damaged("a block has more than 64 coefficients"))?;
    Ok(&mut coefficients[usize::from(*place)])
}

/// So many blocks, this one included, have nothing more in this band.
fn empty_run(exponent: usize, bits: &mut Bits<'_>) -> Result<u32, JpegError> {
    let exponent = exponent as u32;
    Ok((1 << exponent) + u32::from(bits.take(exponent)?))
}

fn refine(coefficient: &mut i16, one: i16, bits: &mut Bits<'_>) -> Result<(), JpegError> {
    if bits.flag()? && *coefficient & one == 0 {
        *coefficient = if *coefficient > 0 {
            coefficient.wrapping_add(one)
        } else {
            coefficient.wrapping_sub(one)
        };
    }
    Ok(())
}
