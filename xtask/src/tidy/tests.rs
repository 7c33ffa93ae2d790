//! The rules over small trees on disk.

use super::{files_with_extension, kernels};

fn put(root: &std::path::Path, file: &str) {
    let path = root.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, "").unwrap();
}

#[test]
fn a_complete_kernel_set_passes() {
    let root = tempfile::tempdir().unwrap();
    for file in [
        "shaders/gemv.wgsl",
        "shaders/gemv_sum.wgsl",
        "shaders/shared/unpack.wgsl",
        "shaders/subgroup/gemv.wgsl",
        "ops/gemv.rs",
        "reference/gemv.rs",
    ] {
        put(root.path(), file);
    }
    assert!(kernels::check(root.path()).unwrap().is_empty());
}

#[test]
fn each_missing_form_of_a_kernel_is_named() {
    let root = tempfile::tempdir().unwrap();
    for file in [
        "shaders/gemv.wgsl",
        "shaders/subgroup/gemm.wgsl",
        "ops/gemv.rs",
        "reference/rope.rs",
    ] {
        put(root.path(), file);
    }
    assert_eq!(
        kernels::check(root.path()).unwrap(),
        [
            "roi-kernels: shaders/gemv.wgsl has no reference/gemv.rs",
            "roi-kernels: reference/rope.rs has no shaders/rope.wgsl",
            "roi-kernels: shaders/subgroup/gemm.wgsl has no shaders/gemm.wgsl",
        ]
    );
}

#[test]
fn build_outputs_are_not_source() {
    let root = tempfile::tempdir().unwrap();
    for file in ["a/b.rs", "target/c.rs", "a/d.txt"] {
        put(root.path(), file);
    }
    assert_eq!(
        files_with_extension(root.path(), "rs").unwrap(),
        [root.path().join("a/b.rs")]
    );
}
