//! The published numbers, entered a second time from the papers' tables.

use super::{NEGATIVES, Published, RECOGNITION, REFCOCOG, V7W, VCR, VG};

/// Rows as a table prints them.
fn printed(published: &Published) -> Vec<String> {
    let rows = published.rows.iter().map(|row| {
        let values = row.percent.iter().map(|value| match value {
            Some(value) => format!("{value:.*}", published.decimals),
            None => "–".to_owned(),
        });
        format!("{} {}", row.model, values.collect::<Vec<_>>().join(" "))
    });
    rows.collect()
}

#[test]
fn rows_are_the_papers() {
    assert_eq!(
        printed(&VG),
        [
            "GRiT – 17.1 – 142.0",
            "Shikra-7B 8.9 15.2 30.3 115.8",
            "GPT4RoI-7B 10.5 16.5 33.4 134.5",
            "GPT4RoI-7B ⋄ 11.5 17.4 35.0 145.2",
            "GPT4RoI-13B ⋄ 11.7 17.6 35.2 146.8",
            "GPT4RoI-7B, public weights – 16.4 32.4 112.3",
        ]
    );
    assert_eq!(
        printed(&REFCOCOG),
        ["GPT4RoI-7B, public weights – 23.1 – 108.0"]
    );
    assert_eq!(
        printed(&V7W),
        [
            "GPT4RoI-7B 81.83",
            "GPT4RoI-13B 84.82",
            "12-in-1 83.35",
            "Shikra-13B 85.33",
        ]
    );
    assert_eq!(
        printed(&VCR),
        [
            "GPT4RoI-7B 87.4 89.6 78.6",
            "GPT4RoI-13B 89.4 91.0 81.6",
            "next best – – 75.6",
            "human 91.0 93.0 85.0",
        ]
    );
    assert_eq!(
        printed(&RECOGNITION),
        [
            "GPT4RoI-7B, Cityscapes – – 34.70 21.93 36.73",
            "GPT4RoI-7B, ADE20K-150 – – 36.32 26.08 25.82",
        ]
    );
}

#[test]
fn every_row_has_a_value_or_a_gap_for_every_column() {
    for published in [VG, REFCOCOG, V7W, VCR, RECOGNITION, NEGATIVES] {
        for row in published.rows {
            assert_eq!(row.percent.len(), published.columns.len(), "{}", row.model);
        }
    }
}
