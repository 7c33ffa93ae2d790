// layer_norm: y = (x − mean) / sqrt(variance + eps) · weight + bias, row by row.
//   x [M, K] f32 | weight, bias [K] f32 | y [M, K] f32
// One workgroup per row; {{WORKGROUP}} lanes stride over K. The variance is taken about the mean in
// a second pass: mean(x²) − mean² loses everything when the mean is large. Any M, any K.
// Launch: src/ops/layer_norm.rs   Twin: src/reference/layer_norm.rs

struct Info { m: u32, k: u32, eps: f32 }

@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
@group(0) @binding({{B_WEIGHT}}) var<storage, read> weight: array<f32>;
@group(0) @binding({{B_BIAS}}) var<storage, read> bias: array<f32>;
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
    var sum = 0.0;
    for (var k = local; k < info.k; k += {{WORKGROUP}}u) {
        sum += x[start + k];
    }
    let mean = workgroup_sum(local, sum) / f32(info.k);
    var squares = 0.0;
    for (var k = local; k < info.k; k += {{WORKGROUP}}u) {
        let centred = x[start + k] - mean;
        squares += centred * centred;
    }
    let scale = 1.0 / sqrt(workgroup_sum(local, squares) / f32(info.k) + info.eps);
    for (var k = local; k < info.k; k += {{WORKGROUP}}u) {
        y[start + k] = (x[start + k] - mean) * scale * weight[k] + bias[k];
    }
}
