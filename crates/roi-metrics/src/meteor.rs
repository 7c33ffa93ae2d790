//! METEOR, by the program of its authors and by nothing else.
//!
//! Its score rests on stems, synonyms and paraphrases that come with `meteor-1.5.jar`; anything
//! less would be another metric under that name. The program is asked over its standard input:
//! `SCORE ||| reference ||| … ||| hypothesis` gives an item's statistics, and one `EVAL` of all
//! statistics gives each item's score and then that of the corpus.
//!
//! Source: salaniz/pycocoevalcap 1.2, `meteor/meteor.py`.

#[cfg(test)]
mod tests;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use crate::captions::pairs;
use crate::{Captions, MetricsError, Scores};

const SEPARATOR: &str = " ||| ";

/// Where METEOR is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meteor {
    java: PathBuf,
    jar: PathBuf,
}

/// METEOR of a set of captions, from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct MeteorScores {
    /// Of the corpus: statistics are added up before the score is made.
    pub total: f64,
    /// Of each item, in the order of the references.
    pub items: Vec<f64>,
}

impl Meteor {
    /// `meteor-1.5.jar`, run by the `java` of the search path.
    #[must_use]
    pub fn new(jar: &Path) -> Self {
        Self::with_java(Path::new("java"), jar)
    }

    /// The same, run by this Java.
    #[must_use]
    pub fn with_java(java: &Path, jar: &Path) -> Self {
        Self {
            java: java.to_owned(),
            jar: jar.to_owned(),
        }
    }

    /// Has one made-up pair scored, so that a jar or a Java that cannot be used is known before anything is asked of a model.
    ///
    /// # Errors
    /// As [`Self::score`].
    pub fn check(&self) -> Result<(), MetricsError> {
        let one = Captions::from_items([("a".to_owned(), vec!["a cat".to_owned()])])?;
        self.score(&one, &one).map(drop)
    }

    /// Tokenizes captions as for the other metrics, and has them scored.
    ///
    /// # Errors
    /// If the captions do not belong together, the jar or Java is not there, or the program fails.
    pub fn score(
        &self,
        references: &Captions,
        hypotheses: &Captions,
    ) -> Result<MeteorScores, MetricsError> {
        let (references, hypotheses) = (references.tokenized(), hypotheses.tokenized());
        let pairs = pairs(&references, &hypotheses)?;
        let mut process = Process::start(self)?;
        let mut all_statistics = String::from("EVAL");
        for pair in &pairs {
            let mut request = String::from("SCORE");
            for reference in pair.references {
                request.push_str(SEPARATOR);
                request.push_str(&without_separators(reference));
            }
            request.push_str(SEPARATOR);
            request.push_str(&without_separators(pair.hypothesis));
            process.send(&request)?;
            all_statistics.push_str(SEPARATOR);
            all_statistics.push_str(&process.answer()?);
        }
        process.send(&all_statistics)?;
        let items = pairs.iter().map(|_| process.score());
        let items = items.collect::<Result<_, _>>()?;
        let total = process.score()?;
        Ok(MeteorScores { total, items })
    }
}

impl Scores {
    /// Enters METEOR's values; both are in the order of the same references.
    ///
    /// # Panics
    /// If the two are not about the same number of items.
    #[must_use]
    pub fn with_meteor(mut self, meteor: &MeteorScores) -> Self {
        assert_eq!(
            self.items.len(),
            meteor.items.len(),
            "items scored by METEOR"
        );
        self.meteor = Some(meteor.total);
        for (item, &score) in self.items.iter_mut().zip(&meteor.items) {
            item.meteor = Some(score);
        }
        self
    }
}

/// What separates captions may not stand in one.
fn without_separators(caption: &str) -> String {
    caption.replace("|||", "").replace("  ", " ")
}

/// The running program. It is ended when this is dropped.
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Reads the error output, which would block the program once it filled its pipe.
    messages: Option<JoinHandle<String>>,
    n_answers: usize,
}

impl Process {
    fn start(meteor: &Meteor) -> Result<Self, MetricsError> {
        let jar = meteor.jar.canonicalize();
        let jar = jar.map_err(|source| MetricsError::MeteorJar {
            path: meteor.jar.clone(),
            source,
        })?;
        let mut command = Command::new(&meteor.java);
        command
            .args(["-jar", "-Xmx2G"])
            .arg(&jar)
            .args(["-", "-", "-stdio", "-l", "en", "-norm"])
            // An older Java reads in the locale's encoding; requests are in UTF-8.
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // The program looks for its paraphrases in `data` beside itself.
        if let Some(folder) = jar.parent() {
            command.current_dir(folder);
        }
        let mut child = command.spawn().map_err(|source| MetricsError::Java {
            path: meteor.java.clone(),
            source,
        })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(requests), Some(answers), Some(mut messages)) = pipes else {
            unreachable!("all three were asked for as pipes");
        };
        let messages = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was read before a failure is all there is to tell.
            messages.read_to_end(&mut bytes).ok();
            String::from_utf8_lossy(&bytes).trim().to_owned()
        });
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers),
            messages: Some(messages),
            n_answers: 0,
        })
    }

    fn send(&mut self, request: &str) -> Result<(), MetricsError> {
        let sent = writeln!(self.requests, "{request}").and_then(|()| self.requests.flush());
        match sent {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(self.ended()),
            Err(source) => Err(MetricsError::MeteorPipe { source }),
        }
    }

    fn answer(&mut self) -> Result<String, MetricsError> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err(self.ended()),
            Ok(_) => {
                self.n_answers += 1;
                Ok(line.trim().to_owned())
            }
            Err(source) => Err(MetricsError::MeteorPipe { source }),
        }
    }

    fn score(&mut self) -> Result<f64, MetricsError> {
        let answer = self.answer()?;
        let score = answer.parse().ok().filter(|score: &f64| score.is_finite());
        score.ok_or(MetricsError::MeteorAnswer { answer })
    }

    /// The error for a program that is there no more.
    fn ended(&mut self) -> MetricsError {
        let message = self.messages.take().and_then(|thread| thread.join().ok());
        match self.child.wait() {
            Ok(status) => MetricsError::MeteorEnded {
                status,
                n_answers: self.n_answers,
                message: message.unwrap_or_default(),
            },
            Err(source) => MetricsError::MeteorPipe { source },
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, and nothing is left to be told in either case.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
