//! What one step learns from: a picture, its boxes, and a conversation with labels.

use roi_geom::BoxNorm;
use roi_prompt::Labelled;
use roi_weights::ModelConfig;

use crate::TrainError;

/// A picture, its boxes, and what is said about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// `[3, image_size, image_size]`, normalised.
    pub pixels: Vec<f32>,
    /// The picture's boxes.
    pub boxes: Vec<BoxNorm>,
    /// The conversation's tokens, and which of them are to be learnt.
    pub labelled: Labelled,
}

impl Example {
    /// How many tokens are to be learnt. The first is not among them, labelled or not: nothing
    /// stands before it that could predict it.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.targets().count()
    }

    /// The positions whose predictions are judged, each with the token that should follow.
    pub(crate) fn targets(&self) -> impl Iterator<Item = (usize, u32)> {
        let labels = self.labelled.labels.iter().skip(1).enumerate();
        labels.filter_map(|(position, label)| label.map(|label| (position, label)))
    }

    /// The words that are said of each region, as the row of its vector among [`Self::regions`] and the token: the answer to
    /// the question that its token stands in, each token once. Later answers may be about any region, and one to a question
    /// with several new regions is about all of them; neither counts.
    pub(crate) fn words(&self, bbox: u32) -> Vec<(usize, u32)> {
        let mut words = Vec::new();
        let mut n_regions = 0;
        // New regions of the present question, and where the words begin that were said of the last one.
        let (mut n_asked, mut first) = (0, 0);
        let mut was_learnt = false;
        for (&id, &label) in self.labelled.ids.iter().zip(&self.labelled.labels) {
            if was_learnt && label.is_none() {
                n_asked = 0;
            }
            was_learnt = label.is_some();
            if id == bbox {
                n_regions += 1;
                n_asked += 1;
                first = words.len();
            }
            if let (1, Some(label)) = (n_asked, label) {
                let word = (n_regions - 1, label);
                if !words[first..].contains(&word) {
                    words.push(word);
                }
            }
        }
        words
    }

    /// The boxes of the conversation's region tokens, in their order.
    ///
    /// # Errors
    /// [`TrainError::NoSuchBox`].
    pub(crate) fn regions(&self) -> Result<Vec<BoxNorm>, TrainError> {
        let found = self.labelled.regions.iter().map(|&index| {
            let found = self.boxes.get(index).copied();
            found.ok_or(TrainError::NoSuchBox {
                index,
                n_boxes: self.boxes.len(),
            })
        });
        found.collect()
    }

    /// Checks that the model can be run on it. Its tokens are checked where they are embedded.
    ///
    /// # Errors
    /// [`TrainError::PixelCount`], [`TrainError::LabelCount`], [`TrainError::Label`].
    pub(crate) fn check(&self, config: &ModelConfig) -> Result<(), TrainError> {
        let expected = 3 * config.vision.image_size.pow(2);
        if self.pixels.len() != expected {
            return Err(TrainError::PixelCount {
                expected,
                found: self.pixels.len(),
            });
        }
        let (ids, labels) = (self.labelled.ids.len(), self.labelled.labels.len());
        if ids != labels {
            return Err(TrainError::LabelCount { ids, labels });
        }
        let vocab_rows = config.decoder.vocab_rows;
        match self
            .targets()
            .find(|(_, label)| *label as usize >= vocab_rows)
        {
            Some((position, label)) => Err(TrainError::Label {
                position: position + 1,
                label,
                vocab_rows,
            }),
            None => Ok(()),
        }
    }
}
