//! What is written down of voice: where people are is in no log.

use hearth_companion::contract::Command;
use hearth_companion::logging;
use hearth_gateway::server::{Server, ServerOptions};

use crate::sesh::guests;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_no_address_of_anybody_in_the_room() {
    let directory = tempfile::tempdir().unwrap();
    let folder = logging::start(Some(directory.path())).unwrap();
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let parties = guests(2, &server).await;
    for party in &parties {
        party.does(Command::AddVoiceServer {
            url: "stun:nowhere.invalid".into(),
            username: String::new(),
            secret: None,
        });
        party.does(Command::JoinSeshVoice);
    }
    for party in &parties {
        party.talks_with(1).await;
    }
    for party in parties {
        party.does(Command::LeaveVoice);
        party.is_silent().await;
        party.companion.shutdown().await;
    }
    let log = logging::end_of_log(&folder, 1 << 20);
    assert!(log.contains("hearth"), "{log}");
    // The gateway's own address may be there.
    let gateway = server.local_addr().to_string();
    for line in log.lines() {
        let rest = line.replace(&gateway, "");
        for telling in ["127.0.0.1", "candidate", "nowhere", " rtc"] {
            assert!(!rest.contains(telling), "{line}");
        }
    }
    server.shutdown().await;
}
