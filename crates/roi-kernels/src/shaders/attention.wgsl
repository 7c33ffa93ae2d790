// attention: y = softmax(q · kᵀ / √S) · v for every head, in one pass over the keys.
//   CACHED:  q [T, H · S] f32 | keys, values [capacity, H · S] f32 | state [position, ..] u32
//            token t sees the keys up to position + t
//   else:    qkv [T, 3 · H · S] f32, every token sees every other
//   y [T, H · S] f32; S divisible by 4
// One invocation per query and head: workgroup.x is a tile of queries, workgroup.y the head. The
// softmax runs along: per tile of keys the highest score so far is brought up to date and what has
// been summed shrinks with it. STAGED workgroups bring each tile of keys and values into workgroup
// memory first; the others read them where they are, which software adapters like.
// Launch: src/ops/attention.rs   Twin: src/reference/attention.rs

struct Info {
    tokens: u32,  // T
    keys: u32,    // rows of keys and values that exist
    width: u32,   // H · S / 4
    scale: f32,   // 1 / √S
}

//#if CACHED
@group(0) @binding({{B_Q}}) var<storage, read> q: array<vec4<f32>>;
@group(0) @binding({{B_KEYS}}) var<storage, read> keys: array<vec4<f32>>;
@group(0) @binding({{B_VALUES}}) var<storage, read> values: array<vec4<f32>>;
@group(0) @binding({{B_STATE}}) var<storage, read> state: array<u32>;
//#else
@group(0) @binding({{B_QKV}}) var<storage, read> qkv: array<vec4<f32>>;
//#end
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

// Four-value blocks of a head, and keys taken at a time.
const BLOCKS: u32 = {{BLOCKS}}u;
const TILE: u32 = {{TILE}}u;
// Below every score; what it stands for has no weight beside a real one.
const HIDDEN: f32 = -1e30;

//#if STAGED
var<workgroup> staged_keys: array<vec4<f32>, {{STAGE}}>;
var<workgroup> staged_values: array<vec4<f32>, {{STAGE}}>;
//#end

// How many keys token t sees.
fn visible(t: u32) -> u32 {
//#if CACHED
    return min(state[0] + t + 1u, info.keys);
//#else
    return info.keys;
//#end
}

fn query(t: u32, i: u32) -> vec4<f32> {
//#if CACHED
    return q[t * info.width + i];
//#else
    return qkv[t * info.width * 3u + i];
//#end
}

fn key(s: u32, i: u32) -> vec4<f32> {
//#if CACHED
    return keys[s * info.width + i];
//#else
    return qkv[(s * 3u + 1u) * info.width + i];
//#end
}

fn value(s: u32, i: u32) -> vec4<f32> {
//#if CACHED
    return values[s * info.width + i];
//#else
    return qkv[(s * 3u + 2u) * info.width + i];
//#end
}

@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let t = workgroup.x * {{WORKGROUP}}u + local;
    let head = workgroup.y * BLOCKS;
    let inside = t < info.tokens;
    var length = 0u;
    if inside { length = visible(t); }
//#if STAGED
    let end = visible(min(workgroup.x * {{WORKGROUP}}u + {{WORKGROUP}}u, info.tokens) - 1u);
//#else
    let end = length;
//#end

    var asked: array<vec4<f32>, {{BLOCKS}}>;
    var sums: array<vec4<f32>, {{BLOCKS}}>;
    for (var i = 0u; i < BLOCKS; i++) {
        asked[i] = vec4<f32>();
        sums[i] = vec4<f32>();
        if inside { asked[i] = query(t, head + i) * info.scale; }
    }
    var highest = HIDDEN;
    var total = 0.0;
    for (var first = 0u; first < end; first += TILE) {
//#if STAGED
        workgroupBarrier();
        for (var i = local; i < TILE * BLOCKS; i += {{WORKGROUP}}u) {
            let s = min(first + i / BLOCKS, end - 1u);
            staged_keys[i] = key(s, head + i % BLOCKS);
            staged_values[i] = value(s, head + i % BLOCKS);
        }
        workgroupBarrier();
//#end
        if first < length {
            let count = min(TILE, length - first);
            var scores: array<f32, {{TILE}}>;
            var top = highest;
            for (var j = 0u; j < count; j++) {
                var score = 0.0;
                for (var i = 0u; i < BLOCKS; i++) {
//#if STAGED
                    score += dot(asked[i], staged_keys[j * BLOCKS + i]);
//#else
                    score += dot(asked[i], key(first + j, head + i));
//#end
                }
                scores[j] = score;
                top = max(top, score);
            }
            let fade = exp(highest - top);
            highest = top;
            total *= fade;
            for (var i = 0u; i < BLOCKS; i++) { sums[i] *= fade; }
            for (var j = 0u; j < count; j++) {
                let weight = exp(scores[j] - top);
                total += weight;
                for (var i = 0u; i < BLOCKS; i++) {
//#if STAGED
                    sums[i] += weight * staged_values[j * BLOCKS + i];
//#else
                    sums[i] += weight * value(first + j, head + i);
//#end
                }
            }
        }
    }
    if inside {
        for (var i = 0u; i < BLOCKS; i++) {
            y[t * info.width + head + i] = sums[i] / total;
        }
    }
}
