//! The built page on a port of its own, whole or with a package damaged on purpose.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use xtask::model::copy_folder;
use xtask::serve::StaticServer;

/// Folder of the reference checkpoint's package, whose answers are recorded, beside the page.
pub const TEST_MODEL: &str = "test-model";

/// A served page.
#[derive(Debug)]
pub struct Site {
    server: StaticServer,
    /// Holds the copy for as long as it is served.
    _copy: Option<tempfile::TempDir>,
}

impl Site {
    /// The page as it was built.
    ///
    /// # Errors
    /// It has not been built.
    pub fn built() -> Result<Self> {
        Ok(Self {
            server: StaticServer::start(&dist()?, 0)?,
            _copy: None,
        })
    }

    /// A copy of the page whose test model `damage` has changed.
    ///
    /// # Errors
    /// The page has not been built, or `damage` fails.
    pub fn with_package(damage: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        copy_folder(&dist()?, copy.path()).context("copying the page")?;
        damage(&copy.path().join(TEST_MODEL))?;
        Ok(Self {
            server: StaticServer::start(copy.path(), 0)?,
            _copy: Some(copy),
        })
    }

    /// The address at which it opens with the model whose answers are recorded.
    #[must_use]
    pub fn with_test_model(&self) -> String {
        format!("{}?model={TEST_MODEL}", self.url())
    }

    /// Its address, with a trailing slash: the page opens with its own model.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }
}

/// The folder with the built page; `None` when there is none.
#[must_use]
pub fn find_dist() -> Option<PathBuf> {
    let named = std::env::var_os("ROICHAT_DIST").map(PathBuf::from);
    let dist = named.unwrap_or_else(xtask::page::dist_dir);
    dist.join("index.html").is_file().then_some(dist)
}

fn dist() -> Result<PathBuf> {
    match find_dist() {
        Some(dist) => Ok(dist),
        None => bail!("the page has not been built: `cargo xtask test` builds it"),
    }
}
