//! The program, and plain HTTP to it on one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The program; killed when it is dropped.
pub struct Gateway {
    process: Child,
    pub address: SocketAddr,
}

impl Gateway {
    pub fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_hearth-gateway"))
            .args(["serve", "--listen", "127.0.0.1:0", "--max-changes-per-account", "1000000", "--data"])
            .arg(data)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let address = told["url"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
        Self { process, address }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // SIGKILL: nothing can be written after it.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A connection that is used again and again.
pub struct Http(BufReader<TcpStream>);

impl Http {
    pub fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Status and body of the answer; `None`: there was none.
    pub fn call(&mut self, token: &str, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes()).ok()?;
        let (mut status, mut length) = (None, 0);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                None if line.is_empty() => break,
                None => status = line.split(' ').nth(1).map(|status| status.parse().unwrap()),
                Some(_) => {}
            }
        }
        let mut answer = vec![0; length];
        self.0.read_exact(&mut answer).ok()?;
        Some((status?, serde_json::from_slice(&answer).unwrap_or_default()))
    }

    /// The access token of a new account.
    pub fn register(&mut self, name: &str) -> String {
        let body = json!({ "username": name, "password": "correct horse" });
        let (status, answer) = self.call("", "POST", "/auth/register", &body).unwrap();
        assert_eq!(status, 201, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A text channel for all of them.
    pub fn found(&mut self, people: &[String]) -> String {
        let id = |answer: Option<(u16, Value)>| answer.unwrap().1["id"].as_str().unwrap().to_owned();
        let club = id(self.call(&people[0], "POST", "/servers", &json!({ "name": "Club" })));
        for token in &people[1..] {
            id(self.call(token, "POST", &format!("/servers/{club}/join"), &Value::Null));
        }
        let channel = json!({ "name": "storm", "type": "text" });
        id(self.call(&people[0], "POST", &format!("/servers/{club}/channels"), &channel))
    }
}
