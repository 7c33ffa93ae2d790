//! Decoding against the original's two steps written out, and as a stream.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::tokenizer::Piece;
use crate::{Segment, Tokenizer, goldens};

/// A run of pieces: bytes joined and read as UTF-8 from left to right, U+FFFD for a byte that
/// starts no character; the first piece loses one leading space.
fn decode_run(run: &[&Piece]) -> String {
    let mut text = String::new();
    let mut bytes = Vec::new();
    for (index, piece) in run.iter().enumerate() {
        match piece {
            Piece::Byte(byte) => bytes.push(*byte),
            Piece::Text(piece) => {
                text.push_str(&decode_bytes(&bytes));
                bytes.clear();
                let piece = if index == 0 {
                    piece.strip_prefix('▁').unwrap_or(piece)
                } else {
                    piece
                };
                text.push_str(&piece.replace('▁', " "));
            }
            _ => unreachable!("only pieces of text stand in a run"),
        }
    }
    text + &decode_bytes(&bytes)
}

fn decode_bytes(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    while !bytes.is_empty() {
        let character =
            (1..=bytes.len().min(4)).find_map(|length| std::str::from_utf8(&bytes[..length]).ok());
        text.push_str(character.unwrap_or("\u{fffd}"));
        bytes = &bytes[character.map_or(1, str::len)..];
    }
    text
}

fn decode_in_two_steps(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    let mut parts = Vec::new();
    let mut run = Vec::new();
    for &id in ids {
        match tokenizer.piece(id) {
            Piece::Hidden | Piece::Absent => {}
            Piece::Shown(name) => {
                if !run.is_empty() {
                    parts.push(decode_run(&run));
                    run.clear();
                }
                parts.push(name.clone());
            }
            piece => run.push(piece),
        }
    }
    if !run.is_empty() {
        parts.push(decode_run(&run));
    }
    parts.join(" ")
}

#[test]
fn stream_and_whole_agree_with_the_two_steps_on_any_ids() {
    let tokenizer = goldens::tokenizer();
    let space = tokenizer.encode(&[Segment::Text(" ".to_owned())])[1];
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..2000 {
        let n_ids = random.next_u32() as usize % 17;
        let ids: Vec<u32> = (0..n_ids)
            .map(|_| match random.next_u32() % 8 {
                // Bytes that can start or continue characters, often enough to form some.
                0..=2 => 3 + 0x80 + random.next_u32() % 0x80,
                3 => space,
                4 => random.next_u32() % 3,
                5 => 512 + random.next_u32() % 8,
                _ => random.next_u32() % 512,
            })
            .collect();
        let mut stream = tokenizer.decode_stream();
        let mut streamed: String = ids.iter().map(|&id| stream.push(id)).collect();
        streamed.push_str(&stream.finish());
        let expected = decode_in_two_steps(&tokenizer, &ids);
        assert_eq!(streamed, expected, "{ids:?}");
        assert_eq!(tokenizer.decode(&ids), expected, "{ids:?}");
    }
}

#[test]
fn stream_gives_a_character_with_its_last_byte() {
    let tokenizer = goldens::tokenizer();
    let mut stream = tokenizer.decode_stream();
    let bytes = [0xf0, 0x9f, 0x90, 0xb1, 0x21].map(|byte| stream.push(byte + 3));
    assert_eq!(bytes, ["", "", "", "🐱", "!"]);
    assert_eq!(stream.finish(), "");
}

#[test]
fn stream_gives_one_replacement_for_each_byte_that_forms_nothing() {
    let tokenizer = goldens::tokenizer();
    let mut stream = tokenizer.decode_stream();
    // Two bytes of three, then a byte that cannot follow; at the end one of two.
    let bytes = [0xe2, 0x98, 0x41, 0x80, 0xc3].map(|byte| stream.push(byte + 3));
    assert_eq!(bytes, ["", "", "\u{fffd}\u{fffd}A", "\u{fffd}", ""]);
    assert_eq!(stream.finish(), "\u{fffd}");
}

#[test]
fn hidden_tokens_do_not_end_a_character_or_a_run() {
    let tokenizer = goldens::tokenizer();
    let [bos, eos] = [tokenizer.bos(), tokenizer.eos()];
    assert_eq!(tokenizer.decode(&[bos, 0xc3 + 3, eos, 0xa9 + 3, eos]), "é");
    assert_eq!(tokenizer.decode(&[]), "");
}
