//! Captions of a whole picture: one sentence whose phrases are tied to objects, and a longer
//! description.

use std::ops::Range;

use crate::chance::{Chance, Purpose};
use crate::scene::Scene;

use super::phrase::{self, Named, list, number, one, sentence};

/// One sentence about a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeCaption {
    /// The sentence.
    pub text: String,
    /// Its phrases that name things, in order; they do not overlap.
    pub phrases: Vec<Phrase>,
}

/// A part of a caption that names things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Its characters in the caption. All are ASCII, so these are bytes, too.
    pub span: Range<usize>,
    /// The objects it names: one, or all of one kind of thing.
    pub objects: Vec<usize>,
}

/// A sentence about up to five things of the scene, with the spans of its phrases.
pub fn whole_caption(scene: &Scene) -> WholeCaption {
    const MOST: usize = 5;
    let mut chance = Chance::new(scene.seed, scene.split, Purpose::Whole);
    let mut order: Vec<usize> = (0..scene.objects.len()).collect();
    chance.shuffle(&mut order);

    // A phrase, what stands before it, and whom it names.
    let mut said = vec![false; scene.objects.len()];
    let mut parts: Vec<(&'static str, String, Vec<usize>)> = Vec::new();
    for &index in &order {
        if parts.len() >= MOST {
            break;
        }
        if said[index] {
            continue;
        }
        let object = &scene.objects[index];
        let same: Vec<usize> = (0..scene.objects.len())
            .filter(|&other| scene.objects[other].glyph == object.glyph)
            .collect();
        if same.len() > 1 {
            let phrase = format!("{} {}", number(same.len()), object.glyph().plural);
            same.iter().for_each(|&other| said[other] = true);
            parts.push((", ", phrase, same));
            continue;
        }
        said[index] = true;
        parts.push((", ", one(object, Named::BOTH), vec![index]));
        let neighbour = scene
            .neighbour(index)
            .filter(|&(_, other)| !said[other] && scene.count(scene.objects[other].glyph) == 1);
        if let Some((relation, other)) = neighbour {
            said[other] = true;
            let phrase = one(&scene.objects[other], Named::COLOUR);
            parts.push((linked(relation), phrase, vec![other]));
        }
    }

    let last_comma = parts.iter().rposition(|(before, ..)| *before == ", ");
    let mut caption = WholeCaption {
        text: String::new(),
        phrases: Vec::new(),
    };
    for (i, (before, phrase, objects)) in parts.into_iter().enumerate() {
        match before {
            _ if i == 0 => {}
            ", " if Some(i) == last_comma => caption.text.push_str(" and "),
            before => caption.text.push_str(before),
        }
        let start = caption.text.len();
        caption.text.push_str(&phrase);
        caption.phrases.push(Phrase {
            span: start..caption.text.len(),
            objects,
        });
    }
    caption.text = sentence(&format!(
        "{} {}",
        caption.text,
        scene.background.place.phrase()
    ));
    caption
}

/// The words that tie two phrases, with their spaces.
const fn linked(relation: crate::relation::Relation) -> &'static str {
    use crate::relation::Relation;
    match relation {
        Relation::LeftOf => " left of ",
        Relation::RightOf => " right of ",
        Relation::Above => " above ",
        Relation::Below => " below ",
        Relation::NextTo => " next to ",
    }
}

/// A description in a few sentences: how many things, where they are, and each with its place.
pub fn description(scene: &Scene) -> String {
    const MOST: usize = 4;
    let n = scene.objects.len();
    let place = scene.background.place.phrase();
    let mut sentences = vec![format!("The picture shows {} things {place}.", number(n))];
    let mut order: Vec<usize> = (0..n).collect();
    Chance::new(scene.seed, scene.split, Purpose::Whole).shuffle(&mut order);
    for &index in order.iter().take(MOST) {
        let object = &scene.objects[index];
        let there = format!(
            "there is {} {}",
            one(object, Named::BOTH),
            object.position.phrase()
        );
        sentences.push(sentence(&there));
    }
    let rest: Vec<String> = order
        .iter()
        .skip(MOST)
        .map(|&index| one(&scene.objects[index], Named::COLOUR))
        .collect();
    if !rest.is_empty() {
        sentences.push(sentence(&format!("there is also {}", list(&rest))));
    }
    sentences.join(" ")
}

/// A description of one thing.
pub(super) fn description_of(scene: &Scene, index: usize) -> String {
    let object = &scene.objects[index];
    let first = format!(
        "it is {} {}",
        one(object, Named::BOTH),
        object.position.phrase()
    );
    let mut sentences = vec![sentence(&first)];
    if let Some(action) = object.glyph().action {
        sentences.push(sentence(&format!(
            "the {} is {action}",
            object.glyph().name
        )));
    }
    if let Some(beside) = phrase::beside(scene, index) {
        sentences.push(sentence(&format!("it is {beside}")));
    }
    sentences.join(" ")
}
