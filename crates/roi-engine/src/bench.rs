//! How fast a model runs on a device, in figures that can be compared: what each step takes, and
//! how near decoding comes to the speed at which the device can copy memory.

use roi_geom::BoxNorm;
use roi_kernels::{gpu_stats, reserved_bytes};
use roi_model::Gpt4Roi;
use roi_weights::{Layout, ModelConfig};
use serde::Serialize;

use crate::calibration::copy_speed;
use crate::host::Host;
use crate::session::finished;
use crate::{Engine, EngineError};

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct BenchOptions {
    /// Tokens of text beside the picture and one region.
    pub prompt_tokens: usize,
    /// Tokens generated.
    pub new_tokens: usize,
    /// Times each step is repeated; the median counts.
    pub repeats: usize,
}

impl Default for BenchOptions {
    fn default() -> Self {
        Self {
            prompt_tokens: 48,
            new_tokens: 64,
            repeats: 5,
        }
    }
}

/// The figures of one device and model. Times are medians; compilation is not in them.
#[derive(Clone, Debug, Serialize)]
pub struct BenchReport {
    /// `gpu` or `cpu`, and the device's name.
    pub device: String,
    /// What was measured.
    pub model: String,
    /// Bytes of weights on the device.
    pub weight_bytes: u64,
    /// Pixels to image tokens and fused pyramid.
    pub picture_ms: f64,
    /// One box to its vector.
    pub region_ms: f64,
    /// Tokens of the prompt.
    pub prefill_tokens: usize,
    /// Prompt tokens a second.
    pub prefill_tokens_per_second: f64,
    /// New tokens a second, one after the other.
    pub decode_tokens_per_second: f64,
    /// Kernel launches per new token.
    pub dispatches_per_token: f64,
    /// Those among them that were recorded once and sent as a whole.
    pub replayed_dispatches_per_token: f64,
    /// Bytes that a new token reads: weights, and keys and values half-way through.
    pub bytes_read_per_token: u64,
    /// Bytes read and written a second by a plain copy.
    pub copy_bytes_per_second: f64,
    /// Bytes decoding reads a second, as a fraction of the copy's.
    pub decode_share_of_copy: f64,
    /// GPU memory held at the end; 0 on the CPU.
    pub gpu_bytes: u64,
}

impl Engine {
    /// Measures the loaded model.
    ///
    /// # Errors
    /// [`EngineError`] when no model is loaded or the device fails.
    pub async fn bench(&self, options: BenchOptions) -> Result<BenchReport, EngineError> {
        let loaded = self.loaded.as_ref().ok_or(EngineError::NoModel)?;
        bench(&loaded.model, &loaded.info.id, &self.host, options).await
    }
}

/// Measures a model with pseudo-random weights made on the device.
///
/// # Errors
/// [`EngineError`] when the configuration is no model's or the device fails.
pub async fn bench_synthetic(
    config: &ModelConfig,
    quant: Layout,
    name: &str,
    host: &Host,
    options: BenchOptions,
) -> Result<BenchReport, EngineError> {
    let model = Gpt4Roi::synthetic(config, quant, &host.device)?;
    bench(&model, &format!("{name} {quant}"), host, options).await
}

/// Measures a model on the host's device.
///
/// # Errors
/// [`EngineError`] when the device fails.
pub async fn bench(
    model: &Gpt4Roi,
    name: &str,
    host: &Host,
    options: BenchOptions,
) -> Result<BenchReport, EngineError> {
    let config = model.config();
    let side = config.vision.image_size;
    let pixels = vec![0.25; 3 * side * side];
    let region = [BoxNorm {
        x1: 0.1,
        y1: 0.2,
        x2: 0.6,
        y2: 0.7,
    }];

    let mut picture = model.encode_picture(&pixels);
    finished(&picture.image_tokens, host).await?;
    let mut picture_ms = Vec::new();
    for _ in 0..options.repeats {
        let start = (host.now_ms)();
        picture = model.encode_picture(&pixels);
        // The last thing that is computed, so that all of it is in the time.
        let [first, ..] = &picture.pyramid[..] else {
            unreachable!("a pyramid has a level")
        };
        finished(&first.clone().slice([0..1, 0..1]).flatten::<2>(1, 2), host).await?;
        picture_ms.push((host.now_ms)() - start);
    }

    let mut vector = model.encode_regions(&picture, &region, false);
    finished(&vector, host).await?;
    let mut region_ms = Vec::new();
    for _ in 0..options.repeats {
        let start = (host.now_ms)();
        vector = model.encode_regions(&picture, &region, false);
        finished(&vector, host).await?;
        region_ms.push((host.now_ms)() - start);
    }

    let ids = prompt(config, options.prompt_tokens);
    let embeds = model.embed_prompt(&ids, 0..ids.len(), &picture.image_tokens, &[vector])?;
    let mut cache = model.new_cache(ids.len() + options.new_tokens.max(2));
    let mut prefill_ms = Vec::new();
    for _ in 0..=options.repeats {
        cache.truncate(0);
        let start = (host.now_ms)();
        let logits = model.prefill(embeds.clone(), &mut cache);
        // Chosen on the device and read back, as an answer's first token is.
        cache.choose_greedy(logits).await?;
        prefill_ms.push((host.now_ms)() - start);
    }
    // The first one compiled.
    prefill_ms.remove(0);

    let mut step = async || -> Result<(), EngineError> {
        let logits = model.step(&mut cache);
        cache.choose_greedy(logits).await?;
        Ok(())
    };
    step().await?;
    let before = gpu_stats();
    let mut step_ms = Vec::new();
    for _ in 1..options.new_tokens.max(2) {
        let start = (host.now_ms)();
        step().await?;
        step_ms.push((host.now_ms)() - start);
    }
    host.check()?;
    let steps = step_ms.len().max(1) as f64;
    let after = gpu_stats();
    let per_token = |launches: u64| launches as f64 / steps;

    let kv_bytes = (config.decoder.layers * config.decoder.hidden * 2 * 4) as u64;
    let positions = (ids.len() + options.new_tokens / 2) as u64;
    let bytes_read_per_token = model.bytes_per_token() + kv_bytes * positions;
    let copy_bytes_per_second = copy_speed(host).await?;
    let decode_tokens_per_second = 1e3 / median(&mut step_ms);
    Ok(BenchReport {
        device: format!("{}: {}", host.info.kind, host.info.name),
        model: name.to_owned(),
        weight_bytes: model.weight_bytes(),
        picture_ms: median(&mut picture_ms),
        region_ms: median(&mut region_ms),
        prefill_tokens: ids.len(),
        prefill_tokens_per_second: ids.len() as f64 * 1e3 / median(&mut prefill_ms),
        decode_tokens_per_second,
        dispatches_per_token: per_token(after.dispatches - before.dispatches),
        replayed_dispatches_per_token: per_token(after.replayed - before.replayed),
        bytes_read_per_token,
        copy_bytes_per_second,
        decode_share_of_copy: bytes_read_per_token as f64 * decode_tokens_per_second
            / copy_bytes_per_second,
        gpu_bytes: reserved_bytes(&host.device),
    })
}

/// A prompt with a picture, one region, and ordinary tokens around them.
fn prompt(config: &ModelConfig, text: usize) -> Vec<u32> {
    let tokens = &config.tokens;
    let mut ids = vec![tokens.bos, tokens.im_start];
    ids.extend(std::iter::repeat_n(
        tokens.im_patch,
        config.vision.n_patches(),
    ));
    ids.push(tokens.im_end);
    let ordinary = config.decoder.vocab_rows as u32 / 2;
    ids.extend((0..text as u32).map(|index| ordinary + index % 7));
    ids.push(tokens.bbox);
    ids
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
