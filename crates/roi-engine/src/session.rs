//! What is kept between questions: the picture's maps, the regions' vectors, the decoder's keys and values.

use std::collections::HashMap;

use burn::tensor::Tensor;
use roi_geom::{BoxNorm, PictureSize};
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
    regions: HashMap<RegionKey, Tensor<2>>,
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
        if sight == Sight::Blank {
            let blank = Tensor::zeros([1, model.config().decoder.hidden], &host.device);
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
            finished(&vectors, host).await?;
            for (row, (key, _)) in new.iter().enumerate() {
                let vector = vectors.clone().narrow(0, row, 1);
                self.regions.insert(*key, vector);
            }
        }
        let vectors = keys.iter().map(|key| self.regions[key].clone()).collect();
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
    let corner = tensor.clone().slice([0..1, 0..1]);
    let data = corner
        .into_data_async()
        .await
        .map_err(|error| EngineError::Device(error.to_string()))?;
    // The bytes are fetched when they are first looked at.
    data.try_to_vec::<f32>()
        .map_err(|error| EngineError::Device(format!("{error:?}")))?;
    host.check()
}
