//! Questions that are answered by pointing at one of four boxes.

use crate::chance::{Chance, Purpose};
use crate::scene::Scene;

use super::referring::referring;

/// Which of four things is meant?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointing {
    /// The question.
    pub question: String,
    /// Four objects of the scene.
    pub choices: [usize; 4],
    /// Which of the four is meant, from 0.
    pub answer: usize,
}

/// One question for each object that can be referred to without doubt.
///
/// The expression is unique in the whole scene, so among the four, too. The other three are, where
/// there are any, things of the same name, colour or size: naming alone does not suffice then.
pub fn pointing(scene: &Scene) -> Vec<Pointing> {
    let mut chance = Chance::new(scene.seed, scene.split, Purpose::Pointing);
    let mut questions = Vec::new();
    for (index, object) in scene.objects.iter().enumerate() {
        let expressions = referring(scene, index);
        let mut expressions = [expressions.without_place, expressions.with_place].concat();
        let likeness = |other: usize| {
            let other = &scene.objects[other];
            4 * usize::from(other.glyph == object.glyph)
                + 2 * usize::from(other.colour() == object.colour())
                + usize::from(other.size == object.size)
        };
        let mut others: Vec<usize> = (0..scene.objects.len()).filter(|&o| o != index).collect();
        chance.shuffle(&mut others);
        others.sort_by_key(|&other| std::cmp::Reverse(likeness(other)));
        chance.shuffle(&mut expressions);
        if let (Some(expression), &[first, second, third, ..]) =
            (expressions.first(), others.as_slice())
        {
            let mut choices = [index, first, second, third];
            chance.shuffle(&mut choices);
            let answer = choices.iter().position(|&choice| choice == index);
            questions.push(Pointing {
                question: format!("Which one is {expression}?"),
                choices,
                answer: answer.expect("shuffling loses nothing"),
            });
        }
    }
    questions
}
