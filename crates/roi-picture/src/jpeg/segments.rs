//! A file cut at its markers.

use super::JpegError;

/// What stands between two markers, as far as it matters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Segment<'a> {
    /// Whose colours are YCbCr.
    Jfif,
    /// The EXIF block, without its name.
    Exif(&'a [u8]),
    /// How Adobe's programs store colours.
    Adobe { transform: u8 },
    /// One or more.
    QuantTables(&'a [u8]),
    /// One or more.
    HuffmanTables(&'a [u8]),
    /// Minimum coded units from one restart to the next; 0 means none.
    RestartInterval(u16),
    /// The frame's header.
    Frame { marker: u8, body: &'a [u8] },
    /// A scan's header and its data, restart markers and stuffed zeros included.
    Scan { body: &'a [u8], data: &'a [u8] },
    /// Anything else.
    Other,
}

/// The segments of a file up to its end marker.
#[derive(Debug)]
pub(super) struct Segments<'a> {
    file: &'a [u8],
    at: usize,
    has_ended: bool,
}

const START: u8 = 0xd8;
const END: u8 = 0xd9;

impl<'a> Segments<'a> {
    pub(super) fn of(file: &'a [u8]) -> Result<Self, JpegError> {
        match file {
            [0xff, START, ..] => Ok(Self {
                file,
                at: 2,
                has_ended: false,
            }),
            _ => Err(JpegError::Damaged("it does not begin like a JPEG file")),
        }
    }

    /// The next marker; nothing at the end marker. Bytes that belong to nothing are passed over.
    fn marker(&mut self) -> Result<Option<u8>, JpegError> {
        loop {
            let rest = self.file.get(self.at..).unwrap_or_default();
            let found = rest.iter().position(|&byte| byte == 0xff);
            self.at += found.ok_or(JpegError::Incomplete)? + 1;
            match self.file.get(self.at) {
                None => return Err(JpegError::Incomplete),
                // A fill byte: the marker's own FF is the next one.
                Some(0xff) => {}
                // Stuffing, or markers that stand alone.
                Some(0x00 | 0x01 | 0xd0..=0xd8) => self.at += 1,
                Some(&END) => return Ok(None),
                Some(&marker) => {
                    self.at += 1;
                    return Ok(Some(marker));
                }
            }
        }
    }

    fn body(&mut self) -> Result<&'a [u8], JpegError> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let &[high, low, ..] = rest else {
            return Err(JpegError::Incomplete);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length < 2 {
            return Err(JpegError::Damaged("one of its segments has no length"));
        }
        let body = rest.get(2..length).ok_or(JpegError::Incomplete)?;
        self.at += length;
        Ok(body)
    }

    /// A scan's data: up to the next marker that is no restart.
    fn data(&mut self) -> Result<&'a [u8], JpegError> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let mut pairs = rest.windows(2);
        let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
        let length = pairs.position(is_end).ok_or(JpegError::Incomplete)?;
        self.at += length;
        Ok(&rest[..length])
    }

    fn read(&mut self) -> Result<Option<Segment<'a>>, JpegError> {
        let Some(marker) = self.marker()? else {
            return Ok(None);
        };
        let body = self.body()?;
        Ok(Some(match marker {
            0xc4 => Segment::HuffmanTables(body),
            0xcc => Segment::Other,
            0xc0..=0xcf => Segment::Frame { marker, body },
            0xda => Segment::Scan {
                body,
                data: self.data()?,
            },
            0xdb => Segment::QuantTables(body),
            0xdc => return Err(JpegError::Unsupported("it says its height behind its data")),
            0xdd => match *body {
                [high, low] => Segment::RestartInterval(u16::from_be_bytes([high, low])),
                _ => {
                    return Err(JpegError::Damaged(
                        "its restart interval has the wrong length",
                    ));
                }
            },
            0xe0 if body.starts_with(b"JFIF\0") => Segment::Jfif,
            0xe1 => match body.strip_prefix(b"Exif\0") {
                // A padding byte follows.
                Some(block) => Segment::Exif(block.get(1..).unwrap_or_default()),
                None => Segment::Other,
            },
            0xee if body.starts_with(b"Adobe") && body.len() >= 12 => Segment::Adobe {
                transform: body[11],
            },
            _ => Segment::Other,
        }))
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Result<Segment<'a>, JpegError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let segment = self.read().transpose();
        self.has_ended = !matches!(segment, Some(Ok(_)));
        segment
    }
}
