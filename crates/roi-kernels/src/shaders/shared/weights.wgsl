// Packed weights, expanded in registers. The including shader declares
//   fn word(part: u32, index: u32) -> u32      the part's buffer as words
// A row takes `groups` groups of 32 weights; the f16 scales follow the codes of all `rows` rows.

struct Eight { low: vec4<f32>, high: vec4<f32> }

//#if QUANTISED
fn scale_of(part: u32, rows: u32, groups: u32, row: u32, group: u32) -> f32 {
    let index = row * groups + group;
    let pair = unpack2x16float(word(part, rows * groups * {{GROUP_WORDS}}u + (index >> 1u)));
    return select(pair.x, pair.y, (index & 1u) == 1u);
}
//#end

// Weights 8·k8 … 8·k8 + 7 of a row.
fn weight8(part: u32, rows: u32, groups: u32, row: u32, k8: u32) -> Eight {
//#if Q4
    let codes = word(part, row * groups * 4u + k8);
    let scale = scale_of(part, rows, groups, row, k8 >> 2u);
    let low = vec4<u32>(codes, codes >> 4u, codes >> 8u, codes >> 12u) & vec4<u32>(15u);
    let high = vec4<u32>(codes >> 16u, codes >> 20u, codes >> 24u, codes >> 28u) & vec4<u32>(15u);
    return Eight((vec4<f32>(low) - 8.0) * scale, (vec4<f32>(high) - 8.0) * scale);
//#end
//#if Q8
    let at = row * groups * 8u + k8 * 2u;
    let scale = scale_of(part, rows, groups, row, k8 >> 2u);
    return Eight(signed_bytes(word(part, at)) * scale, signed_bytes(word(part, at + 1u)) * scale);
//#end
//#if F16
    let at = row * groups * 16u + k8 * 4u;
    let low = vec4<f32>(unpack2x16float(word(part, at)), unpack2x16float(word(part, at + 1u)));
    let high = vec4<f32>(unpack2x16float(word(part, at + 2u)), unpack2x16float(word(part, at + 3u)));
    return Eight(low, high);
//#end
//#if F32
    let at = row * groups * 32u + k8 * 8u;
    let low = vec4<u32>(word(part, at), word(part, at + 1u), word(part, at + 2u), word(part, at + 3u));
    let high = vec4<u32>(word(part, at + 4u), word(part, at + 5u), word(part, at + 6u), word(part, at + 7u));
    return Eight(bitcast<vec4<f32>>(low), bitcast<vec4<f32>>(high));
//#end
}

// Weight k of a row.
fn weight1(part: u32, rows: u32, groups: u32, row: u32, k: u32) -> f32 {
//#if Q4
    let codes = word(part, row * groups * 4u + (k >> 3u));
    return (f32((codes >> ((k & 7u) * 4u)) & 15u) - 8.0) * scale_of(part, rows, groups, row, k >> 5u);
//#end
//#if Q8
    let codes = word(part, row * groups * 8u + (k >> 2u));
    return signed_bytes(codes)[k & 3u] * scale_of(part, rows, groups, row, k >> 5u);
//#end
//#if F16
    let pair = unpack2x16float(word(part, row * groups * 16u + (k >> 1u)));
    return select(pair.x, pair.y, (k & 1u) == 1u);
//#end
//#if F32
    return bitcast<f32>(word(part, row * groups * 32u + k));
//#end
}

//#if Q8
fn signed_bytes(codes: u32) -> vec4<f32> {
    let shifted = vec4<u32>(codes << 24u, codes << 16u, codes << 8u, codes);
    return vec4<f32>(bitcast<vec4<i32>>(shifted) >> vec4<u32>(24u));
}
//#end
