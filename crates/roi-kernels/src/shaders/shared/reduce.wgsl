// One value per invocation, combined for all of them. To be called in uniform control flow.
var<workgroup> partial: array<f32, {{WORKGROUP}}>;

fn workgroup_sum(local: u32, value: f32) -> f32 {
    // The last call's result has been read by everyone.
    workgroupBarrier();
    partial[local] = value;
    workgroupBarrier();
    for (var width = {{WORKGROUP}}u / 2u; width > 0u; width >>= 1u) {
        if local < width { partial[local] += partial[local + width]; }
        workgroupBarrier();
    }
    return partial[0];
}
//#if REDUCE_MAX

fn workgroup_max(local: u32, value: f32) -> f32 {
    workgroupBarrier();
    partial[local] = value;
    workgroupBarrier();
    for (var width = {{WORKGROUP}}u / 2u; width > 0u; width >>= 1u) {
        if local < width { partial[local] = max(partial[local], partial[local + width]); }
        workgroupBarrier();
    }
    return partial[0];
}
//#end
