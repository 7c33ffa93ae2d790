//! Twin of matmul.

/// `x · wᵀ` for `x` `[m, k]` and `w` `[n, k]`, summed in f64 and rounded once.
pub fn matmul(x: &[f32], w: &[f32], [m, n, k]: [usize; 3]) -> Vec<f32> {
    let mut y = vec![0.0; m * n];
    for row in 0..m {
        for column in 0..n {
            let mut sum = 0.0f64;
            for i in 0..k {
                sum += f64::from(x[row * k + i]) * f64::from(w[column * k + i]);
            }
            y[row * n + column] = sum as f32;
        }
    }
    y
}
