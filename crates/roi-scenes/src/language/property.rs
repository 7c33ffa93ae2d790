//! What things can have in common.

use crate::glyphs::Kind;
use crate::palette::Colour;
use crate::scene::{Column, Object, Row, SizeWord};

use super::phrase;

/// Something that several things can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    Size(SizeWord),
    Colour(Colour),
    Kind(Kind),
    Column(Column),
    Row(Row),
}

impl Property {
    /// What is clear about one thing; the middle is left out, having no word of its own.
    pub(super) fn all_of(object: &Object) -> [Option<Self>; 5] {
        let (column, row) = (object.position.column, object.position.row);
        [
            Some(Self::Size(object.size)),
            object.colour().map(Self::Colour),
            Some(Self::Kind(object.glyph().kind)),
            (column != Column::Middle).then_some(Self::Column(column)),
            (row != Row::Middle).then_some(Self::Row(row)),
        ]
    }

    pub(super) fn is_of(self, object: &Object) -> bool {
        Self::all_of(object).contains(&Some(self))
    }

    /// After `it is`.
    pub(super) fn of_one(self) -> &'static str {
        match self {
            Self::Kind(kind) => phrase::kind(kind),
            other => other.words(),
        }
    }

    /// After `both are`.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Size(size) => size.word(),
            Self::Colour(colour) => colour.word(),
            Self::Kind(kind) => phrase::kinds(kind),
            Self::Column(Column::Left) => "on the left side",
            Self::Column(_) => "on the right side",
            Self::Row(Row::Top) => "in the upper part",
            Self::Row(_) => "in the lower part",
        }
    }
}
