//! What every shader that reads packed weights needs to be told: layout flags, parts, bindings.

use roi_weights::Layout;

use crate::matrix::{Matrix, Part};
use crate::shader::Value;

/// Storage buffers that one launch may bind where an adapter has the least that WebGPU allows.
pub(crate) const MAX_STORAGE_BUFFERS: usize = 7;

/// Weight buffers that one launch may bind.
pub(crate) const MAX_PARTS: usize = 3;

/// The template values that a layout decides.
pub(crate) fn layout_values(layout: Layout) -> [(&'static str, Value); 7] {
    // 16-byte blocks that a group of 32 weights takes up.
    let blocks = match layout {
        Layout::Q4 => 1,
        Layout::Q8 => 2,
        Layout::F16 => 4,
        Layout::F32 => 8,
    };
    [
        ("Q4", Value::Flag(layout == Layout::Q4)),
        ("Q8", Value::Flag(layout == Layout::Q8)),
        ("F16", Value::Flag(layout == Layout::F16)),
        ("F32", Value::Flag(layout == Layout::F32)),
        ("QUANTISED", Value::Flag(layout.is_quantised())),
        ("GROUP_BLOCKS", Value::Number(blocks)),
        ("GROUP_WORDS", Value::Number(blocks * 4)),
    ]
}

/// Runs of at most [`MAX_PARTS`] parts, each with the column of the output where it begins.
pub(crate) fn runs(weight: &Matrix) -> impl Iterator<Item = (usize, &[Part])> {
    let mut first = 0;
    weight.parts().chunks(MAX_PARTS).map(move |run| {
        let here = first;
        first += run.iter().map(|part| part.rows).sum::<usize>();
        (here, run)
    })
}

/// Rows of each part, as the shaders' `info.rows`.
pub(crate) fn part_rows(run: &[Part]) -> [u32; 4] {
    let mut rows = [0; 4];
    for (slot, part) in rows.iter_mut().zip(run) {
        *slot = part.rows as u32;
    }
    rows
}

/// Hands out binding numbers in the order of the buffers of a launch.
pub(crate) struct Bindings {
    values: Vec<(&'static str, Value)>,
    next: u32,
}

impl Bindings {
    pub(crate) fn new() -> Self {
        Self {
            values: Vec::new(),
            next: 0,
        }
    }

    /// The next number, under `name`, when the buffer takes part.
    pub(crate) fn bind(&mut self, name: &'static str, present: bool) {
        if present {
            self.values.push((name, Value::Number(self.next)));
            self.next += 1;
        }
    }

    /// The values of a launch whose buffers all take part, in their order.
    pub(crate) fn all(names: &[&'static str]) -> Vec<(&'static str, Value)> {
        let mut bindings = Self::new();
        names.iter().for_each(|name| bindings.bind(name, true));
        bindings.into_values()
    }

    pub(crate) fn into_values(self) -> Vec<(&'static str, Value)> {
        self.values
    }
}
