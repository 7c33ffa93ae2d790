//! One line of a chat.

use roi_protocol::BoxPx;

use crate::session::parse_box;

#[cfg(test)]
mod tests;

/// What can be typed.
pub(crate) const HELP: &str = "\
Ask about the picture; <region1> in a question is the first box.
/box x1,y1,x2,y2   add a box, in pixels of the picture
/boxes             list the boxes
/image FILE        another picture: boxes and conversation start anew
/new               a new conversation about the same picture and boxes
/help              this text
/quit              end";

/// A line, understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Command<'a> {
    Ask(&'a str),
    Box(BoxPx),
    Boxes,
    Image(&'a str),
    New,
    Help,
    Quit,
}

impl<'a> Command<'a> {
    /// `None` for an empty line; an error says what was expected.
    pub(crate) fn parse(line: &'a str) -> Result<Option<Self>, String> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(None);
        }
        if !line.starts_with('/') {
            return Ok(Some(Self::Ask(line)));
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let command = match (word, rest) {
            ("/box", _) => Self::Box(parse_box(rest)?),
            ("/boxes", "") => Self::Boxes,
            ("/image", "") => return Err("/image needs the picture's file".to_owned()),
            ("/image", path) => Self::Image(path),
            ("/new", "") => Self::New,
            ("/help", "") => Self::Help,
            ("/quit", "") => Self::Quit,
            _ => return Err(format!("{line:?} is no command: /help lists them")),
        };
        Ok(Some(command))
    }
}
