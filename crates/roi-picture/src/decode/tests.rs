//! Files of every accepted kind, and refused ones.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, GrayImage, ImageBuffer, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use roi_geom::PictureSize;

use super::{PictureError, announced_size, decode};
use crate::tests::{distinct, png};

fn decoded(file: &[u8]) -> RgbImage {
    let picture = decode(file).unwrap();
    RgbImage::from_raw(picture.size.width, picture.size.height, picture.bytes).unwrap()
}

/// An EXIF block with nothing but an orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let header = [b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1];
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [&header[..], &entry, &[0; 4]].concat()
}

/// The header of a PNG that announces a size, and no data.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 2, 0, 0, 0]);
    let mut crc = !0u32;
    for &byte in &chunk {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    file.extend(chunk);
    file.extend((!crc).to_be_bytes());
    // The start of a data chunk, which is where reading the header ends.
    file.extend(b"\0\0\0\x10IDAT");
    file
}

#[test]
fn orientation_is_applied_before_anything_is_measured() {
    let stored = distinct(3, 2);
    for orientation in 1..=8 {
        let mut file = Vec::new();
        let mut encoder = PngEncoder::new(&mut file);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        stored.write_with_encoder(encoder).unwrap();
        let shown = decoded(&file);

        // EXIF's own words: where the stored picture's first row and first column are shown.
        let (w, h) = if orientation < 5 { (3, 2) } else { (2, 3) };
        assert_eq!(shown.dimensions(), (w, h), "orientation {orientation}");
        let announced = announced_size(&file).unwrap();
        assert_eq!((announced.width, announced.height), (w, h));
        for (x, y, pixel) in stored.enumerate_pixels() {
            let place = match orientation {
                1 => (x, y),                 // top, left
                2 => (w - 1 - x, y),         // top, right
                3 => (w - 1 - x, h - 1 - y), // bottom, right
                4 => (x, h - 1 - y),         // bottom, left
                5 => (y, x),                 // left, top
                6 => (w - 1 - y, x),         // right, top
                7 => (w - 1 - y, h - 1 - x), // right, bottom
                _ => (y, h - 1 - x),         // left, bottom
            };
            assert_eq!(
                shown.get_pixel(place.0, place.1),
                pixel,
                "orientation {orientation}"
            );
        }
    }
}

/// A file of [`tests/golden/jpeg`](crate::jpeg) with an EXIF block.
fn jpeg(exif: &[u8]) -> Vec<u8> {
    let golden = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/jpeg/420.jpg"
    );
    let file = std::fs::read(golden).unwrap();
    let (start, rest) = file.split_at(2);
    let body = [b"Exif\0\0", exif].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [start, b"\xff\xe1", &length, &body, rest].concat()
}

#[test]
fn rotated_jpeg_is_taken_as_shown() {
    let stored = decoded(&jpeg(&exif(1)));
    let (width, height) = stored.dimensions();
    let file = jpeg(&exif(6));
    let shown = decoded(&file);
    assert_eq!(shown.dimensions(), (height, width));
    assert_eq!(
        announced_size(&file).unwrap(),
        PictureSize {
            width: height,
            height: width
        }
    );
    for (x, y, pixel) in stored.enumerate_pixels() {
        assert_eq!(shown.get_pixel(height - 1 - y, x), pixel);
    }
}

#[test]
fn alpha_is_dropped_and_not_blended() {
    let rgba = RgbaImage::from_fn(5, 3, |x, y| Rgba([x as u8, y as u8, 200, 50 * x as u8]));
    let expected = RgbImage::from_fn(5, 3, |x, y| Rgb([x as u8, y as u8, 200]));
    assert_eq!(decoded(&png(&rgba.into())), expected);
    let grey_alpha = ImageBuffer::from_fn(5, 3, |x, _| image::LumaA([40 * x as u8, x as u8]));
    let expected = RgbImage::from_fn(5, 3, |x, _| Rgb([40 * x as u8; 3]));
    assert_eq!(
        decoded(&png(&DynamicImage::ImageLumaA8(grey_alpha))),
        expected
    );
}

#[test]
fn of_sixteen_bits_the_upper_eight_are_kept() {
    let rgb = ImageBuffer::from_fn(4, 3, |x, y| {
        Rgb([x as u16 * 0x1201 + 0xff, y as u16, 0xffff])
    });
    let expected = RgbImage::from_fn(4, 3, |x, _| Rgb([((x * 0x1201 + 0xff) >> 8) as u8, 0, 255]));
    assert_eq!(decoded(&png(&DynamicImage::ImageRgb16(rgb))), expected);
    let level = |x: u32| (x * 0x3033 + 0xfe) as u16;
    let expected = RgbImage::from_fn(4, 3, |x, _| Rgb([(level(x) >> 8) as u8; 3]));
    let grey = ImageBuffer::from_fn(4, 3, |x, _| image::Luma([level(x)]));
    assert_eq!(decoded(&png(&DynamicImage::ImageLuma16(grey))), expected);
    let grey_alpha = ImageBuffer::from_fn(4, 3, |x, y| image::LumaA([level(x), y as u16]));
    assert_eq!(
        decoded(&png(&DynamicImage::ImageLumaA16(grey_alpha))),
        expected
    );
    let rgba = ImageBuffer::from_fn(4, 3, |x, y| Rgba([level(x), level(x), level(x), y as u16]));
    assert_eq!(decoded(&png(&DynamicImage::ImageRgba16(rgba))), expected);
}

#[test]
fn grey_and_webp_pictures_are_read() {
    let grey = GrayImage::from_fn(7, 5, |x, y| image::Luma([(30 * x + y) as u8]));
    let expected = RgbImage::from_fn(7, 5, |x, y| Rgb([(30 * x + y) as u8; 3]));
    assert_eq!(decoded(&png(&grey.into())), expected);
    let mut file = Vec::new();
    distinct(13, 9)
        .write_with_encoder(WebPEncoder::new_lossless(&mut file))
        .unwrap();
    assert_eq!(decoded(&file), distinct(13, 9));
}

#[test]
fn pictures_over_100_megapixels_are_refused_by_their_header() {
    let refused = |width, height| decode(&png_header(width, height)).err().unwrap();
    assert!(matches!(
        refused(10_000, 10_001),
        PictureError::TooLarge {
            width: 10_000,
            height: 10_001,
            limit: 100_000_000
        }
    ));
    assert_eq!(
        refused(40_000, 30_000).to_string(),
        "the picture has 40000×30000 pixels, 1200.00 megapixels; at most 100 megapixels can be used"
    );
    assert!(matches!(
        refused(1, 200_000_000),
        PictureError::TooLarge { .. }
    ));
    assert_eq!(
        refused(0x7fff_ffff, 0x7fff_ffff).to_string(),
        "decoding the PNG file takes more than 800 MB; it is too large or damaged"
    );
    // As large as may be, so it is the missing data that is found wanting.
    assert!(matches!(
        refused(10_000, 10_000),
        PictureError::Incomplete { format: "PNG" }
    ));
}

#[test]
fn what_is_no_picture_is_refused_in_plain_words() {
    let refused = |file: &[u8]| decode(file).err().unwrap().to_string();
    assert_eq!(refused(b""), "the picture file is empty");
    for file in [
        &b"GIF89a\x01\0\x01\0\0\0\0;"[..],
        b"hello",
        b"\0",
        b"BM",
        b"%PDF-1.7",
    ] {
        assert_eq!(
            refused(file),
            "the file is not a picture that can be read: it is neither PNG nor JPEG nor WebP"
        );
    }
    assert!(matches!(
        decode(&png_header(0, 5)).err().unwrap(),
        PictureError::Damaged { format: "PNG", .. }
    ));
}

/// One file of each format, with a thumbnail's end marker inside the JPEG's EXIF block.
fn one_of_each() -> [(&'static str, Vec<u8>); 3] {
    let picture = distinct(41, 23);
    let jpeg = jpeg(&[&exif(1)[..], b"\xff\xd8\xff\xd9"].concat());
    let mut webp = Vec::new();
    picture
        .write_with_encoder(WebPEncoder::new_lossless(&mut webp))
        .unwrap();
    [
        ("PNG", png(&picture.into())),
        ("JPEG", jpeg),
        ("WebP", webp),
    ]
}

#[test]
fn every_cut_file_is_refused() {
    for (format, file) in one_of_each() {
        assert!(decode(&file).is_ok(), "{format}");
        // A PNG's last chunk only says that it was the last.
        let needed = if format == "PNG" {
            file.len() - 12
        } else {
            file.len()
        };
        for length in 0..needed {
            assert!(
                decode(&file[..length]).is_err(),
                "{format} cut to {length} of {}",
                file.len()
            );
        }
        let error = decode(&file[..needed - 9]).err().unwrap();
        assert!(
            matches!(error, PictureError::Incomplete { .. }),
            "{format}: {error}"
        );
    }
}

#[test]
fn no_damage_panics() {
    for (_, file) in one_of_each() {
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0x5a;
            if let Ok(picture) = decode(&damaged) {
                let PictureSize { width, height } = picture.size;
                assert_eq!(picture.bytes.len(), 3 * width as usize * height as usize);
            }
        }
    }
}
