//! Small sets in folders, and a model that answers from a function.

use std::path::{Path, PathBuf};

use image::codecs::png::PngEncoder;
use image::{DynamicImage, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    AnswerError, Answerer, Benchmark, Likelihood, Number, Question, Reply, Scored, Source, Subset,
    Task,
};

/// A set's folder: `set.json` and the pictures in `pictures`.
pub(crate) struct SetFolder {
    folder: TempDir,
}

impl SetFolder {
    /// With pictures of these names, 40 by 30, each of its own shade.
    pub(crate) fn new(pictures: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("pictures")).unwrap();
        let set = Self { folder };
        for (name, shade) in pictures.iter().zip(1..) {
            let picture = RgbImage::from_pixel(40, 30, image::Rgb([shade, 90, 200]));
            std::fs::write(set.pictures().join(name), png(picture)).unwrap();
        }
        set
    }

    pub(crate) fn with_file(self, value: &Value) -> Self {
        std::fs::write(self.file(), value.to_string()).unwrap();
        self
    }

    /// With a file of these values, one a line.
    pub(crate) fn with_lines(self, values: &[Value]) -> Self {
        let lines: Vec<String> = values.iter().map(|value| format!("{value}\n")).collect();
        std::fs::write(self.file(), lines.concat()).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path("set.json")
    }

    pub(crate) fn pictures(&self) -> PathBuf {
        self.path("pictures")
    }

    /// What `open` makes of all of the set.
    pub(crate) fn open<T>(&self, open: impl FnOnce(&Source<'_>) -> T) -> T {
        self.open_part(Subset::default(), open)
    }

    pub(crate) fn open_part<T>(&self, subset: Subset, open: impl FnOnce(&Source<'_>) -> T) -> T {
        let (file, pictures) = (self.file(), self.pictures());
        open(&Source {
            file: Path::new(&file),
            pictures: Path::new(&pictures),
            subset,
        })
    }
}

fn png(picture: RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    DynamicImage::from(picture)
        .write_with_encoder(PngEncoder::new(&mut file))
        .unwrap();
    file
}

/// Scores a benchmark with this function's answers.
pub(crate) fn score(benchmark: &dyn Benchmark, answer: impl Fn(&Task) -> String) -> Scored {
    let tasks = benchmark.tasks().iter();
    let replies: Vec<_> = tasks
        .map(|task| Some(Reply::Answer(answer(task))))
        .collect();
    benchmark.score(&replies).unwrap()
}

/// Values of a table, by column.
pub(crate) fn percents(numbers: &[Number]) -> Vec<(&'static str, Option<f64>)> {
    let pairs = numbers.iter().map(|number| (number.name, number.percent));
    pairs.collect()
}

type Answer<'a> = Box<dyn FnMut(&Question<'_>) -> Result<String, AnswerError> + 'a>;

/// Answers from a function; a text's likelihood falls with its length.
pub(crate) struct Fake<'a> {
    answer: Answer<'a>,
    pub(crate) n_asked: usize,
}

impl<'a> Fake<'a> {
    pub(crate) fn new(
        answer: impl FnMut(&Question<'_>) -> Result<String, AnswerError> + 'a,
    ) -> Self {
        Self {
            answer: Box::new(answer),
            n_asked: 0,
        }
    }

    /// Always the same answer.
    pub(crate) fn saying(answer: &'a str) -> Self {
        Self::new(move |_| Ok(answer.to_owned()))
    }
}

impl Answerer for Fake<'_> {
    fn device(&self) -> String {
        "cpu: table".to_owned()
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<String, AnswerError> {
        self.n_asked += 1;
        (self.answer)(question)
    }

    fn likelihoods(
        &mut self,
        _: &Question<'_>,
        continuations: &[String],
    ) -> Result<Vec<Likelihood>, AnswerError> {
        self.n_asked += 1;
        let likelihoods = continuations.iter().map(|text| Likelihood {
            log_probability: -(text.len() as f64),
            n_tokens: 1,
        });
        Ok(likelihoods.collect())
    }
}

pub(crate) fn refused<T>(reason: &str) -> Result<T, AnswerError> {
    Err(AnswerError::Refused {
        reason: reason.to_owned(),
    })
}
