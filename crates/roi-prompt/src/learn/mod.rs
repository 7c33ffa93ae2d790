//! Learns a tokenizer from text: a `tokenizer.model` as SentencePiece would write it.
//!
//! A small model that is trained from nothing cannot afford LLaMA's 32 000 embeddings, so it gets
//! pieces of its own, of the same kind: byte pair encoding with bytes for what has no piece. The
//! result goes through the same import as a published file, so nothing after it knows the
//! difference.
//!
//! Pieces never cross a space, a line end, or the border between letters and other marks, and a
//! digit is always a piece of its own: a caption's `2 dogs.` shares its pieces with `dogs, 12`.
//! The same texts give the same bytes, in whatever order they come.

mod corpus;
mod merges;
mod message;
#[cfg(test)]
mod tests;

use crate::import::PieceKind;
use crate::stop::SIGNAL;
use crate::tokenizer::{BOS, EOS, SPACE, UNK, byte_piece};
use corpus::Corpus;
pub(crate) use message::Message;

/// The longest piece that is learned, in characters, and SentencePiece's own limit. Required
/// pieces may be longer.
const MAX_PIECE_CHARS: usize = 16;
/// The import reads pieces of up to this length.
const MAX_REQUIRED_BYTES: usize = 512 - SPACE.len_utf8();
/// What occurs once, a pair or a character, is no pattern.
const MIN_COUNT: u64 = 2;
/// What SentencePiece calls its kinds of pieces.
const NORMAL: u64 = 1;
const UNKNOWN: u64 = 2;
const CONTROL: u64 = 3;
const BYTE: u64 = 6;

/// What to learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnOptions {
    /// How many pieces the vocabulary has, with `<unk>`, `<s>`, `</s>` and the 256 bytes.
    pub n_pieces: usize,
    /// Texts that must be one piece each. A space in front stands for the space that a word
    /// follows: `" cat"`. `"###"` and `" ###"`, which end answers, are always required.
    pub required: Vec<String>,
}

/// Why no tokenizer was learned.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// There is no room for what every vocabulary needs.
    #[error(
        "{asked} pieces are too few: bytes, characters and required pieces alone take {needed}"
    )]
    TooFewPieces {
        /// The size that was asked for.
        asked: usize,
        /// The least that is possible with these texts.
        needed: usize,
    },
    /// The texts have too little in common for that many pieces.
    #[error("{asked} pieces are too many: these texts give {possible}")]
    TooManyPieces {
        /// The size that was asked for.
        asked: usize,
        /// The most that is possible with these texts.
        possible: usize,
    },
    /// A required piece cannot be one.
    #[error("{piece:?} cannot be one piece: {problem}")]
    Required {
        /// The piece as it was given.
        piece: String,
        /// Why not.
        problem: &'static str,
    },
}

/// Learns pieces from texts and writes them as a `tokenizer.model`, which
/// [`crate::tokenizer_json`] reads.
///
/// Every text is a run of text by itself: its first word counts as one that follows a space.
///
/// # Errors
/// If the size does not suit the texts, or a required piece is empty, has a space inside, a line
/// end, a digit beside other characters, or the name of a control token.
pub fn learn_tokenizer(
    texts: impl Iterator<Item = String>,
    options: &LearnOptions,
) -> Result<Vec<u8>, LearnError> {
    let required = required_pieces(&options.required)?;
    let corpus = Corpus::new(texts, &required);
    let pieces = choose(&corpus, &required, options.n_pieces)?;
    Ok(written(&pieces, &corpus))
}

/// The required pieces as the model spells them.
fn required_pieces(given: &[String]) -> Result<Vec<String>, LearnError> {
    let signals = [SIGNAL.to_owned(), format!(" {SIGNAL}")];
    let mut required: Vec<String> = Vec::new();
    for text in signals.iter().chain(given) {
        if let Some(problem) = problem_of(text) {
            return Err(LearnError::Required {
                piece: text.clone(),
                problem,
            });
        }
        let piece = text.replace(' ', SPACE.encode_utf8(&mut [0; 4]));
        if !required.contains(&piece) {
            required.push(piece);
        }
    }
    Ok(required)
}

fn problem_of(text: &str) -> Option<&'static str> {
    let word = text.strip_prefix(' ').unwrap_or(text);
    let is_byte = || (0..=255).any(|byte| byte_piece(byte) == text);
    if word.is_empty() {
        Some("it is empty")
    } else if word.contains([' ', SPACE]) {
        Some("pieces have no space inside")
    } else if word.contains(corpus::is_separator) {
        Some("line ends and control characters are bytes")
    } else if [UNK, BOS, EOS].contains(&text) || is_byte() {
        Some("it is the name of a control token")
    } else if text.chars().count() > 1 && text.contains(char::is_numeric) {
        Some("a digit is a piece by itself")
    } else if text.len() > MAX_REQUIRED_BYTES {
        Some("it is longer than any piece may be")
    } else {
        None
    }
}

/// The pieces of more than one character, best first.
///
/// What was learned first comes first, then what is missing to make required pieces whole. That
/// leaves less room for learning, and what is learned last makes more missing, so the border
/// between the two is searched for from above.
fn choose(
    corpus: &Corpus,
    required: &[String],
    n_pieces: usize,
) -> Result<Vec<String>, LearnError> {
    let n_fixed = 3 + 256 + corpus.chars.len();
    let too_few = |missing: &[String]| LearnError::TooFewPieces {
        asked: n_pieces,
        needed: n_fixed + missing.len(),
    };
    let Some(room) = n_pieces.checked_sub(n_fixed) else {
        return Err(too_few(&merges::missing(&[], required)));
    };
    let learned = merges::learn(corpus, room);
    let mut n_learned = learned.len();
    let missing = loop {
        let missing = merges::missing(&learned[..n_learned], required);
        let excess = (n_learned + missing.len()).saturating_sub(room);
        if excess == 0 {
            break missing;
        }
        if n_learned == 0 {
            return Err(too_few(&missing));
        }
        n_learned = n_learned.saturating_sub(excess);
    };
    let (first, last) = learned.split_at(n_learned);
    let is_new = |piece: &&String| !missing.contains(piece);
    let pieces = first.iter().chain(&missing);
    let pieces = pieces.chain(last.iter().filter(is_new));
    let pieces: Vec<String> = pieces.take(room).cloned().collect();
    if pieces.len() < room {
        return Err(LearnError::TooManyPieces {
            asked: n_pieces,
            possible: n_fixed + pieces.len(),
        });
    }
    Ok(pieces)
}

/// All pieces as `tokenizer.model`. The better a piece, the higher its score; characters come last.
fn written(pieces: &[String], corpus: &Corpus) -> Vec<u8> {
    let mut all = vec![
        (UNK.to_owned(), 0.0, PieceKind::Unknown),
        (BOS.to_owned(), 0.0, PieceKind::Control),
        (EOS.to_owned(), 0.0, PieceKind::Control),
    ];
    all.extend((0..=255).map(|byte| (byte_piece(byte), 0.0, PieceKind::Byte)));
    let chars = corpus.chars.iter().map(char::to_string);
    for (rank, piece) in pieces.iter().cloned().chain(chars).enumerate() {
        all.push((piece, -(rank as f32), PieceKind::Normal));
    }
    model(&all)
}

/// Writes pieces with their scores, in the order of their ids, as a `ModelProto` with LLaMA's settings.
///
/// Source: google/sentencepiece 02555b8, `src/sentencepiece_model.proto` (field numbers).
pub(crate) fn model(pieces: &[(String, f32, PieceKind)]) -> Vec<u8> {
    let mut model = Message::default();
    for (piece, score, kind) in pieces {
        let kind = match kind {
            PieceKind::Normal => NORMAL,
            PieceKind::Unknown => UNKNOWN,
            PieceKind::Control => CONTROL,
            PieceKind::Byte => BYTE,
        };
        model = model.piece(piece, *score, kind);
    }
    let trainer = Message::default()
        // Model type: byte pair encoding.
        .varint(3, 2)
        // Size.
        .varint(4, pieces.len() as u64)
        .varint(20, MAX_PIECE_CHARS as u64)
        // Digits are split.
        .varint(25, 1)
        // Bytes stand for what has no piece.
        .varint(35, 1)
        // Ids of `<unk>`, `<s>`, `</s>`; no padding, written as -1.
        .varint(40, 0)
        .varint(41, 1)
        .varint(42, 2)
        .varint(43, u64::MAX);
    let normaliser = Message::default()
        .bytes(1, b"identity")
        // A space goes in front.
        .varint(3, 1)
        // Repeated spaces stay.
        .varint(4, 0)
        // Spaces are written as `▁`.
        .varint(5, 1);
    model.bytes(2, &trainer.0).bytes(3, &normaliser.0).0
}
