//! Short questions with four choices, which a word or two tell apart: each takes one step of what the long ones of `reasons` take.

use crate::chance::{Chance, Purpose};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::scene::Scene;

use super::phrase::{Named, one, with_article};
use super::property::Property;
use super::uses;

/// A question with choices. Its texts call things by tags, `<region1>` for the first of `objects`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosing {
    /// Objects of the scene in the order of their tags.
    pub objects: Vec<usize>,
    /// The question.
    pub question: String,
    /// Four answers.
    pub choices: [String; 4],
    /// Which of the four is right, from 0.
    pub answer: usize,
}

/// For each object of the scene what it is for, what it looks like and what it shares with another one, as far as it allows these.
pub fn choosing(scene: &Scene) -> Vec<Choosing> {
    let mut maker = Maker {
        scene,
        chance: Chance::new(scene.seed, scene.split, Purpose::Choosing),
    };
    let mut questions = Vec::new();
    for object in 0..scene.objects.len() {
        questions.extend(maker.use_(object));
        questions.extend(maker.property(object));
        questions.extend(maker.together(object));
    }
    questions
}

/// For each object of the scene a question of what it is: the choices from which letters are learnt soonest.
pub fn choosing_names(scene: &Scene) -> Vec<Choosing> {
    let mut maker = Maker {
        scene,
        chance: Chance::new(scene.seed, scene.split, Purpose::ChoosingNames),
    };
    (0..scene.objects.len())
        .filter_map(|object| maker.name(object))
        .collect()
}

/// Which of four things serves a purpose, and which has a name: asked of the same four things until each has been the right one twice.
/// None where the scene has no four things of different uses. Only numbers tell these choices apart.
pub fn choosing_things(scene: &Scene) -> Vec<Choosing> {
    let mut maker = Maker {
        scene,
        chance: Chance::new(scene.seed, scene.split, Purpose::ChoosingThings),
    };
    maker.things()
}

struct Maker<'a> {
    scene: &'a Scene,
    chance: Chance,
}

impl Maker<'_> {
    /// What is it? Up to three of the wrong names are those of other things in the scene, so that what is in the picture does not
    /// suffice; the rest could be of anything.
    fn name(&mut self, object: usize) -> Option<Choosing> {
        let name = |index: usize| one(&self.scene.objects[index], Named::COLOUR);
        let right = name(object);
        let mut wrong: Vec<String> = (0..self.scene.objects.len()).map(name).collect();
        self.keep_wrong(&mut wrong, &right);
        wrong.truncate(self.chance.below(4));
        while wrong.len() < 3 {
            let name = any_name(&mut self.chance);
            if name != right && !wrong.contains(&name) {
                wrong.push(name);
            }
        }
        self.asked(vec![object], "What is <region1>?".to_owned(), right, wrong)
    }

    /// What could somebody do with it, or why would they go there? The wrong answers are true of other things.
    fn use_(&mut self, object: usize) -> Option<Choosing> {
        let scene = self.scene;
        let is_why = self.chance.percent(50);
        let answer = |index: usize| {
            let words = uses::words(scene.objects[index].glyph().use_);
            match is_why {
                true => format!("Because someone {}.", words.wants),
                false => format!("They could {}.", words.could("<region1>")),
            }
        };
        let question = match is_why {
            true => "Why would someone go to <region1>?",
            false => "What could someone do with <region1>?",
        };
        let right = answer(object);
        let mut wrong: Vec<String> = (0..scene.objects.len()).map(answer).collect();
        self.keep_wrong(&mut wrong, &right);
        self.asked(vec![object], question.to_owned(), right, wrong)
    }

    /// Each question lists the four in an order of its own, so that the numbers which a conversation gives them say nothing of it.
    fn things(&mut self) -> Vec<Choosing> {
        let scene = self.scene;
        let use_ = |index: usize| scene.objects[index].glyph().use_;
        let mut order: Vec<usize> = (0..scene.objects.len()).collect();
        self.chance.shuffle(&mut order);
        let mut four: Vec<usize> = Vec::new();
        for object in order {
            if four.iter().all(|&index| use_(index) != use_(object)) {
                four.push(object);
            }
        }
        four.truncate(4);
        if four.len() < 4 {
            return Vec::new();
        }
        let mut asked: Vec<(usize, bool)> = (0..four.len())
            .flat_map(|right| [(right, true), (right, false)])
            .collect();
        self.chance.shuffle(&mut asked);
        asked
            .into_iter()
            .filter_map(|(right, is_for_use)| {
                let object = &scene.objects[four[right]];
                let wants = uses::words(object.glyph().use_).wants;
                let (asked, subject) = match is_for_use {
                    true => (format!("would someone take who {wants}"), "They would take"),
                    false => (format!("is {}", one(object, Named::COLOUR)), "It is"),
                };
                let mut objects = four.clone();
                self.chance.shuffle(&mut objects);
                Some(Choosing {
                    question: format!(
                        "Which of <region1>, <region2>, <region3> and <region4> {asked}?"
                    ),
                    choices: [1, 2, 3, 4].map(|number| format!("{subject} <region{number}>.")),
                    answer: objects.iter().position(|&index| index == four[right])?,
                    objects,
                })
            })
            .collect()
    }

    /// Why might it be picked out? It has one of four properties; other things have the others.
    fn property(&mut self, object: usize) -> Option<Choosing> {
        let is_own = |property: &Property| property.is_of(&self.scene.objects[object]);
        let (mut own, others): (Vec<_>, Vec<_>) = self.properties().into_iter().partition(is_own);
        self.chance.shuffle(&mut own);
        let answer = |property: &Property| format!("Because <region1> is {}.", property.of_one());
        let right = answer(own.first()?);
        let mut wrong: Vec<String> = others.iter().map(answer).collect();
        self.keep_wrong(&mut wrong, &right);
        let question = "Why might someone pick <region1>?";
        self.asked(vec![object], question.to_owned(), right, wrong)
    }

    /// Why does it belong together with another one? They share one of four properties.
    fn together(&mut self, object: usize) -> Option<Choosing> {
        let scene = self.scene;
        let mut partners: Vec<usize> = (0..scene.objects.len()).collect();
        partners.retain(|&index| scene.objects[index].glyph != scene.objects[object].glyph);
        let partner = *self.chance.pick(&partners)?;
        let is_shared = |property: &Property| {
            property.is_of(&scene.objects[object]) && property.is_of(&scene.objects[partner])
        };
        let (mut shared, others): (Vec<_>, Vec<_>) =
            self.properties().into_iter().partition(is_shared);
        self.chance.shuffle(&mut shared);
        let answer = |property: &Property| format!("Because both are {}.", property.words());
        let right = answer(shared.first()?);
        let mut wrong: Vec<String> = others.iter().map(answer).collect();
        self.keep_wrong(&mut wrong, &right);
        let question = "Why could <region1> and <region2> belong together?";
        self.asked(vec![object, partner], question.to_owned(), right, wrong)
    }

    /// What can be said of any of the scene's things, each once.
    fn properties(&self) -> Vec<Property> {
        let mut found = Vec::new();
        for object in &self.scene.objects {
            for property in Property::all_of(object).into_iter().flatten() {
                if !found.contains(&property) {
                    found.push(property);
                }
            }
        }
        found
    }

    /// Leaves what differs from the right answer, each once, in random order.
    fn keep_wrong(&mut self, choices: &mut Vec<String>, right: &str) {
        choices.retain(|choice| choice != right);
        choices.sort_unstable();
        choices.dedup();
        self.chance.shuffle(choices);
    }

    /// The question, if there are enough wrong answers to it.
    fn asked(
        &mut self,
        objects: Vec<usize>,
        question: String,
        right: String,
        wrong: Vec<String>,
    ) -> Option<Choosing> {
        let mut choices = wrong;
        choices.truncate(3);
        choices.push(right.clone());
        self.chance.shuffle(&mut choices);
        Some(Choosing {
            objects,
            question,
            answer: choices.iter().position(|choice| *choice == right)?,
            choices: choices.try_into().ok()?,
        })
    }
}

/// A thing of any kind in any colour.
fn any_name(chance: &mut Chance) -> String {
    let glyph = &glyphs()[chance.below(glyphs().len())];
    let colour = Colour::TINTS[chance.below(Colour::TINTS.len())];
    with_article(&format!("{} {}", colour.word(), glyph.name))
}
