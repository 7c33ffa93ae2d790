//! The measurements measure: every figure is there and fits the others. How large they are is no test's business.

use burn::tensor::Device;
use pollster::block_on;
use roi_engine::bench::{BenchOptions, BenchReport, bench_synthetic};
use roi_testkit::on_gpu;
use roi_weights::{Layout, ModelConfig};

use crate::engine::{cpu, host};

fn report(device: &Device) -> (BenchReport, ModelConfig) {
    let config = ModelConfig::tiny();
    let host = host(device);
    let options = BenchOptions {
        prompt_tokens: 11,
        new_tokens: 4,
        repeats: 1,
    };
    let report = block_on(bench_synthetic(&config, Layout::Q4, "tiny", &host, options))
        .expect("a measurement");
    (report, config)
}

fn every_figure_is_there(report: &BenchReport, config: &ModelConfig) {
    for figure in [
        report.picture_ms,
        report.region_ms,
        report.prefill_tokens_per_second,
        report.decode_tokens_per_second,
        report.copy_bytes_per_second,
        report.decode_share_of_copy,
    ] {
        assert!(figure.is_finite() && figure > 0.0, "{report:?}");
    }
    assert!(report.prefill_tokens > config.vision.n_patches());
    assert!(report.bytes_read_per_token > 0);
    assert!(report.bytes_read_per_token < 2 * report.weight_bytes);
}

#[test]
fn a_gpu_is_measured_with_its_launches() {
    on_gpu(|device| {
        let (report, config) = report(device);
        every_figure_is_there(&report, &config);
        let layers = config.decoder.layers as f64;
        assert!(report.replayed_dispatches_per_token >= layers);
        // Choosing the token is no part of the recorded step.
        assert!(report.dispatches_per_token > report.replayed_dispatches_per_token);
        assert!(report.gpu_bytes >= report.weight_bytes);
    });
}

#[test]
fn the_processor_is_measured_without_launches() {
    let (report, config) = report(&cpu());
    every_figure_is_there(&report, &config);
    assert_eq!(report.dispatches_per_token, 0.0);
    assert_eq!(report.gpu_bytes, 0);
}
