//! Handing a conversation on: as a file that this page reads again, and as one picture.

use std::sync::Arc;

use js_sys::{Array, JSON};
use leptos::{prelude::*, task::spawn_local};
use roi_protocol::{SavedConversation, SavedHeader, SavedPicture, SavedTurn};
use roi_words::{PosterTrouble, SavedTrouble, Trouble, Words, file_name, shown_name};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File};

use super::{Exchange, Session, memory::Memory};
use crate::{
    download::download,
    engine_link::error_text,
    failure::Place,
    moved_note::moved_since,
    picture::{Picture, PictureSource},
    poster::{self, Said},
};

/// No honest file is larger: pictures have a few megabytes, and a third is added by base64.
const MAX_FILE_BYTES: f64 = 400e6;
/// What the engine decodes at most.
const MAX_PIXELS: u64 = 100_000_000;

impl Session {
    /// Opens a file as what it is: a saved conversation or a picture.
    pub(crate) fn open_file(self, file: File) {
        let is_saved = file.type_() == "application/json"
            || file.name().to_ascii_lowercase().ends_with(".json");
        if is_saved {
            self.open_saved(file);
        } else {
            self.open_picture(PictureSource::File(file));
        }
    }

    /// Opens a saved conversation beside the kept ones. One that cannot be read leaves everything as it was.
    pub(crate) fn open_saved(self, file: File) {
        spawn_local(async move {
            let number = self.next_number();
            match read(&file, number).await {
                Ok(_) if self.has_shown_since(number) => {}
                Ok((memory, picture)) => self.show(self.next_number(), memory, picture),
                Err(why) => self.fail(
                    Place::Conversation,
                    Trouble::SavedNotOpened {
                        file: file.name(),
                        why,
                    },
                ),
            }
        });
    }

    /// Gives the person the open conversation as a file.
    pub(crate) fn save_conversation(self) {
        let Some(picture) = self.picture.get_untracked() else {
            return;
        };
        let name = file_name(&picture.name, "json");
        let exchanges = self.standing_exchanges();
        let turns = exchanges.iter().map(|exchange| exchange.turn()).collect();
        let saved = written(
            &picture,
            self.boxes_untracked(),
            turns,
            self.question.get_untracked(),
        );
        if let Err(error) = saved.and_then(|file| download(&file, &name)) {
            self.fail(
                Place::Conversation,
                Trouble::ConversationNotSaved(error_text(&error)),
            );
        }
    }

    /// Gives the person the open conversation as one picture, in whose language the caption is.
    pub(crate) fn save_as_picture(self, words: &Words) {
        let Some(picture) = self.picture.get_untracked() else {
            return;
        };
        let name = shown_name(&picture.name, words);
        let exchanges = self.standing_exchanges();
        let model = exchanges.last().map(|last| last.model().to_owned());
        let said = |exchange: &Arc<Exchange>| {
            let moved = moved_since(self, exchange);
            Said {
                question: exchange.question.to_string(),
                answer: self.shown_answer(exchange),
                moved: (!moved.is_empty()).then(|| (words.chat.moved)(&moved)),
            }
        };
        let turns: Vec<Said> = untrack(|| exchanges.iter().map(said).collect());
        let boxes = self.boxes_untracked();
        spawn_local(async move {
            let model = model.unwrap_or_default();
            let drawn = poster::draw(&picture, &name, &boxes, &turns, &model).await;
            let saved = drawn.and_then(|file| {
                download(&file, &file_name(&picture.name, "png"))
                    .map_err(|e| PosterTrouble::NotSaved(error_text(&e)))
            });
            if let Err(why) = saved {
                self.fail(Place::Conversation, Trouble::Poster(why));
            }
        });
    }
}

/// The conversation as a JSON file.
fn written(
    picture: &Picture,
    boxes: Vec<roi_geom::BoxPx>,
    turns: Vec<SavedTurn>,
    draft: String,
) -> Result<Blob, JsValue> {
    let base64 = window().btoa(
        &picture
            .bytes
            .iter()
            .map(|&b| char::from(b))
            .collect::<String>(),
    )?;
    let saved = SavedPicture::new(picture.name.clone(), &picture.bytes, &base64, boxes);
    let saved = SavedConversation::new(saved, turns, draft);
    let value = saved.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?;
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let text = Array::of1(&JsValue::from(JSON::stringify(&value)?));
    Blob::new_with_str_sequence_and_options(&text, &options)
}

/// What a file holds, with nothing in it that cannot be shown; or why it is not taken.
async fn read(file: &File, number: u64) -> Result<(Memory, Picture), SavedTrouble> {
    if file.size() > MAX_FILE_BYTES {
        return Err(SavedTrouble::TooLarge);
    }
    let text = JsFuture::from(file.text())
        .await
        .map_err(|e| SavedTrouble::Unreadable(error_text(&e)))?;
    let text = text.as_string().ok_or(SavedTrouble::NotOurs)?;
    let value = JSON::parse(&text).map_err(|_| SavedTrouble::NotOurs)?;
    let header: SavedHeader =
        serde_wasm_bindgen::from_value(value.clone()).map_err(|_| SavedTrouble::NotOurs)?;
    header.check().map_err(SavedTrouble::Refused)?;
    let saved: SavedConversation = serde_wasm_bindgen::from_value(value)
        .map_err(|e| SavedTrouble::Malformed(e.to_string()))?;
    saved.check().map_err(SavedTrouble::Refused)?;

    let base64 = saved.picture.base64().map_err(SavedTrouble::Refused)?;
    let bytes = window()
        .atob(base64)
        .ok()
        .and_then(|text| {
            text.chars()
                .map(|letter| u8::try_from(letter).ok())
                .collect()
        })
        .ok_or(SavedTrouble::PictureDamaged)?;
    let source = PictureSource::Saved {
        bytes,
        name: saved.picture.name,
        boxes: saved.picture.boxes,
    };
    let picture = Picture::open(source, number)
        .await
        .map_err(|_| SavedTrouble::PictureUndecodable)?;
    if u64::from(picture.size.width) * u64::from(picture.size.height) > MAX_PIXELS {
        return Err(SavedTrouble::PictureTooLarge);
    }
    for (index, found) in picture.boxes.iter().enumerate() {
        found
            .clipped(picture.size)
            .map_err(|_| SavedTrouble::RegionOutside(index + 1))?;
    }
    let memory = Memory {
        exchanges: saved.turns,
        question: saved.draft,
        ..Memory::default()
    };
    Ok((memory, picture))
}
