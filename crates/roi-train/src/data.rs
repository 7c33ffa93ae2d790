//! The data sets of a configuration as one stream of examples: pictures decoded, conversations in tokens and labels.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use roi_data::readers::{
    ClassNames, CocoDet, DetLlava, ExtraQuestions, Flickr30k, Pictures, Positions, RefCoco,
    RefCocoG, RegionChat, Vcr, VcrQuestions, VcrRecords, VcrView, Visual7W, VisualGenome,
    read_detections,
};
use roi_data::{DataError, Dataset, LeftOut, Mix, MixedSet, Place, Sample, Visit};
use roi_prompt::{Conversation, Labelled, Tokenizer};
use roi_weights::{VisionConfig, sha256_hex};
use sha2::{Digest, Sha256};

use crate::config::{Config, DataSet, SetKind};
use crate::learner::{Broken, Examples, Named};
use crate::{Example, Objective, TrainError};

/// The token that stands for a region.
const REGION: &str = "<bbox>";

/// Conversations about pictures, as a model of certain sizes with a certain tokenizer takes them.
pub struct Conversations {
    sets: Vec<Shared>,
    mix: Mutex<Mix>,
    epoch_len: u64,
    source_sha256: String,
    tokenizer: Tokenizer,
    vision: VisionConfig,
    isolated_labels: bool,
    behind_prompt: bool,
    image_tokens: bool,
    max_tokens: usize,
    objective: Objective,
}

/// A set as it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSet {
    /// Its name.
    pub name: &'static str,
    /// Its records.
    pub n_records: usize,
    /// What was left out, and why.
    pub left_out: LeftOut,
}

impl Conversations {
    /// Opens the sets of `config`.
    ///
    /// # Errors
    /// [`TrainError::Data`] if one cannot be opened or has no usable record.
    pub fn open(
        config: &Config,
        tokenizer: Tokenizer,
        vision: &VisionConfig,
    ) -> Result<Self, TrainError> {
        let sets = open_sets(config, vision)?;
        let mixed = sets.iter().zip(&config.data).map(|(shared, set)| MixedSet {
            set: Box::new(shared.clone()),
            ratio: set.ratio,
        });
        let mix = Mix::new(mixed.collect(), config.seed)?;
        Ok(Self {
            sets,
            epoch_len: mix.epoch_len(),
            source_sha256: source_sha256(&config.data)?,
            mix: Mutex::new(mix),
            tokenizer,
            vision: vision.clone(),
            isolated_labels: config.isolated_labels,
            behind_prompt: config.behind_prompt,
            image_tokens: config.image_tokens,
            max_tokens: config.max_tokens,
            objective: config.objective,
        })
    }

    /// What was opened, in the configuration's order.
    pub fn sets(&self) -> impl Iterator<Item = OpenedSet> {
        self.sets.iter().map(|Shared(set)| OpenedSet {
            name: set.name(),
            n_records: set.len(),
            left_out: set.left_out().clone(),
        })
    }

    fn example(&self, sample: &Sample) -> Result<Example, String> {
        let words = |error: &dyn std::error::Error| error.to_string();
        let n_image_tokens = match self.image_tokens {
            true => self.vision.n_patches(),
            false => 0,
        };
        let labelled = self
            .labelled(&sample.conversation(n_image_tokens))
            .map_err(|error| words(&error))?;
        let example = Example {
            pixels: sample.pixels(&self.vision).map_err(|error| words(&error))?,
            boxes: sample.boxes.clone(),
            labelled,
        };
        if example.n_targets() == 0 {
            return Err("nothing in it is to be learnt".to_owned());
        }
        if !self.objective.has_answers() && !self.has_words(&example) {
            return Err("no word in it is said of one region".to_owned());
        }
        Ok(example)
    }

    /// Whether there is something for the objective of words: the answer to a question that introduces one region.
    fn has_words(&self, example: &Example) -> bool {
        let region = self.tokenizer.special(REGION);
        region.is_some_and(|region| !example.words(region).is_empty())
    }

    /// As many turns as there is room for, with the labels that were asked for.
    fn labelled(&self, whole: &Conversation<'_>) -> Result<Labelled, roi_prompt::PromptError> {
        let labelled = whole.labelled_within(&self.tokenizer, self.max_tokens)?;
        let n_turns_dropped = labelled.n_turns_dropped;
        let turns = &whole.turns[..whole.turns.len() - n_turns_dropped];
        let kept = Conversation { turns, ..*whole };
        if self.isolated_labels {
            return Ok(Labelled {
                n_turns_dropped,
                ..kept.labelled_in_isolation(&self.tokenizer)?
            });
        }
        if self.behind_prompt {
            return self.behind_prompt(whole, turns.len());
        }
        Ok(labelled)
    }

    /// The first `n_turns` turns or fewer, their last answer behind its prompt. That is a token or two more than in place, so
    /// what fitted may not fit any more.
    fn behind_prompt(
        &self,
        whole: &Conversation<'_>,
        n_turns: usize,
    ) -> Result<Labelled, roi_prompt::PromptError> {
        let limit = self.max_tokens;
        let mut tokens = 0;
        for n_kept in (1..=n_turns).rev() {
            let turns = &whole.turns[..n_kept];
            let kept = Conversation { turns, ..*whole };
            let labelled = kept.labelled_behind_prompt(&self.tokenizer)?;
            tokens = labelled.ids.len();
            if tokens <= limit {
                return Ok(Labelled {
                    n_turns_dropped: whole.turns.len() - n_kept,
                    ..labelled
                });
            }
        }
        Err(roi_prompt::PromptError::TooLong { tokens, limit })
    }
}

impl Examples for Conversations {
    type Example = Example;

    fn epoch_len(&self) -> u64 {
        self.epoch_len
    }

    fn source_sha256(&self) -> &str {
        &self.source_sha256
    }

    fn get(&self, position: u64) -> Result<Named<Example>, Broken> {
        let Place { set, visit } = self
            .mix
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .place(position);
        let Shared(set) = &self.sets[set];
        let name = format!("{} {}", set.name(), set.record_name(visit.index));
        let example = set
            .sample(visit)
            .map_err(|error| error.to_string())
            .and_then(|sample| self.example(&sample));
        match example {
            Ok(example) => Ok(Named { name, example }),
            Err(problem) => Err(Broken { name, problem }),
        }
    }
}

/// What all records say at the first visit, in runs of text as they are encoded. Pictures are not looked into.
///
/// # Errors
/// [`TrainError::Data`] if a set cannot be opened, [`TrainError::NothingReadable`] if no record of any can be read.
pub(crate) fn texts(config: &Config, vision: &VisionConfig) -> Result<Vec<String>, TrainError> {
    /// How many broken records are named where all are.
    const N_NAMED: usize = 5;
    let (mut texts, mut n_records, mut problems) = (Vec::new(), 0, Vec::new());
    for Shared(set) in open_sets(config, vision)? {
        n_records += set.len() as u64;
        for index in 0..set.len() {
            let visit = Visit {
                seed: config.seed,
                epoch: 0,
                index,
            };
            let words = |error: &dyn std::error::Error| error.to_string();
            let sample = set.sample(visit).map_err(|error| words(&error));
            match sample.and_then(|s| s.conversation(0).texts().map_err(|error| words(&error))) {
                Ok(said) => texts.extend(said),
                // As long as others can be read, broken records are told when they are to be learnt from.
                Err(problem) if problems.len() < N_NAMED => {
                    problems.push(format!(
                        "{} {}: {problem}",
                        set.name(),
                        set.record_name(index)
                    ));
                }
                Err(_) => {}
            }
        }
    }
    if texts.is_empty() {
        return Err(TrainError::NothingReadable {
            n_examples: n_records,
            problems,
        });
    }
    Ok(texts)
}

/// SHA-256 of the hashes of all annotations, in the order of the configuration. Where they lie does not matter, so a run can move.
fn source_sha256(sets: &[DataSet]) -> Result<String, TrainError> {
    let mut hashes: BTreeMap<&Path, [u8; 32]> = BTreeMap::new();
    let mut all = Vec::new();
    for path in sets.iter().flat_map(DataSet::files) {
        if !hashes.contains_key(path) {
            let hash = file_sha256(path).map_err(|source| TrainError::Io {
                path: path.to_owned(),
                source,
            })?;
            hashes.insert(path, hash);
        }
        all.extend(hashes[path]);
    }
    Ok(sha256_hex(&all))
}

/// SHA-256 of a file that may be larger than memory.
fn file_sha256(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hasher.finalize().into());
        }
        hasher.update(bytes);
        let n_bytes = bytes.len();
        file.consume(n_bytes);
    }
}

fn open_sets(config: &Config, vision: &VisionConfig) -> Result<Vec<Shared>, TrainError> {
    let mut opener = Opener {
        side: vision.image_size,
        vcr: HashMap::new(),
    };
    let sets = config.data.iter();
    sets.map(|set| opener.open(set).map(Shared)).collect()
}

/// A set that the mix has too.
#[derive(Clone)]
struct Shared(Arc<dyn Dataset>);

impl Dataset for Shared {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn record_name(&self, index: usize) -> String {
        self.0.record_name(index)
    }

    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        self.0.sample(visit)
    }

    fn left_out(&self) -> &LeftOut {
        self.0.left_out()
    }
}

/// Opens sets; records of VCR that several views share are read once.
struct Opener<'a> {
    /// Edge of the tower's square.
    side: usize,
    vcr: HashMap<(&'a Path, &'a Path), Arc<VcrRecords>>,
}

impl<'a> Opener<'a> {
    fn open(&mut self, set: &'a DataSet) -> Result<Arc<dyn Dataset>, TrainError> {
        let DataSet {
            kind,
            annotations,
            images,
            original_slips: slips,
            ..
        } = set;
        let pictures = Pictures {
            folder: images,
            side: self.side,
        };
        let refcoco = |positions| RefCoco::open(annotations, pictures, positions);
        Ok(match kind {
            SetKind::CocoDet => Arc::new(CocoDet::open(annotations, pictures)?),
            SetKind::RefCoco => Arc::new(refcoco(Positions::Allowed)?),
            SetKind::RefCocoPlus => Arc::new(refcoco(Positions::Forbidden)?),
            SetKind::RefCocoG => Arc::new(RefCocoG::open(annotations, pictures)?),
            SetKind::VisualGenome => Arc::new(VisualGenome::open(annotations, pictures)?),
            SetKind::Flickr30k => Arc::new(Flickr30k::open(annotations, pictures)?),
            SetKind::DetLlava {
                detections,
                classes,
            } => {
                let mut classes = ClassNames::read(classes)?;
                let mut extra = ExtraQuestions::Asked;
                if *slips {
                    classes = classes.with_missing_comma()?;
                    extra = ExtraQuestions::AskedLater;
                }
                let found = read_detections(detections)?;
                Arc::new(DetLlava::open(annotations, images, found, classes, extra)?)
            }
            SetKind::Vcr => self.vcr(set, VcrView::All { off_by_one: *slips })?,
            SetKind::SingleVcr => self.vcr(set, VcrView::Single)?,
            SetKind::MultiVcr => self.vcr(set, VcrView::Multi)?,
            SetKind::VcrQuestions { reply, regions } => {
                let records = self.vcr_records(set)?;
                Arc::new(VcrQuestions::new(records, *reply, *regions)?)
            }
            SetKind::RegionChat => Arc::new(RegionChat::open(annotations, images)?),
            SetKind::Visual7W { split } => Arc::new(Visual7W::open(annotations, images, split)?),
        })
    }

    fn vcr(&mut self, set: &'a DataSet, view: VcrView) -> Result<Arc<dyn Dataset>, TrainError> {
        Ok(Arc::new(Vcr::new(self.vcr_records(set)?, view)?))
    }

    fn vcr_records(&mut self, set: &'a DataSet) -> Result<Arc<VcrRecords>, DataError> {
        let key = (set.annotations.as_path(), set.images.as_path());
        let records = match self.vcr.get(&key) {
            Some(records) => Arc::clone(records),
            None => VcrRecords::open(key.0, key.1)?,
        };
        self.vcr.insert(key, Arc::clone(&records));
        Ok(records)
    }
}
