// conv3x3: y = x * w + bias + sum, stride 1, padding 1, for one part of the output channels.
//   x [B, I, H, W] f32 | w [rows, I · 9] packed, OIHW flattened | bias [O] | sum, y [B, O, H, W] f32
// REGISTERS: each invocation keeps 4 channels × 4 neighbouring pixels of one row. Otherwise the
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

@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
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
@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row0 = workgroup.y * 4u;
    let index = (workgroup.x + workgroup.z * count.x) * {{WORKGROUP}}u + local;
    let strips = (info.width + 3u) / 4u;
    let column = (index % strips) * 4u;
    let line = (index / strips) % info.height;
    let batch = index / (strips * info.height);
    if batch >= info.batch { return; }

    let last = info.rows - 1u;
    let r = vec4<u32>(row0, min(row0 + 1u, last), min(row0 + 2u, last), min(row0 + 3u, last));
    var sums: array<vec4<f32>, 4>;
    for (var i = 0u; i < 4u; i++) { sums[i] = vec4<f32>(); }
    for (var channel = 0u; channel < info.inputs; channel++) {
        for (var dy = 0u; dy < 3u; dy++) {
            // Rows and columns are counted from one above and one left of the picture.
            let at_line = line + dy;
            if at_line == 0u || at_line > info.height { continue; }
            let start = ((batch * info.inputs + channel) * info.height + at_line - 1u) * info.width;
            var v: array<f32, 6>;
            for (var i = 0u; i < 6u; i++) {
                let at = column + i;
                v[i] = 0.0;
                if at > 0u && at <= info.width { v[i] = x[start + at - 1u]; }
            }
            let left = vec4<f32>(v[0], v[1], v[2], v[3]);
            let centre = vec4<f32>(v[1], v[2], v[3], v[4]);
            let right = vec4<f32>(v[2], v[3], v[4], v[5]);
            let k = channel * 9u + dy * 3u;
            for (var i = 0u; i < 4u; i++) {
                sums[i] += left * weight1(0u, info.rows, info.groups, r[i], k)
                    + centre * weight1(0u, info.rows, info.groups, r[i], k + 1u)
                    + right * weight1(0u, info.rows, info.groups, r[i], k + 2u);
            }
        }
    }
    for (var i = 0u; i < 4u; i++) {
        if row0 + i >= info.rows { break; }
        for (var j = 0u; j < 4u; j++) {
            if column + j >= info.width { break; }
            store(batch, row0 + i, line * info.width + column + j, sums[i][j]);
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
