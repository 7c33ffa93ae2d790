// conv3x3: y = x * w + bias + sum, stride 1, padding 1, for one part of the output channels.
//   x [B, I, H, W] f32 | w [rows, I · 9] packed, OIHW flattened | bias [O] | sum, y [B, O, H, W] f32
// REGISTERS: each invocation keeps 4 channels × 4 pixels of two neighbouring lines. Otherwise the
// product of weights and unfolded pixels, in tiles of 64 × 64 staged in workgroup memory.
// Launch: src/ops/conv3x3.rs   Twin: src/reference/conv3x3.rs

struct Info {
    batch: u32,
    inputs: u32,
    height: u32,
    width: u32,
    outputs: u32,      // channels of y
    first: u32,        // channel of y that the part's first row fills
    rows: u32,         // channels of this part
    groups: u32,       // groups of 32 in a row of w
}

//#if VEC4
@group(0) @binding({{B_X}}) var<storage, read> x: array<vec4<f32>>;
//#else
@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
//#end
@group(0) @binding({{B_W}}) var<storage, read> w: array<u32>;
//#if BIAS
@group(0) @binding({{B_BIAS}}) var<storage, read> bias: array<f32>;
//#end
//#if SUM
@group(0) @binding({{B_SUM}}) var<storage, read> addend: array<f32>;
//#end
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include weights

fn word(part: u32, index: u32) -> u32 {
    return w[index];
}

fn store(batch: u32, row: u32, pixel: u32, value: f32) {
    let channel = info.first + row;
    let at = (batch * info.outputs + channel) * info.height * info.width + pixel;
    var out = value;
//#if BIAS
    out += bias[channel];
//#end
//#if SUM
    out += addend[at];
//#end
    y[at] = out;
}

//#if REGISTERS
// Four pixels of a line, and the same four one to the left and one to the right.
struct Strip { left: vec4<f32>, centre: vec4<f32>, right: vec4<f32> }

// Lines are counted from one above the picture; `column` is a multiple of 4 within it.
fn strip(plane: u32, line: u32, column: u32) -> Strip {
    if line == 0u || line > info.height { return Strip(vec4<f32>(), vec4<f32>(), vec4<f32>()); }
    let start = (plane * info.height + line - 1u) * info.width + column;
//#if VEC4
    let centre = x[start >> 2u];
    var before = 0.0;
    if column > 0u { before = x[(start >> 2u) - 1u].w; }
    var after = 0.0;
    if column + 4u < info.width { after = x[(start >> 2u) + 1u].x; }
//#else
    var centre = vec4<f32>();
    for (var i = 0u; i < 4u; i++) {
        if column + i < info.width { centre[i] = x[start + i]; }
    }
    var before = 0.0;
    if column > 0u { before = x[start - 1u]; }
    var after = 0.0;
    if column + 4u < info.width { after = x[start + 4u]; }
//#end
    return Strip(vec4<f32>(before, centre.xyz), centre, vec4<f32>(centre.yzw, after));
}

// One line's share of the sums of four pixels.
fn row3(s: Strip, w: vec3<f32>) -> vec4<f32> {
    return s.left * w.x + s.centre * w.y + s.right * w.z;
}

fn weight3(row: u32, k: u32) -> vec3<f32> {
    return vec3<f32>(
        weight1(0u, info.rows, info.groups, row, k),
        weight1(0u, info.rows, info.groups, row, k + 1u),
        weight1(0u, info.rows, info.groups, row, k + 2u));
}

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row0 = workgroup.y * 4u;
    let index = (workgroup.x + workgroup.z * count.x) * {{WORKGROUP}}u + local;
    let strips = (info.width + 3u) / 4u;
    let pairs = (info.height + 1u) / 2u;
    let column = (index % strips) * 4u;
    let line = (index / strips) % pairs * 2u;
    let batch = index / (strips * pairs);
    if batch >= info.batch { return; }

    // Rows past the end repeat the last one and are not stored.
    let last = info.rows - 1u;
    let r = vec4<u32>(row0, min(row0 + 1u, last), min(row0 + 2u, last), min(row0 + 3u, last));
    var upper: array<vec4<f32>, 4>;
    var lower: array<vec4<f32>, 4>;
    for (var i = 0u; i < 4u; i++) {
        upper[i] = vec4<f32>();
        lower[i] = vec4<f32>();
    }
    for (var channel = 0u; channel < info.inputs; channel++) {
        let plane = batch * info.inputs + channel;
        let a = strip(plane, line, column);
        let b = strip(plane, line + 1u, column);
        let c = strip(plane, line + 2u, column);
        let d = strip(plane, line + 3u, column);
        let k = channel * 9u;
        for (var i = 0u; i < 4u; i++) {
            let w0 = weight3(r[i], k);
            let w1 = weight3(r[i], k + 3u);
            let w2 = weight3(r[i], k + 6u);
            upper[i] += row3(a, w0) + row3(b, w1) + row3(c, w2);
            lower[i] += row3(b, w0) + row3(c, w1) + row3(d, w2);
        }
    }
    for (var i = 0u; i < 4u; i++) {
        if row0 + i >= info.rows { break; }
        for (var j = 0u; j < 4u; j++) {
            if column + j >= info.width { break; }
            let pixel = line * info.width + column + j;
            store(batch, row0 + i, pixel, upper[i][j]);
            if line + 1u < info.height { store(batch, row0 + i, pixel + info.width, lower[i][j]); }
        }
    }
}
//#else
// Operands of one step along K: [k][pixel] and [k][row].
var<workgroup> xs: array<array<f32, 64>, 32>;
var<workgroup> ws: array<array<f32, 64>, 32>;

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let plane = info.height * info.width;
    let row0 = workgroup.y * 64u;
    let pixel0 = (workgroup.x + workgroup.z * count.x) * 64u;
    let k_end = info.inputs * 9u;

    // The pixel whose neighbourhood this invocation fetches.
    let fetched = pixel0 + local % 64u;
    let batch = fetched / plane;
    let line = (fetched % plane) / info.width;
    let column = fetched % info.width;
    let exists = batch < info.batch;

    // Where this invocation's sums lie within the tile.
    let tp = (local % 16u) * 4u;
    let tr = (local / 16u) * 4u;
    var sums: array<vec4<f32>, 4>;
    for (var i = 0u; i < 4u; i++) { sums[i] = vec4<f32>(); }

    for (var k0 = 0u; k0 < k_end; k0 += 32u) {
        for (var step = local / 64u; step < 32u; step += 4u) {
            let k = k0 + step;
            let channel = k / 9u;
            let tap = k % 9u;
            let at_line = line + tap / 3u;
            let at_column = column + tap % 3u;
            var v = 0.0;
            if exists && k < k_end && at_line > 0u && at_line <= info.height
                && at_column > 0u && at_column <= info.width {
                v = x[((batch * info.inputs + channel) * info.height + at_line - 1u) * info.width + at_column - 1u];
            }
            xs[step][local % 64u] = v;
        }
        {
            let row = local >> 2u;
            let k = (local & 3u) * 8u;
            var e = Eight(vec4<f32>(), vec4<f32>());
            if row0 + row < info.rows { e = weight8(0u, info.rows, info.groups, row0 + row, (k0 + k) >> 3u); }
            for (var i = 0u; i < 4u; i++) {
                ws[k + i][row] = e.low[i];
                ws[k + 4u + i][row] = e.high[i];
            }
        }
        workgroupBarrier();
        for (var k = 0u; k < 32u; k++) {
            let v = vec4<f32>(xs[k][tp], xs[k][tp + 1u], xs[k][tp + 2u], xs[k][tp + 3u]);
            for (var i = 0u; i < 4u; i++) { sums[i] += v * ws[k][tr + i]; }
        }
        workgroupBarrier();
    }
    for (var j = 0u; j < 4u; j++) {
        let pixel = pixel0 + tp + j;
        if pixel / plane >= info.batch { break; }
        for (var i = 0u; i < 4u; i++) {
            if row0 + tr + i >= info.rows { break; }
            store(pixel / plane, row0 + tr + i, pixel % plane, sums[i][j]);
        }
    }
}
//#end
