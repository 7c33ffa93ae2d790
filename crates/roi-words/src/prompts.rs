//! What the page's buttons ask. Models know English only, so these stay English in every language of the page; only what stands
//! on the buttons is worded.
#![expect(
    missing_docs,
    reason = "what each suggestion asks stands in `Suggestion::prompt`"
)]

/// A question to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suggestion {
    ColourOfFirst,
    DescribeFirst,
    WhatIsFirst,
    WhereIsFirst,
    DescribeSecond,
    WhereIsFirstFromSecond,
    IsFirstBigger,
}

impl Suggestion {
    /// Where there is one box.
    pub const OF_ONE: [Self; 4] = [
        Self::ColourOfFirst,
        Self::DescribeFirst,
        Self::WhatIsFirst,
        Self::WhereIsFirst,
    ];
    /// Where there are more.
    pub const OF_TWO: [Self; 4] = [
        Self::ColourOfFirst,
        Self::DescribeSecond,
        Self::WhereIsFirstFromSecond,
        Self::IsFirstBigger,
    ];

    /// What is asked.
    #[must_use]
    pub fn prompt(self) -> &'static str {
        match self {
            Self::ColourOfFirst => "What colour is <region1>?",
            Self::DescribeFirst => "Describe <region1>.",
            Self::WhatIsFirst => "What is <region1>?",
            Self::WhereIsFirst => "Where is <region1>?",
            Self::DescribeSecond => "Describe <region2>.",
            Self::WhereIsFirstFromSecond => "Where is <region1>, seen from <region2>?",
            Self::IsFirstBigger => "Is <region1> bigger than <region2>?",
        }
    }
}

/// Asks for a description of a region.
#[must_use]
pub fn description(number: usize) -> String {
    format!("Describe <region{number}>.")
}

/// Asks why a region is there.
#[must_use]
pub fn reason(number: usize) -> String {
    format!("Why is <region{number}> there?")
}

/// Asks for what two regions have in common and what not.
#[must_use]
pub fn comparison(number: usize, other: usize) -> String {
    format!("Compare <region{number}> with <region{other}>.")
}
