//! The files of the page, which are part of this program, and what a browser may do with them: nothing but load
//! each other and open the socket.

use axum::body::Body;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};

static PAGE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../ui/dist-overlay");

/// What stands at the address itself.
const FIRST: &str = "overlay.html";

/// One file. The address holds the key, so nothing is kept and nobody is told where it came from.
pub(crate) fn file(path: &str, host: &str) -> Response {
    let path = if path.is_empty() { FIRST } else { path };
    let Some(file) = PAGE.get_file(path) else { return nothing() };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let headers: [(HeaderName, String); 7] = [
        (header::CONTENT_TYPE, kind.as_ref().to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy(host)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".to_owned()),
    ];
    (headers, Body::from(file.contents())).into_response()
}

/// What everybody else gets.
pub(crate) fn nothing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

/// The socket is named in full: older engines do not count it as `'self'`.
fn policy(host: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src ws://{host}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
