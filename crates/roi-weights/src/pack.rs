//! Packing: tensor bytes in, chunks and finally a manifest out. Where those go is a [`PackageWriter`]'s business.
//!
//! The order and the sizes are known beforehand from [`stored_tensors`], so a [`Packer`] holds no more than one chunk and
//! refuses whatever is not the next tensor.

use crate::manifest::{ALIGN, FORMAT_VERSION};
use crate::tensors::{StoredTensor, TensorError, stored_tensors};
use crate::{
    ByteRange, CHUNK_BYTES, ChunkEntry, Layout, Manifest, ManifestError, ModelConfig,
    SMALL_CHUNK_BYTES, SMALL_PACKAGE_BYTES, TensorEntry,
};

#[cfg(test)]
mod tests;

/// Takes the finished parts of a package.
pub trait PackageWriter {
    /// What can go wrong in writing.
    type Error: std::error::Error + 'static;

    /// Takes one chunk. The same chunk may come twice: equal bytes have equal names.
    ///
    /// # Errors
    /// When the chunk could not be kept.
    fn chunk(&mut self, entry: &ChunkEntry, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Takes the manifest, once, after every chunk. Only with it the package exists.
    ///
    /// # Errors
    /// When the package could not be completed.
    fn finish(&mut self, manifest: &[u8]) -> Result<(), Self::Error>;
}

/// What a package says about itself, apart from its tables.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageHeader {
    /// Short name of the model.
    pub model_id: String,
    /// One or two sentences for people.
    pub about: String,
    /// All sizes of the model.
    pub config: ModelConfig,
    /// The layout asked for; [`layout_for`](crate::layout_for) decides where it is taken.
    pub layout: Layout,
    /// Size of the chunks; `None` chooses by the size of the package.
    pub chunk_bytes: Option<u64>,
}

/// Why a package could not be packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError<E: std::error::Error + 'static> {
    /// The writer failed.
    #[error(transparent)]
    Write(E),
    /// The tensors cannot be stored.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// What was packed describes no package that could be read again.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Not the next tensor of the stream.
    #[error("tensor {found} was packed where {expected} belongs")]
    Order {
        /// The next tensor of the stream.
        expected: String,
        /// The tensor given.
        found: String,
    },
    /// A tensor of another length than its shape and layout have.
    #[error("tensor {name} takes {expected} bytes, got {actual}")]
    Length {
        /// The tensor.
        name: String,
        /// Bytes it takes.
        expected: u64,
        /// Bytes given.
        actual: u64,
    },
    /// The package was finished before its last tensor.
    #[error("the package was finished before tensor {next}")]
    Unfinished {
        /// The next tensor of the stream.
        next: String,
    },
}

/// Cuts a stream of tensors into chunks.
#[derive(Debug)]
pub struct Packer<W> {
    writer: W,
    plan: Vec<StoredTensor>,
    manifest: Manifest,
    /// The chunk being filled.
    chunk: Vec<u8>,
    position: u64,
}

impl<W: PackageWriter> Packer<W> {
    /// A packer for the model that `header` describes.
    ///
    /// # Errors
    /// [`PackError::Manifest`] for a configuration that is none, [`PackError::Tensor`] for tensors that cannot be stored.
    pub fn new(header: PackageHeader, writer: W) -> Result<Self, PackError<W::Error>> {
        header.config.check().map_err(ManifestError::from)?;
        let plan = stored_tensors(&header.config, header.layout)?;
        let chunk_bytes = header.chunk_bytes.unwrap_or_else(|| {
            if stream_bytes(&plan) < SMALL_PACKAGE_BYTES {
                SMALL_CHUNK_BYTES
            } else {
                CHUNK_BYTES
            }
        });
        let nothing = ByteRange {
            offset: 0,
            length: 0,
        };
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            model_id: header.model_id,
            about: header.about,
            config: header.config,
            tensors: Vec::with_capacity(plan.len()),
            chunks: Vec::new(),
            chunk_bytes,
            tokenizer: nothing,
            licence: nothing,
            manifest_sha256: String::new(),
        };
        manifest.check_header()?;
        Ok(Self {
            writer,
            plan,
            manifest,
            chunk: Vec::new(),
            position: 0,
        })
    }

    /// Every tensor of the package, in the order in which [`Packer::tensor`] takes them.
    #[must_use]
    pub fn plan(&self) -> &[StoredTensor] {
        &self.plan
    }

    /// Bytes of all tensors in the stream.
    #[must_use]
    pub fn tensor_bytes(&self) -> u64 {
        stream_bytes(&self.plan)
    }

    /// Bytes of the stream so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Packs the next tensor of the plan, whole, in its layout.
    ///
    /// # Errors
    /// [`PackError::Order`], [`PackError::Length`], [`PackError::Write`].
    pub fn tensor(&mut self, name: &str, bytes: &[u8]) -> Result<(), PackError<W::Error>> {
        let next = self.plan.get(self.manifest.tensors.len());
        let Some(next) = next.filter(|next| next.name == name) else {
            return Err(PackError::Order {
                expected: next.map_or("the end", |next| &next.name).into(),
                found: name.into(),
            });
        };
        if next.length != bytes.len() as u64 {
            return Err(PackError::Length {
                name: name.into(),
                expected: next.length,
                actual: bytes.len() as u64,
            });
        }
        let (shape, layout) = (next.shape.clone(), next.layout);
        let ByteRange { offset, length } = self.range(bytes)?;
        self.manifest.tensors.push(TensorEntry {
            name: name.into(),
            shape,
            layout,
            offset,
            length,
        });
        Ok(())
    }

    /// Packs `tokenizer.json` and the licence text behind the last tensor, writes the last chunk and the manifest, and
    /// gives back the manifest as a reader will see it, and the writer.
    ///
    /// # Errors
    /// [`PackError::Unfinished`], [`PackError::Write`], [`PackError::Manifest`].
    pub fn finish(
        mut self,
        tokenizer: &[u8],
        licence: &[u8],
    ) -> Result<(Manifest, W), PackError<W::Error>> {
        if let Some(next) = self.plan.get(self.manifest.tensors.len()) {
            return Err(PackError::Unfinished {
                next: next.name.clone(),
            });
        }
        self.manifest.tokenizer = self.range(tokenizer)?;
        self.manifest.licence = self.range(licence)?;
        if !self.chunk.is_empty() {
            self.write_chunk()?;
        }
        let bytes = self.manifest.to_bytes();
        let manifest = Manifest::parse(&bytes)?;
        self.writer.finish(&bytes).map_err(PackError::Write)?;
        Ok((manifest, self.writer))
    }

    /// Appends `bytes` at the next multiple of [`ALIGN`].
    fn range(&mut self, bytes: &[u8]) -> Result<ByteRange, PackError<W::Error>> {
        const PADDING: [u8; ALIGN as usize] = [0; ALIGN as usize];
        let offset = self.position.next_multiple_of(ALIGN);
        let n_padding = offset - self.position;
        self.push(&PADDING[..usize::try_from(n_padding).expect("less than ALIGN")])?;
        self.push(bytes)?;
        Ok(ByteRange {
            offset,
            length: bytes.len() as u64,
        })
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), PackError<W::Error>> {
        let chunk_bytes = usize::try_from(self.manifest.chunk_bytes).expect("checked in new");
        self.position += bytes.len() as u64;
        while !bytes.is_empty() {
            let n = bytes.len().min(chunk_bytes - self.chunk.len());
            let (now, later) = bytes.split_at(n);
            self.chunk.extend_from_slice(now);
            bytes = later;
            if self.chunk.len() == chunk_bytes {
                self.write_chunk()?;
            }
        }
        Ok(())
    }

    fn write_chunk(&mut self) -> Result<(), PackError<W::Error>> {
        let entry = ChunkEntry::of(&self.chunk);
        self.writer
            .chunk(&entry, &self.chunk)
            .map_err(PackError::Write)?;
        self.manifest.chunks.push(entry);
        self.chunk.clear();
        Ok(())
    }
}

fn stream_bytes(plan: &[StoredTensor]) -> u64 {
    plan.iter().fold(0, |end: u64, tensor| {
        end.next_multiple_of(ALIGN) + tensor.length
    })
}
