//! A detector's boxes, from JSON or from the original's pickle, and which of them are used.

use std::collections::{HashMap, HashSet};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use roi_geom::BoxNorm;
use roi_import::numpy;
use roi_import::pickle::{Node, NodeId, Pickle};

use super::ClassNames;
use crate::formats::llava::{Detections, ScoredBox};
use crate::formats::{Entries, open, read_json};
use crate::{DataError, Skips};

/// What a box's score must exceed.
const MIN_SCORE: f32 = 0.3;
/// What both edges of a box must exceed, as fractions of the picture's.
const MIN_EDGE: f32 = 0.02;
/// The most boxes of a picture.
const MAX_BOXES: usize = 100;
/// How many of the first boxes are used where none passes.
const N_WITHOUT: usize = 10;

/// All that a detector found, and where that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct DetectionFile {
    /// The file.
    pub path: PathBuf,
    /// A picture each.
    pub pictures: Entries<Detections>,
}

/// Reads a detector's file: JSON if its name ends in `.json`, else the original's pickle, in which nothing but NumPy's arrays
/// and plain data may be named. A picture whose boxes are none costs only itself.
///
/// # Errors
/// If it cannot be read, is truncated, names anything else, or is no list.
pub fn read_detections(path: &Path) -> Result<DetectionFile, DataError> {
    let path = path.to_owned();
    if path
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        let pictures = read_json(&path)?;
        return Ok(DetectionFile { path, pictures });
    }
    let pickle = |source| DataError::Pickle {
        path: path.clone(),
        source,
    };
    let read = numpy::read_numpy_pickle(BufReader::new(open(&path)?)).map_err(pickle)?;
    let mut reader = Reader {
        // An array or a name can be referred to many times; files that are what they say do not.
        n_left: read.consumed_bytes(),
        is_exhausted: false,
        broken_arrays: HashSet::new(),
        pickle: &read,
    };
    let pictures = reader.all().map_err(|problem| DataError::Detections {
        path: path.clone(),
        problem,
    })?;
    Ok(DetectionFile { path, pictures })
}

/// Walks through a pickle's values.
struct Reader<'a> {
    pickle: &'a Pickle,
    /// Numbers of arrays and bytes of names that may still be copied.
    n_left: u64,
    /// Whether more were asked for.
    is_exhausted: bool,
    /// Looked into once, which may take as long as they are large.
    broken_arrays: HashSet<NodeId>,
}

impl<'a> Reader<'a> {
    fn all(&mut self) -> Result<Entries<Detections>, String> {
        let Node::List(list) = self.pickle.root() else {
            return Err("it is no list of detections".to_owned());
        };
        let mut all = Entries::default();
        let mut seen = HashSet::with_capacity(list.len());
        for (&id, place) in list.iter().zip(1_u64..) {
            if !seen.insert(id) {
                return Err(format!("entry #{place} is an earlier one again"));
            }
            match self.one(id) {
                Ok(detections) => all.whole.push(detections),
                Err(problem) => {
                    let name = || match self.filename(id) {
                        Some(name) => name.to_owned(),
                        None => format!("entry #{place}"),
                    };
                    all.broken.add(name, &DataError::Record { problem });
                }
            }
            if self.is_exhausted {
                return Err("its arrays and names hold more than the file does".to_owned());
            }
        }
        Ok(all)
    }

    fn value(&self, id: NodeId, name: &str) -> Result<NodeId, String> {
        let Node::Dict(pairs) = self.pickle.node(id) else {
            return Err("it is no dictionary".to_owned());
        };
        let named = |key: NodeId| matches!(self.pickle.node(key), Node::Str(key) if key == name);
        let pair = pairs.iter().find(|(key, _)| named(*key));
        pair.map(|(_, value)| *value)
            .ok_or_else(|| format!("it has no {name}"))
    }

    fn filename(&self, id: NodeId) -> Option<&'a str> {
        match self.pickle.node(self.value(id, "filename").ok()?) {
            Node::Str(name) => Some(name),
            _ => None,
        }
    }

    fn one(&mut self, id: NodeId) -> Result<Detections, String> {
        let Node::Str(filename) = self.pickle.node(self.value(id, "filename")?) else {
            return Err("its filename is no text".to_owned());
        };
        self.charge(filename.len() as u64);
        let boxes = self.value(id, "pred_bboxes")?;
        let labels = self.value(id, "labels")?;
        let boxes = self.array(boxes)?;
        let &[n_boxes, 5] = &boxes.shape[..] else {
            return Err(format!("its pred_bboxes have shape {:?}", boxes.shape));
        };
        let labels = self.array(labels)?;
        if labels.shape != [n_boxes] {
            let shape = labels.shape;
            return Err(format!(
                "its labels have shape {shape:?}, for {n_boxes} boxes"
            ));
        }
        let (boxes, _) = boxes.values.as_chunks::<5>();
        let label = |&label: &f64| {
            let whole = label as usize;
            let is_whole = whole as f64 == label;
            is_whole
                .then_some(whole)
                .ok_or_else(|| format!("a label is {label}"))
        };
        Ok(Detections {
            filename: filename.clone(),
            pred_bboxes: boxes
                .iter()
                .map(|b| ScoredBox::from(b.map(|number| number as f32)))
                .collect(),
            labels: labels.values.iter().map(label).collect::<Result<_, _>>()?,
        })
    }

    fn array(&mut self, id: NodeId) -> Result<numpy::Array, String> {
        if self.broken_arrays.contains(&id) {
            return Err("an array is one that was broken before".to_owned());
        }
        match numpy::array(self.pickle, id) {
            Ok(array) => {
                self.charge(array.values.len() as u64);
                Ok(array)
            }
            Err(error) => {
                self.broken_arrays.insert(id);
                Err(error.to_string())
            }
        }
    }

    fn charge(&mut self, n: u64) {
        match self.n_left.checked_sub(n) {
            Some(left) => self.n_left = left,
            None => self.is_exhausted = true,
        }
    }
}

/// A box that is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) edges: BoxNorm,
    pub(super) label: usize,
}

/// What detections and conversations have in common: the last part of a picture's name.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

impl DetectionFile {
    /// The boxes that are used, by the [`last_part`] of their picture's name, and the pictures whose boxes cannot be.
    pub(super) fn by_file(self, classes: &ClassNames) -> (HashMap<String, Vec<Found>>, Skips) {
        let Entries { whole, mut broken } = self.pictures;
        let mut by_file = HashMap::with_capacity(whole.len());
        for detections in whole {
            match used(&detections, classes) {
                Ok(found) => {
                    let file = last_part(&detections.filename).to_owned();
                    let known = by_file.entry(file).or_insert_with(|| found.clone());
                    if *known != found {
                        let problem = "another entry has other boxes for that file".to_owned();
                        let name = || detections.filename.clone();
                        broken.add(name, &DataError::Record { problem });
                    }
                }
                Err(problem) => {
                    let name = || detections.filename.clone();
                    broken.add(name, &DataError::Record { problem });
                }
            }
        }
        (by_file, broken)
    }
}

fn used(detections: &Detections, classes: &ClassNames) -> Result<Vec<Found>, String> {
    let (boxes, labels) = (&detections.pred_bboxes, &detections.labels);
    if boxes.len() != labels.len() {
        return Err(format!(
            "{} boxes have {} labels",
            boxes.len(),
            labels.len()
        ));
    }
    if let Some(label) = labels.iter().find(|&&label| label >= classes.len()) {
        return Err(format!("there is no name for label {label}"));
    }
    let all = || boxes.iter().zip(labels.iter().copied());
    let passes = |(b, _): &(&ScoredBox, usize)| {
        b.score > MIN_SCORE && b.x2 - b.x1 > MIN_EDGE && b.y2 - b.y1 > MIN_EDGE
    };
    let found = |(b, label): (&ScoredBox, usize)| inside(b).map(|edges| Found { edges, label });
    let passing: Vec<Found> = all()
        .filter(passes)
        .take(MAX_BOXES)
        .filter_map(found)
        .collect();
    if passing.is_empty() {
        return Ok(all().take(N_WITHOUT).filter_map(found).collect());
    }
    Ok(passing)
}

/// The box clipped to the picture, if anything is left of it.
fn inside(b: &ScoredBox) -> Option<BoxNorm> {
    let [x1, y1, x2, y2] = [b.x1, b.y1, b.x2, b.y2].map(|edge| edge.clamp(0.0, 1.0));
    (x1 < x2 && y1 < y2).then_some(BoxNorm { x1, y1, x2, y2 })
}
