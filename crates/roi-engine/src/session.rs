//! What is kept between questions: the picture's maps, the regions' vectors, the decoder's keys and values.

use std::collections::HashMap;

use burn::tensor::Tensor;
use roi_geom::{BoxNorm, PictureSize};
use roi_kernels::said_on_one_line;
use roi_model::{Gpt4Roi, KvCache, Picture};

use crate::EngineError;
use crate::cache::{Cell, PictureId, RegionKey, Sight};
use crate::host::Host;

/// Vectors kept of boxes that are no longer asked about; each is one row of the model's width.
const MAX_REGIONS: usize = 256;

/// A picture as the model sees it.
pub(crate) struct Seen {
    pub(crate) id: PictureId,
    pub(crate) size: PictureSize,
    pub(crate) picture: Picture,
    /// Each region's vector, of the decoder's width. They are kept off the device, which would give each a page of its own,
    /// many times as large, and hold more with every box that is moved.
    regions: HashMap<RegionKey, Vec<f32>>,
}

impl Seen {
    pub(crate) fn new(id: PictureId, size: PictureSize, picture: Picture) -> Self {
        Self {
            id,
            size,
            picture,
            regions: HashMap::new(),
        }
    }

    /// The vectors `[1, D]` of these boxes, and how many had to be computed.
    pub(crate) async fn regions(
        &mut self,
        boxes: &[BoxNorm],
        sight: Sight,
        model: &Gpt4Roi,
        host: &Host,
    ) -> Result<(Vec<RegionKey>, Vec<Tensor<2>>, u32), EngineError> {
        let keys: Vec<_> = boxes.iter().map(|b| RegionKey::new(b, sight)).collect();
        let width = model.config().decoder.hidden;
        if sight == Sight::Blank {
            let blank = Tensor::zeros([1, width], &host.device);
            return Ok((keys, vec![blank; boxes.len()], 0));
        }
        if self.regions.len() > MAX_REGIONS {
            self.regions.retain(|key, _| keys.contains(key));
        }
        let mut new: Vec<(RegionKey, BoxNorm)> = Vec::new();
        for (&key, &norm) in keys.iter().zip(boxes) {
            if !self.regions.contains_key(&key) && new.iter().all(|(other, _)| *other != key) {
                new.push((key, norm));
            }
        }
        if !new.is_empty() {
            let norms: Vec<_> = new.iter().map(|(_, norm)| *norm).collect();
            let is_rounded = sight == Sight::RoundedToF16;
            let vectors = model.encode_regions(&self.picture, &norms, is_rounded);
            let values = values(vectors, host).await?;
            for ((key, _), vector) in new.iter().zip(values.chunks_exact(width)) {
                self.regions.insert(*key, vector.to_vec());
            }
        }
        let vectors = keys
            .iter()
            .map(|key| Tensor::<1>::from_floats(&self.regions[key][..], &host.device).unsqueeze())
            .collect();
        Ok((keys, vectors, u32::try_from(new.len()).unwrap_or(u32::MAX)))
    }
}

/// The decoder's keys and values, and what they stand for.
pub(crate) struct Memory {
    pub(crate) cache: KvCache,
    pub(crate) cells: Vec<Cell>,
}

impl Memory {
    pub(crate) fn new(model: &Gpt4Roi) -> Self {
        Self {
            cache: model.new_cache(model.config().decoder.max_positions),
            cells: Vec::new(),
        }
    }

    /// Forgets everything behind the first `len` positions.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.cache.truncate(len);
        self.cells.truncate(len);
    }
}

/// Waits until a tensor has really been computed, by reading one of its values.
///
/// # Errors
/// [`EngineError::Device`] when the device failed on the way.
pub(crate) async fn finished(tensor: &Tensor<2>, host: &Host) -> Result<(), EngineError> {
    values(tensor.clone().slice([0..1, 0..1]), host).await?;
    Ok(())
}

/// A tensor's values, row after row.
///
/// # Errors
/// [`EngineError::Device`] when the device failed on the way.
pub(crate) async fn values(tensor: Tensor<2>, host: &Host) -> Result<Vec<f32>, EngineError> {
    let data = tensor.into_data_async().await;
    // The bytes are fetched when they are first looked at.
    let values = data
        .map_err(|error| said_on_one_line(&error))
        .and_then(|data| {
            data.try_to_vec::<f32>()
                .map_err(|error| said_on_one_line(&error))
        });
    host.unless_faulty(values.map_err(EngineError::Device))
}
