//! Every key a configuration may have and what may stand behind it. Reading, refusing and explaining use this one list.

/// What a data set may be: the names in the original's configurations, and five that it does not have.
pub(super) const KINDS: [&str; 15] = [
    "coco_det",
    "RefCOCO",
    "RefCOCOP",
    "RefCOCOG",
    "VGDATA",
    "flickr30k",
    DET_LLAVA,
    "vcr",
    "single_vcr",
    "multi_vcr",
    VCR_LETTER,
    VCR_CHOICE,
    VCR_WORDS,
    "region_chat",
    V7W,
];
pub(super) const DET_LLAVA: &str = "det_llava";
pub(super) const VCR_LETTER: &str = "vcr_letter";
pub(super) const VCR_CHOICE: &str = "vcr_choice";
pub(super) const VCR_WORDS: &str = "vcr_words";
pub(super) const V7W: &str = "v7w";

const FOLDER: &str = "the path of a folder";
const FILE: &str = "the path of a file";
const FROM_0: &str = "a whole number from 0";
const FROM_1: &str = "a whole number from 1";
const POSITIVE: &str = "a number above 0";
const UP_TO_4096: &str = "a whole number from 1 to 4096";
const NOT_NEGATIVE: &str = "a number from 0";
const BELOW_1: &str = "a number from 0 to below 1";
const SHARE: &str = "a number from 0 to 1";

/// Keys and what is allowed, in words. Those of `data` stand in each `[[data]]`.
pub const KEYS: &[(&str, &str)] = &[
    ("stage", "0, 1 or 2"),
    ("objective", "\"answers\", \"words\" or \"both\""),
    ("out", FOLDER),
    ("seed", FROM_0),
    ("device", "\"cpu\", \"gpu\" or \"cuda\""),
    ("gpus", FROM_1),
    ("precision", "\"f32\", \"f16\" or \"bf16\""),
    ("licence", FILE),
    ("workers", UP_TO_4096),
    ("isolated_labels", "true or false"),
    ("behind_prompt", "true or false"),
    ("image_tokens", "true or false"),
    ("max_tokens", FROM_1),
    ("batch_size", UP_TO_4096),
    ("accumulation", UP_TO_4096),
    ("epochs", FROM_1),
    ("steps", FROM_1),
    ("warmup_ratio", SHARE),
    ("warmup_steps", FROM_0),
    ("learning_rate", POSITIVE),
    ("beta1", BELOW_1),
    ("beta2", BELOW_1),
    ("epsilon", "a number from 1e-37"),
    ("weight_decay", NOT_NEGATIVE),
    ("decay", "\"all\" or \"matrices\""),
    ("full_rate_inputs", FROM_1),
    ("muon_learning_rate", POSITIVE),
    ("muon_momentum", BELOW_1),
    ("rates.vision", SHARE),
    ("rates.region", SHARE),
    ("rates.projector", SHARE),
    ("rates.embeddings", SHARE),
    ("rates.decoder", SHARE),
    ("rates.head", SHARE),
    ("clip_norm", POSITIVE),
    ("checkpoint_every", FROM_1),
    ("keep_checkpoints", FROM_1),
    ("start.model", "the folder of a package or checkpoint"),
    ("start.base", FOLDER),
    ("start.vision", FOLDER),
    ("start.projector", FILE),
    ("start.new_decoder", "true or false"),
    ("grown.image_size", FROM_1),
    ("grown.level_step", FROM_1),
    ("grown.region_width", FROM_1),
    ("grown.mid_width", FROM_1),
    ("vision.image_size", FROM_1),
    ("vision.patch_size", FROM_1),
    ("vision.width", FROM_1),
    ("vision.layers", FROM_1),
    ("vision.heads", FROM_1),
    ("vision.mlp_width", FROM_1),
    (
        "vision.select_layer",
        "a whole number, negative from the end",
    ),
    ("vision.level_step", FROM_1),
    ("vision.n_levels", FROM_1),
    ("region.width", FROM_1),
    ("region.n_fusions", FROM_1),
    ("region.group_norm_groups", FROM_1),
    ("region.roi_size", FROM_1),
    ("region.sampling_ratio", FROM_1),
    ("region.mid_width", FROM_1),
    ("region.position_hidden", FROM_1),
    ("decoder.hidden", FROM_1),
    ("decoder.layers", FROM_1),
    ("decoder.heads", FROM_1),
    ("decoder.ffn", FROM_1),
    ("decoder.max_positions", FROM_1),
    ("tokenizer.folder", FOLDER),
    ("tokenizer.pieces", "a whole number from 300"),
    (
        "data.kind",
        "\"coco_det\", \"RefCOCO\", \"RefCOCOP\", \"RefCOCOG\", \"VGDATA\", \"flickr30k\", \"det_llava\", \"vcr\", \
         \"single_vcr\", \"multi_vcr\", \"vcr_letter\", \"vcr_choice\", \"vcr_words\", \"region_chat\" or \"v7w\"",
    ),
    ("data.annotations", FILE),
    ("data.images", FOLDER),
    ("data.ratio", "a number above 0, up to 1000"),
    ("data.original_slips", "true or false"),
    ("data.detections", FILE),
    ("data.classes", FILE),
    ("data.in_place", "true or false"),
    ("data.split", "\"train\", \"val\" or \"test\""),
];

/// Keys that change where or how long a run computes but none of its numbers.
pub(super) const INDECISIVE: [&str; 7] = [
    "out",
    "device",
    "gpus",
    "licence",
    "workers",
    "checkpoint_every",
    "keep_checkpoints",
];

/// What may stand behind `key`, which may have the number of a set in it.
pub(super) fn allowed(key: &str) -> &'static str {
    let general = general(key);
    let entry = KEYS.iter().find(|(known, _)| *known == general);
    entry.map_or("nothing", |(_, allowed)| allowed)
}

pub(super) fn is_known(key: &str) -> bool {
    let general = general(key);
    KEYS.iter().any(|(known, _)| *known == general)
}

/// The key without the number of a set.
pub(super) fn general(key: &str) -> String {
    match (key.split_once('['), key.split_once(']')) {
        (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => key.to_owned(),
    }
}

/// The right key that is spelt most like `key`.
pub(super) fn nearest(key: &str) -> &'static str {
    let key = general(key);
    let distance = |known: &str| {
        let name = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let whole = strsim::osa_distance(known, &key);
        // A right name in the wrong table is a smaller slip than its path's difference.
        match (name(known), name(&key)) {
            (Some(a), Some(b)) => whole.min(strsim::osa_distance(&a, &b) + 1),
            _ => whole,
        }
    };
    let known = KEYS.iter().map(|(known, _)| *known);
    known
        .min_by_key(|known| distance(known))
        .unwrap_or_default()
}
