//! Questions that ask why, which or what could be, with four answers and four reasons to choose
//! from; things are called by their numbers.
//!
//! Wrong choices are true of other things in the picture, so the picture alone does not tell: who
//! cannot see which thing a number means is left with chance. That holds for the reasons even when
//! the right answer is known: they all go with that answer, and differ in what they say about a
//! second thing, or about pairs for which the answer would be true as well.

use crate::chance::{Chance, Purpose};
use crate::scene::Scene;

use super::phrase::{Named, one};
use super::property::Property;
use super::uses;

/// A question with choices. Numbers in its texts are objects of the scene, counted from 1; a number
/// in digits means nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What is asked.
    pub topic: ReasonTopic,
    /// The question.
    pub question: String,
    /// Four answers.
    pub answers: [String; 4],
    /// Which of them is right, from 0.
    pub answer: usize,
    /// Four reasons for the right answer.
    pub rationales: [String; 4],
    /// Which of them is right, from 0.
    pub rationale: usize,
}

/// What a question with choices asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReasonTopic {
    /// What somebody could do with a thing.
    Could,
    /// Why somebody would go to a thing.
    Why,
    /// Which use one thing has that another has not.
    Which,
    /// Why two things belong together.
    Together,
    /// Why one thing might be picked out.
    Picked,
}

/// The questions that this scene allows: up to two of each topic.
pub fn reasons(scene: &Scene) -> Vec<Reason> {
    const OF_EACH: usize = 2;
    let mut maker = Maker {
        scene,
        chance: Chance::new(scene.seed, scene.split, Purpose::Reasons),
    };
    let mut made = Vec::new();
    for _ in 0..OF_EACH {
        made.extend(maker.could_or_why(ReasonTopic::Could));
        made.extend(maker.could_or_why(ReasonTopic::Why));
        made.extend(maker.which());
        made.extend(maker.together());
        made.extend(maker.picked());
    }
    let mut distinct: Vec<Reason> = Vec::new();
    for reason in made {
        if distinct
            .iter()
            .all(|other| other.question != reason.question)
        {
            distinct.push(reason);
        }
    }
    distinct
}

struct Maker<'a> {
    scene: &'a Scene,
    chance: Chance,
}

impl Maker<'_> {
    /// Somebody leaves one thing and goes to another: what could they do there, or why do they go?
    /// The answer is about where they go to, the reasons differ in where they come from.
    fn could_or_why(&mut self, topic: ReasonTopic) -> Option<Reason> {
        let scene = self.scene;
        let [to, others @ ..]: [usize; 4] =
            self.distinct(&[], |index| scene.objects[index].glyph().use_)?;
        let [from, wrong @ ..]: [usize; 4] =
            self.distinct(&[to], |index| scene.objects[index].glyph)?;
        let words = |index: usize| uses::words(scene.objects[index].glyph().use_);
        let (thing, left) = (to + 1, from + 1);

        let answer = |index: usize| match topic {
            ReasonTopic::Could => {
                format!("They could {}.", words(index).could(&thing.to_string()))
            }
            _ => format!("Because someone {}.", words(index).wants),
        };
        let destination = one(&scene.objects[to], Named::COLOUR);
        let rationale = |index: usize| {
            let start = one(&scene.objects[index], Named::COLOUR);
            format!(
                "{left} is {start} and {thing} is {destination}, {}.",
                words(to).is
            )
        };
        let question = match topic {
            ReasonTopic::Could => {
                format!("Someone goes from {left} to {thing}. What could they do there?")
            }
            _ => format!("Why would someone go from {left} to {thing}?"),
        };
        let (answers, answer) = self.mixed(answer(to), others.map(answer));
        let (rationales, rationale) = self.mixed(rationale(from), wrong.map(rationale));
        Some(Reason {
            topic,
            question,
            answers,
            answer,
            rationales,
            rationale,
        })
    }

    /// Which use has one thing that another has not? The wrong uses are those of other things, that other one's among them now and
    /// then; the reasons differ in what they say of it.
    fn which(&mut self) -> Option<Reason> {
        let scene = self.scene;
        let use_ = |index: usize| scene.objects[index].glyph().use_;
        let [right, others @ ..]: [usize; 4] = self.distinct(&[], use_)?;
        let [contrast]: [usize; 1] = self.distinct(&[right], use_)?;
        let wrong: [usize; 3] =
            self.distinct(&[right, contrast], |index| scene.objects[index].glyph)?;
        let (having, lacking) = (right + 1, contrast + 1);

        let answer = |index: usize| format!("One can {}.", uses::words(use_(index)).could("it"));
        let rationale = |index: usize| {
            format!(
                "{having} is {}, and {lacking} is {}.",
                uses::words(use_(right)).is,
                one(&scene.objects[index], Named::COLOUR)
            )
        };
        let (answers, answer) = self.mixed(answer(right), others.map(answer));
        let (rationales, rationale) = self.mixed(rationale(contrast), wrong.map(rationale));
        Some(Reason {
            topic: ReasonTopic::Which,
            question: format!("Which use does {having} have that {lacking} does not?"),
            answers,
            answer,
            rationales,
            rationale,
        })
    }

    /// Why do two things belong together? Four properties that pairs of things share, one of them
    /// this pair's; and four pairs that share it, one of them this.
    fn together(&mut self) -> Option<Reason> {
        let scene = self.scene;
        let (property, others) = self.four_properties()?;

        let mut pairs = Vec::new();
        for first in self.having(property) {
            for second in self.having(property) {
                if scene.objects[first].glyph != scene.objects[second].glyph {
                    pairs.push((first, second));
                }
            }
        }
        self.chance.shuffle(&mut pairs);
        let has = |index: usize, property: Property| property.is_of(&scene.objects[index]);
        let at = pairs.iter().position(|&(first, second)| {
            others
                .iter()
                .all(|&other| !(has(first, other) && has(second, other)))
        })?;
        let (first, second) = pairs.swap_remove(at);

        let rationale = |(a, b): (usize, usize)| {
            let name = |index: usize| one(&scene.objects[index], Named::NOTHING);
            format!(
                "{} is {} and {} is {}.",
                first + 1,
                name(a),
                second + 1,
                name(b)
            )
        };
        let right = rationale((first, second));
        let mut wrong: Vec<String> = Vec::new();
        for text in pairs.into_iter().map(rationale) {
            if text != right && !wrong.contains(&text) {
                wrong.push(text);
            }
        }
        wrong.truncate(3);
        let wrong: [String; 3] = wrong.try_into().ok()?;
        let answer = |property: Property| format!("Because both are {}.", property.words());
        let (answers, answer) = self.mixed(answer(property), others.map(answer));
        let (rationales, rationale) = self.mixed(right, wrong);
        Some(Reason {
            topic: ReasonTopic::Together,
            question: format!(
                "Why could {} and {} belong together?",
                first + 1,
                second + 1
            ),
            answers,
            answer,
            rationales,
            rationale,
        })
    }

    /// Why might one thing be picked out? Of four properties it has one; the reasons name it, other
    /// things with that property and, where there are too few, any thing.
    fn picked(&mut self) -> Option<Reason> {
        let scene = self.scene;
        let (property, others) = self.four_properties()?;
        let mut order = self.shuffled();
        let has = |index: usize, property: &Property| property.is_of(&scene.objects[index]);
        let picked = *order.iter().find(|&&index| {
            has(index, &property) && !others.iter().any(|other| has(index, other))
        })?;
        // Those with the property first: the reasons go with the answer then.
        order.sort_by_key(|index| !has(*index, &property));
        let mut named = vec![scene.objects[picked].glyph];
        order.retain(|&index| {
            let is_new = !named.contains(&scene.objects[index].glyph);
            named.push(scene.objects[index].glyph);
            is_new
        });
        let wrong: [usize; 3] = order.get(..3)?.try_into().ok()?;

        let number = picked + 1;
        let answer = |property: Property| format!("Because {number} is {}.", property.of_one());
        let rationale = |index: usize| {
            format!(
                "{number} is {}.",
                one(&scene.objects[index], Named::NOTHING)
            )
        };
        let (answers, answer) = self.mixed(answer(property), others.map(answer));
        let (rationales, rationale) = self.mixed(rationale(picked), wrong.map(rationale));
        Some(Reason {
            topic: ReasonTopic::Picked,
            question: format!("Why might someone pick {number}?"),
            answers,
            answer,
            rationales,
            rationale,
        })
    }

    /// One property and three others, all shared by enough things; each as likely to be the one.
    fn four_properties(&mut self) -> Option<(Property, [Property; 3])> {
        let mut shared = self.shared_properties();
        self.chance.shuffle(&mut shared);
        let &[property, first, second, third, ..] = shared.as_slice() else {
            return None;
        };
        Some((property, [first, second, third]))
    }

    /// Properties that at least three things have, so that enough pairs share each.
    fn shared_properties(&self) -> Vec<Property> {
        let mut found: Vec<Property> = Vec::new();
        for object in &self.scene.objects {
            for property in Property::all_of(object).into_iter().flatten() {
                if !found.contains(&property) && self.having(property).len() >= 3 {
                    found.push(property);
                }
            }
        }
        found
    }

    fn having(&self, property: Property) -> Vec<usize> {
        (0..self.scene.objects.len())
            .filter(|&index| property.is_of(&self.scene.objects[index]))
            .collect()
    }

    /// So many things that differ in what `key` says of them, in random order; none of them like one of `except`.
    fn distinct<const N: usize, K: PartialEq>(
        &mut self,
        except: &[usize],
        key: impl Fn(usize) -> K,
    ) -> Option<[usize; N]> {
        let mut seen: Vec<K> = except.iter().map(|&index| key(index)).collect();
        let mut chosen = Vec::new();
        for index in self.shuffled() {
            if !seen.contains(&key(index)) {
                seen.push(key(index));
                chosen.push(index);
            }
        }
        chosen.truncate(N);
        chosen.try_into().ok()
    }

    fn shuffled(&mut self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.scene.objects.len()).collect();
        self.chance.shuffle(&mut order);
        order
    }

    /// Four choices in random order, and where the right one is.
    fn mixed(&mut self, right: String, wrong: [String; 3]) -> ([String; 4], usize) {
        let [first, second, third] = wrong;
        let mut choices = [right, first, second, third];
        let mut order = [0, 1, 2, 3];
        self.chance.shuffle(&mut order);
        let at = order.iter().position(|&old| old == 0).unwrap_or_default();
        let mixed = order.map(|old| std::mem::take(&mut choices[old]));
        (mixed, at)
    }
}
