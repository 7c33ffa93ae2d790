//! Chromium and the driver that tests steer it with.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{apt, cargo_tool};
use crate::process;

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const HOW: &str = "Chromium with its driver is missing; install the packages chromium and chromium-driver, \
                   or name the programs in CHROME and CHROMEDRIVER";

/// A browser and a driver of the same major version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    /// The browser's program.
    pub chrome: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
}

impl Browser {
    /// Looks for `CHROME` and `CHROMEDRIVER`, then for the usual names; `None` unless the pair fits.
    #[must_use]
    pub fn find() -> Option<Self> {
        let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
        let chrome =
            named("CHROME").or_else(|| BROWSERS.iter().find_map(|name| process::find(name)))?;
        let driver = named("CHROMEDRIVER").or_else(|| process::find("chromedriver"))?;
        let version =
            |program: &PathBuf| process::output_of(process::command(program).arg("--version"));
        let fits = major(&version(&chrome)?)? == major(&version(&driver)?)?;
        fits.then_some(Self { chrome, driver })
    }

    /// Finds the pair or installs it.
    ///
    /// # Errors
    /// It is missing and cannot be installed.
    pub fn ensure() -> Result<Self> {
        if let Some(browser) = Self::find() {
            return Ok(browser);
        }
        println!("Chromium and its driver are missing: installing them");
        apt::install(&["chromium", "chromium-driver"]).context(HOW)?;
        match Self::find() {
            Some(browser) => Ok(browser),
            None => bail!("{HOW} (both of the same major version)"),
        }
    }
}

/// `Chromium 156.0.8078.79 built on …` and `Google Chrome 156.0.1` alike: the first word that is a version.
fn major(text: &str) -> Option<u32> {
    let numbers = |word: &str| word.split('.').next().and_then(|first| first.parse().ok());
    let second = cargo_tool::version_of(text).and_then(numbers);
    second.or_else(|| text.split_whitespace().find_map(numbers))
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn major_version_of_what_the_programs_print() {
        assert_eq!(
            major("Chromium 156.0.8078.79 built on Debian 12"),
            Some(156)
        );
        assert_eq!(major("Google Chrome 155.0.1.2 "), Some(155));
        assert_eq!(major("ChromeDriver 156.0.8078.79 (abc)"), Some(156));
        assert_eq!(major("no version here"), None);
    }
}
