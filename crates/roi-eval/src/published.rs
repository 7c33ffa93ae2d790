//! What others reached, as reports print it beside a run's own numbers, with what was measured.
//!
//! A number means something only with its set, its split and its training, so each row has a note;
//! what is not comparable says so.

#[cfg(test)]
mod tests;

use serde::Serialize;

/// Rows of a table in a benchmark's columns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Published {
    /// What the rows measured.
    pub about: &'static str,
    /// Names of the columns.
    pub columns: &'static [&'static str],
    /// Digits behind the point, as they were published.
    pub decimals: usize,
    /// Best first is not the order: it is the papers'.
    pub rows: &'static [PublishedRow],
}

/// One model's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PublishedRow {
    /// The model.
    pub model: &'static str,
    /// In percent, one a column.
    pub percent: &'static [Option<f64>],
    /// Where the numbers come from and what is special about them.
    pub note: &'static str,
}

const fn row(
    model: &'static str,
    percent: &'static [Option<f64>],
    note: &'static str,
) -> PublishedRow {
    PublishedRow {
        model,
        percent,
        note,
    }
}

/// Region captions: Visual Genome.
pub(crate) const VG: Published = Published {
    about: "Captions of ground-truth boxes of Visual Genome, GRiT's test split, pycocoevalcap's metrics. \
        The GPT4RoI rows are the paper's.",
    columns: &["BLEU-4", "METEOR", "ROUGE-L", "CIDEr"],
    decimals: 1,
    rows: &[
        row(
            "GRiT",
            &[None, Some(17.1), None, Some(142.0)],
            "as quoted by the All-Seeing paper",
        ),
        row(
            "Shikra-7B",
            &[Some(8.9), Some(15.2), Some(30.3), Some(115.8)],
            "",
        ),
        row(
            "GPT4RoI-7B",
            &[Some(10.5), Some(16.5), Some(33.4), Some(134.5)],
            "generalist, closest to the public weights",
        ),
        row(
            "GPT4RoI-7B ⋄",
            &[Some(11.5), Some(17.4), Some(35.0), Some(145.2)],
            "fine-tuned further on Visual Genome",
        ),
        row(
            "GPT4RoI-13B ⋄",
            &[Some(11.7), Some(17.6), Some(35.2), Some(146.8)],
            "fine-tuned further on Visual Genome",
        ),
        row(
            "GPT4RoI-7B, public weights",
            &[None, Some(16.4), Some(32.4), Some(112.3)],
            "measured by the authors of Segment and Caption Anything on their own split, CIDEr-D",
        ),
    ],
};

/// Region captions: RefCOCOg.
pub(crate) const REFCOCOG: Published = Published {
    about: "Expressions for the objects of RefCOCOg, Google's val split. GPT4RoI's paper has no number for it.",
    columns: &["BLEU-4", "METEOR", "ROUGE-L", "CIDEr"],
    decimals: 1,
    rows: &[row(
        "GPT4RoI-7B, public weights",
        &[None, Some(23.1), None, Some(108.0)],
        "measured by the authors of Segment and Caption Anything, CIDEr-D",
    )],
};

/// Pointing: Visual-7W.
pub(crate) const V7W: Published = Published {
    about: "\"Which\" questions of Visual-7W, one of four boxes; chance is 25.",
    columns: &["accuracy"],
    decimals: 2,
    rows: &[
        row(
            "GPT4RoI-7B",
            &[Some(81.83)],
            "earlier revisions of the paper, dropped from the fifth",
        ),
        row(
            "GPT4RoI-13B",
            &[Some(84.82)],
            "earlier revisions of the paper, dropped from the fifth",
        ),
        row("12-in-1", &[Some(83.35)], ""),
        row("Shikra-13B", &[Some(85.33)], "as quoted by later papers"),
    ],
};

/// Reasons: VCR.
pub(crate) const VCR: Published = Published {
    about: "Four choices for the answer and four for its reason; chance is 25, 25 and 6.25. \
        GPT4RoI is fine-tuned to answer with a letter.",
    columns: &["Q→A", "QA→R", "Q→AR"],
    decimals: 1,
    rows: &[
        row(
            "GPT4RoI-7B",
            &[Some(87.4), Some(89.6), Some(78.6)],
            "val split",
        ),
        row(
            "GPT4RoI-13B",
            &[Some(89.4), Some(91.0), Some(81.6)],
            "test split",
        ),
        row(
            "next best",
            &[None, None, Some(75.6)],
            "as the paper quotes it",
        ),
        row("human", &[Some(91.0), Some(93.0), Some(85.0)], "test split"),
    ],
};

/// Names: recognition.
pub(crate) const RECOGNITION: Published = Published {
    about: "The paper names regions by a caption's similarity to class names, too, but reports \
        segmentation metrics, which are not comparable with accuracy.",
    columns: &["accuracy", "mean recall", "PQ", "AP", "mIoU"],
    decimals: 2,
    rows: &[
        row(
            "GPT4RoI-7B, Cityscapes",
            &[None, None, Some(34.70), Some(21.93), Some(36.73)],
            "",
        ),
        row(
            "GPT4RoI-7B, ADE20K-150",
            &[None, None, Some(36.32), Some(26.08), Some(25.82)],
            "",
        ),
    ],
};

/// Colour, size and place.
pub(crate) const ATTRIBUTES: Published = Published {
    about: "This project's own; nobody else has measured it.",
    columns: &["colour", "size", "place"],
    decimals: 1,
    rows: &[],
};

/// Questions about what is not there.
pub(crate) const NEGATIVES: Published = Published {
    about: "This project's own; nobody else has measured it. Who always denies gets 100 in the \
        first column and 0 in the second.",
    columns: &["nothing there", "something there"],
    decimals: 1,
    rows: &[],
};
