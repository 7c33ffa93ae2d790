//! Addresses that no browser fetches from, whatever lies there. A browser refuses them in the same words as a host that is away.

/// Why a page of this origin fetches nothing from an absolute address, now or later; nothing if it may.
pub(crate) fn never_fetched(address: &str, origin: &str) -> Option<&'static str> {
    let scheme_of = |text: &str| text.split_once(':').map(|(scheme, _)| scheme.to_owned());
    let scheme = scheme_of(address)?;
    match scheme.as_str() {
        "https" | "blob" | "data" => None,
        "http" if origin.starts_with("https:") && !is_this_machine(host_of(address)) => {
            Some("a page that came over https fetches nothing over http")
        }
        "http" => None,
        // Such as an extension, of its own files.
        _ if scheme_of(origin).as_ref() == Some(&scheme) => None,
        _ => Some("a browser fetches nothing from such an address"),
    }
}

/// Name of the host, without user and port.
fn host_of(address: &str) -> &str {
    let behind_scheme = address.split_once("//").map_or("", |(_, rest)| rest);
    let authority = behind_scheme.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or(authority);
    match host.find(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or(host),
    }
}

/// Whether browsers trust the host even over http, since it is where they run.
fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_fetches_from_hosts_and_from_what_it_holds_itself() {
        for address in [
            "https://models.example/demo",
            "http://models.example/demo",
            "blob:http://page.example/6f1c",
            "data:,a",
        ] {
            assert_eq!(never_fetched(address, "http://page.example"), None);
        }
        let extension = "chrome-extension://abc";
        assert_eq!(
            never_fetched("chrome-extension://abc/model", extension),
            None
        );
    }

    #[test]
    fn nothing_comes_from_addresses_that_are_no_places() {
        for address in ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b"] {
            for origin in ["http://page.example", "https://page.example", "null"] {
                assert!(never_fetched(address, origin).is_some(), "{address}");
            }
        }
    }

    #[test]
    fn a_page_from_https_fetches_over_http_from_its_own_machine_alone() {
        let origin = "https://page.example";
        for host in [
            "localhost",
            "localhost:8080",
            "a.localhost",
            "127.0.0.1:80",
            "127.9.9.9",
            "[::1]:8080",
        ] {
            let address = format!("http://{host}/model");
            assert_eq!(never_fetched(&address, origin), None, "{address}");
        }
        for host in [
            "models.example",
            "localhost.example",
            "localhost@models.example",
            "127.0.0.1.example",
            "128.0.0.1",
            "[::2]",
        ] {
            let address = format!("http://{host}/model");
            assert!(never_fetched(&address, origin).is_some(), "{address}");
        }
    }
}
