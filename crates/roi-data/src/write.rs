//! Drawn scenes as data sets: pictures, and every annotation file in its publisher's form.
//!
//! Whoever reads the real sets reads these, so that trainer, readers and metrics are exercised
//! without a download. Everything is written into a folder beside the one asked for, which is
//! renamed at the end: a folder by the right name is complete.

mod boxes;
mod choices;
mod regions;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder};
use roi_scenes::{Picture, Scene, Split};
use serde::Serialize;

use crate::DataError;
use boxes::BoxSets;
use choices::ChoiceSets;
use regions::RegionSets;

/// Lies in a folder while a data set is being written there.
const UNFINISHED: &str = "unfinished";

/// Files of a set by the names that its publishers gave them, where they gave one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// All pictures.
    pub pictures: PathBuf,
    /// COCO detection. Its `categories` are all classes, which the detections' labels count, too.
    pub coco: PathBuf,
    /// RefCOCO, MDETR's form.
    pub refcoco: PathBuf,
    /// RefCOCO+, MDETR's form: no expression says where in the picture a thing is.
    pub refcoco_plus: PathBuf,
    /// RefCOCOg, MDETR's form.
    pub refcocog: PathBuf,
    /// Visual Genome, GRiT's form, empty boxes and boxes of two things among them.
    pub vg: PathBuf,
    /// Flickr30k Entities, MDETR's form.
    pub flickr30k: PathBuf,
    /// VCR's lines; what they name lies among the pictures.
    pub vcr: PathBuf,
    /// LLaVA-Instruct-150K.
    pub llava: PathBuf,
    /// A detector's boxes for it.
    pub detections: PathBuf,
    /// Visual-7W's pointing questions.
    pub v7w: PathBuf,
    /// Conversations about boxes, as [`RegionRecord`](crate::formats::regions::RegionRecord)s.
    pub regions: PathBuf,
    /// Conversations of choices between four names, each made by a letter alone, in the same form.
    pub names: PathBuf,
    /// Conversations of short choices of several kinds, names among them, made by a letter with or without the words before it.
    pub choices: PathBuf,
    /// Five references for each box of the Visual Genome file: `{"annotation id": [caption, …]}`.
    pub captions: PathBuf,
}

impl Written {
    /// The files of a data set in `folder`.
    pub fn of(folder: &Path, split: Split) -> Self {
        let split = split_name(split);
        let file = |name: String| folder.join(name);
        Self {
            pictures: folder.join("images"),
            coco: file(format!("instances_{split}2017.json")),
            refcoco: file(format!("finetune_refcoco_{split}.json")),
            refcoco_plus: file(format!("finetune_refcoco+_{split}.json")),
            refcocog: file(format!("finetune_refcocog_{split}.json")),
            vg: file(format!("vg_{split}.json")),
            flickr30k: file(format!("final_flickr_mergedGT_{split}.json")),
            vcr: file(format!("vcr_{split}.jsonl")),
            llava: file("llava_instruct_150k.json".to_owned()),
            detections: file("llava_150k_bbox_pred_results.json".to_owned()),
            v7w: file("dataset_v7w_pointing.json".to_owned()),
            regions: file(format!("regions_{split}.json")),
            names: file(format!("names_{split}.json")),
            choices: file(format!("choices_{split}.json")),
            captions: file(format!("captions_{split}.json")),
        }
    }
}

/// Draws `n_pictures` scenes of a seed and writes them with all their annotations to `out_dir`,
/// which must not exist. `progress` is called with the number of pictures done, after each.
///
/// # Errors
/// [`DataError::Exists`] if the folder is there already; [`DataError::Io`] if something cannot be
/// written. Then nothing is at `out_dir`; what was written so far lies beside it, under the same
/// name with `.partial`, and the next attempt replaces it. A folder of that name that no attempt made is
/// [`DataError::Exists`], too.
pub fn write_dataset(
    out_dir: &Path,
    seed: u64,
    split: Split,
    n_pictures: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<Written, DataError> {
    if out_dir.exists() {
        let path = out_dir.to_owned();
        return Err(DataError::Exists { path });
    }
    let Some(name) = out_dir.file_name() else {
        let path = out_dir.to_owned();
        return Err(DataError::Exists { path });
    };
    // Without a slash behind it: no folder can take the place of `scenes/`.
    let whole = out_dir.with_file_name(name);
    let partial = partial(&whole)?;
    let files = Written::of(&partial, split);
    fs::create_dir_all(&partial).map_err(io(&partial))?;
    fs::write(partial.join(UNFINISHED), "").map_err(io(&partial))?;
    fs::create_dir(&files.pictures).map_err(io(&files.pictures))?;

    let mut boxes = BoxSets::new(split);
    let mut choices = ChoiceSets::create(&files, split)?;
    let mut regions = RegionSets::default();
    for index in 0..n_pictures {
        let picture_seed = Scene::seed_of_picture(seed, index);
        let scene = Scene::new(picture_seed, split, Scene::SIDE).map_err(DataError::Scene)?;
        let drawn = Drawn {
            scene: &scene,
            number: index + 1,
        };
        write_png(&files.pictures.join(drawn.file_name()), &scene.draw())?;
        boxes.add(&drawn);
        choices.add(&drawn, &files)?;
        regions.add(&drawn);
        progress(index + 1);
    }
    boxes.write(&files)?;
    choices.write(&files)?;
    regions.write(&files)?;
    fs::remove_file(partial.join(UNFINISHED)).map_err(io(&partial))?;
    fs::rename(&partial, &whole).map_err(io(&whole))?;
    Ok(Written::of(out_dir, split))
}

/// Where a data set is written before it is whole: beside its folder. What an earlier attempt left there is removed, and nothing else.
fn partial(whole: &Path) -> Result<PathBuf, DataError> {
    let mut partial = whole.to_owned();
    partial.as_mut_os_string().push(".partial");
    if partial.join(UNFINISHED).exists() {
        fs::remove_dir_all(&partial).map_err(io(&partial))?;
    } else if partial.exists() && fs::remove_dir(&partial).is_err() {
        return Err(DataError::Exists { path: partial });
    }
    Ok(partial)
}

/// A scene and the picture it became.
struct Drawn<'a> {
    scene: &'a Scene,
    /// From 1.
    number: u64,
}

impl Drawn<'_> {
    fn file_name(&self) -> String {
        format!("{:012}.png", self.number)
    }
}

fn split_name(split: Split) -> &'static str {
    match split {
        Split::Train => "train",
        Split::Test => "test",
    }
}

/// Writes a picture as PNG, beside and renamed.
///
/// # Errors
/// If it cannot be written.
pub fn write_png(path: &Path, picture: &Picture) -> Result<(), DataError> {
    let mut png = Vec::new();
    let (width, height) = (picture.size.width, picture.size.height);
    PngEncoder::new(&mut png)
        .write_image(&picture.rgb, width, height, ExtendedColorType::Rgb8)
        .map_err(|error| io(path)(std::io::Error::other(error)))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".partial");
    let beside = PathBuf::from(beside);
    fs::write(&beside, png).map_err(io(&beside))?;
    fs::rename(&beside, path).map_err(io(path))
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), DataError> {
    let mut file = create(path)?;
    serde_json::to_writer(&mut file, value).map_err(|source| io(path)(source.into()))?;
    close(path, file)
}

fn create(path: &Path) -> Result<BufWriter<File>, DataError> {
    File::create(path).map(BufWriter::new).map_err(io(path))
}

/// Makes sure that the last bytes are written, too: dropping a writer loses their error.
fn close(path: &Path, mut file: BufWriter<File>) -> Result<(), DataError> {
    file.flush().map_err(io(path))
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> DataError {
    let path = path.to_owned();
    move |source| DataError::Io { path, source }
}

/// References by the name of what they describe.
type Captions = BTreeMap<String, [String; roi_scenes::language::N_CAPTIONS]>;
