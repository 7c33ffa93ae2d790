//! The body of a response, piece by piece as it comes.
//!
//! The browser's own way to the whole body tells nothing on the way, waits for a silent host for ever, and takes whatever length
//! a host sends.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ReadableStreamDefaultReader, Response};

use super::patience::unless_silent;

/// What is still to come. Dropped before the end, it tells the browser that no more is wanted.
pub(super) struct Body {
    reader: Option<ReadableStreamDefaultReader>,
}

impl Body {
    pub(super) fn of(response: &Response) -> Self {
        let reader = response.body().map(|stream| stream.get_reader());
        Self {
            reader: reader.map(JsCast::unchecked_into),
        }
    }

    /// The next piece; nothing at the end.
    ///
    /// # Errors
    /// The connection's, or that the host has fallen silent.
    pub(super) async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        let Some(reader) = &self.reader else {
            return Ok(None);
        };
        let step = unless_silent(reader.read().unchecked_into()).await?;
        if Reflect::get(&step, &"done".into())?.is_truthy() {
            self.reader = None;
            return Ok(None);
        }
        Reflect::get(&step, &"value".into())?.dyn_into().map(Some)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(reader) = &self.reader {
            // Nobody waits for what it answers.
            let _ignored: Promise = reader.cancel().unchecked_into();
        }
    }
}
