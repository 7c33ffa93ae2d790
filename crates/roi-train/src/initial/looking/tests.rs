//! Attention and values of a decoder that has learnt nothing, by plain sums.

use burn::tensor::Device;
use roi_weights::ModelConfig;

use crate::Parameters;
use crate::testing::{self, noise};

/// A decoder of this many heads of this size, and 53 words.
fn config(heads: usize, head_size: usize) -> ModelConfig {
    let mut config = testing::config();
    config.decoder.hidden = heads * head_size;
    (config.decoder.heads, config.decoder.vocab_rows) = (heads, 53);
    config
}

/// What regions have in common, at 0.47 of a normalised vector's length.
fn regions(width: usize) -> Vec<f32> {
    let values = noise(3, width);
    let length = values.iter().map(|a| a * a).sum::<f32>().sqrt();
    let wanted = 0.47 * (width as f32).sqrt();
    values.iter().map(|a| a * wanted / length).collect()
}

fn looking(config: &ModelConfig, seed: u64) -> Parameters {
    let parameters = Parameters::initial(config, 7, &Device::flex()).unwrap();
    let common = regions(config.decoder.hidden);
    parameters.with_looking_decoder(&common, seed).unwrap()
}

fn normalised(vector: &[f32]) -> Vec<f32> {
    let mean_square = vector.iter().map(|a| a * a).sum::<f32>() / vector.len() as f32;
    vector.iter().map(|a| a / mean_square.sqrt()).collect()
}

/// What a head's rows of a matrix make of a vector, turned as by its position: each number of the first half of a head with
/// its counterpart in the second.
fn turned(matrix: &[f32], head: usize, head_size: usize, vector: &[f32], at: usize) -> Vec<f32> {
    let rows = matrix.chunks_exact(vector.len()).skip(head * head_size);
    let made: Vec<f32> = rows
        .take(head_size)
        .map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
        .collect();
    let half = head_size / 2;
    let mut turned = vec![0.0; head_size];
    for pair in 0..half {
        let angle = at as f32 * 10_000_f32.powf(-(pair as f32) / half as f32);
        let (sin, cos) = angle.sin_cos();
        turned[pair] = made[pair] * cos - made[pair + half] * sin;
        turned[pair + half] = made[pair + half] * cos + made[pair] * sin;
    }
    turned
}

/// How the last token of a text shares its attention among all, in a head of the first layer.
fn attention(parameters: &Parameters, head: usize, tokens: &[Vec<f32>]) -> Vec<f32> {
    let head_size = parameters.config().decoder.head_size();
    let matrix = |part: &str| {
        let name = format!("model.layers.0.self_attn.{part}.weight");
        parameters.values(&name).unwrap()
    };
    let (queries, keys) = (matrix("q_proj"), matrix("k_proj"));
    let last = tokens.len() - 1;
    let query = turned(&queries, head, head_size, &normalised(&tokens[last]), last);
    let weights = tokens.iter().enumerate().map(|(at, token)| {
        let key = turned(&keys, head, head_size, &normalised(token), at);
        let logit: f32 = query.iter().zip(key).map(|(a, b)| a * b).sum();
        (logit / (head_size as f32).sqrt()).exp()
    });
    let weights: Vec<f32> = weights.collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[test]
fn every_head_looks_from_a_word_at_the_nearest_region_before_it() {
    for (heads, head_size) in [(6, 32), (4, 16), (3, 28)] {
        let config = config(heads, head_size);
        let width = config.decoder.hidden;
        let parameters = looking(&config, 11);
        let words = parameters.values("model.embed_tokens.weight").unwrap();
        let common = regions(width);
        // Three regions in a conversation behind 256 tokens of a picture; what follows each is looked at from.
        let places = [263, 287, 311];
        let token = |at: usize| -> Vec<f32> {
            if places.contains(&at) {
                let own = noise(at as u64, width);
                return common.iter().zip(own).map(|(a, b)| a + 1.5 * b).collect();
            }
            let row = at * 29 % config.decoder.vocab_rows;
            words[row * width..(row + 1) * width].to_vec()
        };
        for (from, nearest) in [(264, 263), (275, 263), (293, 287), (301, 287), (329, 311)] {
            let tokens: Vec<_> = (0..=from).map(token).collect();
            for head in 0..heads {
                let weights = attention(&parameters, head, &tokens);
                assert!(
                    weights[nearest] > 0.5,
                    "{heads} heads of {head_size}, head {head}, from {from}: {}",
                    weights[nearest]
                );
            }
        }
    }
}

#[test]
fn what_is_looked_at_is_handed_on_as_it_is() {
    let config = config(2, 12);
    let parameters = looking(&config, 11);
    let width = config.decoder.hidden;
    for (layer, share) in [(0, super::HANDED_ON), (1, super::HANDED_ON_LATER)] {
        let matrix = |part: &str| {
            let name = format!("model.layers.{layer}.self_attn.{part}.weight");
            parameters.get(&name).unwrap().clone()
        };
        let through = matrix("o_proj").matmul(matrix("v_proj"));
        let values = through.into_data().try_to_vec::<f32>().unwrap();
        for (index, value) in values.into_iter().enumerate() {
            let is_same = index / width == index % width;
            let expected = if is_same { share as f32 } else { 0.0 };
            assert!(
                (value - expected).abs() < 1e-5,
                "layer {layer}: {value} at {index}"
            );
        }
    }
}

#[test]
fn only_words_and_layers_are_new() {
    let config = config(2, 12);
    let mut old = Parameters::initial(&config, 7, &Device::flex()).unwrap();
    // A norm that has learnt something.
    let norm = "model.layers.1.input_layernorm.weight";
    old.set_values(norm, vec![3.0; config.decoder.hidden])
        .unwrap();
    let common = regions(config.decoder.hidden);
    let [new, again, other] =
        [11, 11, 12].map(|seed| old.clone().with_looking_decoder(&common, seed).unwrap());
    for spec in old.specs() {
        let name = &spec.name;
        let is_new = name.starts_with("model.layers.") || name.starts_with("model.embed_tokens.");
        let hash = |parameters: &Parameters| parameters.hash(name).unwrap();
        assert_eq!(hash(&new), hash(&again), "{name}");
        if is_new && spec.shape.len() > 1 {
            assert_ne!(hash(&new), hash(&old), "{name}");
            assert_ne!(hash(&new), hash(&other), "{name}");
        } else if !is_new {
            assert_eq!(hash(&new), hash(&old), "{name}");
        }
    }
    assert!(new.values(norm).unwrap().iter().all(|&value| value == 1.0));
}

#[test]
fn regions_of_another_width_are_refused() {
    let parameters = Parameters::initial(&config(2, 12), 7, &Device::flex()).unwrap();
    let error = parameters.with_looking_decoder(&[1.0; 23], 11).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tensor of what regions have in common has 23 values, the model's has 24"
    );
}

#[test]
fn a_word_is_read_by_the_head_as_itself() {
    let config = config(3, 28);
    let parameters = looking(&config, 11);
    let width = config.decoder.hidden;
    let (words, head) = ["model.embed_tokens.weight", "lm_head.weight"]
        .map(|name| parameters.values(name).unwrap())
        .into();
    for (word, vector) in words.chunks_exact(width).enumerate() {
        let logits = head
            .chunks_exact(width)
            .map(|row| -> f32 { row.iter().zip(vector).map(|(a, b)| a * b).sum() });
        let likeliest = logits.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        assert_eq!(likeliest.unwrap().0, word);
    }
}
