//! `roichat chat`: several questions about a picture, boxes added between them.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use roi_engine::check_boxes;
use roi_protocol::{BoxPx, GenerateOptions, PictureSize, Turn};

use crate::printer::AnswerPrinter;
use crate::session::{GenerateArgs, ModelArgs, Session, parse_box, read_picture};
use command::Command;

mod command;
#[cfg(test)]
mod tests;

/// The command line of `chat`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    /// The picture: PNG, JPEG or WebP.
    #[arg(long, value_name = "FILE")]
    image: PathBuf,
    /// A box in pixels of the picture, as with /box. May be given several times.
    #[arg(
        long = "box",
        value_name = "X1,Y1,X2,Y2",
        value_parser = parse_box,
        allow_hyphen_values = true
    )]
    boxes: Vec<BoxPx>,
    #[command(flatten)]
    generate: GenerateArgs,
}

/// The conversation so far.
struct Chat<'a, W> {
    session: Session,
    options: GenerateOptions,
    size: PictureSize,
    boxes: Vec<BoxPx>,
    turns: Vec<Turn>,
    out: &'a mut W,
}

/// Why a line was not obeyed.
enum Trouble {
    /// Nobody reads the answers any more.
    Output(io::Error),
    /// The line asks for something that cannot be had; the next one may.
    Line(anyhow::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Line(error)
    }
}

/// Talks until the input ends or says `/quit`.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let stdin = io::stdin();
    let is_terminal = stdin.is_terminal();
    converse(args, stdin.lock(), is_terminal, out)
}

/// A line that fails is answered with one sentence on stderr.
fn converse(
    args: &Args,
    input: impl BufRead,
    is_terminal: bool,
    out: &mut impl Write,
) -> Result<()> {
    let picture = read_picture(&args.image, &args.boxes)?;
    let mut session = Session::open(&args.model)?;
    let size = session.set_picture(&picture)?;
    let mut chat = Chat {
        session,
        options: args.generate.options(),
        size,
        boxes: args.boxes.clone(),
        turns: Vec::new(),
        out,
    };
    if is_terminal {
        eprintln!("{}", command::HELP);
    }
    let mut lines = input.lines();
    loop {
        if is_terminal {
            eprint!("> ");
        }
        let Some(line) = lines.next() else {
            return Ok(());
        };
        let line = match line {
            Ok(line) => line,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                eprintln!("roichat: the line is no UTF-8 text");
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let command = match Command::parse(&line) {
            Ok(Some(Command::Quit)) => return Ok(()),
            Ok(Some(command)) => command,
            Ok(None) => continue,
            Err(error) => {
                eprintln!("roichat: {error}");
                continue;
            }
        };
        match chat.obey(command) {
            Ok(()) => {}
            Err(Trouble::Output(error)) => return Err(error.into()),
            Err(Trouble::Line(error)) => eprintln!("roichat: {}", crate::sentence(&error)),
        }
    }
}

impl<W: Write> Chat<'_, W> {
    fn obey(&mut self, command: Command<'_>) -> Result<(), Trouble> {
        match command {
            Command::Ask(question) => self.ask(question)?,
            Command::Box(new) => {
                let boxes = [&self.boxes[..], &[new]].concat();
                check_boxes(&boxes, self.size).map_err(anyhow::Error::from)?;
                self.boxes = boxes;
                writeln!(self.out, "<region{}> is {new}", self.boxes.len())?;
            }
            Command::Boxes => {
                if self.boxes.is_empty() {
                    writeln!(self.out, "no boxes yet: /box x1,y1,x2,y2 adds one")?;
                }
                for (index, b) in self.boxes.iter().enumerate() {
                    writeln!(self.out, "<region{}> {b}", index + 1)?;
                }
            }
            Command::Image(path) => {
                let picture = read_picture(Path::new(path), &[])?;
                self.size = self.session.set_picture(&picture)?;
                self.boxes.clear();
                self.turns.clear();
                writeln!(self.out, "{path}: a new conversation, without boxes")?;
            }
            Command::New => {
                self.turns.clear();
                writeln!(
                    self.out,
                    "a new conversation about the same picture and boxes"
                )?;
            }
            Command::Help => writeln!(self.out, "{}", command::HELP)?,
            Command::Quit => {}
        }
        self.out.flush()?;
        Ok(())
    }

    fn ask(&mut self, question: &str) -> Result<(), Trouble> {
        self.turns.push(Turn {
            question: question.to_owned(),
            answer: None,
        });
        let mut printer = AnswerPrinter::new(self.out);
        let asked = self
            .session
            .ask(&self.boxes, &self.turns, &self.options, |piece| {
                printer.push(piece)
            });
        match asked {
            Ok(answer) => {
                printer.finish(&answer)?;
                if let Some(turn) = self.turns.last_mut() {
                    turn.answer = Some(answer.answer);
                }
                Ok(())
            }
            Err(error) => {
                self.turns.pop();
                Err(error.into())
            }
        }
    }
}
