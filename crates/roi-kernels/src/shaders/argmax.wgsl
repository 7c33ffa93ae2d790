// argmax: the likeliest token into the decoder's state, and the state's position moved on.
//   logits [V] f32 as bits | state [position, token, faults] u32
// One workgroup; its lanes stride over V. The lowest id wins among equals. `faults` says whether
// any logit is not a number.
// Launch: src/ops/argmax.rs   Twin: src/reference/argmax.rs

struct Info { count: u32, advance: u32 }

@group(0) @binding({{B_LOGITS}}) var<storage, read> logits: array<u32>;
@group(0) @binding({{B_STATE}}) var<storage, read_write> state: array<u32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include ordered

struct Best { key: u32, id: u32, faults: u32 }

var<workgroup> best: array<Best, {{WORKGROUP}}>;

fn better(a: Best, b: Best) -> Best {
    var chosen = a;
    if b.key > a.key || (b.key == a.key && b.id < a.id) { chosen = b; }
    chosen.faults = a.faults | b.faults;
    return chosen;
}

@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(local_invocation_index) local: u32) {
    var mine = Best(0u, 0xffffffffu, 0u);
    for (var id = local; id < info.count; id += {{WORKGROUP}}u) {
        let bits = logits[id];
        mine = better(mine, Best(ordered(bits), id, select(0u, 1u, not_a_number(bits))));
    }
    best[local] = mine;
    workgroupBarrier();
    for (var width = {{WORKGROUP}}u / 2u; width > 0u; width >>= 1u) {
        if local < width { best[local] = better(best[local], best[local + width]); }
        workgroupBarrier();
    }
    if local == 0u {
        state[0] += info.advance;
        state[1] = best[0].id;
        state[2] = best[0].faults;
    }
}
