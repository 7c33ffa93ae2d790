//! Scenes as a whole.

use sha2::{Digest, Sha256};

use super::{Column, Position, Row, Scene, SizeWord};
use crate::error::SceneError;
use crate::language;
use crate::split::Split;

fn scene(seed: u64) -> Scene {
    Scene::new(seed, Split::Train, Scene::SIDE).unwrap()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn a_seed_gives_the_same_pixels_and_captions_everywhere() {
    let scene = scene(42);
    let captions: Vec<String> = (0..scene.objects.len())
        .flat_map(|index| language::captions(&scene, index))
        .collect();
    let hashes = [hex(&scene.draw().rgb), hex(captions.join("\n"))];
    assert_eq!(
        hashes,
        [
            "bed6763299a8ddd6d0a241b2d23be8c25838e7296d365766a0744f73b9e7ef96",
            "08684ccf15d75705ab20ddf129dea6aa3bb75c214fad828cff60c3084bffc7fd",
        ],
        "{captions:#?}"
    );
}

#[test]
fn a_scene_depends_on_nothing_but_seed_and_split() {
    assert_eq!(scene(7), scene(7));
    assert_ne!(scene(7).objects, scene(8).objects);
    assert_eq!(scene(7).draw(), scene(7).draw());
}

#[test]
fn sides_out_of_range_are_refused() {
    for side in [0, 111, 2049] {
        let refused = Scene::new(1, Split::Train, side);
        assert!(matches!(refused, Err(SceneError::Side { side: found, .. }) if found == side));
    }
    let large = Scene::new(1, Split::Train, 448).unwrap().draw();
    assert_eq!(large.rgb.len(), 3 * 448 * 448);
}

#[test]
fn pictures_of_different_sets_have_different_seeds() {
    let mut seeds: Vec<u64> = (0..50)
        .flat_map(|seed| (0..50).map(move |index| Scene::seed_of_picture(seed, index)))
        .collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 2500);
}

#[test]
fn every_place_and_size_has_its_own_words() {
    let mut phrases = Vec::new();
    for column in [Column::Left, Column::Middle, Column::Right] {
        for row in [Row::Top, Row::Middle, Row::Bottom] {
            phrases.push(Position { column, row }.phrase());
        }
    }
    phrases.sort_unstable();
    phrases.dedup();
    assert_eq!(phrases.len(), 9);
    assert!(SizeWord::ALL.is_sorted());
    assert!(
        SizeWord::ALL
            .windows(2)
            .all(|pair| pair[0].range().1 < pair[1].range().0)
    );
}
