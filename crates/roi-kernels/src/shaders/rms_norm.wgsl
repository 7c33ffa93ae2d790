// rms_norm: y = x / sqrt(mean(x²) + eps) · weight, row by row.
//   x [M, K] f32 | weight [K] f32 | y [M, K] f32
// One workgroup per row; {{WORKGROUP}} lanes stride over K. Any M, any K.
// Launch: src/ops/rms_norm.rs   Twin: src/reference/rms_norm.rs

struct Info { m: u32, k: u32, eps: f32 }

@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
@group(0) @binding({{B_WEIGHT}}) var<storage, read> weight: array<f32>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include reduce

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = workgroup.x + workgroup.y * count.x;
    if row >= info.m { return; }
    let start = row * info.k;
    var squares = 0.0;
    for (var k = local; k < info.k; k += {{WORKGROUP}}u) {
        squares += x[start + k] * x[start + k];
    }
    let scale = 1.0 / sqrt(workgroup_sum(local, squares) / f32(info.k) + info.eps);
    for (var k = local; k < info.k; k += {{WORKGROUP}}u) {
        y[start + k] = x[start + k] * scale * weight[k];
    }
}
