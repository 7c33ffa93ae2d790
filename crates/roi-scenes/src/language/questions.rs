//! Questions about boxes and pictures, each with the one answer.

use roi_geom::BoxPx;

use crate::chance::{Chance, Purpose};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::relation::Relation;
use crate::scene::{Object, Scene, SizeWord};

use super::phrase::{self, Named, kind, list, one, sentence, the, there_are, with_article};
use super::{uses, whole};

/// A question whose text refers to boxes as `<region1>`, `<region2>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is asked for.
    pub topic: Topic,
    /// The text.
    pub text: String,
    /// The answer, a sentence or a few.
    pub answer: String,
    /// What `<region1>`, `<region2>` … are.
    pub regions: Vec<About>,
}

/// What a box of a question holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The scene's object of this index.
    Object(usize),
    /// The scene's empty box of this index.
    Empty(usize),
    /// The scene's pair of this index.
    Pair(usize),
}

impl About {
    /// Its box in the scene.
    ///
    /// # Panics
    /// If it is of another scene.
    pub fn bounds(self, scene: &Scene) -> BoxPx {
        match self {
            Self::Object(index) => scene.objects[index].bounds,
            Self::Empty(index) => scene.empty[index],
            Self::Pair(index) => scene.pairs[index].bounds,
        }
    }
}

/// What a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What a thing is.
    Name,
    /// What kind of thing.
    Kind,
    /// Its colour.
    Colour,
    /// Its size.
    Size,
    /// Its place in the picture.
    Place,
    /// All of these.
    Description,
    /// What it is doing.
    Action,
    /// What it could be used for.
    Use,
    /// What is next to it or in a direction from it.
    Neighbour,
    /// Whether something about it is so.
    Check,
    /// Whether one thing is in a direction from another.
    Relation,
    /// How two things compare.
    Comparison,
    /// Whether part of it is hidden, and by what.
    Hidden,
    /// How many there are.
    Count,
    /// Whether there is one.
    Presence,
    /// What the whole picture shows.
    Whole,
    /// Which of four boxes is meant; made of [`super::pointing`].
    Pointing,
    /// Which of four answers is right; made of [`super::choosing`] and [`super::choosing_things`].
    Choice,
    /// A box without anything.
    Nothing,
    /// A box with two things.
    Two,
}

/// Every question of a scene, in random order. Of each kind of question one phrasing is chosen.
pub fn questions(scene: &Scene) -> Vec<Question> {
    let mut asker = Asker {
        scene,
        chance: Chance::new(scene.seed, scene.split, Purpose::Questions),
        asked: Vec::new(),
    };
    for index in 0..scene.objects.len() {
        asker.about_one(index);
        asker.checks(index);
        asker.neighbours(index);
    }
    for index in 0..scene.objects.len() {
        asker.about_two(index);
    }
    asker.about_all();
    for index in 0..scene.empty.len() {
        asker.about_nothing(index);
    }
    for index in 0..scene.pairs.len() {
        asker.about_pair(index);
    }
    asker.chance.shuffle(&mut asker.asked);
    asker.asked
}

const NAME: [&str; 3] = [
    "What is <region1>?",
    "What do you see in <region1>?",
    "What is shown in <region1>?",
];
const COLOUR: [&str; 2] = [
    "What colour is <region1>?",
    "Which colour does <region1> have?",
];
const SIZE: [&str; 2] = ["How big is <region1>?", "What size is <region1>?"];
const PLACE: [&str; 2] = ["Where is <region1>?", "Where in the picture is <region1>?"];
const ACTION: [&str; 1] = ["What is <region1> doing?"];
const NOTHING: &str = "There is nothing there.";

struct Asker<'a> {
    scene: &'a Scene,
    chance: Chance,
    asked: Vec<Question>,
}

impl Asker<'_> {
    fn ask(&mut self, topic: Topic, texts: &[&str], answer: String, regions: Vec<About>) {
        let text = texts[self.chance.below(texts.len())].to_owned();
        self.asked.push(Question {
            topic,
            text,
            answer,
            regions,
        });
    }

    fn about_one(&mut self, index: usize) {
        let object = &self.scene.objects[index];
        let glyph = object.glyph();
        let region = || vec![About::Object(index)];
        let it_is = |what: &str| format!("It is {what}.");
        self.ask(
            Topic::Name,
            &NAME,
            it_is(&one(object, Named::COLOUR)),
            region(),
        );
        let texts = ["What kind of thing is <region1>?"];
        self.ask(Topic::Kind, &texts, it_is(kind(glyph.kind)), region());
        let colour = match object.colour() {
            Some(colour) => it_is(colour.word()),
            None => "It has many colours.".to_owned(),
        };
        self.ask(Topic::Colour, &COLOUR, colour, region());
        self.ask(Topic::Size, &SIZE, it_is(object.size.word()), region());
        self.ask(
            Topic::Place,
            &PLACE,
            it_is(object.position.phrase()),
            region(),
        );
        let texts = ["Describe <region1>.", "Tell me about <region1>."];
        self.ask(
            Topic::Description,
            &texts,
            whole::description_of(self.scene, index),
            region(),
        );

        if let Some(action) = glyph.action {
            let answer = format!("The {} is {action}.", glyph.name);
            self.ask(Topic::Action, &ACTION, answer, region());
        } else if self.chance.percent(15) {
            let answer = format!("It is {} and does nothing.", one(object, Named::NOTHING));
            self.ask(Topic::Action, &ACTION, answer, region());
        }

        let texts = ["What could someone do with <region1>?"];
        let answer = format!("Someone could {}.", uses::words(glyph.use_).could("it"));
        self.ask(Topic::Use, &texts, answer, region());

        let texts = ["Can you see all of <region1>?"];
        let hider = object
            .hider
            .map(|hider| one(&self.scene.objects[hider], Named::COLOUR));
        match (object.is_hidden(), hider) {
            (Some(true), Some(hider)) => {
                let answer = format!("No, it is behind {hider}.");
                self.ask(Topic::Hidden, &texts, answer, region());
            }
            (Some(false), _) => {
                let answer = "Yes, all of it can be seen.".to_owned();
                self.ask(Topic::Hidden, &texts, answer, region());
            }
            _ => {}
        }
    }

    /// Yes and no, equally often, about one thing.
    fn checks(&mut self, index: usize) {
        let object = &self.scene.objects[index];
        let region = || vec![About::Object(index)];
        let is_so = self.chance.percent(50);

        let named = one(object, Named::NOTHING);
        let asked = if is_so {
            named.clone()
        } else {
            with_article(self.other_name(object))
        };
        self.check(&format!("Is <region1> {asked}?"), is_so, &named, region());

        if let Some(own) = object.colour() {
            let is_so = self.chance.percent(50);
            let asked = if is_so { own } else { self.other_colour(own) };
            self.check(
                &format!("Is <region1> {}?", asked.word()),
                is_so,
                own.word(),
                region(),
            );
        }
        let is_so = self.chance.percent(50);
        let own = object.size;
        let others: Vec<SizeWord> = SizeWord::ALL.into_iter().filter(|&s| s != own).collect();
        let asked = if is_so {
            own
        } else {
            others[self.chance.below(others.len())]
        };
        self.check(
            &format!("Is <region1> {}?", asked.word()),
            is_so,
            own.word(),
            region(),
        );
    }

    fn check(&mut self, text: &str, is_so: bool, truth: &str, regions: Vec<About>) {
        let answer = format!("{}, it is {truth}.", if is_so { "Yes" } else { "No" });
        self.ask(Topic::Check, &[text], answer, regions);
    }

    /// The name of something else, half the time of something else in this picture.
    fn other_name(&mut self, than: &Object) -> &'static str {
        loop {
            let other = if self.chance.percent(50) {
                self.scene.objects[self.chance.below(self.scene.objects.len())].glyph
            } else {
                self.chance.below(glyphs().len())
            };
            if other != than.glyph || self.scene.count(other) == self.scene.objects.len() {
                return glyphs()[other].name;
            }
        }
    }

    fn other_colour(&mut self, than: Colour) -> Colour {
        let others = Colour::TINTS.into_iter().filter(|&colour| colour != than);
        let others: Vec<Colour> = others.collect();
        others[self.chance.below(others.len())]
    }

    fn neighbours(&mut self, index: usize) {
        let scene = self.scene;
        let others = || (0..scene.objects.len()).filter(|&other| other != index);
        let near: Vec<usize> = others()
            .filter(|&other| scene.is_next_to(other, index) == Some(true))
            .collect();
        let is_clear = others().all(|other| scene.is_next_to(other, index).is_some());
        let texts = ["What is next to <region1>?"];
        if is_clear {
            self.ask(
                Topic::Neighbour,
                &texts,
                self.there("next to it", &near),
                vec![About::Object(index)],
            );
        }
        for direction in Relation::DIRECTIONS {
            let there: Vec<usize> = others()
                .filter(|&other| scene.direction(other, index) == Some(direction))
                .collect();
            let is_clear = others().all(|other| {
                scene.direction(other, index) == Some(direction)
                    || !scene.might_be(other, direction, index)
            });
            if is_clear && there.len() <= 1 {
                let text = format!("What is {} <region1>?", direction.words());
                let answer = self.there(&format!("{} it", direction.words()), &there);
                self.ask(
                    Topic::Neighbour,
                    &[&text],
                    answer,
                    vec![About::Object(index)],
                );
            }
        }
    }

    fn there(&self, place: &str, things: &[usize]) -> String {
        let things: Vec<String> = things
            .iter()
            .map(|&index| one(&self.scene.objects[index], Named::COLOUR))
            .collect();
        match things.as_slice() {
            [] => format!("There is nothing {place}."),
            [only] => sentence(&format!("{only} is {place}")),
            several => sentence(&format!("{} are {place}", list(several))),
        }
    }

    /// One other thing for each question about two: all pairs would drown everything else.
    fn about_two(&mut self, index: usize) {
        let scene = self.scene;
        let a = &scene.objects[index];
        let regions = |other: usize| vec![About::Object(index), About::Object(other)];
        let mut others: Vec<usize> = (0..scene.objects.len()).filter(|&o| o != index).collect();

        for is_check in [true, false] {
            self.chance.shuffle(&mut others);
            let related = others
                .iter()
                .find_map(|&o| Some((scene.direction(index, o)?, o)));
            let Some((direction, other)) = related else {
                break;
            };
            let b = the(&scene.objects[other], Named::COLOUR);
            if is_check {
                let is_so = self.chance.percent(50);
                let asked = if is_so {
                    direction
                } else {
                    direction.reversed()
                };
                let text = format!("Is <region1> {} <region2>?", asked.words());
                let yes = if is_so { "Yes" } else { "No" };
                let a = the(a, Named::COLOUR);
                let answer = format!("{yes}, {a} is {} {b}.", direction.words());
                self.ask(Topic::Relation, &[&text], answer, regions(other));
            } else {
                let text = "Where is <region1>, seen from <region2>?";
                let answer = format!("It is {} {b}.", direction.words());
                self.ask(Topic::Relation, &[text], answer, regions(other));
            }
        }

        self.chance.shuffle(&mut others);
        if let Some(&other) = others.iter().find(|&&o| scene.objects[o].size != a.size) {
            let b = &scene.objects[other];
            let answer = format!(
                "{}, {} is {} and {} is {}.",
                if a.size > b.size { "Yes" } else { "No" },
                the(a, Named::NOTHING),
                a.size.word(),
                the(b, Named::NOTHING),
                b.size.word()
            );
            let texts = ["Is <region1> bigger than <region2>?"];
            self.ask(Topic::Comparison, &texts, answer, regions(other));
        }

        let Some(own) = a.colour() else {
            return;
        };
        // Same colours are rare, so they are preferred half the time.
        let wants_same = self.chance.percent(50);
        let other = others
            .iter()
            .filter_map(|&o| Some((o, scene.objects[o].colour()?)))
            .min_by_key(|&(_, colour)| (colour == own) != wants_same);
        if let Some((other, colour)) = other {
            let answer = if own == colour {
                format!("Yes, both are {}.", own.word())
            } else {
                format!(
                    "No, one is {} and the other is {}.",
                    own.word(),
                    colour.word()
                )
            };
            let texts = ["Do <region1> and <region2> have the same colour?"];
            self.ask(Topic::Comparison, &texts, answer, regions(other));
        }
    }

    fn about_all(&mut self) {
        /// Names of things that are not there, so many for each question.
        const ABSENT: usize = 2;
        let scene = self.scene;
        let texts = ["Describe the picture.", "What does the picture show?"];
        self.ask(Topic::Whole, &texts, whole::description(scene), vec![]);
        let texts = ["How many things are there?"];
        let answer = format!("There are {} things.", phrase::number(scene.objects.len()));
        self.ask(Topic::Count, &texts, answer, vec![]);

        let mut present: Vec<usize> = scene.objects.iter().map(|object| object.glyph).collect();
        present.sort_unstable();
        present.dedup();
        self.chance.shuffle(&mut present);
        // One of several first: most things are alone, and counting needs practice.
        present.sort_by_key(|&glyph| std::cmp::Reverse(scene.count(glyph)));
        present.truncate(3);
        let mut absent = Vec::new();
        while absent.len() < ABSENT {
            let glyph = self.chance.below(glyphs().len());
            if scene.count(glyph) == 0 && !absent.contains(&glyph) {
                absent.push(glyph);
            }
        }
        for glyph in present.into_iter().chain(absent) {
            let n = scene.count(glyph);
            let named = &glyphs()[glyph];
            let text = format!("How many {} are there?", named.plural);
            self.ask(
                Topic::Count,
                &[&text],
                format!("There {}.", there_are(n, named)),
                vec![],
            );
            let thing = with_article(named.name);
            let text = format!("Is there {thing} in the picture?");
            let answer = match scene.objects.iter().find(|object| object.glyph == glyph) {
                None => format!("No, there is no {}.", named.name),
                Some(only) if n == 1 => {
                    format!("Yes, there is {thing} {}.", only.position.phrase())
                }
                Some(_) => format!("Yes, there {}.", there_are(n, named)),
            };
            self.ask(Topic::Presence, &[&text], answer, vec![]);
        }
        for (index, object) in scene.objects.iter().enumerate() {
            let n = scene.count(object.glyph);
            if n > 1 || self.chance.percent(20) {
                let texts = ["How many things like <region1> are there?"];
                let answer = format!("There {}.", there_are(n, object.glyph()));
                self.ask(Topic::Count, &texts, answer, vec![About::Object(index)]);
            }
        }
    }

    fn about_nothing(&mut self, index: usize) {
        for texts in [&NAME[..], &COLOUR, &SIZE, &ACTION, &["Describe <region1>."]] {
            self.ask(
                Topic::Nothing,
                texts,
                NOTHING.to_owned(),
                vec![About::Empty(index)],
            );
        }
        let text = format!(
            "Is <region1> {}?",
            with_article(glyphs()[self.chance.below(glyphs().len())].name)
        );
        let answer = "No, there is nothing there.".to_owned();
        self.ask(Topic::Nothing, &[&text], answer, vec![About::Empty(index)]);
    }

    fn about_pair(&mut self, index: usize) {
        let pair = self.scene.pairs[index];
        let (first, second) = (
            &self.scene.objects[pair.first],
            &self.scene.objects[pair.second],
        );
        let both = [one(first, Named::COLOUR), one(second, Named::COLOUR)];
        let answer = format!("There are two things: {}.", list(&both));
        for texts in [&NAME[..], &["Describe <region1>."]] {
            self.ask(Topic::Two, texts, answer.clone(), vec![About::Pair(index)]);
        }
        let texts = ["How many things are in <region1>?"];
        let answer = "There are two things.".to_owned();
        self.ask(Topic::Two, &texts, answer, vec![About::Pair(index)]);
    }
}
