//! No byte is handed on before its chunk's hash is right, and a bad chunk is named.

use std::cell::{Cell, RefCell};

use pollster::block_on;
use roi_weights::{ChunkEntry, PackageSource, SourceError};

use super::chunks;
use crate::EngineError;

const ALWAYS: u32 = u32::MAX;

/// Three chunks, one of which goes wrong a number of times.
struct Host {
    chunks: [&'static [u8]; 3],
    bad: usize,
    times: Cell<u32>,
    answer: Result<Vec<u8>, SourceError>,
    asked: RefCell<Vec<usize>>,
    told: RefCell<Vec<String>>,
}

impl Host {
    fn new(bad: usize, times: u32, answer: Result<Vec<u8>, SourceError>) -> Self {
        Self {
            chunks: [b"first", b"second chunk", b"third"],
            bad,
            times: Cell::new(times),
            answer,
            asked: RefCell::default(),
            told: RefCell::default(),
        }
    }

    fn entries(&self) -> Vec<ChunkEntry> {
        self.chunks
            .iter()
            .map(|chunk| ChunkEntry::of(chunk))
            .collect()
    }

    /// What arrives, by chunk.
    fn load(&self) -> Result<Vec<(usize, Vec<u8>)>, EngineError> {
        let mut taken = Vec::new();
        block_on(chunks(self, &self.entries(), async |index, bytes| {
            taken.push((index, bytes.to_vec()));
            Ok(())
        }))?;
        taken.sort();
        Ok(taken)
    }
}

impl PackageSource for Host {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        Err(SourceError::Missing {
            what: "manifest.json".into(),
        })
    }

    async fn chunk(&self, index: usize, _entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        self.asked.borrow_mut().push(index);
        if index == self.bad && self.times.get() > 0 {
            self.times.set(self.times.get() - 1);
            return self.answer.clone();
        }
        Ok(self.chunks[index].to_vec())
    }

    async fn chunk_is_right(&self, index: usize, _entry: &ChunkEntry, bytes: &[u8]) {
        let told = format!("{index} {}", String::from_utf8_lossy(bytes));
        self.told.borrow_mut().push(told);
    }
}

fn flipped() -> Result<Vec<u8>, SourceError> {
    Ok(b"secoNd chunk".to_vec())
}

#[test]
fn every_chunk_arrives_once() {
    let host = Host::new(1, 0, flipped());
    let taken = host.load().expect("nothing is wrong");
    let expected: Vec<_> = host
        .chunks
        .iter()
        .map(|chunk| chunk.to_vec())
        .enumerate()
        .collect();
    assert_eq!(taken, expected);
    assert_eq!(host.asked.borrow().len(), 3);
}

#[test]
fn a_bad_chunk_is_asked_for_twice_more() {
    for times in [1, 2] {
        let host = Host::new(1, times, flipped());
        assert_eq!(host.load().expect("the last answer is right").len(), 3);
        let asked = host.asked.borrow();
        let of_bad = asked.iter().filter(|&&index| index == 1);
        assert_eq!(of_bad.count(), 1 + times as usize);
    }
}

#[test]
fn a_source_is_told_what_was_right() {
    let host = Host::new(1, 1, flipped());
    host.load().expect("the second answer is right");
    let mut told = host.told.take();
    told.sort();
    assert_eq!(told, ["0 first", "1 second chunk", "2 third"]);

    let host = Host::new(1, ALWAYS, flipped());
    host.load().expect_err("the chunk is always bad");
    let told = host.told.take();
    assert!(told.iter().all(|told| !told.starts_with('1')), "{told:?}");
}

#[test]
fn a_chunk_that_stays_bad_is_named_and_never_handed_on() {
    let host = Host::new(1, ALWAYS, flipped());
    let name = host.entries()[1].sha256.clone();

    let mut taken = Vec::new();
    let error = block_on(chunks(&host, &host.entries(), async |index, _| {
        taken.push(index);
        Ok(())
    }))
    .expect_err("the chunk is always bad");

    assert!(!taken.contains(&1));
    let sentence = error.to_string();
    assert!(sentence.contains("chunk 1"), "{sentence}");
    assert!(sentence.contains(&name), "{sentence}");
}

#[test]
fn a_chunk_cut_short_is_bad() {
    let host = Host::new(2, ALWAYS, Ok(b"thir".to_vec()));
    let error = host.load().expect_err("a byte is missing");
    assert!(matches!(error, EngineError::Chunk(_)), "{error}");
}

#[test]
fn a_missing_chunk_is_named() {
    let missing = Err(SourceError::Missing {
        what: "the file".into(),
    });
    let error = Host::new(0, ALWAYS, missing)
        .load()
        .expect_err("it is not there");
    assert_eq!(
        error.to_string(),
        "chunk 0 of the package could not be fetched: the file does not exist"
    );
}
