//! What a head looks at before it has learnt anything.

use std::f64::consts::TAU;
use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use roi_weights::DecoderConfig;

use super::super::basis::rotation;
use super::{COMMON_SHARE, HANDED_ON, add, length, unit};

/// Logit of the attention to the token right before, and how much less its neighbours have.
const PRECEDING: f64 = 12.0;
const LESS_BESIDE: f64 = 8.0;
/// Logit of the attention of a word to the region right before it; other words are around 0. It has to outweigh the hundreds of
/// tokens that a picture takes.
const NEAREST: f64 = 14.0;
/// Logit of the attention of a word to any region, near or far: more than to itself, which is most like it.
const ANY_REGION: f64 = 14.0;
/// Beyond that, logit of a name's attention to what is called so.
const CALLED: f64 = 10.0;
/// Beyond that, logit of a word's attention to a region, for each bit of the region's vector along the word's.
const ALIKE: f64 = 6.0;
/// Logit of the attention of a word to one right before it that is said of regions.
const RECENT: f64 = 10.0;
/// Logit of the attention of a word to one right before it that is never said of regions.
const BESIDE: f64 = 8.0;
/// Beyond its being a word, logit of a word's attention to one that is about a region of the same name.
const SAME: f64 = 10.0;
/// Tokens in which a rotary pair turns once, of those that tell how near a region or a word is: slow enough not to turn over
/// within a question and its answer, fast enough to tell this question's region from the last one's.
const NEAR: Range<f64> = 60.0..1200.0;
/// The same, of those that tell what is in the same line.
const CLOSE: Range<f64> = 30.0..300.0;
/// Slower than this, a rotary pair hardly turns within a conversation: it tells what, not where.
const HARDLY_TURNS: f64 = 600.0;

/// What a head looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gaze {
    /// The token right before.
    Preceding,
    /// The region that is called by the name that looks.
    Called,
    /// Regions that show what the word says, in the part of their differences with this number.
    Alike(usize),
    /// The nearest region before, of which the part of its differences with this number is told.
    Nearest(usize),
    /// The words before that are said of regions, the nearer the more.
    Recent,
    /// The names of regions before, the nearer the more.
    Names,
    /// All other words close by.
    Beside,
    /// Words that are about a region of the same name.
    Same,
    /// Everything alike.
    Anything,
}

impl Gaze {
    /// What the heads of a layer look at.
    pub(super) fn of_layer(layer: usize, heads: usize) -> Vec<Self> {
        let half = heads.div_ceil(2);
        let gaze = |head: usize| match layer {
            0 if head < half => Self::Preceding,
            1 if head >= heads - half => Self::Nearest(head + half - heads),
            1 if head == 0 => Self::Called,
            1 => Self::Alike(head - 1),
            2 if head < half => Self::Recent,
            2 if head == half => Self::Names,
            2 => Self::Beside,
            3 if head < half => Self::Same,
            _ => Self::Anything,
        };
        (0..heads).map(gaze).collect()
    }
}

/// In how many directions it matters how regions differ: those that heads look at, or those that they hand on.
pub(super) fn n_differences(decoder: &DecoderConfig) -> usize {
    let n_told = decoder.heads.div_ceil(2) * decoder.head_size();
    let wanted = n_looked_at(decoder).max(n_told);
    // Words need some for themselves.
    wanted.min(decoder.hidden / 2)
}

/// In how many directions heads look at how regions differ.
fn n_looked_at(decoder: &DecoderConfig) -> usize {
    let gazes = Gaze::of_layer(1, decoder.heads).into_iter();
    let n_heads = gazes.filter(|gaze| matches!(gaze, Gaze::Alike(_))).count();
    n_heads * RotaryPairs::new(decoder).whats().len()
}

/// Directions that words have in common, each of length 1 and at right angles to the others.
pub(super) struct Marks {
    /// All of them.
    pub(super) words: Vec<f32>,
    /// Those that are said of regions.
    pub(super) said: Vec<f32>,
    /// Those that regions are called by.
    pub(super) names: Vec<f32>,
}

/// Directions by which heads are told where to look.
pub(super) struct Guide {
    marks: Marks,
    /// What all regions have in common, of length 1.
    regions: Vec<f32>,
    /// How much a normalised word has of what words have in common, a normalised region of what regions have, and a word of its
    /// own.
    word_length: f64,
    region_length: f64,
    own_length: f64,
    /// Orthonormal, for the names of regions.
    names: Vec<Vec<f32>>,
    /// Orthonormal, for what regions differ in most, and mixed for each head that looks at it.
    shown: Vec<Vec<f32>>,
    differences: Vec<Vec<Vec<f32>>>,
    pairs: RotaryPairs,
}

impl Guide {
    /// `common` is the mean of normalised regions, `differences` the directions in which they differ most, [`n_differences`].
    pub(super) fn new(
        decoder: &DecoderConfig,
        marks: Marks,
        common: &[f32],
        names: Vec<Vec<f32>>,
        differences: Vec<Vec<f32>>,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let width = decoder.hidden;
        let pairs = RotaryPairs::new(decoder);
        // What regions differ in most is shared out among the heads that look at it.
        let n_mixed = differences.len().min(n_looked_at(decoder));
        let mixed: Vec<Vec<f32>> = rotation(n_mixed, &[], random)
            .chunks_exact(n_mixed.max(1))
            .map(|shares| {
                let mut direction = vec![0.0; width];
                let pairs = shares.iter().zip(&differences);
                pairs.for_each(|(&share, difference)| add(&mut direction, share, difference));
                direction
            })
            .collect();
        let n_each = pairs.whats().len().max(1);
        let of_heads = mixed.chunks(n_each).map(<[_]>::to_vec).collect();
        let whole = (width as f64).sqrt();
        Self {
            marks,
            regions: unit(common),
            word_length: whole * COMMON_SHARE / COMMON_SHARE.hypot(1.0),
            own_length: whole / COMMON_SHARE.hypot(1.0),
            // Regions without anything in common are not found by it, but leave the weights finite.
            region_length: f64::from(length(common)).max(f64::EPSILON),
            names,
            shown: differences,
            differences: of_heads,
            pairs,
        }
    }

    /// What a head hands on before all else: who asks what is called so is told what it shows, and who asks what shows this is
    /// told how it is called.
    pub(super) fn handed_on(&self, gaze: Gaze) -> &[Vec<f32>] {
        match gaze {
            Gaze::Preceding | Gaze::Alike(_) | Gaze::Recent | Gaze::Names => &self.names,
            Gaze::Called => self.shown(0),
            Gaze::Nearest(part) => self.shown(part),
            Gaze::Beside | Gaze::Same | Gaze::Anything => &[],
        }
    }

    /// As many of the directions that regions differ in as a head hands on, with none that another part has.
    fn shown(&self, part: usize) -> &[Vec<f32>] {
        let mut parts = self.shown.chunks(self.pairs.head_size());
        parts.nth(part).unwrap_or_default()
    }

    /// Adds to a head's queries and keys, `[head_size, width]` each, what makes it look there.
    pub(super) fn direct(&self, gaze: Gaze, queries: &mut [f32], keys: &mut [f32]) {
        let mut head = Head {
            queries,
            keys,
            width: self.marks.words.len(),
        };
        match gaze {
            Gaze::Preceding => self.preceding(&mut head),
            Gaze::Nearest(_) => {
                let near = self.pairs.near();
                self.to_regions(&mut head, NEAREST, &near);
            }
            Gaze::Called => {
                self.to_regions(&mut head, ANY_REGION, &self.pairs.anywhere());
                let handed_on = HANDED_ON * self.own_length;
                let gain = CALLED / (self.own_length * handed_on);
                self.alike(&mut head, gain, &self.names);
            }
            Gaze::Alike(part) => {
                self.to_regions(&mut head, ANY_REGION, &self.pairs.anywhere());
                if let Some(differences) = self.differences.get(part) {
                    self.alike(&mut head, ALIKE / self.own_length, differences);
                }
            }
            Gaze::Recent => self.to_words(&mut head, RECENT, &self.marks.said, &self.pairs.near()),
            Gaze::Names => self.to_words(&mut head, RECENT, &self.marks.names, &self.pairs.near()),
            Gaze::Beside => {
                let mut others = self.marks.words.clone();
                add(&mut others, -1.0, &self.marks.said);
                add(&mut others, -1.0, &self.marks.names);
                self.to_words(&mut head, BESIDE, &others, &self.pairs.close());
            }
            Gaze::Same => {
                let anywhere = self.pairs.anywhere();
                self.to_words(&mut head, RECENT, &self.marks.said, &anywhere);
                let handed_on = HANDED_ON * self.own_length;
                self.alike(&mut head, SAME / handed_on.powi(2), &self.names);
            }
            Gaze::Anything => {}
        }
    }

    /// The query is the key as it would be one token later. What this comes to beyond what is wanted is the same wherever the
    /// key is, and a pair that hardly turns takes it off: else a key that is a little longer would outweigh a nearer one.
    fn preceding(&self, head: &mut Head<'_>) {
        let mut any: Vec<f32> = vec![0.0; self.marks.words.len()];
        add(&mut any, self.word_length.recip() as f32, &self.marks.words);
        add(&mut any, self.region_length.recip() as f32, &self.regions);
        let fast = self.pairs.fast();
        let cosines = fast.iter().map(|&pair| self.pairs.angles[pair].cos());
        let each = LESS_BESIDE / cosines.map(|cosine| 1.0 - cosine).sum::<f64>();
        let gain = self.of_each(each);
        for &pair in &fast {
            let (sin, cos) = self.pairs.angles[pair].sin_cos();
            head.query(pair, gain * cos, &any);
            head.query(self.pairs.angles.len() + pair, -gain * sin, &any);
            head.key(pair, gain, &any);
        }
        let beyond = each * fast.len() as f64 - PRECEDING;
        let gain = self.of_each(beyond.max(0.0));
        for pair in self.pairs.anywhere() {
            head.query(pair, gain, &any);
            head.key(pair, -gain, &any);
        }
    }

    /// Attention that fades as these pairs turn.
    fn to_regions(&self, head: &mut Head<'_>, logit: f64, pairs: &[usize]) {
        let all = pairs.len() as f64 * self.word_length * self.region_length;
        let gain = self.of_each(logit / all);
        for &pair in pairs {
            head.query(pair, gain, &self.marks.words);
            head.key(pair, gain, &self.regions);
        }
    }

    /// Attention from words to those that have as much in a direction as words have in common; it fades as these pairs turn.
    fn to_words(&self, head: &mut Head<'_>, logit: f64, which: &[f32], pairs: &[usize]) {
        let all = pairs.len() as f64 * self.word_length.powi(2);
        let gain = self.of_each(logit / all);
        for &pair in pairs {
            head.query(pair, gain, &self.marks.words);
            head.key(pair, gain, which);
        }
    }

    /// Attention to what is alike along these directions, as many as there is room for.
    fn alike(&self, head: &mut Head<'_>, gain: f64, directions: &[Vec<f32>]) {
        let gain = self.of_each(gain);
        for (row, direction) in self.pairs.whats().into_iter().zip(directions) {
            head.query(row, gain, direction);
            head.key(row, gain, direction);
        }
    }

    /// What query and key each have to be multiplied by, for their product's logit to be so much.
    fn of_each(&self, logit: f64) -> f64 {
        (logit * (self.pairs.head_size() as f64).sqrt()).sqrt()
    }
}

/// Queries and keys of a head.
struct Head<'a> {
    queries: &'a mut [f32],
    keys: &'a mut [f32],
    width: usize,
}

impl Head<'_> {
    fn query(&mut self, row: usize, times: f64, direction: &[f32]) {
        let row = row * self.width..(row + 1) * self.width;
        add(&mut self.queries[row], times as f32, direction);
    }

    fn key(&mut self, row: usize, times: f64, direction: &[f32]) {
        let row = row * self.width..(row + 1) * self.width;
        add(&mut self.keys[row], times as f32, direction);
    }
}

/// The pairs of a head's rows that turn with the position, from fast to slow: each row of the first half with its counterpart
/// in the second.
struct RotaryPairs {
    /// Radians that each turns from one token to the next.
    angles: Vec<f64>,
}

impl RotaryPairs {
    fn new(decoder: &DecoderConfig) -> Self {
        let n_pairs = decoder.head_size() / 2;
        let angle = |pair| decoder.rope_theta.powf(-(pair as f64) / n_pairs as f64);
        Self {
            angles: (0..n_pairs).map(angle).collect(),
        }
    }

    fn head_size(&self) -> usize {
        2 * self.angles.len()
    }

    /// Those that tell neighbours apart; where none does, the fastest.
    fn fast(&self) -> Vec<usize> {
        self.turning(0.0..NEAR.start).unwrap_or(vec![0])
    }

    /// Those that tell what is near; where none does, the slowest.
    fn near(&self) -> Vec<usize> {
        self.turning(NEAR).unwrap_or(vec![self.angles.len() - 1])
    }

    /// Those that tell what is close by; where none does, the slowest.
    fn close(&self) -> Vec<usize> {
        self.turning(CLOSE).unwrap_or(vec![self.angles.len() - 1])
    }

    /// Those that hardly turn; where all do, the slowest.
    fn slow(&self) -> Vec<usize> {
        let found = self.turning(HARDLY_TURNS..f64::INFINITY);
        found.unwrap_or(vec![self.angles.len() - 1])
    }

    /// The pair by which something is found wherever it is: the slowest.
    fn anywhere(&self) -> Vec<usize> {
        let slow = self.slow();
        slow[slow.len() - 1..].to_vec()
    }

    /// The rows that tell what something is: those of all others that hardly turn.
    fn whats(&self) -> Vec<usize> {
        let slow = self.slow();
        let both = |&pair: &usize| [pair, self.angles.len() + pair];
        slow[..slow.len() - 1].iter().flat_map(both).collect()
    }

    /// The pairs that turn once within a range of tokens, if there are any.
    fn turning(&self, tokens: Range<f64>) -> Option<Vec<usize>> {
        let turns = |pair: &usize| tokens.contains(&(TAU / self.angles[*pair]));
        let found: Vec<usize> = (0..self.angles.len()).filter(turns).collect();
        (!found.is_empty()).then_some(found)
    }
}
