//! Visual Genome: each box of GRiT's `test.json` is described as the paper asks for it.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::Path;

use roi_data::formats::coco::CocoFile;
use roi_data::formats::read_json;
use roi_metrics::Captions;
use roi_metrics::meteor::Meteor;

use super::described::{Described, ToDescribe};
use super::regions::{Habits, name, regions};
use super::{Source, about_one_region};
use crate::captions::read_captions;
use crate::left_out::LeftOut;
use crate::{EvalError, published};

const NAME: &str = "vg";

impl Described {
    /// The benchmark `vg`. A box's reference is its caption, or with `references`, a file of the
    /// form `{"id": ["caption", …]}`, all captions there under its annotation's id.
    ///
    /// # Errors
    /// If a file cannot be read or is no such file, nothing in it can be asked about, or the
    /// question is not about `<region1>`.
    pub fn vg(
        source: &Source<'_>,
        references: Option<&Path>,
        question: &str,
        meteor: Option<&Meteor>,
    ) -> Result<Self, EvalError> {
        about_one_region(question)?;
        let references = references.map(read_captions).transpose()?;
        let file: CocoFile = read_json(source.file)?;
        let mut left_out = LeftOut::default();
        let habits = Habits {
            keeps_crowds: false,
            has_prefixed_names: false,
        };
        let mut ids = HashSet::new();
        let mut records = Vec::new();
        for mut region in regions(file, source.pictures, habits, &mut left_out) {
            let caption = region.annotation.caption.take();
            let id = region.annotation.id.to_string();
            if !ids.insert(id.clone()) {
                left_out.add_broken(
                    name(&region.annotation),
                    "an earlier annotation has the same id",
                );
                continue;
            }
            match references_of(&id, caption, references.as_ref()) {
                Ok(references) => records.push(ToDescribe {
                    task: region.task(id, question),
                    references,
                }),
                Err(problem) => left_out.add_broken(name(&region.annotation), problem),
            }
        }
        Self::new(
            NAME,
            &published::VG,
            source,
            question,
            records,
            left_out,
            meteor,
        )
    }
}

fn references_of(
    id: &str,
    caption: Option<String>,
    references: Option<&Captions>,
) -> Result<Vec<String>, &'static str> {
    match references {
        Some(references) => match references.get(id) {
            Some(captions) if !captions.is_empty() => Ok(captions.to_vec()),
            _ => Err("the file of references has no caption of this id"),
        },
        None => match caption {
            Some(caption) if !caption.trim().is_empty() => Ok(vec![caption]),
            _ => Err("it has no caption"),
        },
    }
}
