// embed: y[t] = the row ids[t] of a table, expanded.
//   ids [T] u32 | table [V, K] packed, in up to {{PARTS}} parts along V | y [T, K] f32
// Each invocation expands eight values. A launch sees some of the table's parts and leaves alone
// the rows of y whose ids lie in others.
// Launch: src/ops/embed.rs   Twin: src/reference/embed.rs

struct Info {
    rows: vec4<u32>,   // rows of each part
    first: u32,        // id of the first part's first row
    tokens: u32,
    k: u32,
    groups: u32,       // groups of 32 in a row
    id_at: u32,        // word of `ids` where the ids begin
}

@group(0) @binding({{B_IDS}}) var<storage, read> ids: array<u32>;
@group(0) @binding({{B_W0}}) var<storage, read> w0: array<u32>;
//#if PART1
@group(0) @binding({{B_W1}}) var<storage, read> w1: array<u32>;
//#end
//#if PART2
@group(0) @binding({{B_W2}}) var<storage, read> w2: array<u32>;
//#end
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include weights

fn word(part: u32, index: u32) -> u32 {
//#if PART2
    if part == 2u { return w2[index]; }
//#end
//#if PART1
    if part == 1u { return w1[index]; }
//#end
    return w0[index];
}

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    let eights = (info.k + 7u) / 8u;
    let token = index / eights;
    if token >= info.tokens { return; }
    let id = ids[info.id_at + token];
    if id < info.first { return; }
    var row = id - info.first;
    var part = 0u;
    while part < {{PARTS}}u && row >= info.rows[part] {
        row -= info.rows[part];
        part += 1u;
    }
    if part == {{PARTS}}u { return; }
    let k8 = index % eights;
    let values = weight8(part, info.rows[part], info.groups, row, k8);
    for (var i = 0u; i < 8u; i++) {
        let k = k8 * 8u + i;
        if k >= info.k { break; }
        if i < 4u { y[token * info.k + k] = values.low[i]; } else { y[token * info.k + k] = values.high[i - 4u]; }
    }
}
