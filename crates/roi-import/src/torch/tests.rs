//! PyTorch files: strides, shared storages, element types, the legacy format, and files cut short.

use crate::testing::{Archive, PickleWriter, View, state_dict, write_legacy};
use crate::{Checkpoint, ImportError};
use half::{bf16, f16};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zip::CompressionMethod;

/// The f16 values `0, 1, 2 …`, all of which f16 holds.
fn counting(n: u16) -> Vec<u8> {
    (0..n)
        .flat_map(|value| f16::from_f32(f32::from(value)).to_le_bytes())
        .collect()
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("pytorch_model.bin")
    }

    fn open(&self) -> Result<Checkpoint, ImportError> {
        Checkpoint::open(self.0.path())
    }

    fn zip(views: &[View], storages: &[(&str, Vec<u8>)]) -> Self {
        let folder = Self::new();
        Archive::default().write(&folder.file(), &state_dict(views, false), storages);
        folder
    }
}

/// All rows of a tensor, read `rows_at_a_time`.
fn values(checkpoint: &Checkpoint, name: &str, rows_at_a_time: u64) -> Vec<f32> {
    let (rows, _) = checkpoint.tensor(name).unwrap().matrix();
    let mut reader = checkpoint.rows(name).unwrap().unwrap();
    let mut all = Vec::new();
    let mut block: Vec<f16> = Vec::new();
    for start in (0..rows).step_by(rows_at_a_time as usize) {
        reader
            .read(start..rows.min(start + rows_at_a_time), &mut block)
            .unwrap();
        all.extend(block.iter().map(|value| value.to_f32()));
    }
    all
}

#[test]
fn element_types_are_read_as_f16() {
    let wide = [1.0_f32, 1.0 + 1.0 / 4096.0, -65504.0, 3e-8, 0.1];
    let views = [
        View::whole("half", "HalfStorage", "0", &[5]),
        View::whole("brain", "BFloat16Storage", "1", &[5]),
        View::whole("single", "FloatStorage", "2", &[5]),
    ];
    let folder = Folder::zip(
        &views,
        &[
            ("0", counting(5)),
            (
                "1",
                wide.iter()
                    .flat_map(|value| bf16::from_f32(*value * 0.5).to_le_bytes())
                    .collect(),
            ),
            (
                "2",
                wide.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ),
        ],
    );
    let checkpoint = folder.open().unwrap();
    assert_eq!(values(&checkpoint, "half", 1), [0.0, 1.0, 2.0, 3.0, 4.0]);
    let rounded = wide.map(|value| f16::from_f32(bf16::from_f32(value * 0.5).to_f32()).to_f32());
    assert_eq!(values(&checkpoint, "brain", 1), rounded);
    assert_eq!(
        values(&checkpoint, "single", 1),
        wide.map(|value| f16::from_f32(value).to_f32())
    );
}

#[test]
fn value_beyond_f16_is_named_not_made_infinite() {
    for (class, bytes) in [
        ("FloatStorage", 7e4_f32.to_le_bytes().to_vec()),
        (
            "BFloat16Storage",
            bf16::from_f32(7e4).to_le_bytes().to_vec(),
        ),
    ] {
        let folder = Folder::zip(&[View::whole("w", class, "0", &[1])], &[("0", bytes)]);
        let checkpoint = folder.open().unwrap();
        let error = checkpoint
            .rows("w")
            .unwrap()
            .unwrap()
            .read(0..1, &mut Vec::<f16>::new())
            .unwrap_err();
        assert!(
            matches!(error, ImportError::BeyondHalf { ref tensor, value, .. } if tensor == "w" && value > 6.9e4),
            "{error}"
        );
    }
}

#[test]
fn views_of_one_storage_see_their_own_part() {
    let shared = View {
        length: 30,
        ..View::whole("", "HalfStorage", "7", &[])
    };
    let view = |name, offset, shape: &[u64], strides: &[u64]| View {
        name,
        offset,
        shape: shape.to_vec(),
        strides: strides.to_vec(),
        ..shared.clone()
    };
    let folder = Folder::zip(
        &[
            view("first rows", 0, &[2, 5], &[5, 1]),
            view("last rows", 20, &[2, 5], &[5, 1]),
            view("transposed", 0, &[5, 3], &[1, 5]),
            view("every second row", 5, &[2, 5], &[10, 1]),
            view("columns", 2, &[3, 2], &[10, 1]),
            view("every third value", 1, &[7], &[3]),
            view("expanded", 4, &[3, 2], &[0, 1]),
            view("swapped inside", 0, &[2, 3, 5], &[15, 1, 3]),
            view("one row of a transposed", 3, &[1, 4], &[1, 5]),
            view("scalar", 29, &[], &[]),
            view("empty", 30, &[0, 5], &[5, 1]),
        ],
        &[("7", counting(30))],
    );
    let checkpoint = folder.open().unwrap();
    for rows_at_a_time in [1, 2, 100] {
        let read = |name| values(&checkpoint, name, rows_at_a_time);
        assert_eq!(
            read("first rows"),
            (0..10).map(|v| v as f32).collect::<Vec<_>>()
        );
        assert_eq!(
            read("last rows"),
            (20..30).map(|v| v as f32).collect::<Vec<_>>()
        );
        assert_eq!(
            read("transposed"),
            [
                0., 5., 10., 1., 6., 11., 2., 7., 12., 3., 8., 13., 4., 9., 14.
            ]
        );
        assert_eq!(
            read("every second row"),
            [5., 6., 7., 8., 9., 15., 16., 17., 18., 19.]
        );
        assert_eq!(read("columns"), [2., 3., 12., 13., 22., 23.]);
        assert_eq!(read("every third value"), [1., 4., 7., 10., 13., 16., 19.]);
        assert_eq!(read("expanded"), [4., 5., 4., 5., 4., 5.]);
        let inner = [
            0., 3., 6., 9., 12., 1., 4., 7., 10., 13., 2., 5., 8., 11., 14.,
        ];
        assert_eq!(
            read("swapped inside"),
            [inner, inner.map(|value| value + 15.0)].concat()
        );
        assert_eq!(read("one row of a transposed"), [3., 8., 13., 18.]);
        assert_eq!(read("scalar"), [29.]);
        assert_eq!(read("empty"), [0.0; 0]);
    }
}

#[test]
fn view_that_leaves_its_storage_is_refused() {
    let whole = View::whole("w", "HalfStorage", "0", &[2, 3]);
    for (bad, storage) in [
        (
            View {
                offset: 1,
                ..whole.clone()
            },
            counting(6),
        ),
        (
            View {
                strides: vec![4, 1],
                ..whole.clone()
            },
            counting(6),
        ),
        (
            View {
                strides: vec![u64::MAX / 2, 1],
                ..whole.clone()
            },
            counting(6),
        ),
        (
            View {
                shape: vec![u64::MAX / 2, 3],
                ..whole.clone()
            },
            counting(6),
        ),
        (
            View {
                strides: vec![1],
                ..whole.clone()
            },
            counting(6),
        ),
        (
            View {
                shape: vec![1; 9],
                strides: vec![1; 9],
                ..whole.clone()
            },
            counting(6),
        ),
        (
            View {
                length: u64::MAX / 2,
                ..whole.clone()
            },
            counting(6),
        ),
        (whole.clone(), counting(5)),
    ] {
        let error = Folder::zip(std::slice::from_ref(&bad), &[("0", storage)])
            .open()
            .unwrap_err();
        assert!(
            matches!(error, ImportError::Format { .. }),
            "{bad:?}: {error}"
        );
        assert!(error.to_string().contains('w'), "{error}");
    }
}

#[test]
fn parameters_are_tensors_too() {
    let view = View {
        is_parameter: true,
        ..View::whole("w", "HalfStorage", "0", &[3])
    };
    let checkpoint = Folder::zip(&[view], &[("0", counting(3))]);
    assert_eq!(values(&checkpoint.open().unwrap(), "w", 1), [0.0, 1.0, 2.0]);
}

#[test]
fn tensors_of_whole_numbers_are_listed_but_not_read() {
    let folder = Folder::zip(
        &[View::whole("position_ids", "LongStorage", "0", &[1, 2])],
        &[("0", vec![0; 16])],
    );
    let checkpoint = folder.open().unwrap();
    assert_eq!(checkpoint.shape("position_ids"), Some(&[1, 2][..]));
    assert!(matches!(
        checkpoint.rows("position_ids").unwrap(),
        Err(ImportError::Dtype { dtype: "i64", .. })
    ));
}

#[test]
fn archives_differ_in_folder_name_compression_and_byte_order_entry() {
    let pickle = state_dict(
        &[View {
            offset: 1,
            length: 7,
            ..View::whole("w", "HalfStorage", "0", &[3, 2])
        }],
        false,
    );
    let storages = [("0", counting(7))];
    for archive in [
        Archive {
            prefix: "pytorch_model-00001-of-00002/",
            ..Archive::default()
        },
        Archive {
            prefix: "",
            ..Archive::default()
        },
        Archive {
            byte_order: Some("little"),
            ..Archive::default()
        },
        Archive {
            method: CompressionMethod::Deflated,
            ..Archive::default()
        },
    ] {
        let folder = Folder::new();
        archive.write(&folder.file(), &pickle, &storages);
        assert_eq!(
            values(&folder.open().unwrap(), "w", 2),
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        );
    }
    let folder = Folder::new();
    Archive {
        byte_order: Some("big"),
        ..Archive::default()
    }
    .write(&folder.file(), &pickle, &storages);
    assert!(matches!(folder.open(), Err(ImportError::ByteOrder { order, .. }) if order == "big"));
}

#[test]
fn storage_that_the_archive_lacks_is_named() {
    let folder = Folder::zip(
        &[View::whole("w", "HalfStorage", "12", &[3])],
        &[("0", counting(3))],
    );
    let error = folder.open().unwrap_err().to_string();
    assert!(
        error.contains("storage 12") && error.contains("pytorch_model.bin"),
        "{error}"
    );
}

#[test]
fn file_cut_short_anywhere_is_refused_by_name() {
    let folder = Folder::zip(
        &[View::whole("w", "HalfStorage", "0", &[3])],
        &[("0", counting(3))],
    );
    let whole = fs::read(folder.file()).unwrap();
    for length in 0..whole.len() {
        fs::write(folder.file(), &whole[..length]).unwrap();
        let error = folder.open().expect_err("a part of a file");
        assert!(
            error.to_string().contains("pytorch_model.bin"),
            "{length}: {error}"
        );
    }
}

#[test]
fn damaged_archives_do_not_panic() {
    let folder = Folder::zip(
        &[View::whole("w", "HalfStorage", "0", &[3])],
        &[("0", counting(3))],
    );
    let whole = fs::read(folder.file()).unwrap();
    for at in 0..whole.len() {
        for flip in [1, 0x80] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            fs::write(folder.file(), &damaged).unwrap();
            // Names and values may change without notice; whatever opens must be readable.
            if let Ok(checkpoint) = folder.open() {
                for (name, tensor) in checkpoint.tensors() {
                    if let Some(Ok(mut reader)) = checkpoint.rows(name) {
                        let _outcome = reader.read(0..tensor.matrix().0, &mut Vec::<f16>::new());
                    }
                }
            }
        }
    }
}

#[test]
fn hostile_pickle_in_a_checkpoint_is_refused_with_its_name() {
    let folder = Folder::new();
    let pickle = PickleWriter::protocol(2)
        .global("os", "system")
        .op(b'(')
        .text("touch x")
        .op(b't')
        .op(b'R')
        .stop();
    Archive::default().write(&folder.file(), &pickle, &[]);
    let error = folder.open().unwrap_err();
    assert!(matches!(error, ImportError::Pickle { .. }));
    let text = error.to_string();
    assert!(
        text.contains("os.system") && text.contains("pytorch_model.bin") && !text.contains('\n'),
        "{text}"
    );
}

#[test]
fn bare_pickle_is_refused_with_its_name_whatever_its_protocol() {
    let global = [
        // Protocols 0 and 1 have no head.
        b"cos\nsystem\n(Vtouch x\ntR.".to_vec(),
        b"}U\x01wcos\nsystem\ns.".to_vec(),
        b"\x80\x02}U\x01wcos\nsystem\ns.".to_vec(),
        b"\x80\x03}X\x01\0\0\0wcos\nsystem\ns.".to_vec(),
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.".to_vec(),
        b"\x80\x05\x8c\x02os\x8c\x06system\x93.".to_vec(),
    ];
    for pickle in global {
        let folder = Folder::new();
        fs::write(folder.file(), &pickle).unwrap();
        let error = folder.open().unwrap_err();
        assert!(
            matches!(error, ImportError::Pickle { .. }) && error.to_string().contains("os.system"),
            "{pickle:?}: {error}"
        );
    }
}

#[test]
fn text_by_a_checkpoints_name_is_no_checkpoint() {
    // What git leaves of a large file that was not fetched, and a page that says that there is none.
    for text in [
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
        "<!doctype html>\n<title>404</title>\n",
    ] {
        let folder = Folder::new();
        fs::write(folder.file(), text).unwrap();
        let error = folder.open().unwrap_err();
        assert!(matches!(error, ImportError::NotTensors { .. }), "{error}");
    }
}

#[test]
fn pickles_of_other_things_are_refused() {
    let tensor_of = |value: PickleWriter| {
        PickleWriter::protocol(2)
            .op(b'}')
            .text("w")
            .0
            .into_iter()
            .chain(value.op(b's').stop())
            .collect()
    };
    let cases: [Vec<u8>; 6] = [
        b"N.".to_vec(),
        PickleWriter::protocol(2)
            .op(b'}')
            .int(1)
            .op(b'N')
            .op(b's')
            .stop(),
        tensor_of(PickleWriter::default().int(3)),
        tensor_of(
            PickleWriter::default()
                .global("torch", "HalfStorage")
                .op(b')')
                .op(b'R'),
        ),
        tensor_of(
            PickleWriter::default()
                .global("torch._utils", "_rebuild_tensor_v2")
                .op(b')')
                .op(b'R'),
        ),
        tensor_of(
            PickleWriter::default()
                .global("torch._utils", "_rebuild_parameter")
                .op(b')')
                .op(b'R'),
        ),
    ];
    for pickle in cases {
        let folder = Folder::new();
        Archive::default().write(&folder.file(), &pickle, &[]);
        assert!(
            matches!(folder.open(), Err(ImportError::Format { .. })),
            "{pickle:?}"
        );
    }
}

#[test]
fn legacy_files_are_read_with_shared_storages_and_windows() {
    let folder = Folder::new();
    let views = [
        View::whole("model.mm_projector.weight", "HalfStorage", "940", &[2, 3]),
        View {
            length: 6,
            ..View::whole("bias", "HalfStorage", "940", &[3])
        },
        View {
            window: Some((2, 4)),
            length: 7,
            offset: 1,
            ..View::whole("window", "FloatStorage", "12", &[3])
        },
    ];
    let single = (0..7_u8)
        .flat_map(|value| f32::from(value).to_le_bytes())
        .collect();
    let storages = [("12", 4, single), ("940", 2, counting(6))];
    write_legacy(&folder.file(), true, &state_dict(&views, true), &storages);
    let checkpoint = folder.open().unwrap();
    assert_eq!(
        values(&checkpoint, "model.mm_projector.weight", 1),
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    );
    assert_eq!(values(&checkpoint, "bias", 1), [0.0, 1.0, 2.0]);
    assert_eq!(values(&checkpoint, "window", 1), [3.0, 4.0, 5.0]);
}

#[test]
fn legacy_files_cut_short_hostile_or_big_endian_are_refused() {
    let folder = Folder::new();
    let pickle = state_dict(&[View::whole("w", "HalfStorage", "0", &[3])], true);
    let storages = [("0", 2, counting(3))];
    write_legacy(&folder.file(), true, &pickle, &storages);
    let whole = fs::read(folder.file()).unwrap();
    for length in 0..whole.len() {
        fs::write(folder.file(), &whole[..length]).unwrap();
        let error = folder.open().expect_err("a part of a file");
        assert!(
            error.to_string().contains("pytorch_model.bin"),
            "{length}: {error}"
        );
    }
    write_legacy(&folder.file(), false, &pickle, &storages);
    assert!(matches!(folder.open(), Err(ImportError::ByteOrder { .. })));
    write_legacy(
        &folder.file(),
        true,
        &PickleWriter::protocol(2).global("builtins", "exec").stop(),
        &[],
    );
    assert!(
        folder
            .open()
            .unwrap_err()
            .to_string()
            .contains("builtins.exec")
    );
}

#[test]
fn other_files_are_not_taken_for_checkpoints() {
    for bytes in [
        &b"hello, world"[..],
        b"PK\x03\x04 not really",
        &[0x80, 4, 0x95, 0],
        &[0x80, 2, 0x8a, 1, 5, b'.'],
    ] {
        let folder = Folder::new();
        fs::write(folder.file(), bytes).unwrap();
        let error = folder.open().unwrap_err();
        assert!(error.to_string().contains("pytorch_model.bin"), "{error}");
    }
    let lone_zip = Folder::new();
    let mut zip = zip::ZipWriter::new(fs::File::create(lone_zip.file()).unwrap());
    zip.start_file("notes.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.finish().unwrap();
    assert!(
        matches!(lone_zip.open(), Err(ImportError::NotTensors { path }) if path == Path::new(&lone_zip.file()))
    );
}
