//! The frame's header: the picture's size and how each component is sampled.

use roi_geom::PictureSize;

use super::JpegError;

/// Samples of a block's edge.
pub(super) const BLOCK: usize = 8;

/// The frame's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) size: PictureSize,
    pub(super) is_progressive: bool,
    pub(super) components: Vec<Component>,
    /// The greatest sampling factors.
    pub(super) most: Sampling,
}

/// Samples of a component for each of its frame's units, across and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sampling {
    pub(super) across: usize,
    pub(super) down: usize,
}

/// One component: brightness, a colour difference, or an ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) sampling: Sampling,
    pub(super) quant_table: usize,
    /// Samples that lie in the picture.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Blocks that hold them.
    pub(super) blocks: Sampling,
    /// Blocks of all minimum coded units, which may be more.
    pub(super) padded_blocks: Sampling,
}

impl Frame {
    pub(super) fn parse(marker: u8, body: &[u8]) -> Result<Self, JpegError> {
        let is_progressive = match marker {
            0xc0 | 0xc1 => false,
            0xc2 => true,
            0xc9..=0xcb | 0xcd..=0xcf => {
                return Err(JpegError::Unsupported("its coding is arithmetic"));
            }
            _ => return Err(JpegError::Unsupported("it is lossless or hierarchical")),
        };
        let [precision, h1, h0, w1, w0, n_components, rest @ ..] = body else {
            return Err(JpegError::Damaged("its frame header is too short"));
        };
        if *precision != 8 {
            return Err(JpegError::Unsupported("its samples do not have 8 bits"));
        }
        let size = PictureSize {
            width: u16::from_be_bytes([*w1, *w0]).into(),
            height: u16::from_be_bytes([*h1, *h0]).into(),
        };
        if size.width == 0 || size.height == 0 {
            return Err(JpegError::Damaged("it has no rows or no columns"));
        }
        let (specs, left_over) = rest.as_chunks::<3>();
        if specs.len() != usize::from(*n_components) || !left_over.is_empty() {
            return Err(JpegError::Damaged("its frame header has the wrong length"));
        }
        if !matches!(specs.len(), 1 | 3 | 4) {
            return Err(JpegError::Unsupported(
                "it has neither one nor three nor four components",
            ));
        }
        let sampling = |&[_, factors, _]: &[u8; 3]| Sampling {
            across: usize::from(factors >> 4),
            down: usize::from(factors & 15),
        };
        let is_possible = |s: &Sampling| (1..=4).contains(&s.across) && (1..=4).contains(&s.down);
        let samplings: Vec<Sampling> = specs.iter().map(sampling).collect();
        if !samplings.iter().all(is_possible) {
            return Err(JpegError::Damaged("a sampling factor is not from 1 to 4"));
        }
        let most = Sampling {
            across: samplings.iter().map(|s| s.across).max().unwrap_or(1),
            down: samplings.iter().map(|s| s.down).max().unwrap_or(1),
        };
        let is_divisor =
            |s: &Sampling| most.across.is_multiple_of(s.across) && most.down.is_multiple_of(s.down);
        if !samplings.iter().all(is_divisor) {
            return Err(JpegError::Unsupported(
                "its sampling factors are no multiples of each other",
            ));
        }
        let (width, height) = (size.width as usize, size.height as usize);
        let units = Sampling {
            across: width.div_ceil(BLOCK * most.across),
            down: height.div_ceil(BLOCK * most.down),
        };
        let component = |(&[id, _, table], sampling): (&[u8; 3], Sampling)| {
            let width = (width * sampling.across).div_ceil(most.across);
            let height = (height * sampling.down).div_ceil(most.down);
            Component {
                id,
                sampling,
                quant_table: usize::from(table),
                width,
                height,
                blocks: Sampling {
                    across: width.div_ceil(BLOCK),
                    down: height.div_ceil(BLOCK),
                },
                padded_blocks: Sampling {
                    across: units.across * sampling.across,
                    down: units.down * sampling.down,
                },
            }
        };
        Ok(Self {
            size,
            is_progressive,
            components: specs.iter().zip(samplings).map(component).collect(),
            most,
        })
    }
}
