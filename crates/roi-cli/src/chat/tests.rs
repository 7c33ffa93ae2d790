//! Whole chats through the command, on the processor.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::{Args, converse};
use crate::convert::tests::convert_reference;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn picture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi/images/single.png")
}

/// What a chat about the golden picture prints, whose lines are `input`.
fn chat(input: &[u8]) -> String {
    let package = tempfile::tempdir().unwrap();
    convert_reference(package.path(), "f32");
    let (model, picture) = (package.path().display().to_string(), picture());
    let picture = picture.display().to_string();
    let words = [
        "chat",
        "--device",
        "cpu",
        "--model",
        &model,
        "--image",
        &picture,
        "--max-new-tokens",
        "2",
        "--ignore-stop",
    ];
    let args = Line::try_parse_from(words).unwrap().args;
    let mut out = Vec::new();
    converse(&args, input, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_picture_that_is_not_there_leaves_the_conversation() {
    let lines = "/box 30,20,180,150\n/image nope.png\n/boxes\nWhat is <region1> doing?\n";
    let said = chat(lines.as_bytes());
    assert_eq!(
        said,
        "<region1> is 30,20,180,150\n<region1> 30,20,180,150\nstriped think\n"
    );
}

#[test]
fn a_box_outside_the_picture_is_not_taken() {
    let said = chat(b"/box 9000,9000,9100,9100\n/boxes\n/box 1,1,50,50\n");
    assert_eq!(
        said,
        "no boxes yet: /box x1,y1,x2,y2 adds one\n<region1> is 1,1,50,50\n"
    );
}

#[test]
fn a_line_that_is_no_text_is_passed_over() {
    assert_eq!(
        chat(b"\xff\xfe\n/box 1,1,50,50\n"),
        "<region1> is 1,1,50,50\n"
    );
}
