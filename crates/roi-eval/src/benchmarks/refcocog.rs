//! RefCOCOg: each object of MDETR's file is described once, and all its expressions are references.
//!
//! The file has an image for every expression, so an object's expressions are found by picture and
//! box.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use roi_data::formats::coco::CocoFile;
use roi_data::formats::read_json;
use roi_metrics::meteor::Meteor;

use super::described::{Described, ToDescribe};
use super::regions::{Habits, name, regions};
use super::{Source, about_one_region};
use crate::left_out::LeftOut;
use crate::{EvalError, published};

const NAME: &str = "refcocog";

impl Described {
    /// The benchmark `refcocog`. An object is called by its picture and box.
    ///
    /// # Errors
    /// If the file cannot be read or is no such file, nothing in it can be asked about, or the
    /// question is not about `<region1>`.
    pub fn refcocog(
        source: &Source<'_>,
        question: &str,
        meteor: Option<&Meteor>,
    ) -> Result<Self, EvalError> {
        about_one_region(question)?;
        let file: CocoFile = read_json(source.file)?;
        let mut left_out = LeftOut::default();
        let habits = Habits {
            keeps_crowds: true,
            has_prefixed_names: true,
        };
        let mut by_id: HashMap<String, usize> = HashMap::new();
        let mut records: Vec<ToDescribe> = Vec::new();
        for mut region in regions(file, source.pictures, habits, &mut left_out) {
            let expression = region.expression.take();
            let Some(expression) = expression.filter(|text| !text.trim().is_empty()) else {
                left_out.add_broken(name(&region.annotation), "its picture has no expression");
                continue;
            };
            let id = format!("{} {}", region.picture_name, region.edges);
            match by_id.get(&id) {
                Some(&index) => records[index].references.push(expression),
                None => {
                    by_id.insert(id.clone(), records.len());
                    records.push(ToDescribe {
                        task: region.task(id, question),
                        references: vec![expression],
                    });
                }
            }
        }
        // Images of one picture need not follow each other in the file; its tasks must.
        let mut first_seen: HashMap<String, usize> = HashMap::new();
        for (record, index) in records.iter().zip(0..) {
            let name = record.task.picture_name.clone();
            first_seen.entry(name).or_insert(index);
        }
        records.sort_by_key(|record| first_seen.get(&record.task.picture_name).copied());
        Self::new(
            NAME,
            &published::REFCOCOG,
            source,
            question,
            records,
            left_out,
            meteor,
        )
    }
}
