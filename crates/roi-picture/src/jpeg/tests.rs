//! Files as Pillow 9.5 with libjpeg-turbo 2.1.5 decodes them, and files that cannot be.

use std::path::{Path, PathBuf};

use super::{JpegError, decode};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/jpeg")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(golden().join(name)).unwrap()
}

#[test]
fn every_file_is_decoded_as_pillow_does() {
    let mut n_files = 0;
    for entry in golden().read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jpg") {
            continue;
        }
        n_files += 1;
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = image::open(path.with_extension("png")).unwrap().into_rgb8();
        let found = decode(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(
            (found.size.width, found.size.height),
            expected.dimensions(),
            "{name}"
        );
        let width = expected.width() as usize;
        for (at, (found, expected)) in found.bytes.iter().zip(expected.as_raw()).enumerate() {
            let (x, y) = (at / 3 % width, at / 3 / width);
            assert_eq!(found, expected, "{name}: level {} at {x}, {y}", at % 3);
        }
    }
    assert_eq!(n_files, 22, "all kinds of files that are handed out");
}

#[test]
fn what_is_not_read_is_named() {
    let file = read("420.jpg");
    let frame = file
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    let with = |at: usize, byte: u8| {
        let mut other = file.clone();
        other[frame + at] = byte;
        decode(&other).err()
    };
    assert_eq!(
        with(1, 0xc9),
        Some(JpegError::Unsupported("its coding is arithmetic"))
    );
    assert_eq!(
        with(1, 0xc3),
        Some(JpegError::Unsupported("it is lossless or hierarchical"))
    );
    assert_eq!(
        with(4, 12),
        Some(JpegError::Unsupported("its samples do not have 8 bits"))
    );
    assert_eq!(
        with(11, 0x52),
        Some(JpegError::Damaged("a sampling factor is not from 1 to 4"))
    );
}

#[test]
fn a_small_file_that_announces_a_huge_picture_is_refused_before_it_takes_memory() {
    let mut file = read("420-progressive.jpg");
    let frame = file
        .windows(2)
        .position(|pair| pair == [0xff, 0xc2])
        .unwrap();
    file[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert_eq!(decode(&file).err(), Some(JpegError::Incomplete));
}

#[test]
fn a_file_that_ends_early_is_incomplete() {
    for name in ["420.jpg", "420-progressive-restarts.jpg", "grey.jpg"] {
        let file = read(name);
        for length in 2..file.len() - 1 {
            let error = decode(&file[..length]).err();
            assert_eq!(error, Some(JpegError::Incomplete), "{name} cut to {length}");
        }
    }
}

#[test]
fn restart_markers_out_of_order_are_damage() {
    let mut file = read("420-restarts.jpg");
    let first = file
        .windows(2)
        .position(|pair| pair == [0xff, 0xd0])
        .unwrap();
    file[first + 1] = 0xd3;
    assert_eq!(
        decode(&file).err(),
        Some(JpegError::Damaged("its restart markers are out of order"))
    );
}
