// The two source positions of a destination position along one axis, and the second one's share.
struct Axis { low: u32, high: u32, fraction: f32 }

// `scale` is the source distance of neighbouring destination positions, `length` the source's.
fn axis(position: u32, length: u32, scale: f32) -> Axis {
    let at = f32(position) * scale;
    let low = min(u32(at), length - 1u);
    return Axis(low, min(low + 1u, length - 1u), at - f32(low));
}
