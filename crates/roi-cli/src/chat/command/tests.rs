//! Lines of a chat are commands or questions, never both.

use roi_protocol::BoxPx;

use super::Command;

#[test]
fn a_line_without_slash_is_a_question() {
    let line = " What is <region1> doing? /box ";
    assert_eq!(
        Command::parse(line),
        Ok(Some(Command::Ask("What is <region1> doing? /box")))
    );
}

#[test]
fn commands_take_their_arguments() {
    let new = BoxPx::new(-1.0, 2.0, 3.5, 4.0);
    assert_eq!(
        Command::parse("/box -1, 2, 3.5, 4"),
        Ok(Some(Command::Box(new)))
    );
    assert_eq!(
        Command::parse("/image my cat.png"),
        Ok(Some(Command::Image("my cat.png")))
    );
    assert_eq!(Command::parse("/boxes"), Ok(Some(Command::Boxes)));
    assert_eq!(Command::parse("/quit "), Ok(Some(Command::Quit)));
}

#[test]
fn an_empty_line_asks_nothing() {
    assert_eq!(Command::parse("  "), Ok(None));
}

#[test]
fn a_mistyped_command_is_not_asked() {
    for line in ["/bxo 1,2,3,4", "/quit now", "/image", "/box", "/box 1,2"] {
        assert!(Command::parse(line).is_err(), "{line}");
    }
}
