// copy: y = x, sixteen bytes an invocation: the bandwidth that decoding is measured against.
//   x, y [N] u32, N divisible by 4
// Launch: src/ops/copy.rs   Twin: src/reference/copy.rs

struct Info { blocks: u32 }

@group(0) @binding(0) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<u32>>;
@group(0) @binding(2) var<uniform> info: Info;

@compute @workgroup_size({{WORKGROUP}})
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (workgroup.x + workgroup.y * count.x) * {{WORKGROUP}}u + local;
    if index < info.blocks { y[index] = x[index]; }
}
