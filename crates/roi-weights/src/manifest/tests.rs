//! What a manifest says about chunks, and every way in which one is refused.

use super::*;
use crate::fixture::{LICENCE, TOKENIZER, small_config, small_package};
use crate::{ChunkError, MemoryPackage, verify_chunk};

fn manifest(layout: Layout, chunk_bytes: u64) -> Manifest {
    let package = small_package(layout, chunk_bytes);
    Manifest::parse(&package.manifest.unwrap()).unwrap()
}

/// A small manifest after `change`, with the hash that belongs to it, as a reader sees it.
fn refused(change: impl FnOnce(&mut Manifest)) -> ManifestError {
    let mut manifest = manifest(Layout::Q4, 4096);
    change(&mut manifest);
    Manifest::parse(&manifest.to_bytes()).unwrap_err()
}

/// The whole stream, put together from its chunks.
fn stream(package: &MemoryPackage, manifest: &Manifest) -> Vec<u8> {
    manifest
        .chunks
        .iter()
        .flat_map(|chunk| package.chunks[&chunk.sha256].clone())
        .collect()
}

#[test]
fn to_bytes_and_parse_are_inverse() {
    let manifest = manifest(Layout::Q8, 4096);
    assert_eq!(Manifest::parse(&manifest.to_bytes()).unwrap(), manifest);
}

#[test]
fn manifest_sha256_is_that_of_the_file_with_64_zeros_in_its_place() {
    let manifest = manifest(Layout::F16, 4096);
    let text = String::from_utf8(manifest.to_bytes()).unwrap();
    let unsealed = text.replace(&manifest.manifest_sha256, &"0".repeat(64));
    assert_eq!(sha256_hex(unsealed.as_bytes()), manifest.manifest_sha256);
}

#[test]
fn manifest_laid_out_otherwise_is_read_if_its_hash_is_right() {
    let manifest = manifest(Layout::F16, 4096);
    let mut value = serde_json::to_value(&manifest).unwrap();
    value["manifest_sha256"] = "0".repeat(64).into();
    value["of_no_interest"] = "to this version".into();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let hash = sha256_hex(pretty.as_bytes());
    let sealed = pretty.replace(&"0".repeat(64), &hash);
    let read = Manifest::parse(sealed.as_bytes()).unwrap();
    assert_eq!(read.tensors, manifest.tensors);
}

#[test]
fn edited_manifest_is_refused() {
    let bytes = manifest(Layout::Q4, 4096).to_bytes();
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("\"rope_theta\":10000.0", "\"rope_theta\":10001.0"),
        ("\"model_id\":\"small\"", "\"model_id\":\"smell\""),
        ("{\"format_version\"", "{ \"format_version\""),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text, "{from}");
        let error = Manifest::parse(edited.as_bytes()).unwrap_err();
        assert!(
            matches!(error, ManifestError::Hash { .. }),
            "{from}: {error}"
        );
    }
}

#[test]
fn every_flipped_byte_is_refused() {
    let bytes = manifest(Layout::Q4, 16384).to_bytes();
    for at in (0..bytes.len()).step_by(499) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Manifest::parse(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn truncated_manifest_is_refused() {
    let bytes = manifest(Layout::Q4, 4096).to_bytes();
    for n in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        let error = Manifest::parse(&bytes[..n]).unwrap_err();
        assert!(matches!(error, ManifestError::Json(_)), "{n}: {error}");
    }
}

#[test]
fn newer_format_says_to_update_whatever_else_it_holds() {
    let error = Manifest::parse(br#"{"format_version": 7, "layers": "quite new"}"#).unwrap_err();
    assert!(matches!(
        error,
        ManifestError::NewerFormat {
            found: 7,
            newest: 1
        }
    ));
    assert!(error.to_string().contains("update roichat"));
    let error = refused(|m| m.format_version = 2);
    assert!(matches!(error, ManifestError::NewerFormat { found: 2, .. }));
    let error = refused(|m| m.format_version = 0);
    assert!(matches!(error, ManifestError::NoSuchFormat { found: 0 }));
}

#[test]
fn manifest_without_its_hash_is_refused() {
    let error = Manifest::parse(br#"{"format_version": 1}"#).unwrap_err();
    assert!(matches!(error, ManifestError::NoHash { .. }));
    let hash = "a".repeat(64);
    let twice =
        format!(r#"{{"format_version": 1, "about": "{hash}", "manifest_sha256": "{hash}"}}"#);
    let error = Manifest::parse(twice.as_bytes()).unwrap_err();
    assert!(matches!(error, ManifestError::NoHash { found } if found == hash));
}

#[test]
fn tensors_that_are_not_those_of_the_model_are_all_listed() {
    let error = refused(|m| {
        m.config.decoder.layers = 1;
        m.config.decoder.ffn = 34;
        m.config.region.n_fusions = 3;
    });
    let ManifestError::Tensors(differences) = &error else {
        panic!("{error}");
    };
    assert_eq!(differences.missing.len(), 3, "the third fusion");
    assert_eq!(differences.unexpected.len(), 9, "the second decoder layer");
    assert_eq!(differences.wrong_shape.len(), 3, "gate, up, down");
    let text = error.to_string();
    assert!(text.contains(
        "wrong shape: model.layers.0.mlp.gate_proj.weight, expected [34, 20], found [35, 20]"
    ));
    assert_eq!(text.lines().count(), 1 + 3 + 9 + 3);
}

#[test]
fn tensors_out_of_order_are_refused() {
    let error = refused(|m| {
        // Two biases of the same size, so that every offset is still right.
        let names = [
            "vision_model.encoder.layers.0.layer_norm1.weight",
            "vision_model.encoder.layers.0.layer_norm1.bias",
        ];
        let at = names.map(|name| m.tensors.iter().position(|t| t.name == name).unwrap());
        m.tensors[at[0]].name = names[1].into();
        m.tensors[at[1]].name = names[0].into();
    });
    assert!(matches!(error, ManifestError::Order { .. }), "{error}");
}

#[test]
fn parts_of_a_tensor_count_as_the_whole_only_in_order_and_of_one_layout() {
    let split_head = |change: fn(&mut [TensorEntry])| {
        let mut manifest = manifest(Layout::F32, 4096);
        let head = manifest.tensors.pop().unwrap();
        let rows = [20, 20, 13];
        let mut first_row = 0;
        for (i, rows) in rows.into_iter().enumerate() {
            manifest.tensors.push(TensorEntry {
                name: part_name(&head.name, i),
                shape: vec![rows, 20],
                layout: Layout::F32,
                offset: 0,
                length: Layout::F32.byte_len(rows, 20),
            });
            first_row += rows;
        }
        assert_eq!(first_row, head.shape[0]);
        let n_tensors = manifest.tensors.len();
        change(&mut manifest.tensors[n_tensors - 3..]);
        let mut end = 0;
        for tensor in &mut manifest.tensors {
            let (rows, cols) = tensor.matrix();
            tensor.length = tensor.layout.byte_len(rows, cols);
            tensor.offset = end;
            end = (end + tensor.length).next_multiple_of(ALIGN);
        }
        let texts = [&mut manifest.tokenizer, &mut manifest.licence];
        for text in texts {
            text.offset = end;
            end = (end + text.length).next_multiple_of(ALIGN);
        }
        let total = manifest.licence.offset + manifest.licence.length;
        let hash = sha256_hex(b"");
        manifest.chunks = (0..total.div_ceil(4096))
            .map(|i| ChunkEntry {
                sha256: hash.clone(),
                length: (total - i * 4096).min(4096),
            })
            .collect();
        Manifest::parse(&manifest.to_bytes())
    };
    split_head(|_| {}).unwrap();
    let changes: [fn(&mut [TensorEntry]); 5] = [
        |parts| parts[1].name = "lm_head.weight#2".into(),
        |parts| parts[0].name = "lm_head.weight#1".into(),
        |parts| parts[2].shape[0] = 12,
        |parts| parts[2].layout = Layout::F16,
        |parts| parts[2].name = "lm_head.weight#02".into(),
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let error = split_head(change).unwrap_err();
        assert!(matches!(error, ManifestError::Tensors(_)), "{i}: {error}");
    }
}

#[test]
fn numbers_that_do_not_fit_together_are_refused() {
    type Case = (fn(&mut Manifest), fn(&ManifestError) -> bool);
    let cases: [Case; 17] = [
        (
            |m| m.config.decoder.heads = 3,
            |e| matches!(e, ManifestError::Config(_)),
        ),
        (
            |m| m.model_id.clear(),
            |e| matches!(e, ManifestError::Text { field: "model_id" }),
        ),
        (
            |m| m.about = "\x1b[2J".into(),
            |e| matches!(e, ManifestError::Text { field: "about" }),
        ),
        (
            |m| m.chunk_bytes = 0,
            |e| matches!(e, ManifestError::ChunkBytes { .. }),
        ),
        (
            |m| m.chunk_bytes = 4098,
            |e| matches!(e, ManifestError::ChunkBytes { .. }),
        ),
        (
            |m| m.chunk_bytes = 1 << 40,
            |e| matches!(e, ManifestError::ChunkBytes { .. }),
        ),
        (
            |m| m.chunks[1].length -= 1,
            |e| {
                matches!(
                    e,
                    ManifestError::ChunkLength {
                        index: 1,
                        expected: 4096,
                        actual: 4095
                    }
                )
            },
        ),
        (
            |m| m.chunks.last_mut().unwrap().length = 0,
            |e| matches!(e, ManifestError::ChunkLength { actual: 0, .. }),
        ),
        (
            |m| m.chunks[2].sha256 = "../../etc/passwd".into(),
            |e| matches!(e, ManifestError::ChunkHash { index: 2, .. }),
        ),
        (
            |m| m.chunks[2].sha256.make_ascii_uppercase(),
            |e| matches!(e, ManifestError::ChunkHash { index: 2, .. }),
        ),
        (
            |m| drop(m.chunks.pop()),
            |e| matches!(e, ManifestError::TotalBytes { .. }),
        ),
        (
            |m| m.tensors[3].offset += 256,
            |e| matches!(e, ManifestError::Offset { .. }),
        ),
        (
            |m| m.tokenizer.offset = 0,
            |e| matches!(e, ManifestError::Offset { .. }),
        ),
        (
            |m| m.licence.length = u64::MAX,
            |e| matches!(e, ManifestError::Overflow { .. }),
        ),
        (
            |m| m.tensors[3].shape = vec![24, 0],
            |e| matches!(e, ManifestError::Shape { .. }),
        ),
        (
            |m| m.tensors[3].shape = vec![u64::MAX, 2, u64::MAX],
            |e| matches!(e, ManifestError::Shape { .. }),
        ),
        (
            |m| m.tensors[3].length -= 4,
            |e| matches!(e, ManifestError::TensorLength { .. }),
        ),
    ];
    for (i, (change, expected)) in cases.into_iter().enumerate() {
        let error = refused(change);
        assert!(expected(&error), "case {i}: {error:?}");
    }
}

#[test]
fn pieces_put_every_target_together() {
    // Chunks smaller than most tensors, larger than many, and one for everything.
    for chunk_bytes in [52, 1020, 4096, 1 << 20] {
        let package = small_package(Layout::Q4, chunk_bytes);
        let manifest = Manifest::parse(package.manifest.as_ref().unwrap()).unwrap();
        let stream = stream(&package, &manifest);
        assert_eq!(stream.len() as u64, manifest.total_bytes());

        let mut tensors: Vec<Vec<u8>> = vec![Vec::new(); manifest.tensors.len()];
        let mut texts = [Vec::new(), Vec::new()];
        for (index, chunk) in manifest.chunks.iter().enumerate() {
            let bytes = &package.chunks[&chunk.sha256];
            verify_chunk(index, chunk, bytes).unwrap();
            for piece in manifest.pieces(index) {
                let target = match piece.target {
                    PieceTarget::Tensor(i) => &mut tensors[i],
                    PieceTarget::Tokenizer => &mut texts[0],
                    PieceTarget::Licence => &mut texts[1],
                };
                assert_eq!(piece.target_offset, target.len() as u64, "chunk {index}");
                target.extend_from_slice(&bytes[piece.chunk_range]);
            }
        }
        for (entry, bytes) in manifest.tensors.iter().zip(&tensors) {
            let from = entry.offset as usize;
            assert_eq!(from % 256, 0);
            assert_eq!(
                *bytes,
                stream[from..from + entry.length as usize],
                "{}",
                entry.name
            );
        }
        assert_eq!(texts, [TOKENIZER.to_vec(), LICENCE.to_vec()]);
    }
}

#[test]
fn chunks_of_a_range_are_those_with_a_piece_of_it() {
    let manifest = manifest(Layout::Q8, 1020);
    for (i, tensor) in manifest.tensors.iter().enumerate() {
        let with_piece: Vec<_> = (0..manifest.chunks.len())
            .filter(|chunk| {
                let mut pieces = manifest.pieces(*chunk).into_iter();
                pieces.any(|piece| piece.target == PieceTarget::Tensor(i))
            })
            .collect();
        let range = ByteRange {
            offset: tensor.offset,
            length: tensor.length,
        };
        assert!(manifest.chunks_of(range).eq(with_piece), "{}", tensor.name);
    }
    let nothing = ByteRange {
        offset: 512,
        length: 0,
    };
    assert!(manifest.chunks_of(nothing).is_empty());
}

#[test]
fn pieces_keep_the_alignment_that_uploads_need() {
    let manifest = manifest(Layout::F16, 1020);
    for chunk in 0..manifest.chunks.len() {
        for piece in manifest.pieces(chunk) {
            assert_eq!(piece.target_offset % 4, 0);
            if matches!(piece.target, PieceTarget::Tensor(_)) {
                assert_eq!(piece.chunk_range.start % 4, 0);
                assert_eq!(piece.chunk_range.len() % 4, 0);
            }
        }
    }
}

#[test]
fn a_chunk_is_checked_for_length_and_then_for_hash() {
    let bytes = b"some bytes of a model".to_vec();
    let entry = ChunkEntry::of(&bytes);
    verify_chunk(7, &entry, &bytes).unwrap();
    for n in 0..bytes.len() {
        let error = verify_chunk(7, &entry, &bytes[..n]).unwrap_err();
        assert!(matches!(
            error,
            ChunkError::Length {
                index: 7,
                expected: 21,
                ..
            }
        ));
        let mut flipped = bytes.clone();
        flipped[n] ^= 0x10;
        let error = verify_chunk(7, &entry, &flipped).unwrap_err();
        assert!(
            matches!(&error, ChunkError::Hash { index: 7, expected, .. } if *expected == entry.sha256)
        );
        assert!(error.to_string().starts_with("chunk 7 "));
    }
}

#[test]
fn sha256_of_a_known_text() {
    assert_eq!(
        sha256_hex(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn the_small_model_stores_no_layer_that_is_not_run() {
    assert_eq!(small_config().vision.image_layer(), 4);
    let manifest = manifest(Layout::F32, 4096);
    let unused = "vision_model.encoder.layers.4.";
    assert!(
        manifest
            .tensors
            .iter()
            .all(|tensor| !tensor.name.starts_with(unused))
    );
}
