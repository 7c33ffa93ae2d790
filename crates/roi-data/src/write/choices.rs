//! Files with questions to choose an answer of: VCR and Visual-7W.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use roi_scenes::Split;
use roi_scenes::language::{self, Reason};

use crate::DataError;
use crate::formats::coco::CornerAndSize;
use crate::formats::v7w::{V7wBox, V7wFile, V7wImage, V7wQuestion};
use crate::formats::vcr::{VcrBox, VcrMetadata, VcrRecord, VcrToken};

use super::{Drawn, Written, close, create, io, split_name, write_json};

/// The files while they grow.
pub(super) struct ChoiceSets {
    vcr: BufWriter<File>,
    v7w: V7wFile,
    n_questions: u64,
    split: &'static str,
}

impl ChoiceSets {
    pub(super) fn create(files: &Written, split: Split) -> Result<Self, DataError> {
        Ok(Self {
            vcr: create(&files.vcr)?,
            v7w: V7wFile::default(),
            n_questions: 0,
            split: split_name(split),
        })
    }

    pub(super) fn add(&mut self, drawn: &Drawn<'_>, files: &Written) -> Result<(), DataError> {
        self.add_pointing(drawn);
        let scene = drawn.scene;
        let metadata_fn = format!("{:012}.json", drawn.number);
        let metadata = VcrMetadata {
            boxes: scene
                .objects
                .iter()
                .map(|object| VcrBox {
                    edges: object.bounds,
                    score: Some(1.0),
                })
                .collect(),
            width: Some(scene.size.width),
            height: Some(scene.size.height),
        };
        write_json(&files.pictures.join(&metadata_fn), &metadata)?;
        for (index, reason) in language::reasons(scene).into_iter().enumerate() {
            let record = vcr_record(drawn, &metadata_fn, &reason, index, self.split);
            let fail = || io(&files.vcr);
            serde_json::to_writer(&mut self.vcr, &record).map_err(|e| fail()(e.into()))?;
            self.vcr.write_all(b"\n").map_err(fail())?;
        }
        Ok(())
    }

    fn add_pointing(&mut self, drawn: &Drawn<'_>) {
        let first_box = self.v7w.boxes.len() as u64 + 1;
        for (box_id, object) in (first_box..).zip(&drawn.scene.objects) {
            let corner = CornerAndSize::from(object.bounds);
            self.v7w.boxes.whole.push(V7wBox {
                box_id,
                x: corner.x,
                y: corner.y,
                width: corner.width,
                height: corner.height,
                name: object.glyph().name.to_owned(),
            });
        }
        let qa_pairs = language::pointing(drawn.scene).into_iter().map(|asked| {
            self.n_questions += 1;
            let box_of = |choice: usize| first_box + choice as u64;
            let right = asked.choices[asked.answer];
            V7wQuestion {
                qa_id: self.n_questions,
                question: asked.question,
                answer: box_of(right),
                multiple_choices: asked
                    .choices
                    .into_iter()
                    .filter(|&choice| choice != right)
                    .map(box_of)
                    .collect(),
            }
        });
        self.v7w.images.whole.push(V7wImage {
            image_id: drawn.number,
            filename: drawn.file_name(),
            split: self.split.to_owned(),
            qa_pairs: qa_pairs.collect(),
        });
    }

    pub(super) fn write(self, files: &Written) -> Result<(), DataError> {
        close(&files.vcr, self.vcr)?;
        write_json(&files.v7w, &self.v7w)
    }
}

fn vcr_record(
    drawn: &Drawn<'_>,
    metadata_fn: &str,
    reason: &Reason,
    index: usize,
    split: &str,
) -> VcrRecord {
    let objects = &drawn.scene.objects;
    VcrRecord {
        annot_id: format!("{split}-{:012}-{index}", drawn.number),
        img_fn: drawn.file_name(),
        metadata_fn: metadata_fn.to_owned(),
        objects: objects.iter().map(|o| o.glyph().name.to_owned()).collect(),
        question_orig: reason.question.clone(),
        answer_orig: reason.answers[reason.answer].clone(),
        rationale_orig: reason.rationales[reason.rationale].clone(),
        question: tokens(&reason.question),
        answer_choices: reason.answers.iter().map(|text| tokens(text)).collect(),
        answer_label: Some(reason.answer),
        rationale_choices: reason.rationales.iter().map(|text| tokens(text)).collect(),
        rationale_label: Some(reason.rationale),
    }
}

/// Words, punctuation marks, and numbers as the objects they count from one.
pub(super) fn tokens(text: &str) -> Vec<VcrToken> {
    let mut tokens = Vec::new();
    for word in text.split_whitespace() {
        let end = word
            .trim_end_matches(|c: char| c.is_ascii_punctuation())
            .len();
        let (word, marks) = word.split_at(end);
        tokens.push(match word.parse::<usize>() {
            Ok(number) if number > 0 => VcrToken::Objects(vec![number - 1]),
            _ => VcrToken::Word(word.to_owned()),
        });
        tokens.extend(marks.chars().map(|mark| VcrToken::Word(mark.to_string())));
    }
    tokens
}
