//! Opening a picture: from a file, the clipboard, a drop or a sample.
//!
//! The browser decodes it to be looked at, turned upright as its EXIF orientation says; the engine
//! is given the file's bytes and does the same with them.

use std::sync::Arc;

use js_sys::Uint8Array;
use leptos::prelude::*;
use roi_geom::PictureSize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, HtmlImageElement, HtmlInputElement, Response, Url};

use crate::{engine_link::words, session::Session};

/// What the engine can decode.
const ACCEPTED: &str = "image/png,image/jpeg,image/webp";

/// Pictures that come with the page: file name and description.
const SAMPLES: [(&str, &str); 2] = [
    ("samples/harbour.png", "Boats in a harbour"),
    ("samples/table.png", "Breakfast on a table"),
];

/// Where a picture comes from.
pub(crate) enum PictureSource {
    /// A file a person gave.
    File(File),
    /// A file of the page itself, and what it shows.
    Sample {
        url: &'static str,
        name: &'static str,
    },
}

/// A decoded picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    /// Later pictures have higher numbers.
    pub(crate) number: u64,
    /// For people: the file's name, or what a sample shows.
    pub(crate) name: String,
    /// As shown.
    pub(crate) size: PictureSize,
    /// Address of its bytes within this page.
    pub(crate) url: Arc<ObjectUrl>,
    /// The encoded file.
    pub(crate) bytes: Arc<[u8]>,
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
    /// Reads and decodes a picture.
    ///
    /// # Errors
    /// A sentence that says what was wrong with it.
    pub(crate) async fn open(source: PictureSource, number: u64) -> Result<Self, String> {
        let (blob, name) = match source {
            PictureSource::File(file) => {
                let name = file.name();
                (Blob::from(file), name)
            }
            PictureSource::Sample { url, name } => (fetch(url).await?, name.to_owned()),
        };
        let unreadable = |why: String| format!("The picture “{name}” could not be read: {why}.");
        let buffer = JsFuture::from(blob.array_buffer())
            .await
            .map_err(|e| unreadable(words(&e)))?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        if bytes.is_empty() {
            return Err(unreadable("the file is empty".to_owned()));
        }
        let url = Url::create_object_url_with_blob(&blob).map_err(|e| unreadable(words(&e)))?;
        let url = Arc::new(ObjectUrl(url));
        let size = decode(url.as_str()).await.ok_or_else(|| {
            format!(
                "“{name}” could not be decoded as a picture. It may be damaged or of another kind: \
                 open a PNG, JPEG or WebP file."
            )
        })?;
        Ok(Self {
            number,
            name,
            size,
            url,
            bytes: bytes.into(),
        })
    }
}

/// Size of a decodable picture, as shown.
async fn decode(url: &str) -> Option<PictureSize> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(url);
    JsFuture::from(image.decode()).await.ok()?;
    let size = PictureSize {
        width: image.natural_width(),
        height: image.natural_height(),
    };
    (size.width > 0 && size.height > 0).then_some(size)
}

async fn fetch(url: &str) -> Result<Blob, String> {
    let unreachable = || format!("The sample picture {url} could not be fetched.");
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

/// The pictures that come with the page.
#[component]
pub(crate) fn Samples(session: Session) -> impl IntoView {
    let buttons = SAMPLES.map(|(url, name)| {
        view! {
            <button
                type="button"
                class="sample"
                title=name
                on:click=move |_| session.open_picture(PictureSource::Sample { url, name })
            >
                <img src=url alt="" />
                <span>{name}</span>
            </button>
        }
    });
    view! { <div class="samples" role="group" aria-label="Sample pictures">{buttons}</div> }
}
