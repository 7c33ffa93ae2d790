// matvec: y = act(norm(x) · Wᵀ + bias) + residual for up to four rows of x; silu(a) · b of two
// weights when GATED.
//   x [M, K] f32 | w [N, K] packed, in up to {{PARTS}} parts along N | norm [K] | bias [N]
//   residual [M, N] | y [M, N] f32
// RMSNorm costs nothing here: every lane reads all of its share of x anyway, so the sum of squares
// is collected beside the products and applied at the end.
// {{LANES}} lanes share a row and stride over its groups of 32; a workgroup has {{ROWS}} rows.
// Launch: src/ops/matvec.rs   Twin: src/reference/matvec.rs

struct Info {
    rows: vec4<u32>,   // rows of each part
    n: u32,            // columns of y
    first: u32,        // column of y that the first part's first row fills
    k: u32,
    groups: u32,       // groups of 32 in a row
    eps: f32,
}

//#if VEC4
@group(0) @binding({{B_X}}) var<storage, read> x: array<vec4<f32>>;
//#else
@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
//#end
@group(0) @binding({{B_W0}}) var<storage, read> w0: array<vec4<u32>>;
//#if PART1
@group(0) @binding({{B_W1}}) var<storage, read> w1: array<vec4<u32>>;
//#end
//#if PART2
@group(0) @binding({{B_W2}}) var<storage, read> w2: array<vec4<u32>>;
//#end
//#if NORM
@group(0) @binding({{B_NORM}}) var<storage, read> norm: array<f32>;
//#end
//#if BIAS
@group(0) @binding({{B_BIAS}}) var<storage, read> bias: array<f32>;
//#end
//#if RESIDUAL
@group(0) @binding({{B_RESIDUAL}}) var<storage, read> residual: array<f32>;
//#end
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

const M: u32 = {{M}}u;
const LANES: u32 = {{LANES}}u;
const ROWS: u32 = {{ROWS}}u;

// Per lane: products with each row of x, with the second weight's, and sums of squares.
var<workgroup> partial: array<array<f32, {{SUMS}}>, {{WORKGROUP}}>;

//#include activation

fn block(part: u32, index: u32) -> vec4<u32> {
//#if PART2
    if part == 2u { return w2[index]; }
//#end
//#if PART1
    if part == 1u { return w1[index]; }
//#end
    return w0[index];
}

fn x4(m: u32, k: u32) -> vec4<f32> {
//#if VEC4
    return x[(m * info.k + k) >> 2u];
//#else
    var v = vec4<f32>();
    for (var i = 0u; i < 4u; i++) {
        if k + i < info.k { v[i] = x[m * info.k + k + i]; }
    }
    return v;
//#end
}

//#if NORM
fn norm4(k: u32) -> vec4<f32> {
    var v = vec4<f32>();
    for (var i = 0u; i < 4u; i++) {
        if k + i < info.k { v[i] = norm[k + i]; }
    }
    return v;
}
//#end

//#if QUANTISED
fn scale_of(part: u32, row: u32, group: u32) -> f32 {
    let index = row * info.groups + group;
    let words = block(part, info.rows[part] * info.groups * {{GROUP_BLOCKS}}u + (index >> 3u));
    let pair = unpack2x16float(words[(index >> 1u) & 3u]);
    return select(pair.x, pair.y, (index & 1u) == 1u);
}
//#end

//#if Q8
fn signed_bytes(codes: u32) -> vec4<f32> {
    let shifted = vec4<u32>(codes << 24u, codes << 16u, codes << 8u, codes);
    return vec4<f32>(bitcast<vec4<i32>>(shifted) >> vec4<u32>(24u));
}
//#end

// Weights 4·k4 … 4·k4 + 3 of a group, without the scale.
fn codes4(part: u32, at: u32, k4: u32) -> vec4<f32> {
//#if Q4
    let codes = block(part, at)[k4 >> 1u] >> ((k4 & 1u) * 16u);
    return vec4<f32>(vec4<u32>(codes, codes >> 4u, codes >> 8u, codes >> 12u) & vec4<u32>(15u)) - 8.0;
//#end
//#if Q8
    return signed_bytes(block(part, at + (k4 >> 2u))[k4 & 3u]);
//#end
//#if F16
    let words = block(part, at + (k4 >> 1u));
    let first = (k4 & 1u) * 2u;
    return vec4<f32>(unpack2x16float(words[first]), unpack2x16float(words[first + 1u]));
//#end
//#if F32
    return bitcast<vec4<f32>>(block(part, at + k4));
//#end
}

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    // Which rows of which part this workgroup fills.
    var tile = workgroup.x + workgroup.y * count.x;
    var part = 0u;
    var column = info.first;
//#if !GATED
//#if PART1
    while part < {{PARTS}}u - 1u && tile >= (info.rows[part] + ROWS - 1u) / ROWS {
        tile -= (info.rows[part] + ROWS - 1u) / ROWS;
        column += info.rows[part];
        part += 1u;
    }
//#end
//#end
    let row = tile * ROWS + local / LANES;
    let inside = row < info.rows[part];
    let lane = local % LANES;

    var sums: array<f32, {{SUMS}}>;
    for (var i = 0u; i < {{SUMS}}u; i++) { sums[i] = 0.0; }
    if inside {
        for (var group = lane; group < info.groups; group += LANES) {
            let at = (row * info.groups + group) * {{GROUP_BLOCKS}}u;
            var products: array<f32, {{SUMS}}>;
            for (var i = 0u; i < {{SUMS}}u; i++) { products[i] = 0.0; }
            for (var k4 = 0u; k4 < 8u; k4++) {
                let k = group * 32u + k4 * 4u;
                if k >= info.k { break; }
                let w = codes4(part, at, k4);
//#if GATED
                let up = codes4(1u, at, k4);
//#end
//#if NORM
                let g = norm4(k);
//#end
                for (var m = 0u; m < M; m++) {
                    var v = x4(m, k);
//#if NORM
                    products[{{SQUARES}}u + m] += dot(v, v);
                    v *= g;
//#end
                    products[m] += dot(w, v);
//#if GATED
                    products[M + m] += dot(up, v);
//#end
                }
            }
//#if QUANTISED
            let scale = scale_of(part, row, group);
            for (var m = 0u; m < M; m++) { products[m] *= scale; }
//#if GATED
            let up_scale = scale_of(1u, row, group);
            for (var m = 0u; m < M; m++) { products[M + m] *= up_scale; }
//#end
//#end
            for (var i = 0u; i < {{SUMS}}u; i++) { sums[i] += products[i]; }
        }
    }
    partial[local] = sums;
    workgroupBarrier();

    // One lane per row and row of x finishes.
    if !inside || lane >= M { return; }
    let m = lane;
    var total = 0.0;
//#if GATED
    var up_total = 0.0;
//#end
//#if NORM
    var squares = 0.0;
//#end
    for (var i = 0u; i < LANES; i++) {
        let other = local - lane + i;
        total += partial[other][m];
//#if GATED
        up_total += partial[other][M + m];
//#end
//#if NORM
        squares += partial[other][{{SQUARES}}u + m];
//#end
    }
//#if NORM
    let root = inverseSqrt(squares / f32(info.k) + info.eps);
    total *= root;
//#if GATED
    up_total *= root;
//#end
//#end
    let n = column + row;
//#if BIAS
    total += bias[n];
//#end
//#if GATED
    total = total / (1.0 + exp(-total)) * up_total;
//#else
    total = activate(total);
//#end
//#if RESIDUAL
    total += residual[m * info.n + n];
//#end
    y[m * info.n + n] = total;
}
