//! How much of a device's memory a model takes, told from its configuration alone, before any of it is fetched.

use roi_weights::{
    GROUP, Layout, ModelConfig, TensorEntry, matrix_shape, source_name, stored_tensors,
};

use crate::load::is_matrix;

const F32_BYTES: u64 = 4;

/// From the most exact to the smallest.
const LAYOUTS: [Layout; 4] = [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4];

/// What a model takes of a device's memory, about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// Bytes of its weights.
    pub weight_bytes: u64,
    /// Bytes beside them, with a picture and the longest conversation that the model was made for.
    pub working_bytes: u64,
    /// Bytes of the largest buffer among all of these. A kernel is handed buffers as a whole.
    pub largest_buffer_bytes: u64,
    /// Tokens of that conversation.
    pub max_positions: usize,
}

impl Footprint {
    pub(crate) fn of(config: &ModelConfig, entries: &[TensorEntry]) -> Self {
        let largest_weights = entries
            .iter()
            .map(|entry| match matrix_shape(&entry.shape) {
                Some((rows, cols)) if is_matrix(source_name(&entry.name), &entry.shape) => {
                    let padded = cols.next_multiple_of(GROUP as u64);
                    entry.layout.byte_len(rows, padded)
                }
                _ => entry.length,
            });
        Self {
            weight_bytes: entries.iter().map(|entry| entry.length).sum(),
            working_bytes: working_bytes(config),
            largest_buffer_bytes: largest_weights
                .max()
                .unwrap_or(0)
                .max(largest_working_buffer(config)),
            max_positions: config.decoder.max_positions,
        }
    }

    /// Weights and everything beside them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.weight_bytes + self.working_bytes
    }
}

/// The most exact layout in which all of a model would fit into so many bytes of a device's memory, and how many of them it would
/// take; `None` if there is none.
#[must_use]
pub fn fitting_layout(config: &ModelConfig, available_bytes: u64) -> Option<(Layout, u64)> {
    let working_bytes = working_bytes(config);
    LAYOUTS.into_iter().find_map(|layout| {
        let stored = stored_tensors(config, layout).ok()?;
        let weight_bytes: u64 = stored.iter().map(|tensor| tensor.length).sum();
        let bytes = weight_bytes + working_bytes;
        (bytes <= available_bytes).then_some((layout, bytes))
    })
}

/// Bytes of the keys and values of the longest conversation, of one picture, and of the largest intermediate values while a prompt
/// of that length is read: about what is in use beside the weights at the worst moment.
pub(crate) fn working_bytes(config: &ModelConfig) -> u64 {
    let decoder = &config.decoder;
    let keys_and_values = product(&[2, decoder.layers, decoder.max_positions, decoder.hidden]);
    let image_tokens = product(&[config.vision.n_patches(), decoder.hidden]);
    let pyramid: u64 = (0..config.vision.n_levels)
        .map(|level| config.level_side(level))
        .map(|side| product(&[config.region.width, side, side]))
        .sum();
    // The input, its norm, q, k, v and the sum; gate, up and their product.
    let reading = product(&[decoder.max_positions, 6 * decoder.hidden + 3 * decoder.ffn]);
    // A fusion holds the maps that it reads and those that it writes.
    let looking = 2 * pyramid;
    F32_BYTES * (keys_and_values + image_tokens + pyramid + reading.max(looking))
}

/// Bytes of the largest of the buffers that hold those values: a layer's keys, a map of the pyramid.
fn largest_working_buffer(config: &ModelConfig) -> u64 {
    let decoder = &config.decoder;
    let keys = product(&[decoder.max_positions, decoder.hidden]);
    let side = config.level_side(0);
    F32_BYTES * keys.max(product(&[config.region.width, side, side]))
}

/// The product of sizes that a checked configuration bounds.
fn product(sizes: &[usize]) -> u64 {
    sizes.iter().map(|&size| size as u64).product()
}

#[cfg(test)]
mod tests {
    use roi_weights::{Layout, ModelConfig};

    use super::{fitting_layout, working_bytes};

    #[test]
    fn the_7b_model_works_in_about_three_gigabytes_beside_its_weights() {
        // 2.15 GB of keys and values at 2048 positions, 0.47 GB to read so many at once, and a pyramid.
        let bytes = working_bytes(&ModelConfig::gpt4roi_7b());
        assert!((2_600_000_000..3_200_000_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_longer_conversation_takes_more() {
        let mut config = ModelConfig::tiny();
        let before = working_bytes(&config);
        config.decoder.max_positions += 1;
        let of_a_position = working_bytes(&config) - before;
        let decoder = &config.decoder;
        assert!(of_a_position >= (8 * decoder.layers * decoder.hidden) as u64);
    }
    #[test]
    fn what_fits_is_the_most_exact_layout_that_there_is_room_for() {
        let config = ModelConfig::gpt4roi_7b();
        let fits = |gigabytes: u64| fitting_layout(&config, gigabytes * 1_000_000_000);
        assert_eq!(fits(40).map(|(layout, _)| layout), Some(Layout::F32));
        assert_eq!(fits(20).map(|(layout, _)| layout), Some(Layout::F16));
        assert_eq!(fits(12).map(|(layout, _)| layout), Some(Layout::Q8));
        let (layout, bytes) = fits(8).expect("8 GB are enough for the smallest");
        assert_eq!(layout, Layout::Q4);
        assert!((6_000_000_000..8_000_000_000).contains(&bytes), "{bytes}");
        assert_eq!(fits(4), None);
    }
}
