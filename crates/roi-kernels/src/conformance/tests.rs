//! The conformance cases where tests can run them: as tensor code on the CPU, and as kernels on
//! whatever adapter there is.

use std::ops::ControlFlow;

use burn::tensor::Device;

use super::{
    Bench, Checked, ConformanceError, FINGERPRINT, N_GROUPS, Numbers, Tolerance, run, unexpected,
};
use crate::ops::sample::SampleError;
use crate::tuning::AdapterClass;

#[test]
fn tensor_code_matches_the_twins() {
    let mut last = String::new();
    let outcome = pollster::block_on(run(&Device::flex(), 0, &mut |case| {
        last = case.to_owned();
        ControlFlow::Continue(())
    }));
    let passed = all_of(outcome);
    assert!(passed > 100, "{passed} cases, the last being {last}");
}

/// Cases of a check that was to run to its end.
fn all_of(outcome: Result<Checked, ConformanceError>) -> u32 {
    let checked = outcome.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(checked.next, N_GROUPS);
    checked.cases
}

#[test]
fn a_check_that_is_stopped_goes_on_with_the_group_it_was_in() {
    let device = Device::flex();
    let (last, mut n_cases) = (N_GROUPS - 2, 0);
    let whole = all_of(pollster::block_on(run(&device, last, &mut |_| {
        n_cases += 1;
        ControlFlow::Continue(())
    })));
    let mut begun = 0;
    let stopped = pollster::block_on(run(&device, last, &mut |_| {
        begun += 1;
        match begun < n_cases {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }));
    let stopped = stopped.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        stopped.next,
        N_GROUPS - 1,
        "all but the last group has passed"
    );
    let rest = pollster::block_on(run(&device, stopped.next, &mut |_| {
        ControlFlow::Continue(())
    }));
    assert_eq!(stopped.cases + all_of(rest), whole);
}

#[test]
fn a_device_that_fails_is_told_apart_from_one_that_computes_something_else() {
    let failed = unexpected("a case")(SampleError::Read("it is gone".to_owned()));
    assert!(!failed.is_difference(), "{failed}");
    let wrong = unexpected("a case")(SampleError::NotANumber);
    assert!(wrong.is_difference(), "{wrong}");
}

#[test]
fn the_kernels_have_a_fingerprint() {
    assert_eq!(FINGERPRINT.len(), 16);
    assert!(FINGERPRINT.bytes().all(|digit| digit.is_ascii_hexdigit()));
}

#[test]
fn behind_the_last_group_there_is_nothing_to_check() {
    let beyond = pollster::block_on(run(&Device::flex(), u32::MAX, &mut |case| panic!("{case}")));
    assert_eq!(all_of(beyond), 0);
}

#[test]
fn kernels_match_the_twins() {
    roi_testkit::on_gpu(|device| {
        let before = crate::gpu_stats().dispatches;
        let outcome = pollster::block_on(run(device, 0, &mut |_| ControlFlow::Continue(())));
        let passed = all_of(outcome);
        let dispatches = crate::gpu_stats().dispatches - before;
        assert!(
            passed > 100 && dispatches > u64::from(passed),
            "{passed} cases in {dispatches} dispatches"
        );
    });
}

const EXACT: Tolerance = Tolerance {
    absolute: 0.0,
    relative: 0.0,
};

fn compared(
    values: &[f32],
    expected: &[f32],
    tolerance: Tolerance,
) -> Result<(), ConformanceError> {
    let device = Device::flex();
    let mut bench = Bench {
        device: &device,
        on_case: &mut |_| ControlFlow::Continue(()),
        passed: 0,
        class: AdapterClass::Software,
    };
    let output = bench.tensor(values, [2, values.len() / 2]);
    pollster::block_on(bench.compare("case", output, [2, expected.len() / 2], expected, tolerance))
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    let tolerance = Tolerance {
        absolute: 0.5,
        relative: 0.0,
    };
    let error = compared(
        &[1.0, 2.0, 3.0, 9.0, 5.0, 6.75],
        &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        tolerance,
    );
    let error = error.expect_err("9 is not 4").to_string();
    assert_eq!(
        error,
        "case: at [1, 0] got 9, expected 4: off by 5, limit 0.5"
    );
}

#[test]
fn a_value_that_was_not_written_is_found() {
    let error = compared(
        &[1.0, f32::NAN],
        &[1.0, 2.0],
        Tolerance {
            absolute: 1e9,
            relative: 1e9,
        },
    );
    assert!(matches!(error, Err(ConformanceError::NotANumber { index, .. }) if index == [1, 0]));
}

#[test]
fn a_shape_is_compared_before_values() {
    assert!(matches!(
        compared(&[1.0, 2.0], &[1.0, 2.0, 3.0, 4.0], EXACT),
        Err(ConformanceError::Shape { .. })
    ));
}

#[test]
fn numbers_repeat_and_stay_within_one() {
    let first = Numbers::new(3).take(1000);
    assert_eq!(first, Numbers::new(3).take(1000));
    assert!(first.iter().all(|value| (-1.0..1.0).contains(value)));
    let mean = first.iter().sum::<f32>() / 1000.0;
    assert!(mean.abs() < 0.1, "{mean}");
}
