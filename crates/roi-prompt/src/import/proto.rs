//! Reads the parts of a SentencePiece `ModelProto` that a BPE tokenizer needs.
//!
//! A protobuf message is a list of (field number, value) pairs, so a page of code reads it; unknown
//! fields are skipped, as the format asks. Every length is checked against the bytes that are left
//! before it is used.
//!
//! Source: google/sentencepiece 02555b8, `src/sentencepiece_model.proto` (field numbers, defaults).

use super::ImportError;

/// More pieces than any published vocabulary has.
const MAX_PIECES: usize = 1 << 20;
/// LLaMA's longest piece has 48 bytes. Merges are rebuilt in time quadratic in this length.
const MAX_PIECE_BYTES: usize = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PieceKind {
    Normal,
    Unknown,
    Control,
    Byte,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) score: f32,
    pub(crate) kind: PieceKind,
}

/// Pieces in the order of their ids. Settings other than LLaMA's have been refused.
pub(crate) fn read_pieces(model: &[u8]) -> Result<Vec<Piece>, ImportError> {
    let mut pieces = Vec::new();
    // The defaults of the format, for fields that are left out.
    let mut trainer = TrainerSettings { model_type: 1 };
    let mut normaliser = NormaliserSettings {
        charsmap_bytes: 0,
        add_dummy_prefix: true,
        remove_extra_whitespaces: true,
        escape_whitespaces: true,
    };

    let mut fields = Fields::new(model, 0);
    while let Some((number, value)) = fields.next_field()? {
        match (number, value) {
            (1, Value::Bytes(body, offset)) => {
                if pieces.len() == MAX_PIECES {
                    return Err(ImportError::TooManyPieces { limit: MAX_PIECES });
                }
                pieces.push(read_piece(body, offset, pieces.len())?);
            }
            (2, Value::Bytes(body, offset)) => trainer.read(body, offset)?,
            (3, Value::Bytes(body, offset)) => normaliser.read(body, offset)?,
            _ => {}
        }
    }
    trainer.check()?;
    normaliser.check()?;
    Ok(pieces)
}

fn read_piece(body: &[u8], offset: usize, index: usize) -> Result<Piece, ImportError> {
    let mut text = String::new();
    let mut score = 0.0;
    let mut kind = 1;
    let mut fields = Fields::new(body, offset);
    while let Some((number, value)) = fields.next_field()? {
        match (number, value) {
            (1, Value::Bytes(bytes, _)) => {
                if bytes.len() > MAX_PIECE_BYTES {
                    return Err(ImportError::PieceTooLong {
                        index,
                        bytes: bytes.len(),
                        limit: MAX_PIECE_BYTES,
                    });
                }
                text = std::str::from_utf8(bytes)
                    .map_err(|_| ImportError::PieceNotUtf8 { index })?
                    .to_owned();
            }
            (2, Value::Fixed32(bits)) => score = f32::from_bits(bits),
            (3, Value::Varint(number)) => kind = number,
            _ => {}
        }
    }
    let kind = match kind {
        1 => PieceKind::Normal,
        2 => PieceKind::Unknown,
        3 => PieceKind::Control,
        6 => PieceKind::Byte,
        kind => {
            return Err(ImportError::PieceKind {
                index,
                piece: text,
                kind,
            });
        }
    };
    if text.is_empty() {
        return Err(ImportError::EmptyPiece { index });
    }
    if score.is_nan() {
        return Err(ImportError::Score { index, piece: text });
    }
    Ok(Piece { text, score, kind })
}

struct TrainerSettings {
    model_type: u64,
}

impl TrainerSettings {
    fn read(&mut self, body: &[u8], offset: usize) -> Result<(), ImportError> {
        let mut fields = Fields::new(body, offset);
        while let Some(field) = fields.next_field()? {
            if let (3, Value::Varint(value)) = field {
                self.model_type = value;
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ImportError> {
        require("model_type", self.model_type, 2)
    }
}

struct NormaliserSettings {
    charsmap_bytes: u64,
    add_dummy_prefix: bool,
    remove_extra_whitespaces: bool,
    escape_whitespaces: bool,
}

impl NormaliserSettings {
    fn read(&mut self, body: &[u8], offset: usize) -> Result<(), ImportError> {
        let mut fields = Fields::new(body, offset);
        while let Some(field) = fields.next_field()? {
            match field {
                (2, Value::Bytes(map, _)) => self.charsmap_bytes = map.len() as u64,
                (3, Value::Varint(value)) => self.add_dummy_prefix = value != 0,
                (4, Value::Varint(value)) => self.remove_extra_whitespaces = value != 0,
                (5, Value::Varint(value)) => self.escape_whitespaces = value != 0,
                _ => {}
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ImportError> {
        require("precompiled_charsmap length", self.charsmap_bytes, 0)?;
        require("add_dummy_prefix", self.add_dummy_prefix.into(), 1)?;
        require(
            "remove_extra_whitespaces",
            self.remove_extra_whitespaces.into(),
            0,
        )?;
        require("escape_whitespaces", self.escape_whitespaces.into(), 1)
    }
}

fn require(setting: &'static str, found: u64, expected: u64) -> Result<(), ImportError> {
    if found == expected {
        return Ok(());
    }
    Err(ImportError::Setting {
        setting,
        found,
        expected,
    })
}

enum Value<'a> {
    Varint(u64),
    Fixed32(u32),
    /// A length-delimited value and its offset in the file.
    Bytes(&'a [u8], usize),
    /// A 64-bit value; no field of interest has one.
    Fixed64,
}

struct Fields<'a> {
    rest: &'a [u8],
    /// Where `rest` starts in the file.
    offset: usize,
}

impl<'a> Fields<'a> {
    fn new(body: &'a [u8], offset: usize) -> Self {
        Self { rest: body, offset }
    }

    fn next_field(&mut self) -> Result<Option<(u64, Value<'a>)>, ImportError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = self.offset;
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => {
                self.take(8)?;
                Value::Fixed64
            }
            2 => {
                let length = self.varint()?;
                let offset = self.offset;
                Value::Bytes(self.take(length)?, offset)
            }
            5 => {
                let mut bits = [0; 4];
                bits.copy_from_slice(self.take(4)?);
                Value::Fixed32(u32::from_le_bytes(bits))
            }
            wire_type => {
                return Err(ImportError::WireType {
                    wire_type,
                    offset: start,
                });
            }
        };
        Ok(Some((key >> 3, value)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], ImportError> {
        let split = usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length));
        let Some((taken, rest)) = split else {
            return Err(ImportError::Truncated {
                offset: self.offset,
                wanted: length,
                available: self.rest.len() as u64,
            });
        };
        self.rest = rest;
        self.offset += taken.len();
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, ImportError> {
        let start = self.offset;
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ImportError::Varint { offset: start })
    }
}
