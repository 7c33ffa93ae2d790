//! The package format: manifest, chunks, hashes and quantised layouts.
