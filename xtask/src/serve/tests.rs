//! The server over real sockets, spoken to as a hostile client would.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use super::{Hosting, SlowFiles, StaticServer};

struct Site {
    outer: tempfile::TempDir,
    server: StaticServer,
}

impl Site {
    fn new() -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("site");
        std::fs::create_dir_all(root.join("sub folder")).unwrap();
        std::fs::write(outer.path().join("secret.txt"), "secret").unwrap();
        std::fs::write(root.join("index.html"), "<p>home").unwrap();
        std::fs::write(root.join("engine.wasm"), vec![7_u8; 100_003]).unwrap();
        std::fs::write(root.join("sub folder/index.html"), "<p>sub").unwrap();
        let server = StaticServer::start(&root, 0).unwrap();
        Self { outer, server }
    }

    fn ask(&self, line: &str) -> String {
        self.ask_with(line, "")
    }

    fn ask_with(&self, line: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.server.address).unwrap();
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[test]
fn a_file_that_the_browser_has_does_not_travel_again_until_it_changes() {
    let site = Site::new();
    let first = site.ask("GET /engine.wasm");
    let tag = first
        .lines()
        .find_map(|line| line.strip_prefix("ETag: "))
        .unwrap();
    let again = |tag: &str| site.ask_with("GET /engine.wasm", &format!("if-none-match: {tag}\r\n"));
    let known = again(tag);
    assert!(
        known.starts_with("HTTP/1.1 304") && known.ends_with("\r\n\r\n"),
        "{known}"
    );
    assert!(again("\"another\"").starts_with("HTTP/1.1 200"));
    let file = site.outer.path().join("site/engine.wasm");
    std::fs::write(file, vec![8_u8; 100_002]).unwrap();
    assert!(again(tag).starts_with("HTTP/1.1 200"));
}

#[test]
fn folders_are_served_by_their_index() {
    let site = Site::new();
    let home = site.ask("GET /");
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    assert!(
        home.contains("Content-Type: text/html") && home.ends_with("<p>home"),
        "{home}"
    );
    assert!(site.ask("GET /sub%20folder/?a=1#b").ends_with("<p>sub"));
}

#[test]
fn wasm_has_its_type_and_length_and_is_not_kept() {
    let reply = Site::new().ask("HEAD /engine.wasm");
    for header in [
        "Content-Type: application/wasm",
        "Content-Length: 100003",
        "Cache-Control: no-cache",
    ] {
        assert!(reply.contains(header), "{header} not in {reply}");
    }
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let site = Site::new();
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        site.outer.path().join("secret.txt"),
        site.outer.path().join("site/link.txt"),
    )
    .unwrap();
    let absolute = site.outer.path().join("secret.txt");
    let absolute = format!("GET /{}", absolute.display());
    for line in [
        "GET /../secret.txt",
        "GET /%2e%2e/secret.txt",
        "GET /..%2fsecret.txt",
        "GET /link.txt",
        &absolute,
    ] {
        let reply = site.ask(line);
        assert!(reply.starts_with("HTTP/1.1 404"), "{line}: {reply}");
        assert!(!reply.contains("secret"), "{line}: {reply}");
    }
}

#[test]
fn malformed_escapes_and_other_methods_are_refused() {
    let site = Site::new();
    for line in ["GET /%", "GET /%zz", "GET /%00", "GET /%ff"] {
        assert!(site.ask(line).starts_with("HTTP/1.1 404"), "{line}");
    }
    assert!(site.ask("POST /index.html").starts_with("HTTP/1.1 405"));
}

#[test]
fn a_missing_folder_is_an_error_that_names_it() {
    let error = StaticServer::start(Path::new("/no/such/folder"), 0).unwrap_err();
    assert!(error.to_string().contains("/no/such/folder"), "{error}");
}

#[test]
fn a_slow_file_comes_whole_and_the_others_as_ever() {
    let outer = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(1_013).collect();
    for name in ["slow", "fast"] {
        std::fs::create_dir(outer.path().join(name)).unwrap();
        std::fs::write(outer.path().join(name).join("file.bin"), &bytes).unwrap();
    }
    let slow = SlowFiles {
        path: "slow".into(),
        bytes_per_second: 5_000,
    };
    let hosting = Hosting {
        slow: Some(slow),
        ..Hosting::default()
    };
    let server = StaticServer::start_as(outer.path(), hosting).unwrap();
    for name in ["slow", "fast"] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "GET /{name}/file.bin HTTP/1.1\r\n\r\n").unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        assert!(reply.ends_with(&bytes), "{name}");
    }
}

#[test]
fn who_hurries_gets_the_rest_of_a_slow_file() {
    let outer = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..100_003_u32).map(|at| (at % 251) as u8).collect();
    std::fs::write(outer.path().join("slow"), &bytes).unwrap();
    let hosting = Hosting {
        slow: Some(SlowFiles {
            path: "slow".into(),
            // A byte each tenth of a second: hours.
            bytes_per_second: 0,
        }),
        ..Hosting::default()
    };
    let server = StaticServer::start_as(outer.path(), hosting).unwrap();
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET /slow HTTP/1.1\r\n\r\n").unwrap();
    let mut first = [0; 100];
    stream.read_exact(&mut first).unwrap();
    server.hurry();
    let mut reply = first.to_vec();
    stream.read_to_end(&mut reply).unwrap();
    assert!(reply.ends_with(&bytes));
}

#[test]
fn added_headers_come_with_every_answer() {
    let outer = tempfile::tempdir().unwrap();
    std::fs::write(outer.path().join("file"), "text").unwrap();
    let hosting = Hosting {
        headers: vec!["Access-Control-Allow-Origin: *".into()],
        ..Hosting::default()
    };
    let server = StaticServer::start_as(outer.path(), hosting).unwrap();
    let site = Site { outer, server };
    for line in ["GET /file", "HEAD /file", "GET /none", "PUT /file"] {
        let reply = site.ask(line);
        let (head, _) = reply.split_once("\r\n\r\n").unwrap();
        assert!(
            head.ends_with("\r\nAccess-Control-Allow-Origin: *"),
            "{line}: {head}"
        );
    }
}

#[test]
fn a_port_is_free_when_its_server_has_stopped() {
    let is_taken = |_: &i32| {
        let Site { server, .. } = Site::new();
        let address = server.address;
        drop(server);
        std::net::TcpListener::bind(address).is_err()
    };
    // A program that another test starts holds a copy of all sockets until it has begun, so a few may be taken. Of servers whose end
    // nobody waits for, four in five are.
    let n_taken = (0..200).filter(is_taken).count();
    assert!(n_taken < 50, "{n_taken} of 200");
}
