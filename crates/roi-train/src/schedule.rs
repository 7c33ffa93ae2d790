//! The learning rate of each step: up in a line, then down along half a cosine.

#[cfg(test)]
mod tests;

use std::f64::consts::PI;

/// Linear warm-up to a peak, then a cosine to zero at the last step.
///
/// Source: transformers 4.28.1, `optimization.py`, `get_cosine_schedule_with_warmup`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Rate at the end of the warm-up.
    pub peak: f64,
    /// Steps of the warm-up; the first of them has rate 0.
    pub warmup_steps: u64,
    /// Steps in all.
    pub total_steps: u64,
}

impl Schedule {
    /// The rate of the step that follows `done` steps.
    #[must_use]
    pub fn rate(&self, done: u64) -> f64 {
        if done < self.warmup_steps {
            return self.peak * done as f64 / self.warmup_steps as f64;
        }
        let length = self.total_steps.saturating_sub(self.warmup_steps).max(1);
        let progress = (done - self.warmup_steps) as f64 / length as f64;
        // Past the end the cosine would rise again.
        self.peak * 0.5 * (1.0 + (PI * progress.min(1.0)).cos())
    }
}
