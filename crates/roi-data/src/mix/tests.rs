//! Streams of made-up sets.

use std::path::PathBuf;

use roi_geom::BoxNorm;
use roi_picture::{Augmentation, Resampling};
use roi_weights::{Activation, VisionConfig};
use serde_json::json;

use super::{Mix, MixedSet, Place};
use crate::parts::{text, turn};
use crate::readers::VisualGenome;
use crate::readers::testing::Folder;
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// Records that say what they are; some are broken.
struct Counted {
    name: &'static str,
    n: usize,
    is_broken: fn(usize) -> bool,
    left_out: LeftOut,
}

impl Dataset for Counted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn len(&self) -> usize {
        self.n
    }

    fn record_name(&self, index: usize) -> String {
        format!("{} {index}", self.name)
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        if (self.is_broken)(visit.index) {
            let path = PathBuf::from(format!("{}.png", visit.index));
            return Err(DataError::NoFile { path });
        }
        Ok(Sample {
            picture: PathBuf::new(),
            resampling: Resampling::Pillow,
            augmentation: Augmentation::NONE,
            boxes: Vec::<BoxNorm>::new(),
            stated_size: None,
            turns: vec![turn(
                vec![text(format!("{}", visit.seed))],
                format!("{} {} {}", self.name, visit.epoch, visit.index),
            )],
        })
    }
}

fn counted(name: &'static str, n: usize, ratio: f64) -> MixedSet {
    broken(name, n, ratio, |_| false)
}

fn broken(name: &'static str, n: usize, ratio: f64, is_broken: fn(usize) -> bool) -> MixedSet {
    let left_out = LeftOut::default();
    let set = Counted {
        name,
        n,
        is_broken,
        left_out,
    };
    MixedSet {
        set: Box::new(set),
        ratio,
    }
}

fn mix(sets: Vec<MixedSet>) -> Mix {
    Mix::new(sets, 5).unwrap()
}

/// Records of one set that an epoch visits, ascending.
fn visited(mix: &mut Mix, epoch: u64, set: usize) -> Vec<usize> {
    let n = mix.epoch_len();
    let places = (epoch * n..(epoch + 1) * n).map(|position| mix.place(position));
    let mut indices: Vec<usize> = places
        .filter(|place| place.set == set)
        .inspect(|place| assert_eq!(place.visit.epoch, epoch))
        .map(|place| place.visit.index)
        .collect();
    indices.sort_unstable();
    indices
}

#[test]
fn an_epoch_visits_every_record_once_in_an_order_of_its_own() {
    let mut mix = mix(vec![counted("a", 30, 1.0), counted("b", 70, 1.0)]);
    assert_eq!(mix.epoch_len(), 100);
    assert_eq!(visited(&mut mix, 0, 0), (0..30).collect::<Vec<_>>());
    assert_eq!(visited(&mut mix, 3, 1), (0..70).collect::<Vec<_>>());
    let order = |mix: &mut Mix, epoch: u64| -> Vec<(usize, usize)> {
        let places = (100 * epoch..100 * epoch + 100).map(|position| mix.place(position));
        places.map(|place| (place.set, place.visit.index)).collect()
    };
    let [first, second] = [0, 1].map(|epoch| order(&mut mix, epoch));
    assert_ne!(first, second);
    // Uniform: of the first half, about 15 are of the smaller set; four standard deviations.
    let n = first[..50].iter().filter(|(set, _)| *set == 0).count();
    assert!((5..=25).contains(&n), "{n}");
}

#[test]
fn a_ratio_below_one_keeps_the_same_part_in_every_epoch() {
    let mut mix = mix(vec![counted("a", 30, 0.5), counted("b", 7, 1.0)]);
    assert_eq!(mix.epoch_len(), 22);
    let part = visited(&mut mix, 0, 0);
    assert_eq!(part.len(), 15);
    assert_eq!(part, visited(&mut mix, 4, 0));
    assert_ne!(part, (0..15).collect::<Vec<_>>());
    let other = visited(&mut Mix::new(vec![counted("a", 30, 0.5)], 6).unwrap(), 0, 0);
    assert_ne!(part, other);
}

#[test]
fn a_ratio_above_one_visits_records_again_with_other_chance() {
    let mut mix = mix(vec![counted("a", 4, 2.5)]);
    assert_eq!(mix.epoch_len(), 10);
    let visits: Vec<Visit> = (0..10).map(|position| mix.place(position).visit).collect();
    for index in 0..4 {
        let mut seeds: Vec<u64> = visits
            .iter()
            .filter(|visit| visit.index == index)
            .map(|visit| visit.seed)
            .collect();
        let n = seeds.len();
        assert!((2..=3).contains(&n), "{n}");
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), n);
    }
}

#[test]
fn a_position_leads_to_the_same_place_whatever_was_asked_before() {
    let sets = || vec![counted("a", 13, 0.7), counted("b", 8, 1.5)];
    let mut forward = mix(sets());
    let places: Vec<Place> = (0..60).map(|position| forward.place(position)).collect();
    let mut backward = mix(sets());
    for position in (0..60).rev() {
        assert_eq!(backward.place(position), places[position as usize]);
    }
    let mut other = Mix::new(sets(), 6).unwrap();
    assert!((0..60).any(|position| other.place(position) != places[position as usize]));
}

#[test]
fn a_stream_taken_up_at_a_position_goes_on_as_it_would_have() {
    let sets = || {
        vec![
            broken("a", 9, 1.0, |index| index % 3 == 1),
            counted("b", 8, 1.0),
        ]
    };
    let (mut whole, mut position) = (mix(sets()), 0);
    let mut samples = Vec::new();
    for _ in 0..40 {
        let start = position;
        samples.push((start, whole.next(&mut position).unwrap()));
    }
    for (start, sample) in &samples {
        let mut position = *start;
        assert_eq!(&mix(sets()).next(&mut position).unwrap(), sample);
    }
}

#[test]
fn broken_records_are_counted_by_set_named_and_passed_over() {
    let sets = vec![
        broken("a", 40, 1.0, |index| index % 2 == 0),
        counted("b", 10, 1.0),
    ];
    let (mut mix, mut position) = (mix(sets), 0);
    for _ in 0..30 {
        mix.next(&mut position).unwrap();
    }
    assert!(position <= 50);
    while position < 50 {
        let place = mix.place(position);
        assert_eq!((place.set, place.visit.index % 2), (0, 0));
        position += 1;
    }
    let report: Vec<_> = mix.left_out().collect();
    let (name, _, skipped) = report[0];
    assert_eq!(name, "a");
    // Those behind the last good one have not been looked at yet.
    assert!((10..=20).contains(&skipped.count) && skipped.first.len() == 10);
    let first = &skipped.first[0];
    let index: usize = first.record.strip_prefix("a ").unwrap().parse().unwrap();
    assert_eq!(first.reason, format!("{index}.png does not exist"));
    assert_eq!(report[1].2.count, 0);
}

#[test]
fn a_mix_in_which_everything_is_broken_ends_with_the_last_reason() {
    let mut mix = mix(vec![broken("a", 4, 1.0, |_| true)]);
    let mut position = 0;
    assert!(matches!(
        mix.next(&mut position),
        Err(DataError::NoFile { .. })
    ));
    assert_eq!(position, 7);
}

#[test]
fn ratios_must_be_numbers_that_leave_something() {
    let refused = |ratio: f64| Mix::new(vec![counted("a", 4, ratio)], 0).err().unwrap();
    for ratio in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e15] {
        assert!(
            matches!(refused(ratio), DataError::Ratio { set: "a", .. }),
            "{ratio}"
        );
    }
    let problem = refused(0.1).to_string();
    assert_eq!(problem, "the ratio 0.1 leaves none of the 4 records of a");
    let one_and_none = vec![counted("a", 4, 0.2), counted("b", 4, 0.1)];
    assert!(matches!(
        Mix::new(one_and_none, 0),
        Err(DataError::NothingLeft { set: "b", .. })
    ));
    assert!(matches!(Mix::new(Vec::new(), 0), Err(DataError::EmptyMix)));
}

#[test]
fn a_picture_that_cannot_be_decoded_is_passed_over_when_pixels_are_asked_for() {
    let vision = VisionConfig {
        image_size: 2,
        patch_size: 1,
        width: 1,
        layers: 1,
        heads: 1,
        mlp_width: 1,
        activation: Activation::QuickGelu,
        layer_norm_eps: 1e-5,
        image_mean: [0.0; 3],
        image_std: [1.0; 3],
        select_layer: -1,
        level_step: 1,
        n_levels: 1,
    };
    let folder = Folder::new();
    let picture =
        |id: u64| json!({"id": id, "file_name": format!("{id}.png"), "width": 64, "height": 48});
    let annotation = |id: u64| {
        json!({"id": id, "image_id": id, "bbox": [8, 3, 16, 30], "area": 480, "category_id": 1,
            "iscrowd": 0, "caption": "a dog"})
    };
    folder.picture("1.png", 64, 48);
    folder.write("2.png", "no picture");
    let file = folder.json(
        "train.json",
        &json!({"images": [picture(1), picture(2)], "annotations": [annotation(1), annotation(2)],
            "categories": []}),
    );
    let set = VisualGenome::open(&file, folder.pictures()).unwrap();
    let mut mix = mix(vec![MixedSet {
        set: Box::new(set),
        ratio: 1.0,
    }]);
    let mut position = 0;
    for _ in 0..3 {
        let (sample, pixels) = mix.next_with_pixels(&mut position, &vision).unwrap();
        assert!(sample.picture.ends_with("1.png"));
        assert_eq!(pixels.len(), 12);
    }
    let (name, _, skipped) = mix.left_out().next().unwrap();
    assert_eq!(name, "VGDATA");
    assert!((2..=3).contains(&skipped.count), "{}", skipped.count);
    assert_eq!(skipped.first[0].record, "image 2 (2.png)");
    assert!(
        skipped.first[0].reason.contains("2.png"),
        "{}",
        skipped.first[0].reason
    );
}
