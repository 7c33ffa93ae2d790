//! Directions and nearness.

use roi_geom::BoxPx;

use super::Relation;
use crate::scene::Scene;
use crate::split::Split;

/// A scene whose first two things have these boxes.
fn scene(first: [f64; 4], second: [f64; 4]) -> Scene {
    let mut scene = Scene::new(1, Split::Train, Scene::SIDE).unwrap();
    scene.objects.truncate(2);
    scene.objects[0].bounds = BoxPx::from(first);
    scene.objects[1].bounds = BoxPx::from(second);
    scene
}

#[test]
fn directions_are_those_of_the_picture() {
    let middle = [90.0, 90.0, 130.0, 130.0];
    for (other, relation) in [
        ([20.0, 95.0, 60.0, 135.0], Some(Relation::LeftOf)),
        ([160.0, 80.0, 200.0, 120.0], Some(Relation::RightOf)),
        ([95.0, 10.0, 135.0, 50.0], Some(Relation::Above)),
        ([85.0, 170.0, 125.0, 210.0], Some(Relation::Below)),
        ([20.0, 20.0, 60.0, 60.0], None),
        ([100.0, 92.0, 140.0, 132.0], None),
    ] {
        let scene = scene(other, middle);
        assert_eq!(scene.direction(0, 1), relation, "{other:?}");
        assert_eq!(scene.direction(1, 0), relation.map(Relation::reversed));
    }
}

#[test]
fn nearness_has_a_gap_where_nothing_is_said() {
    let a = [20.0, 20.0, 60.0, 60.0];
    let at = |x: f64| scene(a, [x, 20.0, x + 40.0, 60.0]).is_next_to(0, 1);
    assert_eq!(at(50.0), Some(true));
    assert_eq!(at(68.0), Some(true));
    assert_eq!(at(78.0), None);
    assert_eq!(at(86.0), Some(false));
}

#[test]
fn what_clearly_is_might_be_and_its_reverse_might_not() {
    for seed in 0..30 {
        let scene = Scene::new(seed, Split::Train, Scene::SIDE).unwrap();
        for a in 0..scene.objects.len() {
            for b in (0..scene.objects.len()).filter(|&b| b != a) {
                if let Some(relation) = scene.direction(a, b) {
                    assert!(scene.might_be(a, relation, b));
                    assert!(!scene.might_be(a, relation.reversed(), b));
                }
            }
        }
    }
}
