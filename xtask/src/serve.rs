//! A static file server for localhost: the demo's and the browser tests'.
//!
//! The page needs nothing of a server but files with the right types, so any static host does;
//! this one exists so that a fresh clone needs none.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// Enough for a browser's six connections without a long queue.
const N_WORKERS: usize = 4;

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct StaticServer {
    address: SocketAddr,
    server: Arc<ServerHandle>,
    workers: Vec<JoinHandle<()>>,
}

struct ServerHandle(tiny_http::Server);

impl std::fmt::Debug for ServerHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("tiny_http::Server")
    }
}

impl StaticServer {
    /// Serves the files under `root` on `127.0.0.1:port`; port 0 takes a free one.
    ///
    /// # Errors
    /// `root` is not a folder or the port is taken.
    pub fn start(root: &Path, port: u16) -> Result<Self> {
        let root = root
            .canonicalize()
            .with_context(|| format!("no folder {}", root.display()))?;
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("port {port} of 127.0.0.1"))?;
        let address = listener.local_addr()?;
        let server =
            tiny_http::Server::from_listener(listener, None).map_err(|error| anyhow!(error))?;
        let server = Arc::new(ServerHandle(server));
        let workers = (0..N_WORKERS)
            .map(|_| {
                let (server, root) = (Arc::clone(&server), root.clone());
                std::thread::spawn(move || {
                    while let Ok(request) = server.0.recv() {
                        answer(&root, request);
                    }
                })
            })
            .collect();
        Ok(Self {
            address,
            server,
            workers,
        })
    }

    /// The address to open, with a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        for worker in std::mem::take(&mut self.workers) {
            // A worker ends only by panicking, which it has reported itself.
            drop(worker.join());
        }
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        for _ in &self.workers {
            self.server.0.unblock();
        }
    }
}

fn answer(root: &Path, request: Request) {
    let sent = match (request.method(), resolve(root, request.url())) {
        (Method::Get | Method::Head, Some(path)) => match File::open(&path) {
            // Chunked transfer would hide the length that progress bars show.
            Ok(file) => request.respond(
                Response::from_file(file)
                    .with_chunked_threshold(usize::MAX)
                    .with_header(header("Content-Type", content_type(&path)))
                    .with_header(header("Cache-Control", "no-cache")),
            ),
            Err(_) => refuse(request, 404),
        },
        (Method::Get | Method::Head, None) => refuse(request, 404),
        _ => refuse(request, 405),
    };
    // The browser hung up, as it does when a tab closes or a fetch is aborted.
    drop(sent);
}

fn refuse(request: Request, status: u16) -> std::io::Result<()> {
    let status = StatusCode(status);
    request.respond(Response::from_string(status.default_reason_phrase()).with_status_code(status))
}

#[expect(clippy::expect_used, reason = "both come from this file and are ASCII")]
fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("an ASCII header")
}

/// The file that a request's path means: inside `root` also after symbolic links, folders by their `index.html`.
fn resolve(root: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?;
    let path = percent_decode(path)?;
    let mut file = root.to_path_buf();
    for component in Path::new(path.trim_start_matches('/')).components() {
        match component {
            Component::Normal(name) => file.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    if file.is_dir() {
        file.push("index.html");
    }
    let file = file.canonicalize().ok()?;
    (file.starts_with(root) && file.is_file()).then_some(file)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let (high, low) = (hex_digit(rest.next()?)?, hex_digit(rest.next()?)?);
                high * 16 + low
            }
            0 => return None,
            other => other,
        });
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|path| !path.contains('\0'))
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// WebAssembly is compiled while it streams only under its own type, and module scripts run only under theirs.
fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
