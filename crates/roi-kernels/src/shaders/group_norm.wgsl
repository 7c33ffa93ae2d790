// group_norm: y = max((x − mean) / sqrt(variance + eps) · weight + bias, 0), mean and variance of
// each group, weight and bias of each channel.
//   x [C, H · W] f32 | stats [G, splits] (mean, squares) of chunks of {{CHUNK}} elements
//   weight, bias [C] f32 | y [C, H · W] f32
// One workgroup per chunk, as in group_norm_stats. Its first lane joins the group's chunks: the
// squares of each about its own mean, and its mean's distance from the group's.
// Launch: src/ops/group_norm.rs   Twin: src/reference/group_norm.rs

struct Info {
    size: u32,      // elements of a group
    splits: u32,
    channels: u32,  // channels of a group
    plane: u32,     // H · W
    eps: f32,
}

@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
@group(0) @binding({{B_STATS}}) var<storage, read> stats: array<vec2<f32>>;
@group(0) @binding({{B_WEIGHT}}) var<storage, read> weight: array<f32>;
@group(0) @binding({{B_BIAS}}) var<storage, read> bias: array<f32>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

// Mean and 1 / deviation of the group.
var<workgroup> joined: vec2<f32>;

fn length_of(split: u32) -> u32 {
    return min(info.size - split * {{CHUNK}}u, {{CHUNK}}u);
}

fn join(group: u32) -> vec2<f32> {
    let first = group * info.splits;
    let size = f32(info.size);
    var mean = 0.0;
    for (var i = 0u; i < info.splits; i++) {
        mean += stats[first + i].x * (f32(length_of(i)) / size);
    }
    var squares = 0.0;
    for (var i = 0u; i < info.splits; i++) {
        let apart = stats[first + i].x - mean;
        squares += stats[first + i].y + apart * apart * f32(length_of(i));
    }
    return vec2<f32>(mean, 1.0 / sqrt(squares / size + info.eps));
}

@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let first = workgroup.x * {{CHUNK}}u;
    if first >= info.size { return; }
    if local == 0u { joined = join(workgroup.y); }
    workgroupBarrier();
    let length = length_of(workgroup.x);
    let start = workgroup.y * info.size + first;
    for (var i = local; i < length; i += {{WORKGROUP}}u) {
        let channel = workgroup.y * info.channels + (first + i) / info.plane;
        let normal = (x[start + i] - joined.x) * joined.y;
        y[start + i] = max(normal * weight[channel] + bias[channel], 0.0);
    }
}
