//! BLEU, ROUGE-L and CIDEr of all items and of each.

mod bleu;
mod cider;
mod ngrams;
mod rouge;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::captions::{Pair, pairs};
use crate::{Captions, MetricsError};
use ngrams::Ngrams;

/// Scores of a set of captions: BLEU and ROUGE-L from 0 to 1, CIDEr from 0 to 10.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// How many ids were scored.
    pub n_items: usize,
    /// BLEU-1 to BLEU-4 of the corpus: counts are added up before they are divided.
    pub bleu: [f64; 4],
    /// Mean ROUGE-L.
    pub rouge_l: f64,
    /// Mean CIDEr.
    pub cider: f64,
    /// METEOR of the corpus, if its program was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meteor: Option<f64>,
    /// Each item, in the order of the references.
    pub items: Vec<ItemScores>,
}

/// Scores of one item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemScores {
    /// Its id.
    pub id: String,
    /// BLEU-1 to BLEU-4 of this item alone.
    pub bleu: [f64; 4],
    /// ROUGE-L.
    pub rouge_l: f64,
    /// CIDEr, with document frequencies of the whole set.
    pub cider: f64,
    /// METEOR, if its program was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meteor: Option<f64>,
}

impl Scores {
    /// Tokenizes and scores one hypothesis an id against its references.
    ///
    /// # Errors
    /// If the ids differ, there is none, one has no reference, or not exactly one hypothesis.
    pub fn of(references: &Captions, hypotheses: &Captions) -> Result<Self, MetricsError> {
        Self::of_tokenized(&references.tokenized(), &hypotheses.tokenized())
    }

    /// Scores captions that are tokens joined with spaces already.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn of_tokenized(
        references: &Captions,
        hypotheses: &Captions,
    ) -> Result<Self, MetricsError> {
        let pairs = pairs(references, hypotheses)?;
        let mut ngrams = Ngrams::default();
        let counted: Vec<_> = pairs.iter().map(|pair| ngrams.count_item(pair)).collect();
        let (bleu, each_bleu) = bleu::score(&counted, &ngrams);
        let each_cider = cider::score(&counted, &ngrams);
        let each_rouge: Vec<f64> = pairs.iter().map(rouge_l).collect();
        let items = pairs.iter().zip(each_bleu).zip(each_rouge).zip(each_cider);
        let items: Vec<ItemScores> = items
            .map(|(((pair, bleu), rouge_l), cider)| ItemScores {
                id: pair.id.to_owned(),
                bleu,
                rouge_l,
                cider,
                meteor: None,
            })
            .collect();
        Ok(Self {
            n_items: items.len(),
            bleu,
            rouge_l: mean(items.iter().map(|item| item.rouge_l)),
            cider: mean(items.iter().map(|item| item.cider)),
            meteor: None,
            items,
        })
    }
}

fn rouge_l(pair: &Pair<'_>) -> f64 {
    rouge::score(pair.hypothesis, pair.references)
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}
