//! Compute kernels: WGSL shaders, their launchers, plain-Rust twins, and each op as burn tensor code.
