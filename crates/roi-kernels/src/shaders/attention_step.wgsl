// attention_step: one token's attention over the cache, y = softmax(q · kᵀ / √S) · v.
//   q [1, H · S] f32 | keys, values [capacity, H · S] f32 | state [position, ..] u32 | y [1, H · S]
// One workgroup per head. Per chunk of {{CHUNK}} keys: lanes stride over the keys for the scores, then
// share out blocks of four values and keys for the sum, so that neighbours read neighbours. S is
// divisible by 4 and at most 4 · {{WORKGROUP}}; any number of positions.
// Launch: src/ops/attention_step.rs   Twin: src/reference/attention_step.rs

struct Info {
    capacity: u32,
    width: u32,   // H · S / 4
    scale: f32,   // 1 / √S
}

@group(0) @binding({{B_Q}}) var<storage, read> q: array<vec4<f32>>;
@group(0) @binding({{B_KEYS}}) var<storage, read> keys: array<vec4<f32>>;
@group(0) @binding({{B_VALUES}}) var<storage, read> values: array<vec4<f32>>;
@group(0) @binding({{B_STATE}}) var<storage, read> state: array<u32>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

// Four-value blocks of a head, and how many keys are summed beside each other.
const BLOCKS: u32 = {{BLOCKS}}u;
const STRANDS: u32 = {{WORKGROUP}}u / BLOCKS;
// Below every score.
const HIDDEN: f32 = -1e30;

var<workgroup> asked: array<vec4<f32>, {{BLOCKS}}>;
var<workgroup> scores: array<f32, {{CHUNK}}>;
var<workgroup> strands: array<vec4<f32>, {{WORKGROUP}}>;

//#include reduce

@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let head = workgroup.x * BLOCKS;
    let length = min(state[0] + 1u, info.capacity);
    if local < BLOCKS { asked[local] = q[head + local] * info.scale; }
    let block = local % BLOCKS;
    let strand = local / BLOCKS;
    var highest = HIDDEN;
    // Of this lane's keys, and of this lane's block along its strand.
    var total = 0.0;
    var sum = vec4<f32>();
    for (var first = 0u; first < length; first += {{CHUNK}}u) {
        let count = min(length - first, {{CHUNK}}u);
        workgroupBarrier();
        var top = highest;
        for (var j = local; j < count; j += {{WORKGROUP}}u) {
            let at = (first + j) * info.width + head;
            var score = 0.0;
            for (var i = 0u; i < BLOCKS; i++) { score += dot(asked[i], keys[at + i]); }
            scores[j] = score;
            top = max(top, score);
        }
        top = workgroup_max(local, top);
        let fade = exp(highest - top);
        highest = top;
        total *= fade;
        sum *= fade;
        for (var j = local; j < count; j += {{WORKGROUP}}u) {
            scores[j] = exp(scores[j] - top);
            total += scores[j];
        }
        workgroupBarrier();
        if strand < STRANDS {
            for (var j = strand; j < count; j += STRANDS) {
                sum += scores[j] * values[(first + j) * info.width + head + block];
            }
        }
    }
    strands[local] = sum;
    let all = workgroup_sum(local, total);
    if local < BLOCKS {
        var whole = vec4<f32>();
        for (var i = 0u; i < STRANDS; i++) { whole += strands[i * BLOCKS + local]; }
        y[head + local] = whole / all;
    }
}
