//! Packages in a folder on this computer's disk: picked, dropped, or chosen file by file where a browser has no picker of folders.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::Session;
use crate::{engine_link::words, failure::Place};

/// Whether this browser lets a person pick a folder.
pub(crate) fn has_picker() -> bool {
    picker().is_some()
}

fn picker() -> Option<Function> {
    let picker = Reflect::get(&window(), &"showDirectoryPicker".into()).ok()?;
    picker.dyn_into().ok()
}

impl Session {
    /// Lets a person pick a folder, and opens the package in it.
    pub(crate) fn pick_folder(self) {
        let Some(picked) = picker().and_then(|picker| picker.call0(&window()).ok()) else {
            return;
        };
        spawn_local(async move {
            match JsFuture::from(picked.unchecked_into::<Promise>()).await {
                Ok(handle) => self.open_folder_handle(handle),
                // Thought better of it.
                Err(error) if name_of(&error) == "AbortError" => {}
                Err(error) => self.fail(
                    Place::Model,
                    format!("The folder could not be opened: {}.", words(&error)),
                ),
            }
        });
    }

    /// Opens the package in a folder that the browser has handed out.
    pub(crate) fn open_folder_handle(self, handle: JsValue) {
        let name = name_of(&handle);
        self.open_from(format!("folder {name}"), Some(handle));
    }

    /// Opens the package that these files of one folder make up.
    pub(crate) fn open_folder_files(self, files: impl IntoIterator<Item = File>) {
        let pairs = Array::new();
        let mut folder = String::new();
        for file in files {
            let path = Reflect::get(&file, &"webkitRelativePath".into());
            let path = path.ok().and_then(|path| path.as_string());
            // The folder that was chosen stands in front.
            if let Some((chosen, path)) = path.as_deref().and_then(|path| path.split_once('/')) {
                chosen.clone_into(&mut folder);
                pairs.push(&Array::of2(&path.into(), &file));
            }
        }
        self.open_from(format!("folder {folder}"), Some(pairs.into()));
    }
}

/// What an object calls itself.
fn name_of(object: &JsValue) -> String {
    let name = Reflect::get(object, &"name".into()).ok();
    name.and_then(|name| name.as_string()).unwrap_or_default()
}
