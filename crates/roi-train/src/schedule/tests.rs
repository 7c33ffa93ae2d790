//! Rates at the corners of the schedule, and between them against the formula's known values.

use super::Schedule;

const SCHEDULE: Schedule = Schedule {
    peak: 2e-5,
    warmup_steps: 10,
    total_steps: 110,
};

/// The formula's own rounding.
const ROUNDING: f64 = 1e-18;

fn assert_rates(schedule: Schedule, expected: &[(u64, f64)]) {
    for (done, rate) in expected {
        let found = schedule.rate(*done);
        assert!(
            (found - rate).abs() < ROUNDING,
            "{done}: {found}, not {rate}"
        );
    }
}

#[test]
fn warm_up_rises_in_a_line_from_zero() {
    assert_rates(
        SCHEDULE,
        &[(0, 0.0), (1, 2e-6), (5, 1e-5), (9, 1.8e-5), (10, 2e-5)],
    );
}

#[test]
fn cosine_falls_to_zero_at_the_last_step() {
    let quarter = 1e-5 * (1.0 + 0.5_f64.sqrt());
    assert_rates(
        SCHEDULE,
        &[(35, quarter), (60, 1e-5), (85, 2e-5 - quarter), (110, 0.0)],
    );
}

#[test]
fn rate_stays_zero_past_the_end() {
    assert_rates(SCHEDULE, &[(111, 0.0), (210, 0.0), (u64::MAX, 0.0)]);
}

#[test]
fn without_warm_up_the_first_step_has_the_peak() {
    let schedule = Schedule {
        warmup_steps: 0,
        ..SCHEDULE
    };
    assert_rates(schedule, &[(0, 2e-5), (55, 1e-5)]);
}

#[test]
fn warm_up_longer_than_the_run_is_cut_by_its_end() {
    let schedule = Schedule {
        warmup_steps: 3000,
        ..SCHEDULE
    };
    assert_rates(schedule, &[(0, 0.0), (110, 2e-5 * 110.0 / 3000.0)]);
}
