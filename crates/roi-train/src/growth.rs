//! A larger model that computes what a smaller one does, and has room to learn more.
//!
//! What is new computes, but nothing of it reaches what was there: layers that are put into the tower add nothing to the hidden
//! states, and where a tensor has more inputs, its old outputs take zero times them. So the larger model's outputs are the smaller
//! one's, while every new weight gets a gradient or will after a step. Only a larger picture changes them: the same patches then
//! show less each.
//!
//! Source: Chen et al. 2016, "Net2Net: Accelerating Learning via Knowledge Transfer", for layers that start as the identity.
//! Differs: channels are added with zeros behind them, where the paper splits those there are.

mod positions;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use roi_weights::{ModelConfig, TensorSpec};

use crate::{Parameters, TrainError};

/// Sizes that become larger; `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growth {
    /// Pixels along an edge of the tower's square. The places of its patches are interpolated between those that were learnt.
    pub image_size: Option<usize>,
    /// Layers of the tower between one level and the next. New ones come last before each level.
    pub level_step: Option<usize>,
    /// Channels of the pyramid, in as many groups more.
    pub region_width: Option<usize>,
    /// Width of a region between `flatten_linear` and `updims`, a multiple of the old one.
    pub mid_width: Option<usize>,
}

impl Growth {
    /// Whether anything grows.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }

    /// The sizes of the larger model.
    ///
    /// # Errors
    /// [`TrainError::Growth`].
    fn sizes(&self, old: &ModelConfig) -> Result<ModelConfig, TrainError> {
        let mut new = old.clone();
        if let Some(side) = self.image_size {
            let before = old.vision.image_size;
            if side < before {
                return Err(refuse("vision.image_size", before, side, NOT_LESS));
            }
            new.vision.image_size = side;
        }
        if let Some(step) = self.level_step {
            let before = old.vision.level_step;
            let n_new = step.checked_sub(before);
            let n_new = n_new.ok_or_else(|| refuse("vision.level_step", before, step, NOT_LESS))?;
            let n_new = n_new * old.vision.n_levels.saturating_sub(1);
            new.vision.level_step = step;
            new.vision.layers += n_new;
            if new.vision.select_layer >= 0 {
                new.vision.select_layer += n_new as i64;
            }
        }
        if let Some(width) = self.region_width {
            let before = old.region.width;
            let group = before / old.region.group_norm_groups;
            if width < before {
                return Err(refuse("region.width", before, width, NOT_LESS));
            }
            // A quarter is what one level takes of another; a group is normalised together.
            if [before, width].iter().any(|width| width % (4 * group) != 0) {
                return Err(refuse("region.width", before, width, WHOLE_GROUPS));
            }
            new.region.width = width;
            new.region.group_norm_groups = width / group;
        }
        if let Some(width) = self.mid_width {
            let before = old.region.mid_width;
            // The box's part of it is normalised as a whole: repeated, it has the same mean and spread.
            if width < before || width % before != 0 {
                return Err(refuse("region.mid_width", before, width, MULTIPLE));
            }
            new.region.mid_width = width;
        }
        new.check()?;
        Ok(new)
    }
}

const NOT_LESS: &str = "it cannot become less";
const WHOLE_GROUPS: &str = "a quarter of its channels has to be whole groups before and after";
const MULTIPLE: &str = "it can only become a multiple";

fn refuse(size: &'static str, before: usize, after: usize, rule: &'static str) -> TrainError {
    TrainError::Growth {
        size,
        before,
        after,
        rule,
    }
}

impl Parameters {
    /// A larger model, with the same outputs if its picture is no larger. `seed` decides the new weights.
    ///
    /// # Errors
    /// [`TrainError::Growth`] when it cannot grow to such sizes.
    pub fn grown(&self, growth: &Growth, seed: u64) -> Result<Self, TrainError> {
        let (old, new) = (self.config(), growth.sizes(self.config())?);
        let mut grown = Self::initial(&new, seed, self.device())?;
        let shapes: HashMap<&str, &TensorSpec> = self
            .specs()
            .iter()
            .map(|spec| (spec.name.as_str(), spec))
            .collect();
        let sizes = Sizes { old, new: &new };
        for spec in grown.specs().to_vec() {
            let values = grown.values(&spec.name)?;
            let values = match sizes.source_name(&spec.name) {
                None if adds_to_the_hidden_state(&spec.name) => vec![0.0; values.len()],
                None => continue,
                Some(name) => {
                    let spec_before = shapes
                        .get(name.as_str())
                        .ok_or_else(|| TrainError::NoSuchTensor { name: name.clone() })?;
                    sizes.enlarged(&spec, values, spec_before, &self.values(&name)?)
                }
            };
            grown.set_values(&spec.name, values)?;
        }
        Ok(grown)
    }
}

/// Whether a layer's outputs, which are added to the hidden states, come from this tensor.
fn adds_to_the_hidden_state(name: &str) -> bool {
    name.contains(".out_proj.") || name.contains(".fc2.")
}

/// What an axis of a tensor counts.
#[derive(Clone, Copy)]
enum Axis {
    /// Channels of the pyramid, and so many values of each.
    Channels(usize),
    /// Anything else: what is new comes last.
    Other,
}

struct Sizes<'a> {
    old: &'a ModelConfig,
    new: &'a ModelConfig,
}

impl Sizes<'_> {
    /// The smaller model's name of a tensor; none if its layer is new.
    fn source_name(&self, name: &str) -> Option<String> {
        const LAYERS: &str = "vision_model.encoder.layers.";
        let Some((layer, part)) = name
            .strip_prefix(LAYERS)
            .and_then(|rest| rest.split_once('.'))
        else {
            return Some(name.to_owned());
        };
        let layer = self.old_layer(layer.parse().ok()?)?;
        Some(format!("{LAYERS}{layer}.{part}"))
    }

    /// The smaller model's index of a layer of the tower; none if it is new.
    fn old_layer(&self, layer: usize) -> Option<usize> {
        let (before, after) = (self.old.vision.level_step, self.new.vision.level_step);
        let lowest = self.old.vision.level_layers().first().copied().unwrap_or(0);
        let Some(above) = layer.checked_sub(lowest) else {
            return Some(layer);
        };
        let (interval, place) = (above / after, above % after);
        (place < before).then_some(lowest + interval * before + place)
    }

    /// A tensor with the smaller model's values where they belong: `initial` elsewhere, but zeros where an old output would
    /// take a new input.
    fn enlarged(
        &self,
        spec: &TensorSpec,
        mut initial: Vec<f32>,
        before: &TensorSpec,
        values: &[f32],
    ) -> Vec<f32> {
        if spec.shape == before.shape {
            return values.to_vec();
        }
        if spec.name.ends_with(".position_embedding.weight") {
            let grids = [self.old.vision.grid(), self.new.vision.grid()];
            return positions::interpolated(values, grids);
        }
        let (rows_before, rows) = (before.shape[0] as usize, spec.shape[0] as usize);
        let (row_before, row) = (values.len() / rows_before, initial.len() / rows);
        // All of an axis behind the inputs belongs to each of them.
        let inputs = |spec: &TensorSpec| spec.shape.get(1).map_or(1, |&inputs| inputs as usize);
        let (inputs_before, inputs) = (inputs(before), inputs(spec));
        let behind = row / inputs;
        let [row_axis, input_axis] = self.axes(&spec.name);
        for index in 0..rows_before {
            let to = place(row_axis, index, rows_before, rows) * row;
            let new_row = &mut initial[to..to + row];
            new_row.fill(0.0);
            let old_row = &values[index * row_before..(index + 1) * row_before];
            for input in 0..inputs_before {
                let to = place(input_axis, input, inputs_before, inputs) * behind;
                let from = input * behind;
                new_row[to..to + behind].copy_from_slice(&old_row[from..from + behind]);
            }
        }
        if spec.name.contains(".pos_embedd.3.") {
            // Said again, see `Growth::sizes`.
            let (said, again) = initial.split_at_mut(rows_before * row);
            for copy in again.chunks_mut(said.len()) {
                copy.copy_from_slice(&said[..copy.len()]);
            }
        }
        initial
    }

    /// What the first two axes of a region extractor's tensor count, where they may differ.
    fn axes(&self, name: &str) -> [Axis; 2] {
        if name.ends_with(".flatten_linear.weight") {
            let bins = self.old.region.roi_size * self.old.region.roi_size;
            return [Axis::Other, Axis::Channels(bins)];
        }
        if name.contains(".mlvl_fuse.") || name.contains(".pconvs.") {
            return [Axis::Channels(1); 2];
        }
        [Axis::Other; 2]
    }
}

/// Where an index of an axis of `before` entries goes on one of `after`. Channels stay in their quarter, since two of the
/// quarters come from other levels.
fn place(axis: Axis, index: usize, before: usize, after: usize) -> usize {
    match axis {
        Axis::Channels(each) if before != after => {
            let (before, after) = (before / each / 4, after / each / 4);
            let channel = index / each;
            ((channel / before) * after + channel % before) * each + index % each
        }
        _ => index,
    }
}
