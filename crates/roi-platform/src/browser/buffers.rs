//! The buffers of the browser's GPU. One whose last user is gone keeps its memory until the browser collects garbage, and nothing
//! tells it how much that is: a few small objects, behind which gigabytes may stand. So they are noted where they are made, and
//! destroyed when their time is over.

use std::cell::RefCell;
use std::sync::Once;

use js_sys::{Array, Function, Object, Proxy, Reflect, WeakRef};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::get;

/// `GPUBufferUsage.COPY_SRC | GPUBufferUsage.STORAGE`: what tensors lie in has both, and nothing that burn keeps for itself has.
const OF_TENSORS: u32 = 0x04 | 0x80;

/// So many are noted before those that have been collected meanwhile are left out.
const FEWEST_LOOKED_THROUGH: usize = 1024;

thread_local! {
    static MADE: RefCell<Made> = const { RefCell::new(Made { buffers: Vec::new(), looked_through: 0 }) };
}

/// Buffers of tensors, of which some may have been collected.
struct Made {
    buffers: Vec<WeakRef<Object>>,
    /// How many there were when the last of those had been left out.
    looked_through: usize,
}

impl Made {
    fn note(&mut self, buffer: &Object) {
        if self.buffers.len() >= (2 * self.looked_through).max(FEWEST_LOOKED_THROUGH) {
            self.buffers.retain(|buffer| buffer.deref().is_some());
            self.looked_through = self.buffers.len();
        }
        self.buffers.push(WeakRef::new(buffer));
    }
}

/// Notes the buffers that are made from now on; to be called before a device is opened. A browser that does not let itself be
/// listened to frees its memory when it will.
pub(super) fn watch() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(listen);
}

fn listen() {
    let prototype = get(&js_sys::global(), "GPUDevice").and_then(|it| get(&it, "prototype"));
    let Some(prototype) = prototype else { return };
    let Some(create) = get(&prototype, "createBuffer") else {
        return;
    };
    let on_call = Closure::<dyn Fn(Function, JsValue, Array) -> Result<JsValue, JsValue>>::new(
        |create: Function, device: JsValue, given: Array| {
            let buffer = Reflect::apply(&create, &device, &given)?;
            note(&given.get(0), &buffer);
            Ok(buffer)
        },
    );
    let handler = Object::new();
    if Reflect::set(&handler, &"apply".into(), &on_call.into_js_value()).is_ok() {
        let listened_to = Proxy::new(&create, &handler);
        Reflect::set(&prototype, &"createBuffer".into(), &listened_to).ok();
    }
}

fn note(descriptor: &JsValue, buffer: &JsValue) {
    let usage = get(descriptor, "usage").and_then(|usage| usage.as_f64());
    if usage.is_some_and(|usage| usage as u32 & OF_TENSORS == OF_TENSORS)
        && let Some(buffer) = buffer.dyn_ref::<Object>()
    {
        MADE.with_borrow_mut(|made| made.note(buffer));
    }
}

/// Frees the memory of every buffer that tensors have had.
pub(crate) fn free_buffers() {
    let made = MADE.with_borrow_mut(|made| std::mem::take(&mut made.buffers));
    for buffer in made {
        let Some(buffer) = buffer.deref() else {
            continue;
        };
        let destroy = get(&buffer, "destroy").and_then(|it| it.dyn_into::<Function>().ok());
        if let Some(destroy) = destroy {
            // One that is destroyed already may be once more.
            destroy.call0(&buffer).ok();
        }
    }
}
