//! What is held out.

use super::{Showing, Split, background_is_held_out, pair_is_held_out};
use crate::glyphs::glyphs;
use crate::scene::{Object, Scene};

fn scenes(split: Split) -> impl Iterator<Item = Scene> {
    (0..60).map(move |seed| Scene::new(seed, split, Scene::SIDE).unwrap())
}

fn showing(object: &Object) -> Showing {
    Showing {
        tint: object.tint,
        degrees: object.degrees,
        size: object.size,
        is_covered: object.visible < 0.9,
    }
}

fn has_held_out_pair(scene: &Scene) -> bool {
    let mut objects = scene.objects.iter();
    objects.any(|a| {
        scene
            .objects
            .iter()
            .any(|b| pair_is_held_out(a.glyph(), b.glyph()))
    })
}

#[test]
fn training_scenes_show_nothing_held_out() {
    for scene in scenes(Split::Train) {
        assert!(!background_is_held_out(&scene.background));
        assert!(!has_held_out_pair(&scene));
        assert!(
            !scene
                .objects
                .iter()
                .any(|object| showing(object).is_held_out())
        );
    }
}

#[test]
fn test_scenes_always_show_something_held_out() {
    let mut n_backgrounds = 0;
    for scene in scenes(Split::Test) {
        assert!(has_held_out_pair(&scene));
        assert!(
            scene
                .objects
                .iter()
                .any(|object| showing(object).is_held_out())
        );
        n_backgrounds += usize::from(background_is_held_out(&scene.background));
    }
    assert!((15..=45).contains(&n_backgrounds), "{n_backgrounds} of 60");
}

#[test]
fn every_glyph_has_held_out_partners_and_others() {
    for glyph in glyphs() {
        let n = glyphs()
            .iter()
            .filter(|other| pair_is_held_out(glyph, other))
            .count();
        assert!((5..=45).contains(&n), "{}: {n}", glyph.name);
        assert!(!pair_is_held_out(glyph, glyph));
    }
}

#[test]
fn the_splits_of_one_seed_differ() {
    let [train, test] =
        [Split::Train, Split::Test].map(|split| Scene::new(3, split, Scene::SIDE).unwrap().objects);
    assert_ne!(train, test);
}
