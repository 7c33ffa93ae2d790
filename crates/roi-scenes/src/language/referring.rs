//! Expressions that fit one thing of a scene and no other, with and without its place.
//!
//! Every expression is a claim with parts, and the claim is checked against every object before it
//! is put into words. A thing of unclear colour or relation counts as fitting, so that nobody can
//! take the expression for another thing.

use crate::chance::{Chance, Purpose};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::relation::Relation;
use crate::scene::{Object, Position, Scene, SizeWord};

use super::phrase::Named;

/// What one object can be called without doubt.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Referring {
    /// Expressions that say where in the picture it is.
    pub with_place: Vec<String>,
    /// Expressions that do not.
    pub without_place: Vec<String>,
}

/// The unique expressions for an object, at most three of each kind, of at least three words.
///
/// # Panics
/// If the scene has no such object.
pub fn referring(scene: &Scene, index: usize) -> Referring {
    const MOST: usize = 3;
    let seed = Scene::seed_of_picture(scene.seed, index as u64);
    let mut chance = Chance::new(seed, scene.split, Purpose::Referring);
    let mut claims = claims(scene, index);
    claims.retain(|claim| {
        claim.fitting(scene).eq([index]) && claim.text(scene).split(' ').count() >= 3
    });
    chance.shuffle(&mut claims);
    let texts = |has_place: bool| {
        let chosen = claims
            .iter()
            .filter(|claim| claim.position.is_some() == has_place);
        let mut texts: Vec<String> = chosen.map(|claim| claim.text(scene)).collect();
        // The same words can come of two claims when the thing has no clear colour.
        let mut seen = Vec::new();
        texts.retain(|text| {
            let is_new = !seen.contains(text);
            seen.push(text.clone());
            is_new
        });
        texts.truncate(MOST);
        texts
    };
    Referring {
        with_place: texts(true),
        without_place: texts(false),
    }
}

/// The shortest unique claim about an object without its place or neighbours, as `the red apple`.
pub(super) fn by_looks(scene: &Scene, index: usize) -> Option<String> {
    named_parts()
        .map(|named| Claim::of(&scene.objects[index], named))
        .find(|claim| claim.fitting(scene).eq([index]))
        .map(|claim| claim.text(scene))
}

fn named_parts() -> impl Iterator<Item = Named> {
    [Named::NOTHING, Named::COLOUR, Named::SIZE, Named::BOTH].into_iter()
}

/// All that could be claimed about an object, whether it is unique or not.
fn claims(scene: &Scene, index: usize) -> Vec<Claim> {
    let object = &scene.objects[index];
    let mut claims = Vec::new();
    for named in named_parts() {
        let plain = Claim::of(object, named);
        claims.push(Claim {
            position: Some(object.position),
            ..plain
        });
        claims.push(plain);
    }
    for other in (0..scene.objects.len()).filter(|&other| other != index) {
        // One relation deep: the other is named by its looks alone.
        if by_looks(scene, other).is_none() {
            continue;
        }
        let next_to = (scene.is_next_to(index, other) == Some(true)).then_some(Relation::NextTo);
        for relation in scene.direction(index, other).into_iter().chain(next_to) {
            for named in [Named::NOTHING, Named::COLOUR] {
                claims.push(Claim {
                    relation: Some((relation, other)),
                    ..Claim::of(object, named)
                });
            }
        }
    }
    claims
}

/// What an expression says about a thing.
#[derive(Clone, Copy, Debug)]
struct Claim {
    glyph: usize,
    size: Option<SizeWord>,
    colour: Option<Colour>,
    position: Option<Position>,
    relation: Option<(Relation, usize)>,
}

impl Claim {
    fn of(object: &Object, named: Named) -> Self {
        Self {
            glyph: object.glyph,
            size: named.size.then_some(object.size),
            colour: object.colour().filter(|_| named.colour),
            position: None,
            relation: None,
        }
    }

    /// The objects it can be taken to mean; each part is read as widely as anyone might.
    fn fitting(self, scene: &Scene) -> impl Iterator<Item = usize> {
        (0..scene.objects.len()).filter(move |&index| {
            let object = &scene.objects[index];
            object.glyph == self.glyph
                && self.size.is_none_or(|size| object.size == size)
                && self
                    .colour
                    .is_none_or(|said| object.colour().is_none_or(|own| own == said))
                && self
                    .position
                    .is_none_or(|position| position.might_mean(object.position))
                && self.relation.is_none_or(|(relation, other)| {
                    index != other && scene.might_be(index, relation, other)
                })
        })
    }

    fn text(self, scene: &Scene) -> String {
        let size = self.size.map(SizeWord::word);
        let colour = self.colour.map(Colour::word);
        let name = glyphs()[self.glyph].name;
        let place = self.position.map(Position::phrase);
        let relation = self.relation.and_then(|(relation, other)| {
            Some(format!("{} {}", relation.words(), by_looks(scene, other)?))
        });
        let words = [
            Some("the"),
            size,
            colour,
            Some(name),
            place,
            relation.as_deref(),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
