//! The built page on a port of its own, whole or with a package damaged on purpose.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use xtask::model::copy_folder;
use xtask::serve::{Hosting, SlowFiles, StaticServer};

/// Folder of the reference checkpoint's package, whose answers are recorded, beside the page.
pub const TEST_MODEL: &str = "test-model";

/// Folder of the package of a part of it, for tests that do not ask what an answer says: its first comes in a third of the time.
pub const QUICK_TEST_MODEL: &str = "quick-test-model";

/// The engine's program, as large as all else of the page together.
pub const ENGINE_PROGRAM: &str = "roichat-worker_bg.wasm";

/// What runs in the engine's worker before its program.
const LOADER: &str = "roichat-worker_loader.js";

/// A served page.
#[derive(Debug)]
pub struct Site {
    /// None while the host is down.
    server: Option<StaticServer>,
    url: String,
    /// Holds the copy for as long as it is served.
    copy: Option<tempfile::TempDir>,
}

impl Site {
    /// The page as it was built.
    ///
    /// # Errors
    /// It has not been built.
    pub fn built() -> Result<Self> {
        Self::serving(&dist()?, None)
    }

    /// The page as it was built, with one chunk of its test model as over a slow line, or all of them.
    ///
    /// # Errors
    /// It has not been built.
    pub fn with_slow_chunks(chunk: Option<&str>, bytes_per_second: u64) -> Result<Self> {
        let chunks = Path::new(TEST_MODEL).join("chunks");
        let slow = chunk.map_or(chunks.clone(), |chunk| chunks.join(chunk));
        Self::serving_slowly(&dist()?, None, slow, bytes_per_second)
    }

    /// The page as it was built, with one of its files as over a slow line.
    ///
    /// # Errors
    /// It has not been built.
    pub fn with_slow_file(name: &str, bytes_per_second: u64) -> Result<Self> {
        Self::serving_slowly(&dist()?, None, name.into(), bytes_per_second)
    }

    /// As [`Self::with_engine_that`], with the engine's program as over a slow line.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_slow_engine_that(body: &str, bytes_per_second: u64) -> Result<Self> {
        let Self { copy, .. } = Self::with_engine_that(body)?;
        let root = copy.as_ref().context("a copy")?.path().to_owned();
        Self::serving_slowly(&root, copy, ENGINE_PROGRAM.into(), bytes_per_second)
    }

    fn serving_slowly(
        root: &Path,
        copy: Option<tempfile::TempDir>,
        path: PathBuf,
        bytes_per_second: u64,
    ) -> Result<Self> {
        let slow = SlowFiles {
            path,
            bytes_per_second,
        };
        let hosting = Hosting {
            slow: Some(slow),
            ..Hosting::default()
        };
        let server = StaticServer::start_as(root, hosting)?;
        Ok(Self {
            url: server.url(),
            server: Some(server),
            copy,
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
        let root = copy.path().to_owned();
        Self::serving(&root, Some(copy))
    }

    fn serving(root: &Path, copy: Option<tempfile::TempDir>) -> Result<Self> {
        let server = StaticServer::start(root, 0)?;
        Ok(Self {
            url: server.url(),
            server: Some(server),
            copy,
        })
    }

    /// A copy of the page whose engine does something to itself when the page sends a message on the channel `test`: the body of
    /// a function in which `devices` are the GPU devices that the engine has opened.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_engine_that(body: &str) -> Result<Self> {
        Self::with_before_engine(&format!(
            "const devices = [];
             const request = GPUAdapter.prototype.requestDevice;
             GPUAdapter.prototype.requestDevice = async function (...given) {{
               const device = await request.apply(this, given);
               devices.push(device);
               return device;
             }};
             new BroadcastChannel('test').onmessage = () => {{ {body} }};"
        ))
    }

    /// The same in a browser that takes half a second to tell its engine that a device is gone.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_engine_that_is_late_told(body: &str) -> Result<Self> {
        let late = "const lost = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'lost').get;
             Object.defineProperty(GPUDevice.prototype, 'lost', {
               get() {
                 return lost.call(this).then((why) => new Promise((tell) => setTimeout(tell, 500, why)));
               },
             });";
        let engine = Self::with_engine_that(body)?;
        let loader = engine.folder()?.join(LOADER);
        let program = std::fs::read_to_string(&loader)?;
        std::fs::write(&loader, format!("{late}\n{program}"))?;
        Ok(engine)
    }

    /// A copy of the page whose engine says on the channel `told`, when it is asked on the channel `test`, which of the buffers that
    /// tensors have had so far are destroyed, in the order in which they were made.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_buffers_told() -> Result<Self> {
        Self::with_before_engine(
            "const OF_TENSORS = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
             const made = [];
             const destroyed = new Set();
             const create = GPUDevice.prototype.createBuffer;
             GPUDevice.prototype.createBuffer = function (given) {
               const buffer = create.call(this, given);
               if ((given.usage & OF_TENSORS) === OF_TENSORS) made.push(buffer);
               return buffer;
             };
             const destroy = GPUBuffer.prototype.destroy;
             GPUBuffer.prototype.destroy = function () {
               destroyed.add(this);
               return destroy.call(this);
             };
             const told = new BroadcastChannel('told');
             new BroadcastChannel('test').onmessage = () => {
               told.postMessage(made.map((buffer) => destroyed.has(buffer)));
             };",
        )
    }

    /// A copy of the page in a browser that reads something else where its shaders say `said`.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_shaders_misread(said: &str, read: &str) -> Result<Self> {
        let (said, read) = (serde_json::to_string(said)?, serde_json::to_string(read)?);
        Self::with_before_engine(&format!(
            "const create = GPUDevice.prototype.createShaderModule;
             GPUDevice.prototype.createShaderModule = function (given) {{
               return create.call(this, {{ ...given, code: given.code.replaceAll({said}, {read}) }});
             }};"
        ))
    }

    /// A copy of the page in a browser that refuses its engine every lock.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_locks_refused() -> Result<Self> {
        Self::with_before_engine(
            "navigator.locks.request = () => Promise.reject(new DOMException('not here', 'SecurityError'));",
        )
    }

    /// A copy of the page whose engine is never told that a minute is over, so that nothing that takes as long is ever done.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_endless_minutes() -> Result<Self> {
        Self::with_before_engine(
            "const set = self.setTimeout;
             self.setTimeout = (call, ms, ...given) => (ms < 60_000 ? set(call, ms, ...given) : 0);",
        )
    }

    /// A copy of the page in a browser that refuses its engine every other file that is to be written.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_reluctant_storage() -> Result<Self> {
        Self::with_before_engine(
            "const open = FileSystemFileHandle.prototype.createSyncAccessHandle;
             let refused = false;
             FileSystemFileHandle.prototype.createSyncAccessHandle = function (...given) {
               refused = !refused;
               return refused
                 ? Promise.reject(new DOMException('another worker has it', 'NoModificationAllowedError'))
                 : open.apply(this, given);
             };",
        )
    }

    /// A copy of the page in a browser that stores no files for its engine.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn without_storage() -> Result<Self> {
        Self::with_before_engine("delete StorageManager.prototype.getDirectory;")
    }

    /// A copy of the page with another worker in place of the engine's.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn with_worker(program: &str) -> Result<Self> {
        Self::with_loader(|_| program.to_owned())
    }

    /// A copy of the page with a script in front of the worker's program.
    fn with_before_engine(script: &str) -> Result<Self> {
        Self::with_loader(|program| format!("{script}\n{program}"))
    }

    /// A copy of the page with something else as its worker's program.
    fn with_loader(changed: impl FnOnce(&str) -> String) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        copy_folder(&dist()?, copy.path()).context("copying the page")?;
        let loader = copy.path().join(LOADER);
        let program = std::fs::read_to_string(&loader).context("the worker's loader")?;
        std::fs::write(&loader, changed(&program))?;
        let root = copy.path().to_owned();
        Self::serving(&root, Some(copy))
    }

    /// The folder of the copy.
    ///
    /// # Errors
    /// This is no copy.
    pub fn folder(&self) -> Result<&Path> {
        let copy = self
            .copy
            .as_ref()
            .context("the page as it was built is not to be changed")?;
        Ok(copy.path())
    }

    /// The folder of the copy's test model.
    ///
    /// # Errors
    /// This is no copy.
    pub fn package(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join(TEST_MODEL))
    }

    /// The name of the page's own program, which changes with it.
    ///
    /// # Errors
    /// The page has not been built.
    pub fn page_program() -> Result<String> {
        let is_program =
            |name: &String| name.starts_with("roichat-web-") && name.ends_with("_bg.wasm");
        let mut names = dist()?
            .read_dir()?
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.find(is_program).context("the page's program")
    }

    /// The folder of the test model that was built.
    ///
    /// # Errors
    /// It has not been.
    pub fn built_package() -> Result<PathBuf> {
        Ok(dist()?.join(TEST_MODEL))
    }

    /// Sends what is slow at once.
    pub fn hurry(&self) {
        if let Some(server) = &self.server {
            server.hurry();
        }
    }

    /// Takes the host down.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Takes the host down and puts one in its place that takes every connection and never says anything.
    ///
    /// # Errors
    /// Another program has taken its port.
    pub fn fall_silent(&mut self) -> Result<()> {
        self.server = None;
        let silent = std::net::TcpListener::bind(("127.0.0.1", self.port()?))?;
        // For as long as the tests run.
        std::thread::spawn(move || silent.incoming().collect::<Vec<_>>());
        Ok(())
    }

    fn port(&self) -> Result<u16> {
        let port = self.url.trim_end_matches('/').rsplit(':').next();
        Ok(port.context("a port")?.parse()?)
    }

    /// Brings the host back at the same address.
    ///
    /// # Errors
    /// Another program has taken its port.
    pub fn start_again(&mut self) -> Result<()> {
        let root = match &self.copy {
            Some(copy) => copy.path().to_owned(),
            None => dist()?,
        };
        self.server = Some(StaticServer::start(&root, self.port()?)?);
        Ok(())
    }

    /// The address at which it opens with the model whose answers are recorded.
    #[must_use]
    pub fn with_test_model(&self) -> String {
        format!("{}?model={TEST_MODEL}", self.url())
    }

    /// The address at which it opens with a model that answers anything, but soon.
    #[must_use]
    pub fn with_quick_model(&self) -> String {
        format!("{}?model={QUICK_TEST_MODEL}", self.url())
    }

    /// Its address, with a trailing slash: the page opens with its own model.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
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
