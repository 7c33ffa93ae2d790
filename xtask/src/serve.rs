//! A static file server for localhost: the demo's and the browser tests'.
//!
//! The page needs nothing of a server but files with the right types, so any static host does;
//! this one exists so that a fresh clone needs none.

use std::fmt::Write as _;
use std::fs::{File, Metadata};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};

/// Bytes of a request's head; a browser's is a tenth of this.
const MAX_HEAD_BYTES: u64 = 16 * 1024;

/// A connection that says nothing for so long is closed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Files that come as over a slow line, each on a line of its own.
#[derive(Clone, Debug)]
pub struct SlowFiles {
    /// One of them, or a folder of them, by its path from the folder that is served.
    pub path: PathBuf,
    /// How fast each of them comes.
    pub bytes_per_second: u64,
}

/// How files are served where it matters: tests of the page are hosts of many kinds.
#[derive(Clone, Debug, Default)]
pub struct Hosting {
    /// 0 takes a free one.
    pub port: u16,
    /// Files on a slow line.
    pub slow: Option<SlowFiles>,
    /// Lines that the head of every answer has besides its own, such as `Access-Control-Allow-Origin: *`.
    pub headers: Vec<String>,
}

/// A running server; it stops when dropped.
///
/// Each connection has a thread of its own and carries one request, so that none ever waits for another: a browser opens
/// connections ahead of need and may leave them silent.
#[derive(Debug)]
pub struct StaticServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    /// Whether slow files have become fast.
    hurries: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl StaticServer {
    /// Serves the files under `root` on `127.0.0.1:port`; port 0 takes a free one.
    ///
    /// # Errors
    /// `root` is not a folder or the port is taken.
    pub fn start(root: &Path, port: u16) -> Result<Self> {
        let hosting = Hosting {
            port,
            ..Hosting::default()
        };
        Self::start_as(root, hosting)
    }

    /// Serves the files under `root` on `127.0.0.1` as `hosting` says.
    ///
    /// # Errors
    /// As [`StaticServer::start`].
    pub fn start_as(root: &Path, hosting: Hosting) -> Result<Self> {
        let root = root
            .canonicalize()
            .with_context(|| format!("no folder {}", root.display()))?;
        let port = hosting.port;
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("port {port} of 127.0.0.1"))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let hurries = Arc::new(AtomicBool::new(false));
        let hurried = Arc::clone(&hurries);
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (root, hosting, hurried) =
                    (root.clone(), hosting.clone(), Arc::clone(&hurried));
                // A browser that hung up, as it does when a tab closes, is no fault of the server's.
                std::thread::spawn(move || drop(serve(&root, &hosting, &hurried, &stream)));
            }
        });
        Ok(Self {
            address,
            stop,
            hurries,
            acceptor: Some(acceptor),
        })
    }

    /// The address to open, with a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Sends what is left of slow files at once, and them at once from now on.
    pub fn hurry(&self) {
        self.hurries.store(true, Ordering::Relaxed);
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            // It ends only by panicking, which it has reported itself.
            drop(acceptor.join());
        }
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the acceptor, which looks at the flag.
        drop(TcpStream::connect(self.address));
        // The port is free only once it has gone; it ends otherwise only by panicking, which it has reported itself.
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

/// Answers the one request of a connection.
fn serve(
    root: &Path,
    hosting: &Hosting,
    hurried: &AtomicBool,
    stream: &TcpStream,
) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.take(MAX_HEAD_BYTES));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    // The other lines say nothing more that matters here, but must be read before the answer.
    let (mut line, mut known) = (String::new(), None);
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("If-None-Match")
        {
            known = Some(value.trim().to_owned());
        }
        line.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if !matches!(method, "GET" | "HEAD") {
        return refuse(stream, hosting, "405 Method Not Allowed");
    }
    let found = resolve(root, target).and_then(|path| Some((File::open(&path).ok()?, path)));
    let Some((mut file, path)) = found else {
        return refuse(stream, hosting, "404 Not Found");
    };
    let metadata = file.metadata()?;
    let tag = entity_tag(&metadata);
    if known.is_some() && known == tag {
        // A browser has the same file already, a service worker for instance what the page has just fetched.
        return head(stream, hosting, "304 Not Modified", tag, None);
    }
    let content = Content {
        kind: content_type(&path),
        length: metadata.len(),
    };
    head(stream, hosting, "200 OK", tag, Some(content))?;
    if method != "GET" {
        return Ok(());
    }
    let slow = hosting.slow.as_ref();
    match slow.filter(|slow| path.starts_with(root.join(&slow.path))) {
        Some(slow) => copy_slowly(&file, stream, slow.bytes_per_second, hurried),
        None => io::copy(&mut file, &mut &*stream).map(drop),
    }
}

/// A tenth of a second's bytes after the other, each with the rest of its tenth waited for, until there is a hurry.
fn copy_slowly(
    mut file: &File,
    mut stream: &TcpStream,
    bytes_per_second: u64,
    hurried: &AtomicBool,
) -> io::Result<()> {
    let at_a_time = (bytes_per_second / 10).max(1);
    while !hurried.load(Ordering::Relaxed) {
        if io::copy(&mut file.take(at_a_time), &mut stream)? == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    io::copy(&mut file, &mut stream).map(drop)
}

fn refuse(stream: &TcpStream, hosting: &Hosting, status: &str) -> io::Result<()> {
    let content = Content {
        kind: "text/plain; charset=utf-8",
        length: status.len() as u64,
    };
    head(stream, hosting, status, None, Some(content))?;
    (&*stream).write_all(status.as_bytes())
}

/// What comes behind a head.
struct Content {
    kind: &'static str,
    length: u64,
}

/// What changes with a file.
fn entity_tag(file: &Metadata) -> Option<String> {
    let since = file
        .modified()
        .ok()?
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?;
    Some(format!("\"{:x}-{:x}\"", since.as_nanos(), file.len()))
}

fn head(
    mut stream: &TcpStream,
    hosting: &Hosting,
    status: &str,
    tag: Option<String>,
    content: Option<Content>,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status}\r\nCache-Control: no-cache\r\nConnection: close\r\n");
    if let Some(Content { kind, length }) = content {
        write!(head, "Content-Type: {kind}\r\nContent-Length: {length}\r\n")
            .map_err(io::Error::other)?;
    }
    if let Some(tag) = tag {
        write!(head, "ETag: {tag}\r\n").map_err(io::Error::other)?;
    }
    for line in &hosting.headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())
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
