//! The tower's layers, and which of them are used.

use super::patch_columns;

#[test]
fn patches_are_rows_in_the_order_of_a_convolution() {
    // A value tells its channel, row and column.
    let (side, patch) = (6, 2);
    let value = |channel: usize, y: usize, x: usize| (100 * channel + 10 * y + x) as f32;
    let pixels: Vec<f32> = (0..3 * side * side)
        .map(|i| value(i / (side * side), i / side % side, i % side))
        .collect();
    let columns = patch_columns(&pixels, side, patch);
    assert_eq!(columns.len(), pixels.len());
    // The fifth patch is in row 1, column 1.
    let fifth = &columns[4 * 12..5 * 12];
    assert_eq!(
        fifth[..5],
        [
            value(0, 2, 2),
            value(0, 2, 3),
            value(0, 3, 2),
            value(0, 3, 3),
            value(1, 2, 2)
        ]
    );
    assert_eq!(columns[12..14], [value(0, 0, 2), value(0, 0, 3)]);
    assert_eq!(columns[columns.len() - 1], value(2, 5, 5));
}

#[test]
#[should_panic(expected = "[3, 6, 6]")]
fn wrong_number_of_pixels_is_refused() {
    patch_columns(&[0.0; 100], 6, 2);
}
