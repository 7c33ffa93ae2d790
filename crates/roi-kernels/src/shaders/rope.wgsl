// rope: rotates queries and keys by their positions; keys and values go into the cache in place.
//   qkv [T, 3 · H · S] f32 | table [positions, S] f32, cosines then sines | state [position, ..] u32
//   keys, values [capacity, H · S] f32 | q [T, H · S] f32
// One invocation per token, head and pair (i, i + S / 2). Positions past the cache or the table are
// left out; the launcher has refused them before.
// Launch: src/ops/rope.rs   Twin: src/reference/rope.rs

struct Info {
    count: u32,     // T · H · S / 2
    heads: u32,
    capacity: u32,  // positions of cache and table
}

@group(0) @binding({{B_QKV}}) var<storage, read> qkv: array<f32>;
@group(0) @binding({{B_TABLE}}) var<storage, read> table: array<f32>;
@group(0) @binding({{B_STATE}}) var<storage, read> state: array<u32>;
@group(0) @binding({{B_KEYS}}) var<storage, read_write> keys: array<f32>;
@group(0) @binding({{B_VALUES}}) var<storage, read_write> values: array<f32>;
@group(0) @binding({{B_Q}}) var<storage, read_write> q: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

const HALF: u32 = {{HALF}}u;

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    if index >= info.count { return; }
    let i = index % HALF;
    let head = index / HALF % info.heads;
    let token = index / HALF / info.heads;
    let position = state[0] + token;
    if position >= info.capacity { return; }

    let cosine = table[position * HALF * 2u + i];
    let sine = table[position * HALF * 2u + HALF + i];
    let width = info.heads * HALF * 2u;
    let at = head * HALF * 2u + i;
    let source = token * width * 3u + at;
    let here = token * width + at;
    let there = position * width + at;

    let q_low = qkv[source];
    let q_high = qkv[source + HALF];
    q[here] = q_low * cosine - q_high * sine;
    q[here + HALF] = q_high * cosine + q_low * sine;
    let k_low = qkv[source + width];
    let k_high = qkv[source + width + HALF];
    keys[there] = k_low * cosine - k_high * sine;
    keys[there + HALF] = k_high * cosine + k_low * sine;
    values[there] = qkv[source + 2u * width];
    values[there + HALF] = qkv[source + 2u * width + HALF];
}
