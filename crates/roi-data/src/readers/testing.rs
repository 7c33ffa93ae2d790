//! Small sets in a temporary folder, and what must hold of every sample.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use image::RgbImage;
use roi_prompt::{Part, Question, Tokenizer, Turn, tokenizer_json};
use serde_json::Value;
use tempfile::TempDir;

use super::Pictures;
use crate::{Dataset, Sample, Visit};

/// A folder with a set's files, gone when dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn pictures(&self) -> Pictures<'_> {
        Pictures {
            folder: self.path(),
            side: 224,
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn json(&self, name: &str, value: &Value) -> PathBuf {
        self.write(name, value.to_string())
    }

    /// A PNG of one colour.
    pub(crate) fn picture(&self, name: &str, width: u32, height: u32) -> PathBuf {
        let path = self.write(name, "");
        let picture = RgbImage::from_pixel(width, height, image::Rgb([200, 100, 50]));
        picture
            .save_with_format(&path, image::ImageFormat::Png)
            .unwrap();
        path
    }
}

fn tokenizer() -> &'static Tokenizer {
    static TOKENIZER: OnceLock<Tokenizer> = OnceLock::new();
    TOKENIZER.get_or_init(|| {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi/delta");
        let model = std::fs::read(folder.join("tokenizer.model")).unwrap();
        let added = std::fs::read(folder.join("added_tokens.json")).unwrap();
        let json = tokenizer_json(&model, &serde_json::from_slice(&added).unwrap()).unwrap();
        Tokenizer::from_json(json.as_bytes()).unwrap()
    })
}

pub(crate) fn visit(epoch: u64, index: usize) -> Visit {
    Visit {
        seed: 7,
        epoch,
        index,
    }
}

/// The sample of a visit, after making sure that it is the same each time, that it can be labelled, that it binds each of its
/// boxes to a `<bbox>`, in their order the first time, and that its boxes are what their type says.
pub(crate) fn sample(set: &dyn Dataset, visit: Visit) -> Sample {
    let sample = set.sample(visit).unwrap();
    assert_eq!(set.sample(visit).unwrap(), sample);
    let labelled = sample.conversation(4).labelled(tokenizer()).unwrap();
    let n_boxes = sample.boxes.len();
    let mut bound: Vec<usize> = Vec::new();
    for &region in &labelled.regions {
        if !bound.contains(&region) {
            bound.push(region);
        }
    }
    assert_eq!(bound, (0..n_boxes).collect::<Vec<_>>());
    let count = |token| {
        let id = tokenizer().special(token).unwrap();
        labelled.ids.iter().filter(|&&other| other == id).count()
    };
    assert_eq!(count("<bbox>"), labelled.regions.len());
    assert_eq!(
        (count("<im_start>"), count("<im_patch>"), count("<im_end>")),
        (1, 4, 1)
    );
    assert!(labelled.labels.iter().any(Option::is_some));
    for b in &sample.boxes {
        assert!(0.0 <= b.x1 && b.x1 < b.x2 && b.x2 <= 1.0, "{b:?}");
        assert!(0.0 <= b.y1 && b.y1 < b.y2 && b.y2 <= 1.0, "{b:?}");
    }
    assert!(sample.turns.iter().all(|turn| turn.answer.is_some()));
    sample
}

/// Questions and answers, with `<image>` and `<bbox>` where a question has them.
pub(crate) fn shown(turns: &[Turn]) -> Vec<[String; 2]> {
    let question = |question: &Question| match question {
        Question::Typed(text) => panic!("a set's question is typed: {text}"),
        Question::Parts(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Picture => "<image>",
                Part::Region(_) => "<bbox>",
            })
            .collect(),
    };
    let turn = |turn: &Turn| [question(&turn.question), turn.answer.clone().unwrap()];
    turns.iter().map(turn).collect()
}

/// Whether a question is one of the templates with this in its slot.
pub(crate) fn is_one_of(templates: &[&str], slot: &str, question: &str) -> bool {
    templates
        .iter()
        .any(|template| template.replacen("{}", slot, 1) == question)
}
