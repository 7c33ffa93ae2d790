//! What a box is called: five captions that are all true of it, for training and as references.

use crate::chance::{Chance, Purpose};
use crate::scene::{Pair, Scene};

use super::phrase::{self, Named, looks, one};

/// How many captions everything gets.
pub const N_CAPTIONS: usize = 5;

/// Captions of an object: each in another of nine phrasings, all naming it.
///
/// The first names size, colour and place in the plainest order; of a person, the second says what
/// it is doing.
///
/// # Panics
/// If the scene has no such object.
pub fn captions(scene: &Scene, index: usize) -> [String; N_CAPTIONS] {
    let object = &scene.objects[index];
    let glyph = object.glyph();
    let full = one(object, Named::BOTH);
    let place = object.position.phrase();

    let mut captions = vec![format!("{full} {place}")];
    let acts = glyph
        .action
        .map(|action| format!("{full} {action} {place}"));
    captions.extend(acts);

    let mut others = vec![
        format!("there is {full} {place}"),
        format!("{place}, {full}"),
        format!("the {} {place} is {}", glyph.name, looks(object)),
        match scene.count(object.glyph) {
            1 => format!("the only {}, {}", glyph.name, looks(object)),
            n => format!(
                "one of {} {}, {}",
                phrase::number(n),
                glyph.plural,
                looks(object)
            ),
        },
        format!("{full} {}", scene.background.place.phrase()),
    ];
    others.extend(phrase::beside(scene, index).map(|beside| format!("{full} {beside}")));
    if let (Some(true), Some(hider)) = (object.is_hidden(), object.hider) {
        let hider = one(&scene.objects[hider], Named::COLOUR);
        others.push(format!("{full} behind {hider}"));
    }
    shuffled(scene, index, &mut others);
    captions.extend(others);
    take_five(captions)
}

/// Captions of a box with nothing in it; `index` is its place among the scene's empty boxes.
pub fn captions_of_nothing(scene: &Scene, index: usize) -> [String; N_CAPTIONS] {
    let mut others = vec![
        "nothing is there".to_owned(),
        "there is nothing there".to_owned(),
        "nothing there, only the background".to_owned(),
        format!("nothing {}", scene.background.place.phrase()),
    ];
    shuffled(scene, scene.objects.len() + index, &mut others);
    others.insert(0, "nothing there".to_owned());
    take_five(others)
}

/// Captions of a box with two things in it.
///
/// # Panics
/// If the pair is not of this scene.
pub fn captions_of_pair(scene: &Scene, pair: &Pair) -> [String; N_CAPTIONS] {
    let (first, second) = (&scene.objects[pair.first], &scene.objects[pair.second]);
    let plain = |named| format!("{} and {}", one(first, named), one(second, named));
    take_five(vec![
        format!("two things, {}", plain(Named::COLOUR)),
        plain(Named::COLOUR),
        plain(Named::BOTH),
        format!("there are two things, {}", plain(Named::COLOUR)),
        format!("{} together", plain(Named::COLOUR)),
    ])
}

fn shuffled(scene: &Scene, index: usize, captions: &mut [String]) {
    // A stream for each thing: its captions are the same whichever are asked for first.
    let seed = Scene::seed_of_picture(scene.seed, index as u64);
    Chance::new(seed, scene.split, Purpose::Captions).shuffle(captions);
}

fn take_five(captions: Vec<String>) -> [String; N_CAPTIONS] {
    let mut captions = captions.into_iter();
    std::array::from_fn(|_| captions.next().expect("a thing has at least five captions"))
}
