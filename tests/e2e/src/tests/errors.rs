//! What goes wrong is said in a sentence where it arises, and nothing is answered that should not be.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::browser;
use crate::golden::Case;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::WebGpu;

/// One white pixel.
const WHITE_GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

#[test]
fn a_flipped_byte_is_reported_by_its_chunk_and_nothing_is_answered() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let mut damaged = PathBuf::new();
    let site = Site::with_package(|package| {
        damaged = some_chunk(package)?;
        let mut bytes = std::fs::read(&damaged)?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        Ok(std::fs::write(&damaged, bytes)?)
    })?;
    let page = Page::open(&browser, &site.with_test_model())?;
    let error = page.wait_error()?;
    let index = index_of_chunk(&damaged)?;
    assert!(
        error.contains(&format!("Chunk {index} ")),
        "chunk {index}: {error}"
    );

    assert_ne!(page.status()?, "ready");
    assert!(page.answers()?.is_empty());
    Ok(())
}

#[test]
fn a_missing_package_is_reported() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|package| Ok(std::fs::remove_dir_all(package)?))?;
    let page = Page::open(&browser, &site.with_test_model())?;
    let error = page.wait_error()?;
    assert!(error.contains("manifest.json"), "{error}");
    Ok(())
}

#[test]
fn a_package_from_a_newer_format_is_refused_as_such() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|package| {
        edit_manifest(package, |manifest| {
            manifest["format_version"] = 1_000_000.into()
        })
    })?;
    let page = Page::open(&browser, &site.with_test_model())?;
    let error = page.wait_error()?;
    assert!(
        error.contains("1000000") && error.contains("format"),
        "{error}"
    );
    Ok(())
}

#[test]
fn an_edited_manifest_is_refused() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|package| {
        edit_manifest(package, |manifest| {
            manifest["about"] = "a better model".into()
        })
    })?;
    let page = Page::open(&browser, &site.with_test_model())?;
    let error = page.wait_error()?;
    assert!(error.contains("manifest"), "{error}");
    Ok(())
}

#[test]
fn a_question_about_a_region_that_is_not_there_leaves_the_page_usable() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_test_model(), &case)?;

    page.send_question("What is <region7>?")?;
    let error = page.wait_error()?;
    assert!(
        error.contains("region7") || error.contains("region 7"),
        "{error}"
    );

    let n_before = page.send_question(&turn.question)?;
    page.wait_for("the answer to the next question", || {
        Ok(page
            .answers()?
            .into_iter()
            .nth(n_before)
            .filter(|text| text == turn.greedy_text.trim()))
    })?;
    Ok(())
}

#[test]
fn a_file_that_is_no_picture_is_refused_and_the_next_one_is_taken() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let file = tempfile::Builder::new().suffix(".png").tempfile()?;
    std::fs::write(file.path(), "not a picture")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;

    page.session()
        .send_keys(&page.part("file")?, &file.path().to_string_lossy())?;
    let error = page.wait_error()?;
    assert!(
        error.contains("picture") || error.contains("image"),
        "{error}"
    );

    page.set_scene(&case)?;

    // What the browser could show and the engine cannot read does not take the picture's place either.
    let file = tempfile::Builder::new().suffix(".gif").tempfile()?;
    std::fs::write(file.path(), WHITE_GIF)?;
    page.session()
        .send_keys(&page.part("file")?, &file.path().to_string_lossy())?;
    let error = page.wait_error()?;
    assert!(error.contains("PNG, JPEG or WebP"), "{error}");
    assert_eq!(page.box_corners(1)?, case.boxes_px[0]);
    Ok(())
}

#[test]
fn a_browser_without_webgpu_is_told_so_before_anything_is_fetched() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    // Nothing could be fetched here, which would be said if it were tried.
    let site = Site::with_package(|package| Ok(std::fs::remove_dir_all(package)?))?;
    let page = Page::open_with(&browser, &site.with_test_model(), WebGpu::Absent)?;
    let error = page.wait_error()?;
    assert!(error.contains("WebGPU"), "{error}");
    Ok(())
}

/// A chunk from the middle of the package: past the first and before the last.
fn some_chunk(package: &Path) -> Result<PathBuf> {
    let manifest = read_manifest(package)?;
    let chunks = manifest["chunks"].as_array().context("a list of chunks")?;
    let name = chunks
        .get(chunks.len() / 2)
        .and_then(|chunk| chunk["sha256"].as_str())
        .context("a chunk")?;
    Ok(package.join("chunks").join(name))
}

fn index_of_chunk(file: &Path) -> Result<usize> {
    let package = file
        .parent()
        .and_then(Path::parent)
        .context("a chunk lies in its package")?;
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .context("a chunk's name")?;
    let manifest = read_manifest(package)?;
    let chunks = manifest["chunks"].as_array().context("a list of chunks")?;
    chunks
        .iter()
        .position(|chunk| chunk["sha256"] == name)
        .context("the chunk is in the manifest")
}

fn read_manifest(package: &Path) -> Result<serde_json::Value> {
    Ok(serde_json::from_slice(&std::fs::read(
        package.join("manifest.json"),
    )?)?)
}

fn edit_manifest(package: &Path, edit: impl FnOnce(&mut serde_json::Value)) -> Result<()> {
    let mut manifest = read_manifest(package)?;
    edit(&mut manifest);
    Ok(std::fs::write(
        package.join("manifest.json"),
        serde_json::to_vec(&manifest)?,
    )?)
}
