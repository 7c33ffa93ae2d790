//! Twin of conv3x3.

/// 3×3 convolution, stride 1, padding 1: `x` `[b, i, h, w]`, `weight` `[o, i, 3, 3]`, output
/// `[b, o, h, w]`.
pub fn conv3x3(x: &[f32], weight: &[f32], [b, i, h, w]: [usize; 4], o: usize) -> Vec<f32> {
    let mut y = vec![0.0; b * o * h * w];
    for (index, out) in y.iter_mut().enumerate() {
        let (column, line) = (index % w, index / w % h);
        let (channel, batch) = (index / (w * h) % o, index / (w * h * o));
        let mut sum = 0.0f64;
        for input in 0..i {
            for dy in 0..3 {
                for dx in 0..3 {
                    let (at_line, at_column) = (line + dy, column + dx);
                    if at_line == 0 || at_line > h || at_column == 0 || at_column > w {
                        continue;
                    }
                    let value = x[((batch * i + input) * h + at_line - 1) * w + at_column - 1];
                    sum += f64::from(value)
                        * f64::from(weight[(channel * i + input) * 9 + dy * 3 + dx]);
                }
            }
        }
        *out = sum as f32;
    }
    y
}
