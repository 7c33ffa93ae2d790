//! The tensors a model needs against those that were found, as one error that lists every difference.

use std::collections::BTreeMap;
use std::fmt;

use crate::TensorSpec;

/// A tensor of another shape than the model needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongShape {
    /// The tensor.
    pub name: String,
    /// The shape needed.
    pub expected: Vec<u64>,
    /// The shape found.
    pub found: Vec<u64>,
}

/// How the tensors found differ from those needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct TensorMismatch {
    /// Needed, but not there.
    pub missing: Vec<TensorSpec>,
    /// There, but not needed.
    pub unexpected: Vec<TensorSpec>,
    /// There in another shape.
    pub wrong_shape: Vec<WrongShape>,
}

impl TensorMismatch {
    /// Compares `found` with `expected`, both in any order.
    ///
    /// # Errors
    /// Every difference at once.
    pub fn check(
        expected: &[TensorSpec],
        found: impl IntoIterator<Item = TensorSpec>,
    ) -> Result<(), Self> {
        let mut needed: BTreeMap<&str, &TensorSpec> = expected
            .iter()
            .map(|spec| (spec.name.as_str(), spec))
            .collect();
        let mut differences = Self::default();
        for spec in found {
            match needed.remove(spec.name.as_str()) {
                None => differences.unexpected.push(spec),
                Some(wanted) if wanted.shape != spec.shape => {
                    differences.wrong_shape.push(WrongShape {
                        name: spec.name,
                        expected: wanted.shape.clone(),
                        found: spec.shape,
                    });
                }
                Some(_) => {}
            }
        }
        // In the order of the model, which a reader knows, not of the alphabet.
        differences.missing = expected
            .iter()
            .filter(|spec| needed.contains_key(spec.name.as_str()))
            .cloned()
            .collect();
        if differences == Self::default() {
            Ok(())
        } else {
            Err(differences)
        }
    }
}

impl fmt::Display for TensorMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the tensors are not those of the model: {} missing, {} unexpected, {} of another shape",
            self.missing.len(),
            self.unexpected.len(),
            self.wrong_shape.len()
        )?;
        for TensorSpec { name, shape } in &self.missing {
            write!(f, "\n  missing: {name}, expected {shape:?}")?;
        }
        for TensorSpec { name, shape } in &self.unexpected {
            write!(f, "\n  unexpected: {name}, found {shape:?}")?;
        }
        for WrongShape {
            name,
            expected,
            found,
        } in &self.wrong_shape
        {
            write!(
                f,
                "\n  wrong shape: {name}, expected {expected:?}, found {found:?}"
            )?;
        }
        Ok(())
    }
}
