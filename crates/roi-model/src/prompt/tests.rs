//! Which parts of a prompt are text, picture and regions, and what is refused.

use std::ops::Range;

use roi_weights::TokenIds;

use super::{Frame, Span};
use crate::ModelError;

const PATCH: u32 = 10;
const BBOX: u32 = 11;
const START: u32 = 12;
const END: u32 = 13;

fn spans(ids: &[u32], wanted: Range<usize>, vectors: usize) -> Result<Vec<Span>, ModelError> {
    let tokens = TokenIds {
        bos: 1,
        eos: 2,
        pad: None,
        im_patch: PATCH,
        im_start: START,
        im_end: END,
        bbox: BBOX,
        stop: Vec::new(),
    };
    Frame {
        tokens: &tokens,
        n_patches: 3,
        vocab_rows: 14,
    }
    .spans(ids, wanted, vectors)
}

/// Text, the picture at 2..5, text, and regions at 7 and 8.
const PROMPT: [u32; 10] = [1, START, PATCH, PATCH, PATCH, END, 4, BBOX, BBOX, 5];

#[test]
fn each_row_comes_from_its_place() {
    let expected = [
        Span::Text(0..2),
        Span::Patches(0..3),
        Span::Text(5..7),
        Span::Region(0),
        Span::Region(1),
        Span::Text(9..10),
    ];
    assert_eq!(spans(&PROMPT, 0..10, 2).expect("a prompt"), expected);
}

#[test]
fn part_of_a_prompt_keeps_count_of_what_was_left_out() {
    let part = |wanted| spans(&PROMPT, wanted, 2).expect("a prompt");
    assert_eq!(part(3..7), [Span::Patches(1..3), Span::Text(5..7)]);
    assert_eq!(part(0..4), [Span::Text(0..2), Span::Patches(0..2)]);
    assert_eq!(part(8..10), [Span::Region(1), Span::Text(9..10)]);
    assert_eq!(part(7..8), [Span::Region(0)]);
    assert_eq!(part(9..10), [Span::Text(9..10)]);
}

#[test]
fn prompt_without_picture_is_text() {
    assert_eq!(
        spans(&[1, 4, 5], 1..3, 0).expect("a prompt"),
        [Span::Text(1..3)]
    );
}

#[test]
fn tokens_that_are_not_there_are_an_error() {
    for wanted in [10..10, 10..11, 11..12, 3..3, 9..11] {
        assert!(matches!(
            spans(&PROMPT, wanted, 2),
            Err(ModelError::NothingToEmbed { length: 10, .. })
        ));
    }
}

#[test]
fn region_tokens_and_vectors_must_agree() {
    for vectors in [0, 1, 3] {
        let Err(ModelError::RegionCount {
            bboxes,
            vectors: found,
        }) = spans(&PROMPT, 0..10, vectors)
        else {
            panic!("{vectors} vectors for 2 region tokens");
        };
        assert_eq!((bboxes, found), (2, vectors));
    }
}

#[test]
fn id_without_a_row_is_named() {
    let error = spans(&[1, 4, 14], 0..3, 0);
    assert!(
        matches!(
            error,
            Err(ModelError::TokenId {
                position: 2,
                id: 14,
                vocab_rows: 14
            })
        ),
        "{error:?}"
    );
}

#[test]
fn broken_picture_block_is_found_where_it_breaks() {
    let cases: [(&[u32], usize); 7] = [
        (&[1, PATCH, PATCH, PATCH, END], 1),
        (&[1, END, 4], 1),
        (&[1, START, PATCH, PATCH, END, 4], 4),
        (&[1, START, PATCH, 4, PATCH, END], 3),
        (&[1, START, PATCH, PATCH, PATCH, PATCH, END], 5),
        (&[1, START, PATCH, PATCH], 4),
        (
            &[
                START, PATCH, PATCH, PATCH, END, 4, START, PATCH, PATCH, PATCH, END,
            ],
            6,
        ),
    ];
    for (ids, expected) in cases {
        let Err(ModelError::ImageBlock {
            position,
            n_patches: 3,
        }) = spans(ids, 0..ids.len(), 0)
        else {
            panic!("{ids:?} was taken");
        };
        assert_eq!(position, expected, "{ids:?}");
    }
}
