//! The order, the chunks and the refusals of the packer.

use super::*;
use crate::fixture::{LICENCE, TOKENIZER, header, small_package, small_tensor};
use crate::{MemoryPackage, verify_chunk};

/// Remembers what it was told, and refuses from some call on.
#[derive(Debug, Default)]
struct Log {
    calls: Vec<(Option<ChunkEntry>, u64)>,
    refuse_after: Option<usize>,
}

#[derive(Debug, thiserror::Error)]
#[error("the disk is full")]
struct Full;

impl Log {
    fn note(&mut self, entry: Option<ChunkEntry>, bytes: &[u8]) -> Result<(), Full> {
        if self.refuse_after == Some(self.calls.len()) {
            return Err(Full);
        }
        self.calls.push((entry, bytes.len() as u64));
        Ok(())
    }
}

impl PackageWriter for Log {
    type Error = Full;

    fn chunk(&mut self, entry: &ChunkEntry, bytes: &[u8]) -> Result<(), Full> {
        self.note(Some(entry.clone()), bytes)
    }

    fn finish(&mut self, manifest: &[u8]) -> Result<(), Full> {
        self.note(None, manifest)
    }
}

fn pack_all<W: PackageWriter>(packer: &mut Packer<W>) -> Result<(), PackError<W::Error>> {
    for (index, tensor) in packer.plan().to_vec().into_iter().enumerate() {
        let bytes = small_tensor(index, &tensor.shape, tensor.layout);
        packer.tensor(&tensor.name, &bytes)?;
    }
    Ok(())
}

#[test]
fn chunks_come_full_and_in_order_and_the_manifest_last() {
    let mut packer = Packer::new(header(Layout::Q4, 1020), Log::default()).unwrap();
    pack_all(&mut packer).unwrap();
    let tensor_bytes = packer.tensor_bytes();
    assert_eq!(packer.position(), tensor_bytes);
    let (manifest, log) = packer.finish(TOKENIZER, LICENCE).unwrap();

    let (last, chunks) = log.calls.split_last().unwrap();
    assert_eq!(last.0, None);
    let entries: Vec<_> = chunks.iter().filter_map(|call| call.0.clone()).collect();
    assert_eq!(entries, manifest.chunks);
    assert!(chunks.iter().rev().skip(1).all(|call| call.1 == 1020));
    assert_eq!(
        manifest.tokenizer.offset,
        tensor_bytes.next_multiple_of(ALIGN)
    );
    assert_eq!(
        manifest.total_bytes(),
        manifest.licence.offset + LICENCE.len() as u64
    );
}

#[test]
fn the_stream_does_not_depend_on_the_chunk_size() {
    let stream = |chunk_bytes| {
        let package = small_package(Layout::Q8, chunk_bytes);
        let manifest = Manifest::parse(&package.manifest.unwrap()).unwrap();
        let chunks = manifest.chunks.iter();
        chunks
            .flat_map(|c| package.chunks[&c.sha256].clone())
            .collect::<Vec<_>>()
    };
    let whole = stream(1 << 20);
    for chunk_bytes in [252, 256, 260, 4096] {
        assert!(stream(chunk_bytes) == whole, "{chunk_bytes}");
    }
}

#[test]
fn packing_twice_gives_the_same_package() {
    assert_eq!(
        small_package(Layout::F16, 4096),
        small_package(Layout::F16, 4096)
    );
}

#[test]
fn every_chunk_handed_out_verifies() {
    let package = small_package(Layout::F32, 4096);
    let manifest = Manifest::parse(package.manifest.as_ref().unwrap()).unwrap();
    for (index, entry) in manifest.chunks.iter().enumerate() {
        verify_chunk(index, entry, &package.chunks[&entry.sha256]).unwrap();
    }
}

#[test]
fn small_packages_are_cut_small_by_themselves() {
    let mut small = header(Layout::F32, 4096);
    small.chunk_bytes = None;
    let packer = Packer::new(small, MemoryPackage::default()).unwrap();
    assert_eq!(packer.manifest.chunk_bytes, 256 << 10);
    let mut real = header(Layout::Q4, 4096);
    real.chunk_bytes = None;
    real.config = ModelConfig::gpt4roi_7b();
    let packer = Packer::new(real, MemoryPackage::default()).unwrap();
    assert_eq!(packer.manifest.chunk_bytes, 16 << 20);
}

#[test]
fn only_the_next_tensor_is_taken() {
    let mut packer = Packer::new(header(Layout::F32, 4096), MemoryPackage::default()).unwrap();
    let plan = packer.plan().to_vec();
    let second = small_tensor(1, &plan[1].shape, plan[1].layout);
    let error = packer.tensor(&plan[1].name, &second).unwrap_err();
    assert!(matches!(error, PackError::Order { expected, .. } if expected == plan[0].name));
    let error = packer.tensor(&plan[0].name, &second).unwrap_err();
    assert!(matches!(error, PackError::Length { expected: 96, .. }));

    pack_all(&mut packer).unwrap();
    let error = packer.tensor(&plan[1].name, &second).unwrap_err();
    assert!(matches!(error, PackError::Order { expected, .. } if expected == "the end"));
}

#[test]
fn a_package_with_tensors_missing_is_not_finished() {
    let mut packer = Packer::new(header(Layout::F32, 4096), Log::default()).unwrap();
    let first = packer.plan()[0].clone();
    let bytes = small_tensor(0, &first.shape, first.layout);
    packer.tensor(&first.name, &bytes).unwrap();
    let next = packer.plan()[1].name.clone();
    let error = packer.finish(TOKENIZER, LICENCE).unwrap_err();
    assert!(matches!(error, PackError::Unfinished { next: n } if n == next));
}

#[test]
fn a_failing_writer_stops_the_packing_before_the_manifest() {
    for refuse_after in [0, 3] {
        let log = Log {
            refuse_after: Some(refuse_after),
            ..Log::default()
        };
        let mut packer = Packer::new(header(Layout::F32, 4096), log).unwrap();
        let error = pack_all(&mut packer).unwrap_err();
        assert!(matches!(error, PackError::Write(Full)));
        assert_eq!(packer.writer.calls.len(), refuse_after);
    }
}

#[test]
fn a_header_no_reader_would_take_is_refused_before_anything_is_written() {
    let mut bad = header(Layout::F32, 4097);
    let error = Packer::new(bad.clone(), Log::default()).unwrap_err();
    assert!(matches!(
        error,
        PackError::Manifest(ManifestError::ChunkBytes { chunk_bytes: 4097 })
    ));
    bad.chunk_bytes = None;
    bad.config.decoder.heads = 0;
    let error = Packer::new(bad.clone(), Log::default()).unwrap_err();
    assert!(matches!(
        error,
        PackError::Manifest(ManifestError::Config(_))
    ));
    bad = header(Layout::F32, 4096);
    bad.model_id = "two\nlines".into();
    let error = Packer::new(bad, Log::default()).unwrap_err();
    assert!(matches!(
        error,
        PackError::Manifest(ManifestError::Text { field: "model_id" })
    ));
}
