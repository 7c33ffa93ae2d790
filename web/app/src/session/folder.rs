//! Packages in a folder on this computer's disk: picked, dropped, or chosen file by file where a browser has no picker of folders.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use roi_words::Trouble;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File};

use super::{Session, opening::folder_url};
use crate::{engine_link::error_text, failure::Place};

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
        if let Some(picked) = picker().and_then(|picker| picker.call0(&window()).ok()) {
            self.open_when_handed_out(picked.unchecked_into());
        }
    }

    /// Opens the package in a folder that was dropped on the page. Says whether it was a folder.
    pub(crate) fn open_dropped_folder(self, dropped: &DataTransfer) -> bool {
        let Some(item) = first_item(dropped) else {
            return false;
        };
        let is_folder = call(&item, "webkitGetAsEntry")
            .and_then(|entry| Reflect::get(&entry, &"isDirectory".into()).ok())
            .is_some_and(|is_folder| is_folder.is_truthy());
        if !is_folder {
            return false;
        }
        match call(&item, "getAsFileSystemHandle") {
            Some(handle) => self.open_when_handed_out(handle.unchecked_into()),
            None => self.fail(Place::Model, Trouble::NoDroppedFolders),
        }
        true
    }

    /// Opens the package in a folder as soon as the browser hands it out.
    fn open_when_handed_out(self, folder: Promise) {
        spawn_local(async move {
            match JsFuture::from(folder).await {
                Ok(handle) => self.open_folder_handle(handle),
                // Thought better of it.
                Err(error) if name_of(&error) == "AbortError" => {}
                Err(error) => self.fail(Place::Model, Trouble::FolderNotOpened(error_text(&error))),
            }
        });
    }

    /// Opens the package in a folder that the browser has handed out.
    pub(super) fn open_folder_handle(self, handle: JsValue) {
        let url = folder_url(&name_of(&handle));
        self.open_from(url, Some(handle));
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
        self.open_from(folder_url(&folder), Some(pairs.into()));
    }
}

/// The first of what was dropped.
fn first_item(dropped: &DataTransfer) -> Option<JsValue> {
    let items = Reflect::get(dropped, &"items".into()).ok()?;
    let item = Reflect::get(&items, &0.into()).ok()?;
    item.is_object().then_some(item)
}

/// What a method without arguments gives; nothing where there is no such method, or it gives nothing.
fn call(object: &JsValue, method: &str) -> Option<JsValue> {
    let method = Reflect::get(object, &method.into()).ok()?;
    let given = method.dyn_into::<Function>().ok()?.call0(object).ok()?;
    given.is_object().then_some(given)
}

/// What an object calls itself.
pub(super) fn name_of(object: &JsValue) -> String {
    let name = Reflect::get(object, &"name".into()).ok();
    name.and_then(|name| name.as_string()).unwrap_or_default()
}
