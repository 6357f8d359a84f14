//! Who may come in: requests to this very address, with the key. All others learn nothing, not even that there is
//! a door.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use tokio::sync::watch;

use crate::key::Key;

/// The key of the moment; `None` when the overlay has been closed.
pub(crate) type Keys = watch::Receiver<Option<Key>>;

/// What a request that may come in asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish<'a> {
    /// The socket with what the page shows.
    Live {
        /// With names, if they are not hidden for all.
        names: bool,
    },
    /// A file of the page.
    File(&'a str),
}

/// What is asked for, when it may be.
pub(crate) fn admit<'a>(
    method: &Method,
    uri: &'a Uri,
    headers: &HeaderMap,
    port: u16,
    keys: &Keys,
) -> Option<Wish<'a>> {
    let host = host(headers, port)?;
    let (key, rest) = uri.path().strip_prefix('/')?.split_once('/')?;
    let known = keys.borrow().as_ref().is_some_and(|known| known.is(key));
    if method != Method::GET || !known {
        return None;
    }
    if rest != "live" {
        return Some(Wish::File(rest));
    }
    // Only the page itself: a browser always says where a socket comes from.
    let origin = only(headers, &header::ORIGIN)?.to_str().ok()?;
    let names = !uri.query().unwrap_or_default().split('&').any(|pair| pair == "names=0");
    (origin.strip_prefix("http://")? == host).then_some(Wish::Live { names })
}

/// The address as the browser knows it, when it is this one. A name that somebody else made to lead here is not.
pub(crate) fn host(headers: &HeaderMap, port: u16) -> Option<&str> {
    let host = only(headers, &header::HOST)?.to_str().ok()?;
    let (name, named_port) = host.rsplit_once(':')?;
    (matches!(name, "127.0.0.1" | "localhost") && named_port == port.to_string()).then_some(host)
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORT: u16 = 7708;

    fn ask(path: &str, pairs: &[(HeaderName, &'static str)], method: Method) -> Option<String> {
        let headers: HeaderMap =
            pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        let key = "0123456789abcdef0123456789abcdef";
        let (_keep, keys) = watch::channel(Key::parse(key));
        let uri = path.replace("KEY", key).parse::<Uri>().unwrap();
        admit(&method, &uri, &headers, PORT, &keys).map(|wish| format!("{wish:?}"))
    }

    #[test]
    fn the_page_has_its_files_and_its_socket() {
        let host = (header::HOST, "127.0.0.1:7708");
        let origin = (header::ORIGIN, "http://127.0.0.1:7708");
        let both = [host.clone(), origin];
        assert_eq!(ask("/KEY/", &[host], Method::GET).as_deref(), Some("File(\"\")"));
        assert_eq!(ask("/KEY/live", &both, Method::GET).as_deref(), Some("Live { names: true }"));
        let nameless = ask("/KEY/live?layout=chart&names=0", &both, Method::GET);
        assert_eq!(nameless.as_deref(), Some("Live { names: false }"));
    }

    #[test]
    fn nothing_is_there_without_the_key() {
        for path in ["/", "/KEY", "/live", "/KEX/", "//", "/0123456789abcdef0123456789abcdeg/", "/key/live"] {
            assert_eq!(ask(path, &[(header::HOST, "127.0.0.1:7708")], Method::GET), None, "{path}");
        }
    }

    #[test]
    fn a_name_that_was_made_to_lead_here_is_refused() {
        for host in [
            "evil.example:7708",
            "127.0.0.1.evil.example:7708",
            "127.0.0.1",
            "127.0.0.1:80",
            "[::1]:7708",
            "",
        ] {
            assert_eq!(ask("/KEY/", &[(header::HOST, host)], Method::GET), None, "{host}");
        }
        assert_eq!(ask("/KEY/", &[], Method::GET), None);
    }

    #[test]
    fn a_socket_from_another_page_is_refused() {
        for origin in ["https://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:7708", ""] {
            let headers = [(header::HOST, "127.0.0.1:7708"), (header::ORIGIN, origin)];
            assert_eq!(ask("/KEY/live", &headers, Method::GET), None, "{origin}");
        }
        assert_eq!(ask("/KEY/live", &[(header::HOST, "127.0.0.1:7708")], Method::GET), None);
    }

    #[test]
    fn there_is_only_reading() {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD] {
            assert_eq!(ask("/KEY/", &[(header::HOST, "127.0.0.1:7708")], method.clone()), None, "{method}");
        }
    }
}
