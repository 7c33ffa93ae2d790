// noise: fills a buffer with pseudo-random weights in a package's layout, for measuring speed
// without a model. Codes are random bits; scales and floats are small, so that activations stay finite.
//   y [words] u32
// Launch: src/ops/noise.rs   Twin: src/reference/noise.rs

struct Info {
    words: u32,
    codes: u32,        // words of codes; scales follow
    seed: u32,
}

@group(0) @binding(0) var<storage, read_write> y: array<u32>;
@group(0) @binding(1) var<uniform> info: Info;

// The finaliser of MurmurHash3.
fn hash(index: u32) -> u32 {
    var h = (index * 0x9e3779b1u) ^ info.seed;
    h = (h ^ (h >> 16u)) * 0x85ebca6bu;
    h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
    return h ^ (h >> 16u);
}

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    if index >= info.words { return; }
    let bits = hash(index);
//#if QUANTISED
    if index >= info.codes {
        // Two f16 scales of about 2^-7 each: sign 0, exponent 8, ten random bits of fraction.
        y[index] = (bits & 0x03ff03ffu) | 0x20002000u;
        return;
    }
//#end
//#if Q8
    // -128 is not a code, so every code is odd.
    y[index] = bits | 0x01010101u;
//#end
//#if Q4
    y[index] = bits;
//#end
//#if F16
    // Values between ±2^-5 and ±2^-4.
    y[index] = (bits & 0x83ff83ffu) | 0x28002800u;
//#end
//#if F32
    // Values between ±2^-5 and ±2^-4.
    y[index] = (bits & 0x807fffffu) | 0x3d000000u;
//#end
}
