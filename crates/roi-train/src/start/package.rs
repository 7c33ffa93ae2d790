//! A package as what a run starts with. Quantised weights come out as what they stand for.

use std::path::Path;

use burn::tensor::Device;
use roi_platform::Package;
use roi_prompt::Tokenizer;
use roi_weights::{Manifest, PackageSource, PieceTarget, verify_chunk};

use super::{Beginning, Companions};
use crate::tokenizer_files::TokenizerFiles;
use crate::{Parameters, TrainError};

pub(super) fn read(
    folder: &Path,
    max_tokens: usize,
    device: &Device,
) -> Result<Beginning, TrainError> {
    let package = Package::at(folder);
    pollster::block_on(async {
        let (tokenizer, licence) = texts(&package).await?;
        Ok(Beginning {
            parameters: Parameters::from_package(&package, device).await?,
            tokenizer: Tokenizer::from_json(&tokenizer)?,
            companions: Companions {
                tokenizer: TokenizerFiles::from_json(&tokenizer, max_tokens)?,
                licence: Some(licence),
            },
        })
    })
}

/// `tokenizer.json` and the licence.
async fn texts(source: &impl PackageSource) -> Result<(Vec<u8>, Vec<u8>), TrainError> {
    let manifest = Manifest::parse(&source.manifest().await?)?;
    let (mut tokenizer, mut licence) = (Vec::new(), Vec::new());
    for (index, entry) in manifest.chunks.iter().enumerate() {
        let pieces = manifest.pieces(index);
        let is_text = |target| matches!(target, PieceTarget::Tokenizer | PieceTarget::Licence);
        if !pieces.iter().any(|piece| is_text(piece.target)) {
            continue;
        }
        let bytes = source.chunk(index, entry).await?;
        verify_chunk(index, entry, &bytes)?;
        for piece in pieces {
            // Chunks come in order, so their pieces do.
            match piece.target {
                PieceTarget::Tokenizer => tokenizer.extend_from_slice(&bytes[piece.chunk_range]),
                PieceTarget::Licence => licence.extend_from_slice(&bytes[piece.chunk_range]),
                PieceTarget::Tensor(_) => {}
            }
        }
    }
    Ok((tokenizer, licence))
}
