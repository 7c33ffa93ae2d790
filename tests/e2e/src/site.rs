//! The built page on a port of its own, whole or with a package damaged on purpose.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use xtask::serve::StaticServer;

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

    /// A copy of the page whose package folder `damage` has changed.
    ///
    /// # Errors
    /// The page has not been built, or `damage` fails.
    pub fn with_package(damage: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        copy_folder(&dist()?, copy.path())?;
        damage(&copy.path().join("model"))?;
        Ok(Self {
            server: StaticServer::start(copy.path(), 0)?,
            _copy: Some(copy),
        })
    }

    /// Its address, with a trailing slash.
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

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from
        .read_dir()
        .with_context(|| format!("reading {}", from.display()))?
    {
        let (source, target) = (entry?.path(), to);
        let target = target.join(source.file_name().context("an entry has a name")?);
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            std::fs::copy(&source, &target)
                .with_context(|| format!("copying {}", source.display()))?;
        }
    }
    Ok(())
}
