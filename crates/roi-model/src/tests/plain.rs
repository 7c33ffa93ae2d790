//! The model as loops in f64, each step where the original has it: the oracle for sizes that the
//! reference checkpoint does not have.

use roi_weights::Activation;

use super::synthetic::Checkpoint;

/// A feature map `[C, side, side]`.
#[derive(Clone)]
pub(crate) struct Map {
    pub(crate) side: usize,
    pub(crate) values: Vec<f64>,
}

impl Map {
    fn channels(&self) -> usize {
        self.values.len() / (self.side * self.side)
    }

    fn channel(&self, channel: usize) -> &[f64] {
        let area = self.side * self.side;
        &self.values[channel * area..(channel + 1) * area]
    }

    /// Zero outside.
    fn at(&self, channel: usize, y: isize, x: isize) -> f64 {
        let inside = 0..self.side as isize;
        if inside.contains(&y) && inside.contains(&x) {
            self.channel(channel)[y as usize * self.side + x as usize]
        } else {
            0.0
        }
    }

    /// Bilinear, corners aligned.
    fn resized(&self, side: usize) -> Map {
        let source = |i: usize| {
            let at = i as f64 * (self.side - 1) as f64 / (side - 1) as f64;
            let low = (at.floor() as usize).min(self.side - 1);
            (low, (low + 1).min(self.side - 1), at - low as f64)
        };
        let mut values = Vec::new();
        for channel in 0..self.channels() {
            let map = self.channel(channel);
            for (y, x) in (0..side * side).map(|i| (i / side, i % side)) {
                let ((y0, y1, fy), (x0, x1, fx)) = (source(y), source(x));
                let row =
                    |y: usize| map[y * self.side + x0] * (1.0 - fx) + map[y * self.side + x1] * fx;
                values.push(row(y0) * (1.0 - fy) + row(y1) * fy);
            }
        }
        Map { side, values }
    }
}

impl Checkpoint {
    fn weight(&self, name: &str) -> Vec<f64> {
        self.values[name].iter().map(|&x| f64::from(x)).collect()
    }

    /// `x · Wᵀ + b`, where there is a bias; as many rows as `x` has.
    fn linear(&self, name: &str, x: &[f64], rows: usize) -> Vec<f64> {
        let weight = self.weight(&format!("{name}.weight"));
        let inputs = x.len() / rows;
        let outputs = weight.len() / inputs;
        let bias = format!("{name}.bias");
        let bias = if self.values.contains_key(&bias) {
            self.weight(&bias)
        } else {
            vec![0.0; outputs]
        };
        let dot =
            |row: &[f64], column: &[f64]| row.iter().zip(column).map(|(a, b)| a * b).sum::<f64>();
        x.chunks(inputs)
            .flat_map(|row| {
                weight
                    .chunks(inputs)
                    .zip(&bias)
                    .map(move |(column, b)| dot(row, column) + b)
            })
            .collect()
    }

    fn layer_norm(&self, name: &str, x: &[f64], eps: f64) -> Vec<f64> {
        let (weight, bias) = (
            self.weight(&format!("{name}.weight")),
            self.weight(&format!("{name}.bias")),
        );
        let rows = x.chunks(weight.len()).flat_map(|row| {
            let normal = normalised(row, eps);
            normal
                .iter()
                .zip(&weight)
                .zip(&bias)
                .map(|((x, w), b)| x * w + b)
                .collect::<Vec<_>>()
        });
        rows.collect()
    }

    fn rms_norm(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let (weight, eps) = (
            self.weight(&format!("{name}.weight")),
            self.config.decoder.rms_norm_eps,
        );
        let rows = x.chunks(weight.len()).flat_map(|row| {
            let scale = (mean(row.iter().map(|x| x * x)) + eps).sqrt().recip();
            row.iter()
                .zip(&weight)
                .map(|(x, w)| x * scale * w)
                .collect::<Vec<_>>()
        });
        rows.collect()
    }

    /// All hidden states up to the image layer, `[P + 1, C]` each.
    pub(crate) fn hidden_states(&self, pixels: &[f32]) -> Vec<Vec<f64>> {
        let config = &self.config.vision;
        let (side, patch, grid, width) = (
            config.image_size,
            config.patch_size,
            config.grid(),
            config.width,
        );
        let kernel = self.weight("vision_model.embeddings.patch_embedding.weight");
        let mut x = self.weight("vision_model.embeddings.class_embedding");
        for (row, column) in (0..grid * grid).map(|i| (i / grid, i % grid)) {
            for output in 0..width {
                let mut sum = 0.0;
                for (channel, dy, dx) in triples(3, patch, patch) {
                    let weight = kernel[((output * 3 + channel) * patch + dy) * patch + dx];
                    let pixel =
                        pixels[(channel * side + row * patch + dy) * side + column * patch + dx];
                    sum += weight * f64::from(pixel);
                }
                x.push(sum);
            }
        }
        add(
            &mut x,
            &self.weight("vision_model.embeddings.position_embedding.weight"),
        );
        let eps = config.layer_norm_eps;
        let mut states = vec![self.layer_norm("vision_model.pre_layrnorm", &x, eps)];
        for layer in 0..config.image_layer() {
            let name = |part: &str| format!("vision_model.encoder.layers.{layer}.{part}");
            let mut x = states[layer].clone();
            let tokens = grid * grid + 1;
            let normal = self.layer_norm(&name("layer_norm1"), &x, eps);
            let [q, k, v] = ["q", "k", "v"]
                .map(|p| self.linear(&name(&format!("self_attn.{p}_proj")), &normal, tokens));
            let attended = attention(&q, &k, &v, config.heads, width, false);
            add(
                &mut x,
                &self.linear(&name("self_attn.out_proj"), &attended, tokens),
            );
            let normal = self.layer_norm(&name("layer_norm2"), &x, eps);
            let mut hidden = self.linear(&name("mlp.fc1"), &normal, tokens);
            hidden
                .iter_mut()
                .for_each(|x| *x = activated(config.activation, *x));
            add(&mut x, &self.linear(&name("mlp.fc2"), &hidden, tokens));
            states.push(x);
        }
        states
    }

    /// The fused maps, finest first; `hidden`: `[P, C]` per level.
    pub(crate) fn pyramid(&self, hidden: &[Vec<f64>]) -> Vec<Map> {
        let fuse = "model.spi_module.mlvl_fuse";
        let (config, width) = (&self.config, self.config.region.width);
        let mut maps: Vec<Map> = Vec::new();
        for (level, tokens) in hidden.iter().enumerate() {
            let (grid, side) = (config.vision.grid(), config.level_side(level));
            let map = Map {
                side: grid,
                values: transposed(tokens, config.vision.width),
            }
            .resized(side);
            let ramp = |i: usize| 2.0 * i as f64 / (side - 1) as f64 - 1.0;
            let mut pixels = transposed(&map.values, side * side);
            pixels = pixels
                .chunks(config.vision.width)
                .enumerate()
                .flat_map(|(i, pixel)| [pixel, &[ramp(i % side), ramp(i / side)]].concat())
                .collect();
            let pixels = self.linear(&format!("{fuse}.input_conv.{level}"), &pixels, side * side);
            maps.push(Map {
                side,
                values: transposed(&pixels, width),
            });
        }
        for index in 0..config.region.n_fusions {
            let name = format!("{fuse}.fuse_convs.{index}");
            let shuffled = |level: usize| {
                let up = maps[(level + 1).min(maps.len() - 1)].resized(maps[level].side);
                let down = maps[level.saturating_sub(1)].resized(maps[level].side);
                let own = (0..width / 2).map(|c| maps[level].channel(c));
                let top = (width / 4 * 3..width).map(|c| up.channel(c));
                let low = (width / 2..width / 4 * 3).map(|c| down.channel(c));
                let values = own.chain(top).chain(low).flatten().copied().collect();
                Map {
                    side: maps[level].side,
                    values,
                }
            };
            let fused = (0..maps.len()).map(|level| {
                let map = self.convolved(&format!("{name}.conv"), &shuffled(level));
                self.group_norm_relu(&format!("{name}.gn"), map)
            });
            maps = fused.collect();
        }
        maps
    }

    /// 3×3, padded by 1.
    fn convolved(&self, name: &str, map: &Map) -> Map {
        let kernel = self.weight(&format!("{name}.weight"));
        let inputs = map.channels();
        let outputs = kernel.len() / (inputs * 9);
        let bias = format!("{name}.bias");
        let bias = if self.values.contains_key(&bias) {
            self.weight(&bias)
        } else {
            vec![0.0; outputs]
        };
        let mut values = Vec::new();
        for (output, y, x) in triples(outputs, map.side, map.side) {
            let mut sum = bias[output];
            for (input, dy, dx) in triples(inputs, 3, 3) {
                let weight = kernel[((output * inputs + input) * 3 + dy) * 3 + dx];
                sum += weight * map.at(input, (y + dy) as isize - 1, (x + dx) as isize - 1);
            }
            values.push(sum);
        }
        Map {
            side: map.side,
            values,
        }
    }

    fn group_norm_relu(&self, name: &str, map: Map) -> Map {
        let (weight, bias) = (
            self.weight(&format!("{name}.weight")),
            self.weight(&format!("{name}.bias")),
        );
        let area = map.side * map.side;
        let group = map.channels() / self.config.region.group_norm_groups * area;
        let eps = self.config.region.group_norm_eps;
        let normal = map
            .values
            .chunks(group)
            .flat_map(|group| normalised(group, eps));
        let values = normal
            .enumerate()
            .map(|(i, x)| (x * weight[i / area] + bias[i / area]).max(0.0));
        Map {
            side: map.side,
            values: values.collect(),
        }
    }

    /// The region vector of a box `x1, y1, x2, y2`, as fractions of the picture.
    pub(crate) fn region(&self, pyramid: &[Map], corners: [f64; 4]) -> Vec<f64> {
        let head = "model.spi_module.roi_align";
        let size = self.config.region.roi_size;
        let mut sum = vec![0.0; self.config.region.width * size * size];
        for (level, map) in pyramid.iter().enumerate() {
            let pooled = Map {
                side: size,
                values: self.pooled(map, corners),
            };
            add(
                &mut sum,
                &self
                    .convolved(&format!("{head}.pconvs.{level}"), &pooled)
                    .values,
            );
        }
        sum.iter_mut().for_each(|x| *x = x.max(0.0));
        let mut vector = self.linear(&format!("{head}.flatten_linear"), &sum, 1);
        let relu = |x: Vec<f64>| x.into_iter().map(|x| x.max(0.0)).collect::<Vec<_>>();
        let eps = self.config.region.layer_norm_eps;
        let hidden = relu(self.linear(&format!("{head}.pos_embedd.0"), &corners, 1));
        let hidden = self.layer_norm(&format!("{head}.pos_embedd.2"), &hidden, eps);
        let hidden = relu(self.linear(&format!("{head}.pos_embedd.3"), &hidden, 1));
        add(
            &mut vector,
            &self.layer_norm(&format!("{head}.pos_embedd.5"), &hidden, eps),
        );
        self.linear(&format!("{head}.updims"), &vector, 1)
    }

    fn pooled(&self, map: &Map, corners: [f64; 4]) -> Vec<f64> {
        let (size, samples) = (
            self.config.region.roi_size,
            self.config.region.sampling_ratio,
        );
        let [x1, y1, x2, y2] = corners.map(|c| c * map.side as f64 - 0.5);
        let at = |low: f64, high: f64, bin: usize, sample: usize| {
            let bin_size = (high - low) / size as f64;
            low + bin as f64 * bin_size + (sample as f64 + 0.5) * bin_size / samples as f64
        };
        let mut values = Vec::new();
        for (channel, row, column) in triples(map.channels(), size, size) {
            let mut sum = 0.0;
            for (iy, ix) in (0..samples * samples).map(|i| (i / samples, i % samples)) {
                sum += sampled(map, channel, at(y1, y2, row, iy), at(x1, x2, column, ix));
            }
            values.push(sum / (samples * samples) as f64);
        }
        values
    }

    /// Logits of every token, `[T, V]`; `embeds`: `[T, D]`.
    pub(crate) fn logits(&self, embeds: &[f64]) -> Vec<f64> {
        let config = &self.config.decoder;
        let mut x = embeds.to_vec();
        let tokens = x.len() / config.hidden;
        for layer in 0..config.layers {
            let name = |part: &str| format!("model.layers.{layer}.{part}");
            let normal = self.rms_norm(&name("input_layernorm"), &x);
            let [q, k, v] = ["q", "k", "v"]
                .map(|p| self.linear(&name(&format!("self_attn.{p}_proj")), &normal, tokens));
            let (q, k) = (self.rotated(q), self.rotated(k));
            let attended = attention(&q, &k, &v, config.heads, config.hidden, true);
            add(
                &mut x,
                &self.linear(&name("self_attn.o_proj"), &attended, tokens),
            );
            let normal = self.rms_norm(&name("post_attention_layernorm"), &x);
            let gate = self.linear(&name("mlp.gate_proj"), &normal, tokens);
            let up = self.linear(&name("mlp.up_proj"), &normal, tokens);
            let hidden: Vec<_> = gate
                .iter()
                .zip(&up)
                .map(|(g, u)| g / (1.0 + (-g).exp()) * u)
                .collect();
            add(
                &mut x,
                &self.linear(&name("mlp.down_proj"), &hidden, tokens),
            );
        }
        self.linear("lm_head", &self.rms_norm("model.norm", &x), tokens)
    }

    /// The first and second half of each head are the two coordinates that are rotated.
    fn rotated(&self, mut x: Vec<f64>) -> Vec<f64> {
        let config = &self.config.decoder;
        let (size, half) = (config.head_size(), config.head_size() / 2);
        for (position, token) in x.chunks_mut(config.hidden).enumerate() {
            for head in token.chunks_mut(size) {
                for i in 0..half {
                    let angle =
                        position as f64 * config.rope_theta.powf(-2.0 * i as f64 / size as f64);
                    let (low, high) = (head[i], head[i + half]);
                    head[i] = low * angle.cos() - high * angle.sin();
                    head[i + half] = high * angle.cos() + low * angle.sin();
                }
            }
        }
        x
    }
}

/// One bilinear sample, 0 more than a cell outside.
fn sampled(map: &Map, channel: usize, y: f64, x: f64) -> f64 {
    let side = map.side as f64;
    if y < -1.0 || y > side || x < -1.0 || x > side {
        return 0.0;
    }
    let clamped = |at: f64| at.clamp(0.0, side - 1.0);
    let (y, x) = (clamped(y), clamped(x));
    let (y0, x0) = (y.floor(), x.floor());
    let corner = |dy: f64, dx: f64| {
        let share = (1.0 - (y - y0 - dy).abs()) * (1.0 - (x - x0 - dx).abs());
        share * map.at(channel, (y0 + dy) as isize, (x0 + dx) as isize)
    };
    corner(0.0, 0.0) + corner(0.0, 1.0) + corner(1.0, 0.0) + corner(1.0, 1.0)
}

fn attention(
    q: &[f64],
    k: &[f64],
    v: &[f64],
    heads: usize,
    width: usize,
    causal: bool,
) -> Vec<f64> {
    let (tokens, size) = (q.len() / width, width / heads);
    let mut out = vec![0.0; q.len()];
    for (head, t) in (0..heads * tokens).map(|i| (i / tokens, i % tokens)) {
        let at = |token: usize| token * width + head * size..token * width + (head + 1) * size;
        let seen = if causal { t + 1 } else { tokens };
        let score = |s: usize| {
            q[at(t)]
                .iter()
                .zip(&k[at(s)])
                .map(|(a, b)| a * b)
                .sum::<f64>()
        };
        let weights: Vec<f64> = (0..seen)
            .map(|s| (score(s) / (size as f64).sqrt()).exp())
            .collect();
        let total: f64 = weights.iter().sum();
        for (s, weight) in weights.iter().enumerate() {
            let (from, to) = (at(s), at(t));
            out[to]
                .iter_mut()
                .zip(&v[from])
                .for_each(|(out, v)| *out += weight / total * v);
        }
    }
    out
}

fn activated(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::QuickGelu => x / (1.0 + (-1.702 * x).exp()),
        Activation::Gelu => x * 0.5 * (1.0 + erf(x / 2.0_f64.sqrt())),
    }
}

/// The error function by its power series, exact enough up to 5.
fn erf(x: f64) -> f64 {
    assert!(x.abs() < 5.0, "erf({x})");
    let (mut term, mut sum) = (x, x);
    for n in 1..120 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn normalised(values: &[f64], eps: f64) -> Vec<f64> {
    let middle = mean(values.iter().copied());
    let variance = mean(values.iter().map(|x| (x - middle).powi(2)));
    values
        .iter()
        .map(|x| (x - middle) / (variance + eps).sqrt())
        .collect()
}

fn add(x: &mut [f64], y: &[f64]) {
    assert_eq!(x.len(), y.len());
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

/// Rows of `cols` values as columns.
fn transposed(values: &[f64], cols: usize) -> Vec<f64> {
    let rows = values.len() / cols;
    (0..values.len())
        .map(|i| values[i % rows * cols + i / rows])
        .collect()
}

fn triples(a: usize, b: usize, c: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..a * b * c).map(move |i| (i / (b * c), i / c % b, i % c))
}
