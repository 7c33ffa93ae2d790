//! A scene as the page gets it.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _, ImageError};
use roi_protocol::{BoxPx, DrawnScene};
use roi_scenes::{Picture, Scene, SceneError, Split};

/// Boxes that a scene comes with: enough to ask about one and to compare two.
const N_BOXES: usize = 3;

/// Why there is no scene.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DrawError {
    /// No layout was found.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// It could not be encoded.
    #[error("the scene could not be made a PNG file: {0}")]
    Png(#[from] ImageError),
}

/// Draws the scene of a seed, one of those that the trained model was judged by and never saw.
pub(crate) fn scene(seed: u64) -> Result<DrawnScene, DrawError> {
    let scene = Scene::new(seed, Split::Test, Scene::SIDE)?;
    Ok(DrawnScene {
        png: png(&scene.draw())?,
        boxes: boxes(&scene),
    })
}

/// Boxes of things that nothing covers, as far as there are any.
fn boxes(scene: &Scene) -> Vec<BoxPx> {
    let mut objects: Vec<_> = scene.objects.iter().collect();
    objects.sort_by(|a, b| b.visible.total_cmp(&a.visible));
    let shown = objects.into_iter().take(N_BOXES);
    shown.map(|object| object.bounds).collect()
}

fn png(picture: &Picture) -> Result<Vec<u8>, ImageError> {
    let mut png = Vec::new();
    let (width, height) = (picture.size.width, picture.size.height);
    PngEncoder::new(&mut png).write_image(&picture.rgb, width, height, ExtendedColorType::Rgb8)?;
    Ok(png)
}
