// matmul: y = act(x · Wᵀ + bias) · silu(gate) + residual.
//   x [M, K] f32 | w [N, K] packed, in up to {{PARTS}} parts along N | bias [N]
//   gate, residual [M, N] | y [M, N] f32
// Two shapes of one algorithm. REGISTERS: each invocation keeps a tile of 4 × 4 sums and reads its
// operands from storage, which software adapters like. Otherwise a workgroup stages tiles of both
// operands, expanded, and each invocation keeps {{TM}} × {{TN}} sums.
// Launch: src/ops/matmul.rs   Twin: src/reference/matmul.rs

struct Info {
    rows: vec4<u32>,   // rows of each part
    m: u32,
    n: u32,            // columns of y
    first: u32,        // column of y that the first part's first row fills
    k: u32,
    groups: u32,       // groups of 32 in a row
}

//#if VEC4
@group(0) @binding({{B_X}}) var<storage, read> x: array<vec4<f32>>;
//#else
@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
//#end
@group(0) @binding({{B_W0}}) var<storage, read> w0: array<u32>;
//#if PART1
@group(0) @binding({{B_W1}}) var<storage, read> w1: array<u32>;
//#end
//#if PART2
@group(0) @binding({{B_W2}}) var<storage, read> w2: array<u32>;
//#end
//#if BIAS
@group(0) @binding({{B_BIAS}}) var<storage, read> bias: array<f32>;
//#end
//#if GATE
@group(0) @binding({{B_GATE}}) var<storage, read> gate: array<f32>;
//#end
//#if RESIDUAL
@group(0) @binding({{B_RESIDUAL}}) var<storage, read> residual: array<f32>;
//#end
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include activation
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

// Four values of row m from column k on, zeros past the edges.
fn x4(m: u32, k: u32) -> vec4<f32> {
    if m >= info.m || k >= info.k { return vec4<f32>(); }
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

fn store(m: u32, n: u32, sum: f32) {
    var value = sum;
//#if BIAS
    value += bias[n];
//#end
    value = activate(value);
//#if GATE
    let g = gate[m * info.n + n];
    value *= g / (1.0 + exp(-g));
//#end
//#if RESIDUAL
    value += residual[m * info.n + n];
//#end
    y[m * info.n + n] = value;
}

//#if REGISTERS
const TILE_M: u32 = {{TM}}u;
const TILE_N: u32 = {{TN}}u;
//#else
const TILE_M: u32 = {{BM}}u;
const TILE_N: u32 = {{BN}}u;
const BK: u32 = 32u;
// Operands of one step along K, k major: [k][row].
var<workgroup> xs: array<array<f32, {{BM}}>, 32>;
var<workgroup> ws: array<array<f32, {{BN}}>, 32>;
//#end

struct Place { part: u32, tile: u32, column: u32 }

// Which rows of which part a tile along N stands for.
fn place(index: u32) -> Place {
    var at = Place(0u, index, info.first);
//#if PART1
    while at.part < {{PARTS}}u - 1u && at.tile >= (info.rows[at.part] + TILE_N - 1u) / TILE_N {
        at.tile -= (info.rows[at.part] + TILE_N - 1u) / TILE_N;
        at.column += info.rows[at.part];
        at.part += 1u;
    }
//#end
    return at;
}

//#if REGISTERS
@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let m0 = (workgroup.x * {{WORKGROUP}}u + local) * TILE_M;
    let at = place(workgroup.y);
    let n0 = at.tile * TILE_N;
    let rows = info.rows[at.part];
    if m0 >= info.m || n0 >= rows { return; }

    var sums: array<vec4<f32>, {{TM}}>;
    for (var i = 0u; i < TILE_M; i++) {
        sums[i] = vec4<f32>();
    }
    // Rows past the end repeat the last one and are not stored.
    let last = rows - 1u;
    let r = vec4<u32>(n0, min(n0 + 1u, last), min(n0 + 2u, last), min(n0 + 3u, last));
    for (var k8 = 0u; k8 * 8u < info.k; k8++) {
        let a = weight8(at.part, rows, info.groups, r.x, k8);
        let b = weight8(at.part, rows, info.groups, r.y, k8);
        let c = weight8(at.part, rows, info.groups, r.z, k8);
        let d = weight8(at.part, rows, info.groups, r.w, k8);
        for (var i = 0u; i < TILE_M; i++) {
            let low = x4(m0 + i, k8 * 8u);
            let high = x4(m0 + i, k8 * 8u + 4u);
            sums[i] += vec4<f32>(
                dot(a.low, low) + dot(a.high, high), dot(b.low, low) + dot(b.high, high),
                dot(c.low, low) + dot(c.high, high), dot(d.low, low) + dot(d.high, high));
        }
    }
    for (var i = 0u; i < TILE_M; i++) {
        if m0 + i >= info.m { break; }
        for (var j = 0u; j < TILE_N; j++) {
            if n0 + j >= rows { break; }
            store(m0 + i, at.column + n0 + j, sums[i][j]);
        }
    }
}
//#else
@compute @workgroup_size({{WORKGROUP}})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let m0 = workgroup.x * TILE_M;
    let at = place(workgroup.y);
    let n0 = at.tile * TILE_N;
    let rows = info.rows[at.part];
    // Where this invocation's sums lie within the tile.
    let tm = (local % (TILE_M / {{TM}}u)) * {{TM}}u;
    let tn = (local / (TILE_M / {{TM}}u)) * {{TN}}u;

    var sums: array<array<f32, {{TN}}>, {{TM}}>;
    for (var i = 0u; i < {{TM}}u; i++) {
        for (var j = 0u; j < {{TN}}u; j++) { sums[i][j] = 0.0; }
    }
    for (var k0 = 0u; k0 < info.k; k0 += BK) {
        for (var i = local; i < TILE_M * 8u; i += {{WORKGROUP}}u) {
            let row = i >> 3u;
            let k = (i & 7u) * 4u;
            let v = x4(m0 + row, k0 + k);
            xs[k][row] = v.x;
            xs[k + 1u][row] = v.y;
            xs[k + 2u][row] = v.z;
            xs[k + 3u][row] = v.w;
        }
        for (var i = local; i < TILE_N * 4u; i += {{WORKGROUP}}u) {
            let row = i >> 2u;
            let k = (i & 3u) * 8u;
            var w = Eight(vec4<f32>(), vec4<f32>());
            if n0 + row < rows { w = weight8(at.part, rows, info.groups, n0 + row, (k0 + k) >> 3u); }
            ws[k][row] = w.low.x;
            ws[k + 1u][row] = w.low.y;
            ws[k + 2u][row] = w.low.z;
            ws[k + 3u][row] = w.low.w;
            ws[k + 4u][row] = w.high.x;
            ws[k + 5u][row] = w.high.y;
            ws[k + 6u][row] = w.high.z;
            ws[k + 7u][row] = w.high.w;
        }
        workgroupBarrier();
        for (var k = 0u; k < BK; k++) {
            var xv: array<f32, {{TM}}>;
            for (var i = 0u; i < {{TM}}u; i++) { xv[i] = xs[k][tm + i]; }
            for (var j = 0u; j < {{TN}}u; j++) {
                let w = ws[k][tn + j];
                for (var i = 0u; i < {{TM}}u; i++) { sums[i][j] += xv[i] * w; }
            }
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < {{TM}}u; i++) {
        if m0 + tm + i >= info.m { break; }
        for (var j = 0u; j < {{TN}}u; j++) {
            if n0 + tn + j >= rows { break; }
            store(m0 + tm + i, at.column + n0 + tn + j, sums[i][j]);
        }
    }
}
//#end
