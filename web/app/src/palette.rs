//! One colour per region, the same on the picture, in the list and in the question. White text
//! on each has a contrast of at least 4.5:1; neighbours in the list differ in hue.

const COLOURS: [&str; 8] = [
    "#1c64c8", "#c2410c", "#15803d", "#be185d", "#6d28d9", "#0e7490", "#8a5a0a", "#b91c1c",
];

/// The colour of the box with this index.
pub(crate) fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

/// The same as the custom property that the style sheet paints regions with.
pub(crate) fn style(index: usize) -> String {
    format!("--region: {}", colour(index))
}
