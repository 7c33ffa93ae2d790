// top_k: the likeliest tokens, in no order.
//   logits [V] f32 as bits | y [1 + 2 · K] u32: whether a logit is not a number, then K pairs of
//   id and logit
// One workgroup. Tokens are ranked by (logit, lower id first), a number of 64 bits without equals,
// and the K-th highest is found digit by digit: per digit of 8 bits, a histogram of the tokens that
// share the digits found so far. K ≤ V.
// Launch: src/ops/top_k.rs   Twin: src/reference/top_k.rs

struct Info { count: u32, k: u32 }

@group(0) @binding({{B_LOGITS}}) var<storage, read> logits: array<u32>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<u32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include ordered

// The high word ranks by logit, the low one by id.
struct Rank { high: u32, low: u32 }

var<workgroup> histogram: array<atomic<u32>, 256>;
// The digits found so far, the digits not found yet being zero, and how many are still to be found
// among the tokens that share them.
var<workgroup> found: Rank;
var<workgroup> wanted: u32;
var<workgroup> written: atomic<u32>;
var<workgroup> faults: atomic<u32>;

fn rank(id: u32) -> Rank {
    return Rank(ordered(logits[id]), ~id);
}

// Bits of a word above the digit at `shift`.
fn above(word: u32, shift: u32) -> u32 {
    return select(word >> (shift + 8u), 0u, shift == 24u);
}

@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(local_invocation_index) local: u32) {
    if local == 0u {
        found = Rank(0u, 0u);
        wanted = info.k;
        atomicStore(&written, 0u);
        atomicStore(&faults, 0u);
    }
    for (var digit = 0u; digit < 8u; digit++) {
        let in_high = digit < 4u;
        let shift = 24u - (digit & 3u) * 8u;
        for (var bin = local; bin < 256u; bin += {{WORKGROUP}}u) { atomicStore(&histogram[bin], 0u); }
        workgroupBarrier();
        let so_far = found;
        for (var id = local; id < info.count; id += {{WORKGROUP}}u) {
            let r = rank(id);
            let high_fits = above(r.high, shift) == above(so_far.high, shift);
            let low_fits = r.high == so_far.high && above(r.low, shift) == above(so_far.low, shift);
            if select(low_fits, high_fits, in_high) {
                atomicAdd(&histogram[(select(r.low, r.high, in_high) >> shift) & 255u], 1u);
            }
        }
        workgroupBarrier();
        if local == 0u {
            var bin = 255u;
            var left = wanted;
            loop {
                let here = atomicLoad(&histogram[bin]);
                if here >= left || bin == 0u { break; }
                left -= here;
                bin -= 1u;
            }
            wanted = left;
            if in_high { found.high |= bin << shift; } else { found.low |= bin << shift; }
        }
        workgroupBarrier();
    }
    let last = found;
    for (var id = local; id < info.count; id += {{WORKGROUP}}u) {
        let r = rank(id);
        if not_a_number(logits[id]) { atomicStore(&faults, 1u); }
        if r.high > last.high || (r.high == last.high && r.low >= last.low) {
            let slot = atomicAdd(&written, 1u);
            if slot < info.k {
                y[1u + 2u * slot] = id;
                y[2u + 2u * slot] = logits[id];
            }
        }
    }
    workgroupBarrier();
    if local == 0u { y[0] = atomicLoad(&faults); }
}
