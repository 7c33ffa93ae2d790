//! A model of any size without a checkpoint, for measuring speed.

use burn::tensor::Device;
use roi_weights::{Layout, ModelConfig, TensorEntry, stored_tensors};

use crate::{Gpt4Roi, ModelError, ModelLoader};

impl Gpt4Roi {
    /// A model of this configuration whose matrices hold pseudo-random weights made on the device.
    /// It computes as much as a real one and says nothing.
    ///
    /// # Errors
    /// [`ModelError`] when no model has this configuration.
    pub fn synthetic(
        config: &ModelConfig,
        quant: Layout,
        device: &Device,
    ) -> Result<Self, ModelError> {
        config.check()?;
        let entries: Vec<_> = stored_tensors(config, quant)?
            .into_iter()
            .map(|tensor| TensorEntry {
                name: tensor.name,
                shape: tensor.shape,
                layout: tensor.layout,
                offset: 0,
                length: tensor.length,
            })
            .collect();
        let mut loader = ModelLoader::new(config, &entries, device)?;
        loader.fill_with_noise();
        loader.finish()
    }
}
