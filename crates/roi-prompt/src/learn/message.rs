//! Writes protobuf messages, field by field: the counterpart of the import's reader.

/// A message's bytes so far.
#[derive(Clone, Default)]
pub(crate) struct Message(pub(crate) Vec<u8>);

impl Message {
    pub(crate) fn varint(mut self, field: u64, value: u64) -> Self {
        self.number(field << 3);
        self.number(value);
        self
    }

    pub(crate) fn float(mut self, field: u64, value: f32) -> Self {
        self.number(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn bytes(mut self, field: u64, body: &[u8]) -> Self {
        self.number(field << 3 | 2);
        self.number(body.len() as u64);
        self.0.extend(body);
        self
    }

    /// A piece of a SentencePiece model; `kind` is the kind's number in the format.
    pub(crate) fn piece(self, text: &str, score: f32, kind: u64) -> Self {
        let piece = Self::default()
            .bytes(1, text.as_bytes())
            .float(2, score)
            .varint(3, kind);
        self.bytes(1, &piece.0)
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    fn number(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
