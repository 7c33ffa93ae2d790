//! Values with their shape, and the one way to compare them.

use burn::tensor::Tensor;

#[cfg(test)]
mod tests;

/// Values and the shape they were computed in, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Outermost dimension first.
    pub shape: Vec<usize>,
    /// Row after row.
    pub values: Vec<f32>,
}

impl Array {
    /// Values in a shape.
    ///
    /// # Panics
    /// When there are not as many as the shape says.
    pub fn new(shape: impl Into<Vec<usize>>, values: Vec<f32>) -> Self {
        let shape = shape.into();
        assert_eq!(
            shape.iter().product::<usize>(),
            values.len(),
            "values for shape {shape:?}"
        );
        Self { shape, values }
    }

    /// Reads a tensor back from its device.
    ///
    /// # Panics
    /// When the device fails or the tensor is not f32.
    pub fn of<const D: usize>(tensor: Tensor<D>) -> Self {
        let shape = tensor.dims();
        let values = tensor.into_data().try_to_vec().expect("an f32 tensor");
        Self::new(shape, values)
    }

    /// The same values in another shape.
    ///
    /// # Panics
    /// When the shapes hold different numbers of values.
    pub fn reshape(self, shape: impl Into<Vec<usize>>) -> Self {
        Self::new(shape, self.values)
    }
}

/// Index, actual and expected value of the element furthest from what it should be; a NaN is
/// furthest of all. `None` for no elements.
pub fn worst_difference(actual: &[f32], expected: &[f32]) -> Option<(usize, f32, f32)> {
    let distance = |(a, e): (f32, f32)| {
        // Equal infinities are equal, although their difference is NaN.
        let difference = if a == e { 0.0 } else { (a - e).abs() };
        if difference.is_nan() {
            f32::INFINITY
        } else {
            difference
        }
    };
    let pairs = actual.iter().copied().zip(expected.iter().copied());
    let (index, pair) = pairs
        .enumerate()
        .max_by(|x, y| distance(x.1).total_cmp(&distance(y.1)))?;
    Some((index, pair.0, pair.1))
}

/// Asserts equal shapes, then no NaN, then `|actual − expected| ≤ limit` everywhere.
///
/// # Panics
/// When one of these fails; the message has the worst element's index, both values and the limit.
#[track_caller]
pub fn assert_close(what: &str, actual: &Array, expected: &Array, limit: f32) {
    assert_eq!(actual.shape, expected.shape, "{what}: shape");
    for (side, array) in [("actual", actual), ("expected", expected)] {
        if let Some(index) = array.values.iter().position(|value| value.is_nan()) {
            panic!(
                "{what}: {side} value {:?} is NaN",
                coordinates(index, &array.shape)
            );
        }
    }
    if let Some((index, a, e)) = worst_difference(&actual.values, &expected.values) {
        let within = a == e || (a - e).abs() <= limit;
        let at = coordinates(index, &actual.shape);
        assert!(
            within,
            "{what}: at {at:?} got {a}, expected {e}: off by {:e}, limit {limit:e}",
            (a - e).abs()
        );
    }
}

/// The coordinates of element `index` of an array of this shape.
fn coordinates(mut index: usize, shape: &[usize]) -> Vec<usize> {
    let mut at: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let coordinate = index % size;
            index /= size;
            coordinate
        })
        .collect();
    at.reverse();
    at
}
