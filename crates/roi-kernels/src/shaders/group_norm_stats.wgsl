// group_norm_stats: mean and sum of squared distances from it, of each chunk of each group.
//   x [G, E] f32, one row per group | stats [G, splits] (mean, squares) f32
// One workgroup per chunk of {{CHUNK}} elements: workgroup.x is the chunk, workgroup.y the group.
// Two passes over the chunk, so nothing cancels; group_norm joins the chunks.
// Launch: src/ops/group_norm_stats.rs   Twin: src/reference/group_norm_stats.rs

struct Info { size: u32, splits: u32 }

@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
@group(0) @binding({{B_STATS}}) var<storage, read_write> stats: array<vec2<f32>>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include reduce

@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let first = workgroup.x * {{CHUNK}}u;
    if first >= info.size { return; }
    let length = min(info.size - first, {{CHUNK}}u);
    let start = workgroup.y * info.size + first;
    var sum = 0.0;
    for (var i = local; i < length; i += {{WORKGROUP}}u) {
        sum += x[start + i];
    }
    let mean = workgroup_sum(local, sum) / f32(length);
    var squares = 0.0;
    for (var i = local; i < length; i += {{WORKGROUP}}u) {
        let centred = x[start + i] - mean;
        squares += centred * centred;
    }
    let total = workgroup_sum(local, squares);
    if local == 0u {
        stats[workgroup.y * info.splits + workgroup.x] = vec2<f32>(mean, total);
    }
}
