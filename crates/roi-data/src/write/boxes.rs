//! Files whose records are boxes: COCO's and the families that extend them.

use roi_geom::BoxPx;
use roi_scenes::language::{self, N_CAPTIONS};
use roi_scenes::{Split, glyphs};

use crate::DataError;
use crate::formats::coco::{Annotation, Category, CocoFile, Image, Span};

use super::{Captions, Drawn, Written, split_name, write_json};

/// The files while they grow.
pub(super) struct BoxSets {
    coco: CocoFile,
    refcoco: CocoFile,
    refcoco_plus: CocoFile,
    refcocog: CocoFile,
    vg: CocoFile,
    flickr30k: CocoFile,
    captions: Captions,
    /// What stands before a picture's number in MDETR's file names.
    prefix: String,
}

impl BoxSets {
    pub(super) fn new(split: Split) -> Self {
        let of_objects = || CocoFile {
            categories: vec![Category {
                id: 1,
                name: "object".to_owned(),
            }]
            .into(),
            ..CocoFile::default()
        };
        let classes = (1..).zip(glyphs()).map(|(id, glyph)| Category {
            id,
            name: glyph.name.to_owned(),
        });
        Self {
            coco: CocoFile {
                categories: classes.collect(),
                ..CocoFile::default()
            },
            refcoco: of_objects(),
            refcoco_plus: of_objects(),
            refcocog: of_objects(),
            vg: of_objects(),
            flickr30k: of_objects(),
            captions: Captions::new(),
            prefix: format!("COCO_{}2014_", split_name(split)),
        }
    }

    pub(super) fn add(&mut self, drawn: &Drawn<'_>) {
        let scene = drawn.scene;
        add_image(&mut self.coco, drawn, drawn.file_name(), None);
        add_image(&mut self.vg, drawn, drawn.file_name(), None);
        for (index, object) in scene.objects.iter().enumerate() {
            let class = object.glyph as u64 + 1;
            add_box(&mut self.coco, object.bounds, class);
            self.add_captions(object.bounds, language::captions(scene, index));

            let expressions = language::referring(scene, index);
            let name = format!("{}{}", self.prefix, drawn.file_name());
            let both = [&expressions.with_place[..], &expressions.without_place[..]].concat();
            // The longest says most, which is what RefCOCOg asks for.
            let longest = both.iter().max_by_key(|text| text.len());
            for (file, expression) in [
                (&mut self.refcoco, expressions.with_place.first()),
                (&mut self.refcoco_plus, expressions.without_place.first()),
                (&mut self.refcocog, longest),
            ] {
                if let Some(expression) = expression {
                    add_image(file, drawn, name.clone(), Some(expression.clone()));
                    add_box(file, object.bounds, 1);
                }
            }
        }
        for (index, &bounds) in scene.empty.iter().enumerate() {
            self.add_captions(bounds, language::captions_of_nothing(scene, index));
        }
        for pair in &scene.pairs {
            self.add_captions(pair.bounds, language::captions_of_pair(scene, pair));
        }

        let caption = language::whole_caption(scene);
        add_image(
            &mut self.flickr30k,
            drawn,
            drawn.file_name(),
            Some(caption.text),
        );
        for phrase in caption.phrases {
            let span = Span {
                start: phrase.span.start,
                end: phrase.span.end,
            };
            for object in phrase.objects {
                let annotation = add_box(&mut self.flickr30k, scene.objects[object].bounds, 1);
                annotation.tokens_positive = Some(vec![span]);
            }
        }
    }

    /// A box of Visual Genome with one of its captions, by turns, and all of them as references.
    fn add_captions(&mut self, bounds: BoxPx, captions: [String; N_CAPTIONS]) {
        let annotation = add_box(&mut self.vg, bounds, 1);
        let turn = (annotation.id % N_CAPTIONS as u64) as usize;
        annotation.caption = Some(captions[turn].clone());
        self.captions.insert(annotation.id.to_string(), captions);
    }

    pub(super) fn write(&self, files: &Written) -> Result<(), DataError> {
        write_json(&files.coco, &self.coco)?;
        write_json(&files.refcoco, &self.refcoco)?;
        write_json(&files.refcoco_plus, &self.refcoco_plus)?;
        write_json(&files.refcocog, &self.refcocog)?;
        write_json(&files.vg, &self.vg)?;
        write_json(&files.flickr30k, &self.flickr30k)?;
        write_json(&files.captions, &self.captions)
    }
}

/// Adds a picture, or one of MDETR's expressions, which is an image of its own.
fn add_image(file: &mut CocoFile, drawn: &Drawn<'_>, file_name: String, caption: Option<String>) {
    let id = file.images.len() as u64 + 1;
    file.images.whole.push(Image {
        id,
        file_name,
        width: drawn.scene.size.width,
        height: drawn.scene.size.height,
        caption,
    });
}

/// Adds a box of the file's last image.
fn add_box(file: &mut CocoFile, bounds: BoxPx, category_id: u64) -> &mut Annotation {
    let id = file.annotations.len() as u64 + 1;
    file.annotations.whole.push(Annotation {
        id,
        image_id: file.images.len() as u64,
        bbox: bounds.into(),
        area: bounds.area(),
        category_id,
        iscrowd: false,
        ignore: false,
        caption: None,
        tokens_positive: None,
    });
    let last = file.annotations.len() - 1;
    &mut file.annotations.whole[last]
}
