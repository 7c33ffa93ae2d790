//! Where things stand on a poster, which is a picture with what was said about it beneath: in pixels of the poster, of which the
//! file has up to two for each.

use crate::PictureSize;

/// Room around everything.
pub const MARGIN: f64 = 28.0;
/// Narrower pictures are enlarged to this, wider ones than [`WIDEST`] reduced.
const NARROWEST: f64 = 480.0;
const WIDEST: f64 = 1200.0;
/// Taller pictures are reduced.
const TALLEST: f64 = 1600.0;
/// What every browser's canvas can be: the longer side, and the area.
const MAX_SIDE: f64 = 16_000.0;
const MAX_AREA: f64 = 100e6;
/// Pixels of the file for one of the poster, where there is room.
const SHARP: f64 = 2.0;

/// The poster's columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Pixels of the poster for one of the picture.
    pub scale: f64,
    /// Left edge of the picture, which stands in the middle.
    pub left: f64,
    /// Width of the picture.
    pub picture_width: f64,
    /// Height of the picture.
    pub picture_height: f64,
    /// What text may take up.
    pub text_width: f64,
    /// The poster, margins included.
    pub width: f64,
}

impl Layout {
    /// The columns for a picture of this size.
    #[must_use]
    pub fn of(picture: PictureSize) -> Self {
        let (width, height) = (
            f64::from(picture.width.max(1)),
            f64::from(picture.height.max(1)),
        );
        let scale = (width.clamp(NARROWEST, WIDEST) / width).min(TALLEST / height);
        let (picture_width, picture_height) = (width * scale, height * scale);
        let text_width = picture_width.max(NARROWEST);
        Self {
            scale,
            left: MARGIN + (text_width - picture_width) / 2.0,
            picture_width,
            picture_height,
            text_width,
            width: text_width + 2.0 * MARGIN,
        }
    }
}

/// How many pixels the file has for one of a poster of this size; `None` if even one is too many.
#[must_use]
pub fn sharpness(width: f64, height: f64) -> Option<f64> {
    let by_side = MAX_SIDE / width.max(height);
    let by_area = (MAX_AREA / (width * height)).sqrt();
    let sharpness = SHARP.min(by_side).min(by_area);
    (sharpness >= 1.0).then_some(sharpness)
}

/// Breaks text into lines of at most `width` as `measure` has it: between words, or inside one that is too long for a line.
/// Line breaks of the text stay.
#[must_use]
pub fn wrap(text: &str, width: f64, mut measure: impl FnMut(&str) -> f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let longer = match line.as_str() {
                "" => word.to_owned(),
                line => format!("{line} {word}"),
            };
            if measure(&longer) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if line.chars().nth(1).is_some() && measure(&line) > width {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter is one wide.
    fn wrapped(text: &str, width: usize) -> Vec<String> {
        wrap(text, width as f64, |line| line.chars().count() as f64)
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 13), ["one two three"]);
        assert_eq!(wrapped("one two three", 12), ["one two", "three"]);
    }

    #[test]
    fn a_word_longer_than_a_line_breaks_inside() {
        assert_eq!(wrapped("a bcdefgh i", 3), ["a", "bcd", "efg", "h i"]);
        assert_eq!(wrapped("äöüßñ", 2), ["äö", "üß", "ñ"]);
    }

    #[test]
    fn a_line_has_a_letter_however_narrow_it_is() {
        assert_eq!(wrapped("abc", 0), ["a", "b", "c"]);
    }

    #[test]
    fn line_breaks_and_empty_lines_stay() {
        assert_eq!(wrapped("one\n\ntwo", 11), ["one", "", "two"]);
        assert!(wrapped("", 11).is_empty());
    }

    #[test]
    fn small_pictures_are_enlarged_and_large_ones_reduced() {
        let of = |width, height| Layout::of(PictureSize { width, height });
        assert_eq!(of(240, 211).scale, 2.0);
        assert_eq!(of(701, 523).scale, 1.0);
        assert_eq!(of(4_800, 1_301).scale, 0.25);
        assert_eq!(of(701, 523).width, 701.0 + 2.0 * MARGIN);
    }

    #[test]
    fn a_tall_picture_stands_in_the_middle_of_the_text() {
        let layout = Layout::of(PictureSize {
            width: 101,
            height: 6_400,
        });
        assert_eq!(layout.picture_height, 1_600.0);
        assert_eq!(layout.text_width, 480.0);
        assert_eq!(
            layout.left - MARGIN,
            layout.width - MARGIN - layout.left - layout.picture_width
        );
    }

    #[test]
    fn a_poster_is_as_sharp_as_a_canvas_can_be() {
        assert_eq!(sharpness(1_256.0, 3_001.0), Some(2.0));
        assert_eq!(sharpness(536.0, 10_000.0), Some(1.6));
        assert_eq!(sharpness(536.0, 16_000.0), Some(1.0));
        assert_eq!(sharpness(536.0, 16_001.0), None);
    }
}
