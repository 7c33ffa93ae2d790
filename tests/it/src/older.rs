//! A host's newer package never takes the one that is here as a whole away.

use std::cell::Cell;
use std::future::ready;
use std::path::{Path, PathBuf};

use pollster::block_on;
use roi_engine::{Engine, EngineError};
use roi_platform::Package;
use roi_protocol::Event;
use roi_weights::{ChunkEntry, Layout, Manifest, PackageSource, SourceError};
use tempfile::TempDir;

use crate::case::Case;
use crate::engine::{ask, cpu, empty, greedy, host, set_picture};
use crate::package::{copy, package};

/// A host's package, and one that is kept.
struct Keeping {
    host: PathBuf,
    kept: Option<PathBuf>,
    is_kept_used: Cell<bool>,
    is_complete: Cell<bool>,
}

impl Keeping {
    fn new(host: &Path, kept: Option<PathBuf>) -> Self {
        Self {
            host: host.to_owned(),
            kept,
            is_kept_used: Cell::new(false),
            is_complete: Cell::new(false),
        }
    }
}

impl PackageSource for Keeping {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        Package::at(&self.host).manifest().await
    }

    async fn older_manifest(&self) -> Option<Vec<u8>> {
        if self.is_kept_used.replace(true) {
            return None;
        }
        Package::at(self.kept.as_ref()?).manifest().await.ok()
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        let folder = match &self.kept {
            Some(kept) if self.is_kept_used.get() => kept,
            _ => &self.host,
        };
        Package::at(folder).chunk(index, entry).await
    }

    async fn complete(&self) {
        self.is_complete.set(true);
    }
}

/// A newer package, a chunk of which is missing or wrong.
fn broken(damage: impl FnOnce(&Path)) -> TempDir {
    let folder = copy(&package(Layout::F16));
    let manifest = std::fs::read(folder.path().join("manifest.json")).expect("a manifest");
    let manifest = Manifest::parse(&manifest).expect("a manifest");
    let last = manifest.chunks.last().expect("a chunk");
    damage(&folder.path().join(last.path()));
    folder
}

/// A newer package whose chunks are all right, but whose tokenizer is none.
fn useless() -> TempDir {
    let folder = copy(&package(Layout::F16));
    let path = folder.path().join("manifest.json");
    let mut manifest = Manifest::parse(&std::fs::read(&path).expect("a manifest")).expect("one");
    let index = manifest.chunks_of(manifest.tokenizer).start;
    let chunk = folder.path().join(manifest.chunks[index].path());
    let mut bytes = std::fs::read(chunk).expect("a chunk");
    let start = manifest.tokenizer.offset - index as u64 * manifest.chunk_bytes;
    bytes[usize::try_from(start).expect("a place in a chunk")] = b'<';
    manifest.chunks[index] = ChunkEntry::of(&bytes);
    let chunk = folder.path().join(manifest.chunks[index].path());
    std::fs::write(chunk, bytes).expect("a chunk");
    std::fs::write(path, manifest.to_bytes()).expect("a manifest");
    folder
}

/// Opens it and asks; why the host's was not used.
fn opens_the_kept_one(engine: &mut Engine, source: &Keeping) -> String {
    let mut reasons = Vec::new();
    let opened = block_on(engine.open(source, &mut |event| {
        if let Event::Older { reason } = event {
            reasons.push(reason);
        }
    }));
    opened.expect("the kept one is right");
    assert!(source.is_complete.get());
    let case = Case::named("single");
    set_picture(engine, &case.picture()).expect("a picture");
    let answer = ask(engine, &case.boxes_px, &case.conversation(0), &greedy(4));
    let (_, greedy_ids) = case.ids(0);
    assert_eq!(answer.expect("an answer").token_ids, greedy_ids[..4]);
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    reasons.remove(0)
}

#[test]
fn when_a_chunk_of_it_is_missing() {
    let newer = broken(|chunk| std::fs::remove_file(chunk).expect("a chunk"));
    let source = Keeping::new(newer.path(), Some(package(Layout::F32)));
    let reason = opens_the_kept_one(&mut empty(&cpu()), &source);
    assert!(reason.contains("does not exist"), "{reason}");
}

#[test]
fn when_a_chunk_of_it_is_wrong() {
    let newer = broken(|chunk| std::fs::write(chunk, "something else").expect("a chunk"));
    let source = Keeping::new(newer.path(), Some(package(Layout::F32)));
    let reason = opens_the_kept_one(&mut empty(&cpu()), &source);
    assert!(reason.contains("chunk"), "{reason}");
}

#[test]
fn when_its_manifest_is_another_page() {
    let newer = broken(|_| {});
    let page = "<!doctype html><title>Not here</title>";
    std::fs::write(newer.path().join("manifest.json"), page).expect("a page");
    let source = Keeping::new(newer.path(), Some(package(Layout::F32)));
    let reason = opens_the_kept_one(&mut empty(&cpu()), &source);
    assert!(reason.contains("manifest"), "{reason}");
}

#[test]
fn when_it_arrives_whole_and_cannot_be_used() {
    let newer = useless();
    let source = Keeping::new(newer.path(), Some(package(Layout::F32)));
    let reason = opens_the_kept_one(&mut empty(&cpu()), &source);
    assert!(reason.contains("tokenizer"), "{reason}");
}

#[test]
fn a_package_that_arrives_whole_and_cannot_be_used_is_not_complete() {
    let newer = useless();
    let source = Keeping::new(newer.path(), None);
    let (mut arrived, mut whole) = (0, 0);
    let error = block_on(empty(&cpu()).open(&source, &mut |event| {
        if let Event::Loading { bytes, total } = event {
            (arrived, whole) = (bytes, total);
        }
    }))
    .expect_err("it has no tokenizer");
    assert!(matches!(error, EngineError::Tokenizer(_)), "{error}");
    assert_eq!(arrived, whole);
    // Were it, the one from before would be dropped.
    assert!(!source.is_complete.get());
}

#[test]
fn when_the_device_has_no_room_for_it() {
    let newer = broken(|_| {});
    let source = Keeping::new(newer.path(), Some(package(Layout::F32)));
    let (mut host, is_first) = (host(&cpu()), Cell::new(true));
    host.probe_memory =
        Box::new(move |bytes| Box::pin(ready(bytes - u64::from(is_first.replace(false)))));
    let reason = opens_the_kept_one(&mut Engine::new(host), &source);
    assert!(reason.contains("graphics memory"), "{reason}");
}

#[test]
fn where_none_is_kept_the_failure_is_the_hosts() {
    let newer = broken(|chunk| std::fs::remove_file(chunk).expect("a chunk"));
    let source = Keeping::new(newer.path(), None);
    let error = block_on(empty(&cpu()).open(&source, &mut |event| {
        assert!(!matches!(event, Event::Older { .. }));
    }))
    .expect_err("a chunk is missing");
    assert!(matches!(error, EngineError::ChunkSource { .. }), "{error}");
}

#[test]
fn a_kept_one_that_is_broken_too_is_tried_once() {
    let newer = broken(|chunk| std::fs::remove_file(chunk).expect("a chunk"));
    let older = broken(|chunk| std::fs::remove_file(chunk).expect("a chunk"));
    let source = Keeping::new(newer.path(), Some(older.path().to_owned()));
    let error = block_on(empty(&cpu()).open(&source, &mut |_| {})).expect_err("both are broken");
    assert!(matches!(error, EngineError::ChunkSource { .. }), "{error}");
    assert!(!source.is_complete.get());
}
