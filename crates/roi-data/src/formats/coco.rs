//! COCO's instance files, and the two families that extend them: MDETR's referring and Flickr30k files, with the text of an
//! image, and GRiT's Visual Genome files, with the text of a box.

use roi_geom::{BoxPx, PictureSize};
use serde::{Deserialize, Serialize};

use super::numbers::{Whole, whole};
use super::{Entries, Entry};

/// A whole file. Annotations point to images and categories by their ids.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CocoFile {
    /// Pictures; in referring files one for every expression.
    pub images: Entries<Image>,
    /// Boxes.
    pub annotations: Entries<Annotation>,
    /// Classes; files of sets that have no use for them need not have any.
    #[serde(default)]
    pub categories: Entries<Category>,
}

impl Entry for Image {
    const KIND: &'static str = "image";
    const KEY: &'static str = "id";
}

impl Entry for Annotation {
    const KIND: &'static str = "annotation";
    const KEY: &'static str = "id";
}

impl Entry for Category {
    const KIND: &'static str = "category";
    const KEY: &'static str = "id";
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// What annotations call it.
    #[serde(deserialize_with = "whole")]
    pub id: u64,
    /// Its file, without a folder.
    pub file_name: String,
    /// Columns.
    #[serde(deserialize_with = "whole")]
    pub width: u32,
    /// Rows.
    #[serde(deserialize_with = "whole")]
    pub height: u32,
    /// MDETR: the expression, or the whole caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Image {
    /// Width and height.
    pub fn size(&self) -> PictureSize {
        PictureSize {
            width: self.width,
            height: self.height,
        }
    }
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Its own name.
    #[serde(deserialize_with = "whole")]
    pub id: u64,
    /// The picture it lies in.
    #[serde(deserialize_with = "whole")]
    pub image_id: u64,
    /// Where.
    pub bbox: CornerAndSize,
    /// Square pixels of what is in the box; none or less marks a box that is not used.
    pub area: f64,
    /// Its class.
    #[serde(deserialize_with = "whole")]
    pub category_id: u64,
    /// Whether it stands around a group.
    #[serde(
        default,
        deserialize_with = "super::flag",
        serialize_with = "as_number"
    )]
    pub iscrowd: bool,
    /// Whether it is not to be used.
    #[serde(
        default,
        deserialize_with = "super::flag",
        serialize_with = "as_number",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub ignore: bool,
    /// GRiT: what is in the box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// MDETR: the parts of the picture's caption that speak of the box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_positive: Option<Vec<Span>>,
}

/// A box as COCO writes it: left, top, width and height.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
pub struct CornerAndSize {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Columns.
    pub width: f64,
    /// Rows.
    pub height: f64,
}

impl CornerAndSize {
    /// The box by its edges.
    pub fn edges(self) -> BoxPx {
        BoxPx::new(self.x, self.y, self.x + self.width, self.y + self.height)
    }
}

impl From<BoxPx> for CornerAndSize {
    fn from(edges: BoxPx) -> Self {
        let BoxPx { x1, y1, x2, y2 } = edges.sorted();
        Self {
            x: x1,
            y: y1,
            width: x2 - x1,
            height: y2 - y1,
        }
    }
}

impl From<[f64; 4]> for CornerAndSize {
    fn from([x, y, width, height]: [f64; 4]) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }
}

impl From<CornerAndSize> for [f64; 4] {
    fn from(corner: CornerAndSize) -> Self {
        [corner.x, corner.y, corner.width, corner.height]
    }
}

/// Characters of a caption, counted as Python counts them: the end is the first that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[Whole<usize>; 2]", into = "[usize; 2]")]
pub struct Span {
    /// The first character.
    pub start: usize,
    /// The first behind it.
    pub end: usize,
}

impl Span {
    /// These characters, if the text has all of them and there is at least one.
    pub fn of(self, text: &str) -> Option<&str> {
        let mut ends = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .skip(self.start);
        let start = ends.next()?;
        let n_more = self.end.checked_sub(self.start)?.checked_sub(1)?;
        text.get(start..ends.nth(n_more)?)
    }
}

impl From<[Whole<usize>; 2]> for Span {
    fn from([Whole(start), Whole(end)]: [Whole<usize>; 2]) -> Self {
        Self { start, end }
    }
}

impl From<Span> for [usize; 2] {
    fn from(span: Span) -> Self {
        [span.start, span.end]
    }
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// What annotations call it.
    #[serde(deserialize_with = "whole")]
    pub id: u64,
    /// What people call it.
    pub name: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn as_number<S: serde::Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8((*flag).into())
}
