//! What survives a reload: the picture, its boxes, the conversation, the draft and the settings. It stays in this browser.
//!
//! The picture's bytes lie in the browser's cache storage, which holds files; all else is text in its local storage, which
//! is written at once and so survives a reload in the middle of an answer.

use js_sys::{JSON, Promise};
use leptos::{logging, prelude::*, task::spawn_local};
use roi_protocol::{Answer, BoxPx, GenerateOptions};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, Response};

use super::{Exchange, Session, check::highest_region};
use crate::{engine_link::words, picture::PictureSource};

/// Key of the text, and the version of what it means.
const KEY: &str = "roichat-session-1";
/// Name of the cache, and of the one file in it.
const CACHE: &str = "roichat-session";
const PICTURE: &str = "./session/picture";

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    picture: Option<PictureMemory>,
    exchanges: Vec<ExchangeMemory>,
    question: String,
    options: Option<GenerateOptions>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PictureMemory {
    name: String,
    boxes: Vec<BoxPx>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ExchangeMemory {
    question: String,
    answer: Option<Answer>,
}

impl Session {
    /// Brings back what was there before a reload, then keeps what changes from now on.
    pub(crate) fn remember(self) {
        let memory = read().unwrap_or_default();
        if let Some(options) = memory.options.clone() {
            self.options.set(options);
        }
        spawn_local(async move {
            self.restore(memory).await;
            self.keep_picture();
            self.keep_text();
        });
    }

    async fn restore(self, memory: Memory) {
        let Some(picture) = memory.picture else {
            return self.question.set(memory.question);
        };
        let Some(blob) = kept_picture().await else {
            return self.question.set(memory.question);
        };
        let source = PictureSource::Kept {
            blob,
            name: picture.name,
            boxes: picture.boxes,
        };
        // One that a person opened in the meantime stays.
        if self.picture.with_untracked(Option::is_some) || !self.open_picture_now(source).await {
            return;
        }
        let mut draft = memory.question;
        let mut exchanges = Vec::new();
        for kept in memory.exchanges {
            match kept.answer {
                Some(answer) => exchanges.push(Exchange {
                    id: self.next_number(),
                    question: kept.question,
                    answer: RwSignal::new(answer.text.clone()),
                    done: RwSignal::new(Some(answer)),
                }),
                // It was being answered when the page went; it can be sent again.
                None if draft.is_empty() => draft = kept.question,
                None => {}
            }
        }
        let mentioned = exchanges
            .iter()
            .map(|exchange| highest_region(&exchange.question));
        let mentioned = mentioned.max().unwrap_or(0);
        self.change_boxes(|tool| tool.pin(mentioned));
        self.exchanges.set(exchanges);
        self.question.set(draft);
    }

    /// Keeps each new picture's bytes.
    fn keep_picture(self) {
        Effect::new(move |_| {
            let Some(picture) = self.picture.get() else {
                return;
            };
            spawn_local(async move {
                if let Err(error) = put_picture(&picture.bytes).await {
                    logging::warn!("the picture will not survive a reload: {}", words(&error));
                }
            });
        });
    }

    /// Keeps everything else whenever it changes.
    fn keep_text(self) {
        Effect::new(move |_| {
            let picture = self.picture.get().map(|picture| PictureMemory {
                name: picture.name,
                boxes: self
                    .tool
                    .with(|tool| tool.as_ref().map(|tool| tool.boxes().to_vec()))
                    .unwrap_or_default(),
            });
            let exchanges = self
                .exchanges
                .get()
                .into_iter()
                .map(|exchange| ExchangeMemory {
                    answer: exchange.done.get(),
                    question: exchange.question,
                });
            let memory = Memory {
                picture,
                exchanges: exchanges.collect(),
                question: self.question.get(),
                options: Some(self.options.get()),
            };
            if let Err(error) = write(&memory) {
                logging::warn!(
                    "the conversation will not survive a reload: {}",
                    words(&error)
                );
            }
        });
    }
}

fn read() -> Option<Memory> {
    let text = window().local_storage().ok()??.get_item(KEY).ok()??;
    let value = JSON::parse(&text).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}

fn write(memory: &Memory) -> Result<(), JsValue> {
    let value = memory.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?;
    let text = JSON::stringify(&value)?;
    match window().local_storage()? {
        Some(storage) => storage.set_item(KEY, &String::from(text)),
        None => Ok(()),
    }
}

async fn cache() -> Result<Cache, JsValue> {
    let opened: Promise = window().caches()?.open(CACHE);
    Ok(JsFuture::from(opened).await?.unchecked_into())
}

async fn kept_picture() -> Option<Blob> {
    let found = cache().await.ok()?.match_with_str(PICTURE);
    let response: Response = JsFuture::from(found).await.ok()?.dyn_into().ok()?;
    let blob = JsFuture::from(response.blob().ok()?).await.ok()?;
    blob.dyn_into().ok()
}

async fn put_picture(bytes: &[u8]) -> Result<(), JsValue> {
    let bytes = js_sys::Uint8Array::from(bytes);
    let response = Response::new_with_opt_js_u8_array(Some(&bytes))?;
    let cache = cache().await?;
    // First: the boxes and words of this picture must never come back with the one before.
    JsFuture::from(cache.delete_with_str(PICTURE)).await?;
    JsFuture::from(cache.put_with_str(PICTURE, &response))
        .await
        .map(|_| ())
}
