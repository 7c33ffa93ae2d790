//! A package becomes the model: looked at before any of its bytes is fetched, then fetched, checked and made ready.

use std::rc::Rc;

use roi_kernels::is_gpu;
use roi_model::{Footprint, Gpt4Roi, ModelLoader, fitting_layout};
use roi_prompt::Tokenizer;
use roi_protocol::{Event, ModelInfo, Preflight};
use roi_weights::{Layout, Manifest, ModelConfig, PackageSource, PieceTarget};

use crate::cache::PictureId;
use crate::calibration::Calibration;
use crate::engine::Loaded;
use crate::session::{Seen, finished};
use crate::{Engine, EngineError, load, prepare};

/// Asked for the picture that waits to be set.
type Waiting<'a> = &'a dyn Fn() -> Option<Rc<[u8]>>;

impl Engine {
    /// Loads a package in place of the one that is loaded, with [`Event::Preflight`] before any of its chunks is fetched,
    /// [`Event::Loading`] for every chunk that has passed its check, [`Event::Compiling`] while a GPU compiles its kernels, and
    /// [`Event::Ready`] at the end. Picture and conversation are forgotten.
    ///
    /// Where the source has a package from before, and this one cannot be had as a whole or used, that one is loaded instead, with
    /// [`Event::Older`].
    ///
    /// # Errors
    /// [`EngineError`]. If the manifest is at fault, the model loaded before stays; else there is none. What the device has no room
    /// for, or does not take, is refused before any of its bytes are fetched.
    pub async fn open(
        &mut self,
        source: &impl PackageSource,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        self.open_looking_ahead(source, &|| None, events).await
    }

    /// The same, and encodes the picture that waits to be set, if there is one, while the decoder is still on its way, with
    /// [`Event::PictureAhead`]. `waiting` is asked for that file after every chunk until it has one. To set it afterwards costs
    /// nothing; a file that cannot be read is left for then.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_looking_ahead(
        &mut self,
        source: &impl PackageSource,
        waiting: Waiting<'_>,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        let start_ms = (self.host.now_ms)();
        let mut manifest = load::manifest(source, events).await?;
        loop {
            match self.load(source, manifest, waiting, events).await {
                Ok(()) => break,
                Err(failure) if failure.is_of_package() => {
                    manifest = load::older_manifest(source, failure, events).await?;
                }
                Err(failure) => return Err(failure),
            }
        }
        self.timings.load += (self.host.now_ms)() - start_ms;
        self.note_memory();
        Ok(())
    }

    /// Loads the package of a manifest.
    async fn load(
        &mut self,
        source: &impl PackageSource,
        manifest: Manifest,
        waiting: Waiting<'_>,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        self.loaded = None;
        self.release();
        let loader = ModelLoader::new(&manifest.config, &manifest.tensors, &self.host.device)?;
        let footprint = loader.footprint();
        let outcome = self.fill(source, manifest, loader, waiting, events).await;
        self.loaded = Some(self.settled(outcome, Some(footprint))?);
        Ok(())
    }

    async fn fill(
        &mut self,
        source: &impl PackageSource,
        manifest: Manifest,
        mut loader: ModelLoader,
        waiting: Waiting<'_>,
        events: &mut dyn FnMut(Event),
    ) -> Result<Loaded, EngineError> {
        let footprint = loader.footprint();
        self.look_for_room(&manifest.config, footprint, events)
            .await?;
        if is_gpu(&self.host.device) {
            let calibration = self.calibrated(loader.layout_per_token()).await?;
            let launches = Gpt4Roi::launches_per_token(&manifest.config);
            events(Event::Expected {
                tokens_per_second: calibration
                    .tokens_per_second(launches, loader.bytes_per_token()),
            });
        }
        let total = manifest.chunks.iter().map(|chunk| chunk.length).sum();
        let mut bytes = 0;
        events(Event::Loading { bytes, total });
        let mut tokenizer_json = vec![0; size(manifest.tokenizer.length)];
        let (mut seen, mut has_looked) = (None, false);
        load::chunks(source, &manifest.chunks, async |index, chunk| {
            for piece in manifest.pieces(index) {
                let piece_bytes = &chunk[piece.chunk_range];
                match piece.target {
                    PieceTarget::Tensor(tensor) => {
                        loader.write(tensor, piece.target_offset, piece_bytes)?;
                    }
                    PieceTarget::Tokenizer => {
                        let start = size(piece.target_offset);
                        tokenizer_json[start..start + piece_bytes.len()]
                            .copy_from_slice(piece_bytes);
                    }
                    PieceTarget::Licence => {}
                }
            }
            // Other programs may have taken the room that was there; the rest need not be fetched then.
            self.host.check()?;
            bytes += manifest.chunks[index].length;
            events(Event::Loading { bytes, total });
            if has_looked || !loader.has_eyes() {
                return Ok(());
            }
            let Some(file) = waiting() else {
                return Ok(());
            };
            has_looked = true;
            if let Ok((size, pixels)) = roi_picture::read(&file, &manifest.config.vision) {
                let picture = loader.eyes()?.encode_picture(&pixels);
                finished(&picture.image_tokens, &self.host).await?;
                seen = Some(Seen::new(PictureId::of(&file), size, picture));
                self.counters.pictures_encoded += 1;
                events(Event::PictureAhead { size });
            }
            Ok(())
        })
        .await?;
        let tokenizer = Tokenizer::from_json(&tokenizer_json)?;
        let vocab_rows = manifest.config.decoder.vocab_rows;
        if tokenizer.n_ids() > vocab_rows {
            return Err(EngineError::TokenizerSize {
                n_ids: tokenizer.n_ids(),
                vocab_rows,
            });
        }
        let model = loader.finish()?;
        let memory = if is_gpu(&self.host.device) {
            Some(prepare::decoder(&model, &self.host, events).await?)
        } else {
            None
        };
        self.host.check()?;
        // Not before: a place that keeps packages drops the one from before now.
        source.complete().await;
        let info = ModelInfo {
            id: manifest.model_id,
            about: manifest.about,
            weight_bytes: model.weight_bytes(),
        };
        events(Event::Ready(info.clone()));
        Ok(Loaded {
            model,
            tokenizer,
            info,
            footprint,
            seen,
            memory,
        })
    }

    /// Compares what a model takes of the device with what there is of it.
    ///
    /// # Errors
    /// [`EngineError::Limit`] and [`EngineError::Memory`], each with both sizes.
    async fn look_for_room(
        &self,
        config: &ModelConfig,
        footprint: Footprint,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        let largest_bytes = footprint.largest_buffer_bytes;
        let limits = self.host.info.limits;
        // A buffer of the model is handed to kernels as a whole.
        let limit = limits.map(|limits| limits.max_buffer_bytes.min(limits.max_binding_bytes));
        let needed_bytes = footprint.bytes();
        let available_bytes = match limit {
            Some(limit) if limit < largest_bytes => 0,
            _ => (self.host.probe_memory)(needed_bytes).await,
        };
        events(Event::Preflight(Preflight {
            weight_bytes: footprint.weight_bytes,
            working_bytes: footprint.working_bytes,
            max_positions: u32::try_from(footprint.max_positions).unwrap_or(u32::MAX),
            available_bytes,
            largest_buffer_bytes: largest_bytes,
        }));
        if let Some(limit_bytes) = limit
            && limit_bytes < largest_bytes
        {
            return Err(EngineError::Limit {
                largest_bytes,
                limit_bytes,
            });
        }
        if available_bytes < needed_bytes {
            return Err(EngineError::Memory {
                footprint,
                available_bytes,
                converted: fitting_layout(config, available_bytes),
            });
        }
        Ok(())
    }

    /// The device's speeds with weights of this layout.
    async fn calibrated(&mut self, layout: Layout) -> Result<Calibration, EngineError> {
        if let Some((known, calibration)) = self.calibration
            && known == layout
        {
            return Ok(calibration);
        }
        let calibration = Calibration::of(&self.host, layout).await?;
        self.calibration = Some((layout, calibration));
        self.release();
        Ok(calibration)
    }
}

/// A length that a checked manifest bounds far below what memory can address.
fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
