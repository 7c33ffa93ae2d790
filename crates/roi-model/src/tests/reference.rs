//! The reference checkpoint: every activation that the original wrote down, and its greedy ids.

use std::io::Write as _;
use std::path::Path;

use roi_geom::BoxNorm;
use roi_import::{Constants, ConvertOptions, convert};
use roi_kernels::gpu_stats;
use roi_kernels::ops::linear::Activation;
use roi_testkit::{Array, Golden, assert_close, golden_dir, on_gpu};
use roi_weights::{Layout, Manifest, PieceTarget};

use crate::region::SeenBox;
use crate::{Device, Gpt4Roi, KvCache, ModelLoader, Picture, Tensor};

const CASES: [&str; 4] = ["single", "two_regions", "tall_many", "two_turns"];
/// Sums of a few hundred f32 products of about 1 in another order than the original's.
const SUMS: f32 = 2e-5;
/// The same, grown on its way through the tower's layers or the pyramid's fusions.
const DEEP_SUMS: f32 = 1e-4;

/// The reference checkpoint, converted and loaded.
fn checkpoint(layout: Layout, device: &Device) -> Gpt4Roi {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = ConvertOptions {
        base: Some(golden_dir().join("base")),
        model: golden_dir().join("delta"),
        vision: golden_dir().join("clip"),
        out: folder.path().to_owned(),
        layout,
        chunk_bytes: None,
        model_id: None,
        about: None,
        constants: Constants::default(),
    };
    convert(&options, &mut |_| ()).expect("the reference checkpoint converts");
    load(folder.path(), device)
}

/// A package's model. The chunks arrive last first.
fn load(folder: &Path, device: &Device) -> Gpt4Roi {
    let read = |name: &str| std::fs::read(folder.join(name)).expect("a file of the package");
    let manifest = Manifest::parse(&read("manifest.json")).expect("a manifest");
    let mut loader =
        ModelLoader::new(&manifest.config, &manifest.tensors, device).expect("the model's tensors");
    for (index, chunk) in manifest.chunks.iter().enumerate().rev() {
        let bytes = read(&chunk.path());
        for piece in manifest.pieces(index) {
            if let PieceTarget::Tensor(tensor) = piece.target {
                loader
                    .write(tensor, piece.target_offset, &bytes[piece.chunk_range])
                    .expect("a piece that fits");
            }
        }
    }
    loader.finish().expect("a complete package")
}

/// One picture of the reference data and what the model makes of it.
struct Case<'a> {
    name: &'static str,
    golden: Golden,
    model: &'a Gpt4Roi,
    boxes: Vec<BoxNorm>,
    picture: Picture,
}

/// One question about it.
struct Turn {
    key: String,
    ids: Vec<u32>,
    regions: Vec<Tensor<2>>,
}

impl<'a> Case<'a> {
    fn new(name: &'static str, model: &'a Gpt4Roi) -> Self {
        let golden = Golden::open(name);
        let corners = golden.array("boxes_norm").values;
        let boxes = corners.chunks(4).map(|c| BoxNorm {
            x1: c[0],
            y1: c[1],
            x2: c[2],
            y2: c[3],
        });
        let picture = model.encode_picture(&golden.array("pixel_values").values);
        Self {
            name,
            model,
            boxes: boxes.collect(),
            picture,
            golden,
        }
    }

    fn turns(&self) -> Vec<Turn> {
        let keys = ["turn0", "turn1"]
            .iter()
            .filter(|turn| self.golden.has(&format!("{turn}.input_ids")));
        let turns = keys.map(|key| {
            let ids = self.golden.ids(&format!("{key}.input_ids"));
            let n_boxes = ids
                .iter()
                .filter(|&&id| id == self.model.config().tokens.bbox)
                .count();
            // One at a time, as the engine does after a box has moved.
            let vectors = self.boxes[..n_boxes]
                .iter()
                .map(|&b| self.model.encode_regions(&self.picture, &[b], false));
            Turn {
                key: (*key).to_owned(),
                ids,
                regions: vectors.collect(),
            }
        });
        turns.collect()
    }

    fn check(&self, key: &str, actual: Array, limit: f32) {
        assert_close(
            &format!("{} {key}", self.name),
            &actual,
            &self.golden.array(key),
            limit,
        );
    }

    fn vision_matches(&self) {
        let tower = &self.model.eyes().tower;
        let pixels = self.golden.array("pixel_values").values;
        let first = tower.blocks[0].forward(tower.embed(&pixels));
        self.check("vision.hidden_1", Array::of(first), SUMS);
        let levels = tower.forward(&pixels);
        let layers = self.model.config().vision.level_layers();
        assert_eq!(levels.len(), layers.len());
        for (hidden, layer) in levels.into_iter().zip(layers) {
            self.check(
                &format!("vision.hidden_{layer}"),
                Array::of(hidden),
                DEEP_SUMS,
            );
        }
        self.check(
            "image_tokens",
            Array::of(self.picture.image_tokens.clone()),
            DEEP_SUMS,
        );
    }

    fn pyramid_matches(&self) {
        for (level, map) in self.picture.pyramid.iter().enumerate() {
            let map = Array::of(map.clone());
            let whole = format!("fused.level{level}");
            if self.golden.has(&whole) {
                self.check(&whole, map, DEEP_SUMS);
            } else {
                self.check(&format!("{whole}.every8"), every_eighth(&map), DEEP_SUMS);
            }
        }
    }

    fn regions_match(&self) {
        let (regions, pyramid) = (&self.model.eyes().regions, &self.picture.pyramid);
        let frame = self.model.config().vision.image_size as f32;
        let seen: Vec<_> = self
            .boxes
            .iter()
            .map(|&given| SeenBox::new(given, frame, false))
            .collect();
        for (level, map) in pyramid.iter().enumerate() {
            let pooled = Array::of(regions.pooled(level, map, &seen));
            let (shape, area) = (&pooled.shape, pooled.shape[2] * pooled.shape[3]);
            let first_region = pooled.values[..shape[1] * area].to_vec();
            let first_channel = pooled
                .values
                .chunks(area)
                .step_by(shape[1])
                .flatten()
                .copied()
                .collect();
            let key = format!("roi_align.level{level}");
            self.check(
                &format!("{key}.region0"),
                Array::new(&shape[1..], first_region),
                DEEP_SUMS,
            );
            let channel = Array::new([shape[0], shape[2], shape[3]], first_channel);
            self.check(&format!("{key}.channel0"), channel, DEEP_SUMS);
        }
        self.check("box_embedding", Array::of(regions.position(&seen)), SUMS);
        self.check(
            "flatten_linear",
            Array::of(regions.appearance(pyramid, &seen)),
            DEEP_SUMS,
        );
        let vectors = self.model.encode_regions(&self.picture, &self.boxes, false);
        self.check("region_features", Array::of(vectors), DEEP_SUMS);
    }

    /// Embeddings and logits of a prompt.
    fn prompt_matches(&self, turn: &Turn) {
        let (model, key) = (self.model, &turn.key);
        let embeds = self.embed(turn, 0);
        self.check(
            &format!("{key}.inputs_embeds"),
            Array::of(embeds.clone()),
            DEEP_SUMS,
        );
        let mut cache = model.new_cache(turn.ids.len());
        let hidden = model.decoder.forward(embeds.clone(), &mut cache);
        let logits = Array::of(model.decoder.logits(hidden));
        let (tokens, width) = (logits.shape[0], logits.shape[1]);
        let rows: Vec<f32> = logits
            .values
            .chunks(width)
            .step_by(16)
            .flatten()
            .copied()
            .collect();
        let rows = Array::new([tokens.div_ceil(16), width], rows);
        self.check(&format!("{key}.logits_every16"), rows, DEEP_SUMS);
        let mut cache = model.new_cache(turn.ids.len());
        let last = Array::of(model.prefill(embeds, &mut cache)).reshape([width]);
        self.check(&format!("{key}.logits_last"), last, DEEP_SUMS);
    }

    fn embed(&self, turn: &Turn, from: usize) -> Tensor<2> {
        self.model
            .embed_prompt(
                &turn.ids,
                from..turn.ids.len(),
                &self.picture.image_tokens,
                &turn.regions,
            )
            .expect("the original's prompt")
    }

    /// The original's greedy ids, which no rounding may change: the smallest margin between the
    /// two best logits on the way is 0.0035, and logits are within 1e-4.
    fn ids_match(&self, turn: &Turn) {
        let expected = self.golden.ids(&format!("{}.greedy_ids", turn.key));
        let mut cache = self.model.new_cache(turn.ids.len() + expected.len());
        let logits = self.model.prefill(self.embed(turn, 0), &mut cache);
        let ids = self.greedy(&mut cache, logits, expected.len());
        assert_eq!(ids, expected, "{} {}", self.name, turn.key);
    }

    fn greedy(&self, cache: &mut KvCache, mut logits: Tensor<2>, count: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        loop {
            ids.push(
                pollster::block_on(cache.choose_greedy(logits)).expect("logits that are numbers"),
            );
            if ids.len() == count {
                return ids;
            }
            logits = self.model.step(cache);
        }
    }
}

/// Rows and columns 0, 8, 16 … of a map.
fn every_eighth(map: &Array) -> Array {
    let [channels, height, width] = map.shape[..] else {
        panic!("a map of shape {:?}", map.shape)
    };
    let rows = map
        .values
        .chunks(width)
        .enumerate()
        .filter(|(row, _)| row % height % 8 == 0);
    let values = rows
        .flat_map(|(_, row)| row.iter().step_by(8).copied())
        .collect();
    Array::new([channels, height.div_ceil(8), width.div_ceil(8)], values)
}

fn every_activation_matches(device: &Device) {
    let model = checkpoint(Layout::F32, device);
    for case in CASES.map(|name| Case::new(name, &model)) {
        case.vision_matches();
        case.pyramid_matches();
        case.regions_match();
        for turn in case.turns() {
            case.prompt_matches(&turn);
            case.ids_match(&turn);
        }
    }
}

/// Logits of quantised weights, against the original's: their distance as a share of the original
/// logits' spread.
fn quantised_logits_stay_near(device: &Device) {
    // Rounding moves a normal weight by 0.5 % of its spread in q8 and by 8.5 % in q4, where the
    // largest of 32 is 127 or 7 steps; a dozen layers in a row make that three to four times as much.
    for (layout, limit) in [(Layout::Q8, 0.03), (Layout::Q4, 0.45)] {
        let model = checkpoint(layout, device);
        let (mut error, mut spread) = (0.0, 0.0);
        for case in CASES.map(|name| Case::new(name, &model)) {
            for turn in case.turns() {
                let mut cache = model.new_cache(turn.ids.len());
                let logits = Array::of(model.prefill(case.embed(&turn, 0), &mut cache));
                let original = case.golden.array(&format!("{}.logits_last", turn.key));
                for (found, original) in logits.values.iter().zip(&original.values) {
                    error += f64::from(found - original).powi(2);
                    spread += f64::from(*original).powi(2);
                }
            }
        }
        let share = (error / spread).sqrt();
        writeln!(
            std::io::stderr(),
            "{layout} logits are off by {share:.4} of their spread"
        )
        .expect("stderr");
        assert!(share < limit, "{layout}: {share}, at most {limit}");
    }
}

/// A prompt in pieces, and one that goes on where an earlier one was cut, are the prompt.
fn cache_goes_on_where_it_was_cut(device: &Device) {
    let model = checkpoint(Layout::F32, device);
    let case = Case::new("two_turns", &model);
    let [first, second] = &case.turns()[..] else {
        panic!("two turns")
    };
    let whole = |turn: &Turn| {
        let mut cache = model.new_cache(turn.ids.len());
        Array::of(model.prefill(case.embed(turn, 0), &mut cache))
    };

    // Within the picture, right behind it, in the text, before the last token.
    for cut in [1, 100, 300, first.ids.len() - 1] {
        let mut cache = model.new_cache(first.ids.len());
        let width = model.config().decoder.hidden;
        let head = case.embed(first, 0).slice([0..cut, 0..width]);
        model.prefill(head, &mut cache);
        assert_eq!(cache.len(), cut);
        let logits = Array::of(model.prefill(case.embed(first, cut), &mut cache));
        assert_close(
            &format!("in two pieces, cut at {cut}"),
            &logits,
            &whole(first),
            SUMS,
        );
    }

    // The second turn's prompt begins with the whole first one, so its answer is what is cut off;
    // then more than that.
    assert_eq!(second.ids[..first.ids.len()], first.ids[..]);
    let expected = case.golden.ids("turn1.greedy_ids");
    for cut in [first.ids.len(), 300] {
        let mut cache = model.new_cache(second.ids.len() + 8);
        let logits = model.prefill(case.embed(first, 0), &mut cache);
        case.greedy(&mut cache, logits, 5);
        assert_eq!(cache.len(), first.ids.len() + 4);
        cache.truncate(cut);
        assert_eq!(cache.len(), cut);
        let logits = model.prefill(case.embed(second, cut), &mut cache);
        assert_close(
            "after a cut",
            &Array::of(logits.clone()),
            &whole(second),
            SUMS,
        );
        assert_eq!(
            case.greedy(&mut cache, logits, 8),
            expected[..8],
            "after a cut to {cut}"
        );
    }
}

/// A token chosen on the host runs as one chosen on the device does.
fn chosen_token_is_the_one_that_runs(device: &Device) {
    let model = checkpoint(Layout::F32, device);
    let case = Case::new("single", &model);
    let turn = &case.turns()[0];
    let expected = case.golden.ids("turn0.greedy_ids");
    let mut cache = model.new_cache(turn.ids.len() + 3);
    model.prefill(case.embed(turn, 0), &mut cache);
    cache.choose(expected[0]);
    let logits = model.step(&mut cache);
    assert_eq!(case.greedy(&mut cache, logits, 2), expected[1..3]);
}

/// Boxes in one call give the vectors that they give one at a time.
fn regions_do_not_see_each_other(device: &Device) {
    let model = checkpoint(Layout::F32, device);
    let case = Case::new("tall_many", &model);
    let all = Array::of(model.encode_regions(&case.picture, &case.boxes, false));
    let width = all.shape[1];
    for (row, &given) in all.values.chunks(width).zip(&case.boxes) {
        let alone = Array::of(model.encode_regions(&case.picture, &[given], false));
        assert_close(
            "a box alone",
            &alone,
            &Array::new([1, width], row.to_vec()),
            SUMS,
        );
    }
    // More than are pooled at a time.
    let many: Vec<_> = case.boxes.iter().cycle().take(17).copied().collect();
    let many = Array::of(model.encode_regions(&case.picture, &many, false));
    let repeated = all
        .values
        .iter()
        .cycle()
        .take(17 * width)
        .copied()
        .collect();
    assert_close("17 boxes", &many, &Array::new([17, width], repeated), SUMS);
}

fn no_regions_are_no_rows(device: &Device) {
    let model = checkpoint(Layout::F32, device);
    let picture = Picture {
        image_tokens: Tensor::zeros([1, 1], device),
        pyramid: Vec::new(),
    };
    let dims = model.encode_regions(&picture, &[], false).dims();
    assert_eq!(dims, [0, model.config().decoder.hidden]);
}

on_each_device!(
    every_activation_matches,
    quantised_logits_stay_near,
    cache_goes_on_where_it_was_cut,
    chosen_token_is_the_one_that_runs,
    regions_do_not_see_each_other,
    no_regions_are_no_rows,
);

/// A launch costs more than most of what it does, so a step has few of them.
#[test]
fn step_takes_no_more_launches_than_it_is_said_to() {
    on_gpu(|device| {
        let model = checkpoint(Layout::Q4, device);
        let case = Case::new("single", &model);
        let turn = &case.turns()[0];
        let mut cache = model.new_cache(turn.ids.len() + 2);
        let logits = model.prefill(case.embed(turn, 0), &mut cache);
        pollster::block_on(cache.choose_greedy(logits)).expect("logits that are numbers");
        // The first step is recorded, every later one sent as that recording.
        let logits = model.step(&mut cache);
        pollster::block_on(cache.choose_greedy(logits)).expect("logits that are numbers");
        let before = gpu_stats();
        model.step(&mut cache);
        let after = gpu_stats();
        let launches = after.dispatches - before.dispatches;
        let limit = Gpt4Roi::launches_per_token(model.config()) as u64;
        assert!(
            (1..=limit).contains(&launches),
            "{launches} launches, at most {limit}"
        );
        assert_eq!(after.replayed - before.replayed, launches);
    });
}

#[test]
fn projector_reads_the_coarsest_level() {
    let model = checkpoint(Layout::F32, &Device::flex());
    let golden = Golden::open("single");
    let hidden = golden.array("vision.hidden_11");
    let hidden = Tensor::<1>::from_floats(&hidden.values[..], &Device::flex()).reshape([256, 64]);
    let tokens = model.eyes().projector.forward(hidden, Activation::None);
    assert_close(
        "projector alone",
        &Array::of(tokens),
        &golden.array("image_tokens"),
        SUMS,
    );
}
