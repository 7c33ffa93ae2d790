//! Attention and values of a decoder that has learnt nothing, by plain sums.

use burn::tensor::Device;
use roi_weights::ModelConfig;

use crate::testing::{self, noise};
use crate::{Parameters, SeenRegions};

/// Numbers that regions are called by, as rows of the vocabulary.
const NAMES: [u32; 3] = [17, 5, 41];

/// A decoder of this many heads of this size, and 53 words.
fn config(heads: usize, head_size: usize) -> ModelConfig {
    let mut config = testing::config();
    config.decoder.hidden = heads * head_size;
    (config.decoder.heads, config.decoder.vocab_rows) = (heads, 53);
    config.decoder.layers = 4;
    config
}

/// A region's vector; what all have in common is about six tenths of its length, and they differ in a few directions.
fn region(seed: u64, width: usize) -> Vec<f32> {
    let mut vector = scaled(&noise(3, width), 0.9);
    for direction in 0..5 {
        let share = 0.7 * noise(seed, 5)[direction];
        super::add(
            &mut vector,
            share,
            &scaled(&noise(100 + direction as u64, width), 1.0),
        );
    }
    vector
}

/// Noise of this root mean square.
fn scaled(values: &[f32], range: f32) -> Vec<f32> {
    normalised(values).into_iter().map(|a| range * a).collect()
}

/// Regions whose vectors are this much longer than a norm leaves them.
fn seen(width: usize, range: f32) -> SeenRegions {
    let vectors = (0..60).flat_map(|seed| scaled(&region(seed, width), range));
    SeenRegions {
        vectors: vectors.collect(),
        names: NAMES.to_vec(),
    }
}

fn looking(config: &ModelConfig, seed: u64) -> Parameters {
    let parameters = Parameters::initial(config, 7, &Device::flex()).unwrap();
    let seen = seen(config.decoder.hidden, 2.5);
    parameters.with_looking_decoder(&seen, seed).unwrap()
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

/// How the last token of a text shares its attention among all, in a head of a layer that takes these vectors in.
fn attention(parameters: &Parameters, layer: usize, head: usize, tokens: &[Vec<f32>]) -> Vec<f32> {
    let head_size = parameters.config().decoder.head_size();
    let matrix = |part: &str| {
        let name = format!("model.layers.{layer}.self_attn.{part}.weight");
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

fn rows(parameters: &Parameters, name: &str) -> Vec<Vec<f32>> {
    let width = parameters.config().decoder.hidden;
    let values = parameters.values(name).unwrap();
    values.chunks_exact(width).map(<[f32]>::to_vec).collect()
}

/// A conversation of words, with regions at some places, each behind a name.
fn conversation(parameters: &Parameters, regions: &[usize], length: usize) -> Vec<Vec<f32>> {
    let words = rows(parameters, "model.embed_tokens.weight");
    let word = |at: usize| match regions.iter().position(|&region| region == at + 1) {
        Some(number) => NAMES[number] as usize,
        None => at * 29 % words.len(),
    };
    let token = |at: usize| match regions.contains(&at) {
        true => normalised(&region(at as u64, words[0].len())),
        false => words[word(at)].clone(),
    };
    (0..length).map(token).collect()
}

#[test]
fn the_first_layer_looks_at_what_stands_right_before() {
    for (heads, head_size) in [(6, 32), (4, 16), (3, 28), (1, 40)] {
        let config = config(heads, head_size);
        let parameters = looking(&config, 11);
        let tokens = conversation(&parameters, &[31, 57], 80);
        for from in [1, 2, 13, 31, 32, 57, 79] {
            for head in 0..heads.div_ceil(2) {
                let weights = attention(&parameters, 0, head, &tokens[..=from]);
                let weight = weights[from - 1];
                let case = format!("{heads} heads of {head_size}, head {head}, from {from}");
                // The narrowest heads, of 8 rotary pairs, share some of it with neighbours.
                assert!(weight > 0.45, "{case}: {weight}");
            }
        }
    }
}

#[test]
fn half_of_the_second_layer_looks_at_the_nearest_region_before() {
    for (heads, head_size) in [(6, 32), (4, 16), (3, 28), (1, 64)] {
        let config = config(heads, head_size);
        let parameters = looking(&config, 11);
        // Behind 256 tokens of a picture.
        let tokens = conversation(&parameters, &[263, 287, 311], 340);
        for (from, nearest) in [(264, 263), (275, 263), (293, 287), (301, 287), (329, 311)] {
            for head in heads / 2..heads {
                let weight = attention(&parameters, 1, head, &tokens[..=from])[nearest];
                let case = format!("{heads} heads of {head_size}, head {head}, from {from}");
                assert!(weight > 0.5, "{case}: {weight}");
            }
        }
    }
}

#[test]
fn a_name_looks_at_the_region_that_is_called_so() {
    for (heads, head_size) in [(6, 32), (4, 48), (2, 64)] {
        let config = config(heads, head_size);
        let parameters = looking(&config, 11);
        let places = [5, 11, 17];
        let mut tokens = conversation(&parameters, &places, 30);
        // What the first layer makes of regions.
        for place in places {
            let name = tokens[place - 1].clone();
            super::add(
                &mut tokens[place],
                super::HANDED_ON as f32,
                &normalised(&name),
            );
        }
        let words = rows(&parameters, "model.embed_tokens.weight");
        for (name, place) in NAMES.into_iter().zip(places) {
            tokens.push(words[name as usize].clone());
            let weight = attention(&parameters, 1, 0, &tokens)[place];
            tokens.pop();
            assert!(
                weight > 0.8,
                "{heads} heads of {head_size}, {name}: {weight}"
            );
        }
    }
}

#[test]
fn a_word_looks_at_the_region_that_shows_it() {
    let config = config(6, 32);
    let parameters = looking(&config, 11);
    let words = rows(&parameters, "model.embed_tokens.weight");
    let places = [5, 11, 17, 23];
    let mut tokens = conversation(&parameters, &places[..3], 30);
    let common = scaled(&noise(3, 192), 0.47);
    for (shown, place) in places.into_iter().enumerate() {
        // Each shows one of the directions that regions differ in, and the word is of that direction.
        let own = scaled(&noise(100 + shown as u64, 192), 0.9);
        tokens[place] = own.iter().zip(&common).map(|(a, b)| a + b).collect();
    }
    for (shown, place) in places.into_iter().enumerate() {
        let mut word = words[29].clone();
        super::add(
            &mut word,
            0.5,
            &scaled(&noise(100 + shown as u64, 192), 1.0),
        );
        tokens.push(word);
        let weights = [1, 2].map(|head| attention(&parameters, 1, head, &tokens)[place]);
        tokens.pop();
        assert!(weights.iter().sum::<f32>() > 1.0, "{shown}: {weights:?}");
    }
}

#[test]
fn what_is_looked_at_is_handed_on_as_it_is() {
    const WELL: f32 = super::HANDED_ON as f32;
    const FAINTLY: f32 = super::HANDED_ON_FAINTLY as f32;
    let (heads, size) = (4, 12);
    let mut config = config(heads, size);
    config.decoder.layers = 5;
    let parameters = looking(&config, 11);
    let halves = [WELL, WELL, FAINTLY, FAINTLY];
    for (layer, shares) in [halves, [WELL; 4], [WELL; 4], halves, [FAINTLY; 4]]
        .into_iter()
        .enumerate()
    {
        let matrix = |part: &str| {
            let name = format!("model.layers.{layer}.self_attn.{part}.weight");
            parameters.get(&name).unwrap().clone()
        };
        // What a head takes in and gives out again it would take in again.
        let again = matrix("v_proj").matmul(matrix("o_proj"));
        let again = again.into_data().try_to_vec::<f32>().unwrap();
        for (row, values) in again.chunks_exact(heads * size).enumerate() {
            let head = row / size;
            for (column, value) in values[head * size..(head + 1) * size].iter().enumerate() {
                let is_same = column == row % size;
                let expected = if is_same { shares[head] } else { 0.0 };
                let case = format!("layer {layer}, head {head}");
                assert!(
                    (value - expected).abs() < 1e-5,
                    "{case}: {value}, not {expected}"
                );
            }
        }
    }
}

/// How much of a vector the values of some heads of a layer keep.
fn kept(parameters: &Parameters, layer: usize, heads: std::ops::Range<usize>, of: &[f32]) -> f32 {
    let size = parameters.config().decoder.head_size();
    let values = rows(
        parameters,
        &format!("model.layers.{layer}.self_attn.v_proj.weight"),
    );
    let along = |row: &Vec<f32>| row.iter().zip(of).map(|(a, b)| a * b).sum::<f32>().powi(2);
    let kept: f32 = values[heads.start * size..heads.end * size]
        .iter()
        .map(along)
        .sum();
    kept / of.iter().map(|a| a * a).sum::<f32>()
}

#[test]
fn names_are_handed_on_where_it_matters_how_a_region_is_called() {
    for (heads, head_size) in [(6, 32), (4, 48)] {
        let config = config(heads, head_size);
        let parameters = looking(&config, 11);
        let words = rows(&parameters, "model.embed_tokens.weight");
        // What all words have in common is no part of a name.
        let name: Vec<f32> = words[NAMES[0] as usize]
            .iter()
            .zip(&words[NAMES[2] as usize])
            .map(|(a, b)| a - b)
            .collect();
        // To the region right behind it, and to the word that finds the region by what it shows.
        for (layer, of_heads) in [(0, 0..1), (1, 1..2)] {
            let kept = kept(&parameters, layer, of_heads, &name);
            assert!(
                kept > 0.6,
                "{heads} heads of {head_size}, layer {layer}: {kept}"
            );
        }
    }
}

#[test]
fn a_name_is_told_what_the_region_shows() {
    for (heads, head_size) in [(6, 32), (4, 48), (2, 64)] {
        let config = config(heads, head_size);
        let parameters = looking(&config, 11);
        let width = config.decoder.hidden;
        let difference: Vec<f32> = region(1, width)
            .iter()
            .zip(region(2, width))
            .map(|(a, b)| a - b)
            .collect();
        let kept = kept(&parameters, 1, 0..1, &difference);
        assert!(kept > 0.99, "{heads} heads of {head_size}: {kept}");
    }
}

/// Words of which the head knows hardly more than that every third is said of regions.
fn of_two_camps(config: &ModelConfig) -> Parameters {
    let width = config.decoder.hidden;
    let mut parameters = Parameters::initial(config, 7, &Device::flex()).unwrap();
    let mut head = rows(&parameters, "lm_head.weight");
    for (word, row) in head.iter_mut().enumerate() {
        let is_said = if is_said(word) { 1.0 } else { -1.0 };
        super::add(row, is_said, &scaled(&noise(9, width), 0.2));
        // The first direction is what regions have in common.
        super::add(row, is_said, &scaled(&noise(3, width), 0.1));
    }
    parameters
        .set_values("lm_head.weight", head.concat())
        .unwrap();
    parameters
}

fn is_said(word: usize) -> bool {
    word.is_multiple_of(3)
}

#[test]
fn words_of_two_camps_are_told_apart() {
    let old = of_two_camps(&config(6, 32));
    let new = old.with_looking_decoder(&seen(192, 1.0), 11).unwrap();
    let words = rows(&new, "model.embed_tokens.weight");
    for camp in [true, false] {
        let words = words.iter().enumerate();
        let words = words.filter(|(word, _)| is_said(*word) == camp);
        let mut words = words.flat_map(|(_, row)| row.clone()).collect::<Vec<f32>>();
        super::centre(&mut words, 192);
        let words: Vec<_> = words.chunks_exact(192).map(super::unit).collect();
        for (at, one) in words.iter().enumerate() {
            for other in &words[..at] {
                let cosine: f32 = one.iter().zip(other).map(|(a, b)| a * b).sum();
                assert!(cosine.abs() < 0.4, "{at}: {cosine}");
            }
        }
    }
}

/// How heads of a layer share their attention at the end of a text of words behind 256 tokens of a picture: between the last 30
/// tokens that are of some kind and all before.
fn near_and_far(
    new: &Parameters,
    [layer, head]: [usize; 2],
    length: usize,
    is_meant: fn(usize) -> bool,
) -> [f32; 2] {
    let words = rows(new, "model.embed_tokens.weight");
    let word = |at: usize| at * 29 % words.len();
    let token = |at: usize| match at {
        0..256 => scaled(&noise(at as u64, 192), 1.0),
        _ => words[word(at)].clone(),
    };
    let tokens: Vec<_> = (0..length).map(token).collect();
    let weights = attention(new, layer, head, &tokens);
    let meant = (256..length).filter(|&at| is_meant(word(at)));
    let (near, far): (Vec<_>, Vec<_>) = meant.partition(|&at| length - at < 30);
    [near, far].map(|places| places.into_iter().map(|at| weights[at]).sum())
}

fn is_name(word: usize) -> bool {
    NAMES.contains(&(word as u32))
}

fn is_neither(word: usize) -> bool {
    !is_name(word) && !is_said(word)
}

#[test]
fn the_third_layer_looks_back_at_words_of_each_kind() {
    let new = of_two_camps(&config(6, 32));
    let new = new.with_looking_decoder(&seen(192, 1.0), 11).unwrap();
    // The last 30 tokens have words of each kind; which are the last, differs.
    for length in [300, 331, 340] {
        for (head, is_meant) in [
            (0, is_said as fn(usize) -> bool),
            (1, is_said),
            (2, is_said),
            (3, is_name),
            (4, is_neither),
            (5, is_neither),
        ] {
            let [near, far] = near_and_far(&new, [2, head], length, is_meant);
            // Numbers are 3 words of 53: the picture's 256 tokens have much of the rest.
            assert!(near > 0.4, "{length} tokens, head {head}: {near}");
            assert!(
                near > 3.0 * far,
                "{length} tokens, head {head}: {near}, {far}"
            );
        }
    }
}

#[test]
fn words_about_a_region_of_the_same_name_look_at_each_other() {
    let new = of_two_camps(&config(6, 32));
    let new = new.with_looking_decoder(&seen(192, 1.0), 11).unwrap();
    let words = rows(&new, "model.embed_tokens.weight");
    let names = NAMES.map(|name| {
        // Without what names have in common, as it is told of a region.
        let mean: Vec<f32> = (0..192)
            .map(|at| {
                NAMES
                    .iter()
                    .map(|&name| words[name as usize][at])
                    .sum::<f32>()
                    / 3.0
            })
            .collect();
        let own: Vec<f32> = words[name as usize]
            .iter()
            .zip(mean)
            .map(|(a, b)| a - b)
            .collect();
        scaled(&own, super::HANDED_ON as f32)
    });
    // Words that can be said of regions, each of which has found one.
    let mut tokens: Vec<Vec<f32>> = (0..24).map(|at| words[at * 3 % 51].clone()).collect();
    let found = |at: usize| at % 3;
    for (at, token) in tokens.iter_mut().enumerate() {
        super::add(token, 1.0, &names[found(at)]);
    }
    for head in 0..3 {
        let weights = attention(&new, 3, head, &tokens);
        let same: f32 = (0..24)
            .filter(|&at| found(at) == found(23))
            .map(|at| weights[at])
            .sum();
        assert!(same > 0.7, "head {head}: {same}");
    }
}

#[test]
fn the_head_tells_all_words_apart_as_clearly_as_those_that_are_said() {
    let mut old = of_two_camps(&config(6, 32));
    // Of words that are never said it knows a tenth.
    let mut head = rows(&old, "lm_head.weight");
    let camp: Vec<f32> = head
        .iter()
        .enumerate()
        .filter(|(word, _)| !is_said(*word))
        .fold(vec![0.0; 192], |mut sum, (_, row)| {
            super::add(&mut sum, 1.0 / 35.0, row);
            sum
        });
    for (word, row) in head.iter_mut().enumerate() {
        if !is_said(word) {
            let own: Vec<f32> = row
                .iter()
                .zip(&camp)
                .map(|(a, b)| 0.1 * (a - b) + b)
                .collect();
            row.copy_from_slice(&own);
        }
    }
    old.set_values("lm_head.weight", head.concat()).unwrap();
    let new = old
        .clone()
        .with_looking_decoder(&seen(192, 1.0), 11)
        .unwrap();
    let spread = |parameters: &Parameters| {
        let rows = rows(parameters, "lm_head.weight").into_iter().enumerate();
        let mut unsaid: Vec<f32> = rows
            .filter(|(word, _)| !is_said(*word))
            .flat_map(|(_, row)| row)
            .collect();
        super::centre(&mut unsaid, 192);
        super::length(&unsaid)
    };
    assert!(spread(&new) > 5.0 * spread(&old));
    for (word, (old, new)) in rows(&old, "lm_head.weight")
        .iter()
        .zip(rows(&new, "lm_head.weight"))
        .enumerate()
    {
        let change: Vec<f32> = old.iter().zip(&new).map(|(a, b)| b - a).collect();
        let change = super::length(&change) / super::length(old);
        assert!(!is_said(word) || change < 0.7, "{word}: {change}");
    }
}

#[test]
fn tower_and_extractor_stay_but_for_the_length_of_regions() {
    const REGIONS: &str = "model.spi_module.roi_align.updims.";
    let config = config(2, 12);
    let mut old = Parameters::initial(&config, 7, &Device::flex()).unwrap();
    // A norm that has learnt something.
    let norm = "model.layers.1.input_layernorm.weight";
    old.set_values(norm, vec![3.0; config.decoder.hidden])
        .unwrap();
    let seen = seen(config.decoder.hidden, 2.5);
    let [new, again, other] =
        [11, 11, 12].map(|seed| old.clone().with_looking_decoder(&seen, seed).unwrap());
    for spec in old.specs() {
        let name = &spec.name;
        let is_new = ["model.layers.", "model.embed_tokens.", "lm_head."]
            .iter()
            .any(|part| name.starts_with(part));
        let hash = |parameters: &Parameters| parameters.hash(name).unwrap();
        assert_eq!(hash(&new), hash(&again), "{name}");
        if is_new && spec.shape.len() > 1 {
            assert_ne!(hash(&new), hash(&old), "{name}");
            assert_ne!(hash(&new), hash(&other), "{name}");
        } else if name.starts_with(REGIONS) {
            let values = [&old, &new].map(|parameters| parameters.values(name).unwrap());
            for (old, new) in values[0].iter().zip(&values[1]) {
                assert!((old / 2.5 - new).abs() < 1e-5, "{name}: {old}, {new}");
            }
        } else if !is_new {
            assert_eq!(hash(&new), hash(&old), "{name}");
        }
    }
    assert!(new.values(norm).unwrap().iter().all(|&value| value == 1.0));
}

#[test]
fn what_no_decoder_can_look_at_is_refused() {
    let refused = |config: &ModelConfig, vectors: Vec<f32>| {
        let parameters = Parameters::initial(config, 7, &Device::flex()).unwrap();
        let seen = SeenRegions {
            vectors,
            names: Vec::new(),
        };
        let error = parameters.with_looking_decoder(&seen, 11).unwrap_err();
        error.to_string()
    };
    let mut config = config(2, 12);
    for (given, expected) in [(23, 24), (49, 48), (0, 24)] {
        assert_eq!(
            refused(&config, vec![1.0; given]),
            format!("tensor of region vectors has {given} values, the model's has {expected}")
        );
    }
    config.decoder.layers = 1;
    assert_eq!(
        refused(&config, vec![1.0; 24]),
        "a new decoder looks at regions with 2 layers, and the model's has 1"
    );
}

#[test]
fn a_decoder_without_names_still_looks() {
    let config = config(3, 28);
    let parameters = Parameters::initial(&config, 7, &Device::flex()).unwrap();
    let seen = SeenRegions {
        names: vec![53, 1000],
        ..seen(84, 1.0)
    };
    let parameters = parameters.with_looking_decoder(&seen, 11).unwrap();
    let tokens = conversation(&parameters, &[13, 47], 60);
    assert!(attention(&parameters, 1, 2, &tokens)[47] > 0.5);
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

#[test]
fn regions_without_anything_in_common_leave_the_weights_finite() {
    let config = config(4, 16);
    let parameters = Parameters::initial(&config, 7, &Device::flex()).unwrap();
    let vector = noise(5, 64);
    let opposite = vector.iter().map(|a| -a).collect();
    let seen = SeenRegions {
        vectors: [vector, opposite].concat(),
        names: NAMES.to_vec(),
    };
    let parameters = parameters.with_looking_decoder(&seen, 11).unwrap();
    for spec in parameters.specs() {
        let values = parameters.values(&spec.name).unwrap();
        assert!(values.iter().all(|a| a.is_finite()), "{}", spec.name);
    }
}
