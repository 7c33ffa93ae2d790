// roi_align: mean of a grid of bilinear samples for each cell of each box, aligned = true.
//   map [C, H, W] f32 | rois [R] (x1, y1, x2, y2) f32 in the frame | y [R, C, P, P] f32
// One invocation per element of y. A sample up to one pixel outside the map takes the border's
// value; one further out counts as zero and still divides.
// Launch: src/ops/roi_align.rs   Twin: src/reference/roi_align.rs

struct Info {
    count: u32,     // R · C · P · P
    channels: u32,
    height: u32,
    width: u32,
    cells: u32,     // P
    samples: u32,   // along each axis of a cell
    scale: f32,     // map pixels per frame pixel
}

@group(0) @binding({{B_MAP}}) var<storage, read> map: array<f32>;
@group(0) @binding({{B_ROIS}}) var<storage, read> rois: array<vec4<f32>>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

struct Sample { low: u32, high: u32, fraction: f32, inside: bool }

fn sample(position: f32, length: u32) -> Sample {
    if position < -1.0 || position > f32(length) {
        return Sample(0u, 0u, 0.0, false);
    }
    let at = max(position, 0.0);
    let low = u32(at);
    if low >= length - 1u {
        return Sample(length - 1u, length - 1u, 0.0, true);
    }
    return Sample(low, low + 1u, at - f32(low), true);
}

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    if index >= info.count { return; }
    let column = f32(index % info.cells);
    let row = f32(index / info.cells % info.cells);
    let channel = index / (info.cells * info.cells) % info.channels;
    let roi = rois[index / (info.cells * info.cells * info.channels)] * info.scale - 0.5;
    let cell = (roi.zw - roi.xy) / f32(info.cells);
    let plane = channel * info.height;
    let samples = f32(info.samples);
    var sum = 0.0;
    for (var i = 0u; i < info.samples; i++) {
        let rows = sample(roi.y + row * cell.y + (f32(i) + 0.5) * cell.y / samples, info.height);
        let upper = (plane + rows.low) * info.width;
        let lower = (plane + rows.high) * info.width;
        for (var j = 0u; j < info.samples; j++) {
            let columns = sample(roi.x + column * cell.x + (f32(j) + 0.5) * cell.x / samples, info.width);
            if !rows.inside || !columns.inside { continue; }
            let a = map[upper + columns.low];
            let b = map[upper + columns.high];
            let c = map[lower + columns.low];
            let d = map[lower + columns.high];
            sum += (1.0 - rows.fraction) * ((1.0 - columns.fraction) * a + columns.fraction * b)
                + rows.fraction * ((1.0 - columns.fraction) * c + columns.fraction * d);
        }
    }
    y[index] = sum / (samples * samples);
}
