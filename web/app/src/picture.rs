//! Opening a picture: from a file, the clipboard, a drop, a sample or the drawer of scenes.
//!
//! The browser decodes it to be looked at, turned upright as its EXIF orientation says; the engine
//! is given the file's bytes and does the same with them.

use std::sync::Arc;

use js_sys::{Array, Promise, Uint8Array};
use leptos::prelude::*;
use roi_geom::{BoxPx, PictureSize};
use roi_protocol::media_type;
use roi_words::{PictureTrouble, kept_scene_name};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, HtmlImageElement, HtmlInputElement, Response, Url};

use crate::{engine_link::error_text, samples::Sample, scene_link, session::Session};

/// What the engine can decode.
const ACCEPTED: &str = "image/png,image/jpeg,image/webp";

/// Where a picture comes from.
pub(crate) enum PictureSource {
    /// A file a person gave.
    File(File),
    /// A file of the page itself.
    Sample(&'static Sample),
    /// A scene that is drawn now.
    NewScene,
    /// One that was open before.
    Kept {
        blob: Blob,
        /// The number it is kept under, if it has one.
        number: Option<u64>,
        name: String,
        boxes: Vec<BoxPx>,
        has_own_boxes: bool,
    },
    /// One out of a saved conversation.
    Saved {
        bytes: Vec<u8>,
        name: String,
        boxes: Vec<BoxPx>,
    },
}

/// A decoded picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    /// Later pictures have higher numbers.
    pub(crate) number: u64,
    /// The file's name, or that of a [sample](SampleScene), which people read in their language.
    pub(crate) name: String,
    /// As shown.
    pub(crate) size: PictureSize,
    /// Address of its bytes within this page.
    pub(crate) url: Arc<ObjectUrl>,
    /// The number under which its file is kept; the same picture has the same one in every conversation.
    pub(crate) kept_as: u64,
    /// The encoded file.
    pub(crate) bytes: Arc<[u8]>,
    /// Boxes it comes with.
    pub(crate) boxes: Vec<BoxPx>,
    /// Whether a person has made them: they are not those of a sample or a scene.
    pub(crate) has_own_boxes: bool,
}

/// An address the browser gave to a blob; it keeps the blob alive until dropped.
#[derive(Debug, PartialEq)]
pub(crate) struct ObjectUrl(String);

impl ObjectUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // An address that is already gone is as good as revoked.
        Url::revoke_object_url(&self.0).ok();
    }
}

impl Picture {
    /// The encoded file, as the browser has files.
    ///
    /// # Errors
    /// There is no memory for it.
    pub(crate) fn file(&self) -> Result<Blob, JsValue> {
        blob_of(&self.bytes)
    }

    /// Reads and decodes a picture.
    ///
    /// # Errors
    /// What was wrong with it.
    pub(crate) async fn open(source: PictureSource, number: u64) -> Result<Self, PictureTrouble> {
        let mut kept_as = number;
        let mut has_own_boxes = matches!(source, PictureSource::Saved { .. });
        let (blob, name, boxes) = match source {
            PictureSource::File(file) => {
                let name = file.name();
                (Blob::from(file), name, Vec::new())
            }
            PictureSource::Sample(sample) => {
                let blob = fetch(sample.url).await?;
                (
                    blob,
                    sample.scene.kept_name().to_owned(),
                    sample.boxes.to_vec(),
                )
            }
            PictureSource::Kept {
                blob,
                number: kept_number,
                name,
                boxes,
                has_own_boxes: has_own,
            } => {
                kept_as = kept_number.unwrap_or(number);
                has_own_boxes = has_own;
                (blob, name, boxes)
            }
            PictureSource::Saved { bytes, name, boxes } => match blob_of(&bytes) {
                Ok(blob) => (blob, name, boxes),
                Err(error) => {
                    let said = error_text(&error);
                    return Err(PictureTrouble::NotShown { name, said });
                }
            },
            PictureSource::NewScene => {
                let seed = scene_link::any_seed();
                let drawn = scene_link::draw(seed).await;
                let scene = drawn.map_err(PictureTrouble::SceneNotDrawn)?;
                let blob = blob_of(&scene.png)
                    .map_err(|e| PictureTrouble::SceneNotShown(error_text(&e)))?;
                (blob, kept_scene_name(seed), scene.boxes)
            }
        };
        let unreadable = |error: JsValue| PictureTrouble::Unreadable {
            name: name.clone(),
            said: error_text(&error),
        };
        let buffer = JsFuture::from(blob.array_buffer())
            .await
            .map_err(unreadable)?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        if bytes.is_empty() {
            return Err(PictureTrouble::Empty { name });
        }
        // Browsers show more kinds than the engine reads, and it would say so only when the picture before is gone.
        if media_type(&bytes).is_none() {
            return Err(PictureTrouble::Undecodable { name });
        }
        let url = Url::create_object_url_with_blob(&blob).map_err(unreadable)?;
        let url = Arc::new(ObjectUrl(url));
        let Some(size) = shown_size(url.as_str()).await else {
            return Err(PictureTrouble::Undecodable { name });
        };
        Ok(Self {
            number,
            name,
            size,
            url,
            kept_as,
            bytes: bytes.into(),
            boxes,
            has_own_boxes,
        })
    }
}

/// Bytes as the browser's file.
fn blob_of(bytes: &[u8]) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))
}

/// Size of a picture that the browser can show, as shown.
async fn shown_size(url: &str) -> Option<PictureSize> {
    let image = HtmlImageElement::new().ok()?;
    // Not `decode`: browsers put that off for as long as nobody looks at the tab, and this tells the same.
    let loaded = Promise::new(&mut |resolve, reject| {
        image.set_onload(Some(&resolve));
        image.set_onerror(Some(&reject));
    });
    image.set_src(url);
    JsFuture::from(loaded).await.ok()?;
    let size = PictureSize {
        width: image.natural_width(),
        height: image.natural_height(),
    };
    (size.width > 0 && size.height > 0).then_some(size)
}

async fn fetch(url: &'static str) -> Result<Blob, PictureTrouble> {
    let unreachable = || PictureTrouble::SampleNotFetched(url);
    let response = JsFuture::from(window().fetch_with_str(url))
        .await
        .map_err(|_| unreachable())?;
    let response: Response = response.dyn_into().map_err(|_| unreachable())?;
    if !response.ok() {
        return Err(unreachable());
    }
    let blob = JsFuture::from(response.blob().map_err(|_| unreachable())?).await;
    blob.ok()
        .and_then(|blob| blob.dyn_into().ok())
        .ok_or_else(unreachable)
}

/// The first file of a drop or a paste, picture or not: one that is not gets an explanation.
pub(crate) fn first_file(data: Option<DataTransfer>) -> Option<File> {
    data?.files()?.get(0)
}

/// The button that opens a file.
#[component]
pub(crate) fn OpenButton(
    session: Session,
    #[prop(into)] label: Signal<&'static str>,
) -> impl IntoView {
    let opened = move |ev: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&ev);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            session.open_picture(PictureSource::File(file));
        }
        // So that choosing the same file again is a change again.
        input.set_value("");
    };
    view! {
        <label class="button primary">
            <input class="unseen" type="file" accept=ACCEPTED data-testid="file" on:change=opened />
            {label}
        </label>
    }
}
