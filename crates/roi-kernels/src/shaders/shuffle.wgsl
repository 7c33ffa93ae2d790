// shuffle: own first half of the channels, then the coarser level's last quarter and the finer
// level's third quarter, both resized to this level.
//   own [C, H, W] f32 | up [C, h, w] f32 | down [C, h', w'] f32 | y [C, H, W] f32
// One invocation per element of y; at an end of the pyramid `up` or `down` is `own`.
// Launch: src/ops/shuffle.rs   Twin: src/reference/shuffle.rs

struct Info {
    count: u32,           // C · H · W
    channels: u32,        // C, divisible by 4
    height: u32,
    width: u32,
    up_size: vec2<u32>,   // h, w
    down_size: vec2<u32>,
    up_scale: vec2<f32>,  // source distance of neighbouring rows and columns of y
    down_scale: vec2<f32>,
}

@group(0) @binding({{B_OWN}}) var<storage, read> own: array<f32>;
@group(0) @binding({{B_UP}}) var<storage, read> up: array<f32>;
@group(0) @binding({{B_DOWN}}) var<storage, read> down: array<f32>;
@group(0) @binding({{B_Y}}) var<storage, read_write> y: array<f32>;
@group(0) @binding({{B_INFO}}) var<uniform> info: Info;

//#include bilinear

fn blend(a: f32, b: f32, c: f32, d: f32, rows: Axis, columns: Axis) -> f32 {
    let above = (1.0 - columns.fraction) * a + columns.fraction * b;
    let below = (1.0 - columns.fraction) * c + columns.fraction * d;
    return (1.0 - rows.fraction) * above + rows.fraction * below;
}

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    if index >= info.count { return; }
    let line = index / info.width;
    let row = line % info.height;
    let column = index % info.width;
    let channel = line / info.height;
    let quarter = info.channels / 4u;
    if channel < 2u * quarter {
        y[index] = own[index];
    } else if channel < 3u * quarter {
        let rows = axis(row, info.up_size.x, info.up_scale.x);
        let columns = axis(column, info.up_size.y, info.up_scale.y);
        let plane = (channel + quarter) * info.up_size.x;
        let upper = (plane + rows.low) * info.up_size.y;
        let lower = (plane + rows.high) * info.up_size.y;
        y[index] = blend(up[upper + columns.low], up[upper + columns.high],
            up[lower + columns.low], up[lower + columns.high], rows, columns);
    } else {
        let rows = axis(row, info.down_size.x, info.down_scale.x);
        let columns = axis(column, info.down_size.y, info.down_scale.y);
        let plane = (channel - quarter) * info.down_size.x;
        let upper = (plane + rows.low) * info.down_size.y;
        let lower = (plane + rows.high) * info.down_size.y;
        y[index] = blend(down[upper + columns.low], down[upper + columns.high],
            down[lower + columns.low], down[lower + columns.high], rows, columns);
    }
}
