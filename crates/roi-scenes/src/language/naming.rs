//! Questions of what a thing is, with four names to choose from.

use crate::chance::{Chance, Purpose};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::scene::Scene;

use super::phrase::{Named, one, with_article};

/// Which of four names is that of a thing?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The scene's object that is asked about.
    pub object: usize,
    /// Four names, with colours and articles.
    pub names: [String; 4],
    /// Which of the four is right, from 0.
    pub answer: usize,
}

/// One question for each object of the scene.
///
/// Up to three of the wrong names are those of other things in the scene, so that what is in the picture does not suffice; the
/// rest could be of anything.
pub fn naming(scene: &Scene) -> Vec<Naming> {
    let mut chance = Chance::new(scene.seed, scene.split, Purpose::Naming);
    let names: Vec<String> = scene
        .objects
        .iter()
        .map(|object| one(object, Named::COLOUR))
        .collect();
    let mut questions = Vec::new();
    for (object, right) in names.iter().enumerate() {
        let mut others: Vec<&String> = names.iter().filter(|&name| name != right).collect();
        others.sort_unstable();
        others.dedup();
        chance.shuffle(&mut others);
        others.truncate(chance.below(4));
        let mut chosen: Vec<String> = others.into_iter().cloned().collect();
        chosen.push(right.clone());
        while chosen.len() < 4 {
            let name = any_name(&mut chance);
            if !chosen.contains(&name) {
                chosen.push(name);
            }
        }
        chance.shuffle(&mut chosen);
        let answer = chosen.iter().position(|name| name == right);
        if let (Some(answer), Ok(names)) = (answer, <[String; 4]>::try_from(chosen)) {
            questions.push(Naming {
                object,
                names,
                answer,
            });
        }
    }
    questions
}

/// A thing of any kind in any colour.
fn any_name(chance: &mut Chance) -> String {
    let glyph = &glyphs()[chance.below(glyphs().len())];
    let colour = Colour::TINTS[chance.below(Colour::TINTS.len())];
    with_article(&format!("{} {}", colour.word(), glyph.name))
}
