//! The table of things that a scene can show: what each is called, is, and is good for.
//!
//! It is a text file beside the atlas, one line a glyph in the atlas's order, so that a thing can be
//! added without touching code.

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::palette::Colour;

/// One thing that can be in a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The emoji's first code point.
    pub glyph: char,
    /// Its name, unique, without article: `bunch of grapes`.
    pub name: &'static str,
    /// The name of several.
    pub plural: String,
    /// The emoji's group in Unicode's lists.
    pub group: &'static str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its colour when not tinted, if it clearly has one.
    pub colour: Option<Colour>,
    /// How large the real thing is: `small` fits in a pocket, `medium` can be carried, `big` cannot.
    pub real_size: &'static str,
    /// What somebody could do with it.
    pub use_: Use,
    /// What a person is doing: `riding a bicycle`.
    pub action: Option<&'static str>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $(#[doc = concat!("`", $word, "`")] $variant),+ }

        impl $name {
            /// The word in the table.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What kind of thing something is.
    Kind {
        Animal "animal",
        Bird "bird",
        Insect "insect",
        SeaAnimal "sea animal",
        Plant "plant",
        Fruit "fruit",
        Vegetable "vegetable",
        Food "food",
        Drink "drink",
        Person "person",
        Vehicle "vehicle",
        Building "building",
        Sky "sky thing",
        Clothing "clothing",
        Bag "bag",
        Instrument "instrument",
        Toy "toy",
        Gift "gift",
        Tool "tool",
        Furniture "furniture",
    }
}

words! {
    /// What somebody could do with a thing.
    Use {
        Feed "feed",
        Grow "grow",
        Eat "eat",
        Drink "drink",
        Talk "talk",
        Travel "travel",
        Visit "visit",
        Sky "sky",
        Wear "wear",
        Carry "carry",
        Music "music",
        Play "play",
        Give "give",
        Repair "repair",
        Rest "rest",
        Time "time",
        Lock "lock",
        Picture "picture",
        Message "message",
        Light "light",
        Read "read",
        Clean "clean",
        Study "study",
        Safe "safe",
        Scare "scare",
    }
}

/// Every glyph, in the order of the atlas. A scene's objects name their glyph by its index here.
pub fn glyphs() -> &'static [Glyph] {
    static TABLE: OnceLock<Vec<Glyph>> = OnceLock::new();
    TABLE.get_or_init(|| parse(include_str!("../assets/glyphs.tsv")))
}

/// The table is part of the program, so a wrong line is a broken invariant and named by a panic.
fn parse(table: &'static str) -> Vec<Glyph> {
    let lines = table.lines().skip(1).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            glyph(line).unwrap_or_else(|| panic!("not a line of the table of glyphs: {line}"))
        })
        .collect()
}

fn glyph(line: &'static str) -> Option<Glyph> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let glyph = next()?.chars().next()?;
    let name = next()?;
    let plural = match next()? {
        "-" => format!("{name}s"),
        plural => plural.to_owned(),
    };
    Some(Glyph {
        glyph,
        name,
        plural,
        group: next()?,
        kind: Kind::from_word(next()?)?,
        colour: match next()? {
            "-" => None,
            word => Some(Colour::from_word(word)?),
        },
        real_size: next()?,
        use_: Use::from_word(next()?)?,
        action: Some(next()?).filter(|action| *action != "-"),
    })
}
