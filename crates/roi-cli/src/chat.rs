//! `roichat chat`: several questions about a picture, boxes added between them.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use roi_protocol::{BoxPx, GenerateOptions, Turn};

use crate::printer::AnswerPrinter;
use crate::session::{GenerateArgs, ModelArgs, Session, parse_box, read_picture};
use command::Command;

mod command;

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
    boxes: Vec<BoxPx>,
    turns: Vec<Turn>,
    out: &'a mut W,
}

/// Reads lines until the input ends or says `/quit`. A line that fails is answered with one sentence on stderr.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let picture = read_picture(&args.image, &args.boxes)?;
    let mut session = Session::open(&args.model)?;
    session.set_picture(&picture)?;
    let mut chat = Chat {
        session,
        options: args.generate.options(),
        boxes: args.boxes.clone(),
        turns: Vec::new(),
        out,
    };
    let is_terminal = io::stdin().is_terminal();
    if is_terminal {
        eprintln!("{}", command::HELP);
    }
    let mut lines = io::stdin().lock().lines();
    loop {
        if is_terminal {
            eprint!("> ");
        }
        let Some(line) = lines.next() else {
            return Ok(());
        };
        let line = line?;
        let command = match Command::parse(&line) {
            Ok(Some(Command::Quit)) => return Ok(()),
            Ok(Some(command)) => command,
            Ok(None) => continue,
            Err(error) => {
                eprintln!("roichat: {error}");
                continue;
            }
        };
        if let Err(error) = chat.obey(command) {
            if error.is::<io::Error>() {
                return Err(error);
            }
            eprintln!("roichat: {}", crate::sentence(&error));
        }
    }
}

impl<W: Write> Chat<'_, W> {
    fn obey(&mut self, command: Command<'_>) -> Result<()> {
        match command {
            Command::Ask(question) => self.ask(question)?,
            Command::Box(new) => {
                self.boxes.push(new);
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
                self.session
                    .set_picture(&read_picture(Path::new(path), &[])?)?;
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

    fn ask(&mut self, question: &str) -> Result<()> {
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
                Err(error)
            }
        }
    }
}
