//! What a run writes down about itself: a table with a row for each step, and the loss as a curve.

mod curve;
mod table;

pub use curve::loss_curve;
pub use table::{StepRecord, StepTable};
