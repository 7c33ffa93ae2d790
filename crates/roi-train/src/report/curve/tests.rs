//! Curves of few, many and odd losses.

use super::*;

/// All `x y` pairs of the strong line.
fn mean_line(svg: &str) -> Vec<(f64, f64)> {
    let start = svg.find("stroke=\"#1d4f91\"").unwrap();
    let path = svg[..start].rsplit("d=\"").next().unwrap();
    let points = path.trim_end_matches("\" ").split(['M', 'L']);
    let numbers = points.filter_map(|point| point.split_once(' '));
    numbers
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect()
}

#[test]
fn the_curve_goes_from_the_first_step_to_the_last_and_falls_with_the_loss() {
    let losses: Vec<_> = (1..=500).map(|step| (step, 6.0 / step as f64)).collect();
    let line = mean_line(&loss_curve("run", &losses));
    assert_eq!(line.first().unwrap().0, LEFT);
    assert_eq!(line.last().unwrap().0, RIGHT);
    assert!(line.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(
        line.windows(2).all(|pair| pair[0].1 <= pair[1].1),
        "it rises"
    );
    assert!(line.iter().all(|(_, y)| (TOP..=BOTTOM).contains(y)));
}

#[test]
fn the_same_gain_looks_the_same_early_and_late() {
    let losses = [(1, 8.0), (2, 4.0), (3, 2.0)];
    let axes = Axes::around(&losses.map(|(step, loss)| (step as f64, loss)));
    let heights = losses.map(|(_, loss)| axes.y(loss));
    let difference = (heights[1] - heights[0]) - (heights[2] - heights[1]);
    // A rounding of numbers of some hundreds.
    assert!(difference.abs() < 1e-9, "{heights:?}");
}

#[test]
fn the_running_mean_is_steadier_than_the_losses() {
    let losses: Vec<(f64, f64)> = (0..400)
        .map(|step| (f64::from(step), if step % 2 == 0 { 1.0 } else { 4.0 }))
        .collect();
    let smoothed = smooth(&losses);
    // The geometric mean of 1 and 4 is 2.
    for (_, loss) in &smoothed[100..] {
        assert!((1.6..2.5).contains(loss), "{loss}");
    }
    assert_eq!(smoothed[0], (0.0, 1.0));
}

#[test]
fn few_losses_are_a_picture_too() {
    for losses in [&[][..], &[(7, 3.0)], &[(7, 3.0), (8, 3.0)], &[(0, 0.0)]] {
        let svg = loss_curve("run", losses);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn losses_that_are_no_numbers_are_left_out() {
    let losses = [(1, f64::NAN), (2, 1.0), (3, f64::INFINITY), (4, 0.5)];
    assert_eq!(
        loss_curve("run", &losses),
        loss_curve("run", &[(2, 1.0), (4, 0.5)])
    );
}

#[test]
fn a_long_run_has_no_larger_picture_than_a_short_one() {
    let losses: Vec<_> = (1..=200_000)
        .map(|step| (step, 3.0 + (step % 7) as f64))
        .collect();
    assert!(loss_curve("run", &losses).len() < 64 << 10);
}

#[test]
fn a_title_means_itself() {
    let svg = loss_curve("<b> & \"c\"\u{7}", &[]);
    assert!(
        svg.contains(">&lt;b&gt; &amp; &quot;c&quot;</text>"),
        "{svg}"
    );
}

#[test]
fn ticks_are_round_numbers_within_the_span() {
    assert_eq!(
        ticks(0.0, 1000.0),
        [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]
    );
    assert_eq!(ticks(1.0, 9.0), [2.0, 4.0, 6.0, 8.0]);
    assert_eq!(ticks(5.0, 5.0), [5.0]);
    let axes = |least, most| Axes {
        first: 0.0,
        last: 1.0,
        least,
        most,
    };
    assert_eq!(
        axes(0.03, 7.0).loss_ticks(),
        [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0]
    );
    let near = axes(2.1, 2.6).loss_ticks();
    assert_eq!(
        near.iter().map(|t| short(*t)).collect::<Vec<_>>(),
        ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"]
    );
    assert_eq!(
        [0.0, 0.25, 1200.0, 1e-5].map(short),
        ["0", "0.25", "1200", "1e-5"]
    );
}
