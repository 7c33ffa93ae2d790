//! Contact sheets.

use super::{LINE, sheet};
use crate::scene::Scene;
use crate::split::Split;

#[test]
fn a_sheet_has_a_cell_for_every_scene() {
    let scenes: Vec<Scene> = (0..3)
        .map(|seed| Scene::new(seed, Split::Train, Scene::SIDE).unwrap())
        .collect();
    let drawn = sheet(&scenes, 2);
    let n_lines = scenes
        .iter()
        .map(|scene| scene.objects.len() + 2)
        .max()
        .unwrap() as u32;
    assert_eq!(drawn.size.width, 2 * (448 + 8));
    assert_eq!(drawn.size.height, 2 * (448 + n_lines * LINE + 8));
    assert_eq!(
        drawn.rgb.len() as u32,
        3 * drawn.size.width * drawn.size.height
    );
    // The picture's last pixel, enlarged; nothing is framed so near the corner.
    let at = |x: u32, y: u32| &drawn.rgb[3 * (y * drawn.size.width + x) as usize..][..3];
    assert_eq!(at(447, 447), &scenes[0].draw().rgb[3 * (224 * 224 - 1)..]);
    // The fourth cell is empty.
    assert_eq!(at(700, drawn.size.height - 300), [255; 3]);
}

#[test]
fn no_scenes_make_an_empty_sheet() {
    assert!(sheet(&[], 4).rgb.is_empty());
}
