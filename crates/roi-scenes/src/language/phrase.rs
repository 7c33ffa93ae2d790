//! Noun phrases and the other parts that sentences are made of.

use crate::glyphs::{Glyph, Kind};
use crate::scene::{Object, Scene};

/// Which of a thing's properties a noun phrase names, besides what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Named {
    pub(super) size: bool,
    pub(super) colour: bool,
}

impl Named {
    pub(super) const NOTHING: Self = Self {
        size: false,
        colour: false,
    };
    pub(super) const COLOUR: Self = Self {
        size: false,
        colour: true,
    };
    pub(super) const SIZE: Self = Self {
        size: true,
        colour: false,
    };
    pub(super) const BOTH: Self = Self {
        size: true,
        colour: true,
    };
}

/// `big red apple`; a thing without a clear colour is named without one.
pub(super) fn bare(object: &Object, named: Named) -> String {
    let size = named.size.then_some(object.size.word());
    let colour = object.colour().filter(|_| named.colour);
    let words = [
        size,
        colour.map(|colour| colour.word()),
        Some(object.glyph().name),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `a big red apple`
pub(super) fn one(object: &Object, named: Named) -> String {
    with_article(&bare(object, named))
}

/// `the big red apple`
pub(super) fn the(object: &Object, named: Named) -> String {
    format!("the {}", bare(object, named))
}

/// `an apple`
pub(super) fn with_article(noun: &str) -> String {
    let is_vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    // The only name with a silent h.
    let article = if is_vowel || noun.starts_with("hourglass") {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// `It`, and what else starts a sentence, in capitals.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// `a, b and c`
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// `three`; scenes hold nine things at most.
pub(super) fn number(n: usize) -> &'static str {
    const WORDS: [&str; 10] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    WORDS[n]
}

/// `is one apple`, `are two apples`, `are no apples`
pub(super) fn there_are(n: usize, glyph: &Glyph) -> String {
    if n == 1 {
        format!("is one {}", glyph.name)
    } else {
        format!("are {} {}", number(n), glyph.plural)
    }
}

/// `an animal`
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Animal => "an animal",
        Kind::Bird => "a bird",
        Kind::Insect => "a little creature",
        Kind::SeaAnimal => "a sea animal",
        Kind::Plant => "a plant",
        Kind::Fruit => "a fruit",
        Kind::Vegetable => "a vegetable",
        Kind::Food => "some food",
        Kind::Drink => "a drink",
        Kind::Person => "a person",
        Kind::Vehicle => "a vehicle",
        Kind::Building => "a building",
        Kind::Sky => "a thing in the sky",
        Kind::Clothing => "a thing to wear",
        Kind::Bag => "a bag",
        Kind::Instrument => "an instrument",
        Kind::Toy => "a toy",
        Kind::Gift => "a gift",
        Kind::Tool => "a tool",
        Kind::Furniture => "a piece of furniture",
    }
}

/// `animals`, after `both`
pub(super) fn kinds(kind: Kind) -> &'static str {
    match kind {
        Kind::Animal => "animals",
        Kind::Bird => "birds",
        Kind::Insect => "little creatures",
        Kind::SeaAnimal => "sea animals",
        Kind::Plant => "plants",
        Kind::Fruit => "fruits",
        Kind::Vegetable => "vegetables",
        Kind::Food => "food",
        Kind::Drink => "drinks",
        Kind::Person => "persons",
        Kind::Vehicle => "vehicles",
        Kind::Building => "buildings",
        Kind::Sky => "things in the sky",
        Kind::Clothing => "things to wear",
        Kind::Bag => "bags",
        Kind::Instrument => "instruments",
        Kind::Toy => "toys",
        Kind::Gift => "gifts",
        Kind::Tool => "tools",
        Kind::Furniture => "pieces of furniture",
    }
}

/// `big and red`, or `big` of a thing without a clear colour.
pub(super) fn looks(object: &Object) -> String {
    match object.colour() {
        Some(colour) => format!("{} and {}", object.size.word(), colour.word()),
        None => object.size.word().to_owned(),
    }
}

/// `left of a blue car`, of the nearest thing in a clear direction.
pub(super) fn beside(scene: &Scene, of: usize) -> Option<String> {
    let (relation, other) = scene.neighbour(of)?;
    let other = one(&scene.objects[other], Named::COLOUR);
    Some(format!("{} {other}", relation.words()))
}
