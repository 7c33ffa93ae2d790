//! How much of a device's memory a model takes, told from its configuration alone, before any of it is fetched.

use roi_weights::ModelConfig;

const F32_BYTES: u64 = 4;

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

/// The product of sizes that a checked configuration bounds.
fn product(sizes: &[usize]) -> u64 {
    sizes.iter().map(|&size| size as u64).product()
}

#[cfg(test)]
mod tests {
    use roi_weights::ModelConfig;

    use super::working_bytes;

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
}
