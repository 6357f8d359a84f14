//! The program itself: what a clean end keeps, what a crash loses, and what it refuses.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures::future::join_all;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::{Client, device};

/// The program, serving.
struct Gateway {
    child: Child,
    address: SocketAddr,
}

fn program(listen: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth-gateway"));
    command.args(["serve", "--listen", listen, "--data"]).arg(data);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Gateway {
    async fn start(listen: &str, data: &Path) -> Self {
        let mut child = program(listen, data).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).await.unwrap();
        let told: Value = serde_json::from_str(&line).expect("it did not start");
        let url = told["url"].as_str().unwrap();
        Self { child, address: url.strip_prefix("http://").unwrap().parse().unwrap() }
    }

    fn url(&self) -> String {
        format!("ws://{}/socket", self.address)
    }

    async fn end(mut self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
        let status = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        let status = status.expect("it did not end").unwrap();
        assert_eq!(status.success(), signal == Signal::TERM, "{status}");
    }
}

/// Ten people in a group who were asked to get ready: every third is ready, every fourth away.
async fn group(url: &str) -> (String, Vec<Client>) {
    let mut members = join_all((0..10).map(|_| Client::connect_to(url))).await;
    let code = members[0].create().await;
    for member in &mut members[1..] {
        member.join(&code).await;
    }
    for (n, member) in members.iter_mut().enumerate() {
        member.send(4, device()).await;
        if n % 4 == 1 {
            member.send(6, json!({ "away": true, "strain": format!("strain {n}") })).await;
        }
    }
    // Sockets are served in no order: everybody has a device before somebody asks.
    for member in &mut members {
        member.send(421, json!({ "client_time": 0 })).await;
        member.event("CLOCK").await;
    }
    members[0].send(8, Value::Null).await;
    members[0].event("GROUP_HEAT_INQUIRY").await;
    for (n, member) in members.iter_mut().enumerate() {
        if n % 3 == 0 && n % 4 != 1 {
            member.send(4, json!({ "state": 6 })).await;
        }
        // Everything has been done when this is answered.
        member.send(421, json!({ "client_time": n })).await;
        member.event("CLOCK").await;
    }
    (code, members)
}

/// The members of a group, as one who looks at them by id; the order does not count.
fn sorted(joined: &Value, key: &str) -> Vec<Value> {
    let mut values = joined[key].as_array().unwrap().clone();
    values.sort_by_key(|value| value["session_id"].as_str().or(value.as_str()).map(str::to_owned));
    values
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_restart_loses_no_sesh() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = Gateway::start("127.0.0.1:0", directory.path()).await;
    let (url, address) = (gateway.url(), gateway.address.to_string());
    let mut groups = join_all((0..5).map(|_| group(&url))).await;
    // A member who is cut off just before has its session kept as well.
    let lost = groups[0].1.pop().unwrap();
    let (session, token) = (lost.session.clone(), lost.token.clone());
    drop(lost);
    gateway.end(Signal::TERM).await;
    for (_, members) in &mut groups {
        for member in members {
            assert_eq!(member.closed().await, 1001);
        }
    }

    let gateway = Gateway::start(&address, directory.path()).await;
    let mut resumed = 0;
    for (code, members) in &groups {
        let back = join_all(members.iter().map(async |member| {
            let mut again = Client::connect_to(&url).await;
            again.resume(member).await;
            assert_eq!(again.event("SESSION_RESUMED").await["session_id"], member.session);
            let joined = again.event("JOINED_GROUP").await;
            assert_eq!((&joined["group_id"], &joined["state"]), (&json!(code), &json!("awaiting")));
            assert_eq!(joined["owner_session_id"], members[0].session);
            (again, joined)
        }))
        .await;
        resumed += back.len();
        let joined = &back[0].1;
        let ready: Vec<_> = sorted(joined, "ready");
        let expected: Vec<usize> = (0..members.len()).filter(|n| n % 3 == 0 && n % 4 != 1).collect();
        for n in expected {
            // Those who were ready stay in it, those who were not do not come in.
            assert!(ready.contains(&json!(members[n].session)), "{n} of {ready:?}");
        }
        for (n, member) in members.iter().enumerate() {
            let listed = joined["members"].as_array().unwrap();
            let listed = listed.iter().find(|listed| listed["session_id"] == member.session).unwrap();
            assert_eq!(listed["away"], json!(n % 4 == 1), "{n}");
            assert_eq!(listed["device_state"]["battery"], 77);
            if n % 4 == 1 {
                assert_eq!(listed["strain"], format!("strain {n}"));
            }
        }
    }
    let mut late = Client::connect_to(&url).await;
    late.send(13, json!({ "session_id": session, "session_token": token })).await;
    assert_eq!(late.event("JOINED_GROUP").await["group_id"], groups[0].0);
    assert_eq!(resumed + 1, 50);
    gateway.end(Signal::TERM).await;
}

#[tokio::test]
async fn a_crash_loses_only_what_was_not_saved() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = Gateway::start("127.0.0.1:0", directory.path()).await;
    let (url, address) = (gateway.url(), gateway.address.to_string());
    let mut a = Client::connect_to(&url).await;
    let code = a.create().await;
    let file = directory.path().join("groups.json");
    for _ in 0..200 {
        if std::fs::read_to_string(&file).unwrap().contains(&code) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    gateway.end(Signal::KILL).await;
    let gateway = Gateway::start(&address, directory.path()).await;
    let mut b = Client::connect_to(&url).await;
    b.resume(&a).await;
    assert_eq!(b.event("SESSION_RESUME_ERROR").await["code"], "INVALID_SESSION");
    b.join(&code).await;
    gateway.end(Signal::TERM).await;
}

#[tokio::test]
async fn a_data_directory_that_is_in_use_is_refused_with_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = Gateway::start("127.0.0.1:0", directory.path()).await;
    let mut second = program("127.0.0.1:0", directory.path()).spawn().unwrap();
    let mut said = String::new();
    second.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
    assert!(!second.wait().await.unwrap().success());
    assert!(
        said.contains("another gateway uses") && said.contains(directory.path().to_str().unwrap()),
        "{said}"
    );
    gateway.end(Signal::TERM).await;
}
