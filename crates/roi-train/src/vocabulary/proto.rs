//! Writes the parts of a SentencePiece `ModelProto` that its readers need: pieces, and LLaMA's settings.
//!
//! Source: google/sentencepiece 02555b8, `src/sentencepiece_model.proto` (field numbers).

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal = 1,
    Unknown = 2,
    Control = 3,
    Byte = 6,
}

/// An entry of the vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) score: f32,
}

/// The bytes of `tokenizer.model`.
pub(crate) fn model(pieces: &[Piece]) -> Vec<u8> {
    let mut model = Message::default();
    for piece in pieces {
        let mut message = Message::default();
        message.bytes(1, piece.text.as_bytes());
        message.float(2, piece.score);
        message.number(3, piece.kind as u64);
        model.bytes(1, &message.0);
    }
    let mut trainer = Message::default();
    // Byte-pair encoding, so many pieces, bytes for what has none.
    trainer.number(3, 2);
    trainer.number(4, pieces.len() as u64);
    trainer.number(35, 1);
    model.bytes(2, &trainer.0);
    let mut normaliser = Message::default();
    normaliser.bytes(1, b"identity");
    // A space before the text, no space removed, spaces written as `▁`.
    normaliser.number(3, 1);
    normaliser.number(4, 0);
    normaliser.number(5, 1);
    model.bytes(3, &normaliser.0);
    model.0
}

/// A protobuf message: fields one behind the other.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    fn float(&mut self, field: u64, value: f32) {
        self.varint(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
