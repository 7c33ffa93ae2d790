// resize: bilinear interpolation with aligned corners.
//   x [C, h, w] f32 | y [C, H, W] f32
// One invocation per element of y. Any sizes, smaller or larger.
// Launch: src/ops/resize.rs   Twin: src/reference/resize.rs

struct Info {
    count: u32,       // C · H · W
    height: u32,      // H
    width: u32,       // W
    x_height: u32,    // h
    x_width: u32,     // w
    scale_y: f32,     // (h − 1) / (H − 1)
    scale_x: f32,
}

@group(0) @binding({{B_X}}) var<storage, read> x: array<f32>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include bilinear

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    if index >= info.count { return; }
    let line = index / info.width;
    let rows = axis(line % info.height, info.x_height, info.scale_y);
    let columns = axis(index % info.width, info.x_width, info.scale_x);
    let upper = (line / info.height * info.x_height + rows.low) * info.x_width;
    let lower = (line / info.height * info.x_height + rows.high) * info.x_width;
    let above = (1.0 - columns.fraction) * x[upper + columns.low] + columns.fraction * x[upper + columns.high];
    let below = (1.0 - columns.fraction) * x[lower + columns.low] + columns.fraction * x[lower + columns.high];
    y[index] = (1.0 - rows.fraction) * above + rows.fraction * below;
}
