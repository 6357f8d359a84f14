//! The file server (facts/other-gateways.md §2.3).

use hearth_gateway::Server;
use hearth_gateway::server::{ConciergeOptions, FileLimits};

use super::{Guest, serving};
use crate::client::request;

const BOUNDARY: &str = "XX";

/// A multipart body with these files.
fn parts(files: &[(&str, &str)]) -> String {
    let parts: String = files
        .iter()
        .map(|(name, data)| {
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n{data}\r\n"
            )
        })
        .collect();
    format!("{parts}--{BOUNDARY}--\r\n")
}

/// The status, the head and the body of an answer.
async fn ask(server: &Server, method: &str, path: &str, key: &str, body: &str) -> (u16, String, String) {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut headers = vec![("content-type", kind.as_str())];
    if !key.is_empty() {
        headers.push(("x-fs-key", key));
    }
    let (head, body) = request(server.local_addr(), method, path, &headers, body).await;
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head, body)
}

async fn status(server: &Server, method: &str, path: &str, key: &str, body: &str) -> u16 {
    ask(server, method, path, key, body).await.0
}

async fn with_files(file_limits: FileLimits) -> (tempfile::TempDir, Server, Guest, Guest) {
    let directory = tempfile::tempdir().unwrap();
    let files = Some(directory.path().join("files"));
    let server = serving(ConciergeOptions { files, file_limits, ..ConciergeOptions::default() }).await;
    let (alice, bob) = (Guest::join(&server, "alice").await, Guest::join(&server, "bob").await);
    (directory, server, alice, bob)
}

/// CON-R31, CON-11
#[tokio::test]
async fn con_r31_files_are_put_read_by_everybody_and_removed() {
    let (_directory, server, alice, bob) = with_files(FileLimits::default()).await;
    let one = parts(&[("a.txt", "hello file")]);
    assert_eq!(status(&server, "POST", "/fs/alice/a.txt", &alice.uuid, &one).await, 201);
    let (code, head, body) = ask(&server, "GET", "/fs/alice/a.txt", &bob.uuid, "").await;
    assert_eq!((code, body.as_str()), (200, "hello file"));
    for field in
        ["content-disposition: attachment", "etag: \"", "last-modified: ", "x-content-type-options: nosniff"]
    {
        assert!(head.contains(field), "{head}");
    }
    for (method, path, key, body, code) in [
        ("GET", "/fs/alice/none.txt", bob.uuid.as_str(), "", 404),
        ("GET", "/fs/nobody/a.txt", &bob.uuid, "", 404),
        ("GET", "/fs/alice/a.txt", "", "", 428),
        ("GET", "/fs/alice/a.txt", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "", 401),
        ("GET", "/fs/alice/a.txt", "zzz", "", 417),
        ("POST", "/fs/alice/b.txt", &bob.uuid, &one, 403),
        ("DELETE", "/fs/alice/a.txt", &bob.uuid, "", 403),
        ("PUT", "/fs/alice/a.txt", &alice.uuid, "x", 405),
        ("POST", "/fs/alice/sub/a.txt", &alice.uuid, &one, 404),
        ("POST", "/fs/alice/a.txt", &alice.uuid, &parts(&[("1", "a"), ("2", "b")]), 412),
        ("POST", "/fs/alice/a.txt", &alice.uuid, "not multipart", 400),
        ("POST", "/fs/alice/", &alice.uuid, &parts(&[("m.txt", "m"), ("n.txt", "n")]), 201),
        ("GET", "/fs/alice/n.txt", &bob.uuid, "", 200),
        ("DELETE", "/fs/alice/a.txt", &alice.uuid, "", 200),
        ("DELETE", "/fs/alice/a.txt", &alice.uuid, "", 404),
    ] {
        assert_eq!(status(&server, method, path, key, body).await, code, "{method} {path}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let (directory, server, alice, _bob) = with_files(FileLimits::default()).await;
    std::fs::write(directory.path().join("secret.txt"), "secret").unwrap();
    for path in [
        "/fs/alice/../secret.txt",
        "/fs/alice/..%2fsecret.txt",
        "/fs/alice/%2e%2e%2fsecret.txt",
        "/fs/alice/..%5csecret.txt",
        "/fs/alice/%2fetc%2fpasswd",
        "/fs/alice/..%252fsecret.txt",
        "/fs/%2e%2e/secret.txt",
        "/fs/..%2f/secret.txt",
        "/fs/alice/..",
        "/fs/alice/%2e%2e",
        "/fs/alice/%00",
    ] {
        assert_eq!(status(&server, "GET", path, &alice.uuid, "").await, 404, "{path}");
        assert_ne!(status(&server, "DELETE", path, &alice.uuid, "").await, 200, "{path}");
    }
    // What is written under such a name stays inside, under its last part.
    let evil = parts(&[("../../evil.txt", "x")]);
    assert_eq!(status(&server, "POST", "/fs/alice/", &alice.uuid, &evil).await, 201);
    assert_eq!(status(&server, "POST", "/fs/alice/..%2f..%2fevil2.txt", &alice.uuid, &evil).await, 201);
    assert_eq!(status(&server, "POST", "/fs/alice/", &alice.uuid, &parts(&[("..", "x")])).await, 412);
    let folder = directory.path().join("files").join(&alice.uuid);
    let mut inside: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    inside.sort();
    assert_eq!(inside, ["evil.txt", "evil2.txt"]);
    let mut outside: Vec<_> =
        std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    outside.sort();
    assert_eq!(outside, ["files", "secret.txt"]);
    server.shutdown().await;
}

#[tokio::test]
async fn there_are_limits_and_what_is_left_goes_with_the_client_and_with_the_server() {
    let limits = FileLimits { file: 100, files: 2, client: 150, total: 220 };
    let (directory, server, alice, mut bob) = with_files(limits).await;
    let file = |length: usize| parts(&[("f", "x".repeat(length).as_str())]);
    for (path, key, length, code) in [
        ("/fs/alice/a", &alice.uuid, 101, 413),
        ("/fs/alice/a", &alice.uuid, 100, 201),
        ("/fs/alice/b", &alice.uuid, 51, 507),
        ("/fs/alice/b", &alice.uuid, 50, 201),
        ("/fs/alice/c", &alice.uuid, 0, 507),
        ("/fs/bob/a", &bob.uuid, 71, 507),
        ("/fs/bob/a", &bob.uuid, 70, 201),
    ] {
        assert_eq!(status(&server, "POST", path, key, &file(length)).await, code, "{path} {length}");
    }
    let key = alice.uuid.clone();
    drop(alice);
    bob.until("CLIENT_LEFT").await;
    assert_eq!(status(&server, "GET", "/fs/alice/a", &bob.uuid, "").await, 404);
    assert_eq!(status(&server, "GET", "/fs/bob/a", &key, "").await, 401, "its key is worth nothing now");
    let gone = directory.path().join("files").join(&key);
    for _ in 0..500 {
        if !gone.exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(!gone.exists());
    server.shutdown().await;
}
