//! What can be wrong with a request for a scene.

/// Why a scene cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// The picture's side is out of range: things in it would be blurs, or it would not fit in memory.
    #[error("a scene {side} pixels wide: the side must be from {least} to {most}")]
    Side {
        /// The side asked for, in pixels.
        side: u32,
        /// The smallest allowed.
        least: u32,
        /// The largest allowed.
        most: u32,
    },
}
