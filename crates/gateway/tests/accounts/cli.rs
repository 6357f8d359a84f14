//! `hearth-gateway account …`, while a server has the same directory open.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use hearth_gateway::hub::Verdict;
use hearth_gateway::verify::Verifier;
use serde_json::Value;

use crate::place::{PASSWORD, Place, password};

struct Outcome {
    done: bool,
    out: String,
    error: String,
}

fn account(data: &Path, arguments: &[&str], input: &str) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hearth-gateway"))
        .arg("account")
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env("RUST_LOG", "warn")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        done: output.status.success(),
        out: String::from_utf8(output.stdout).unwrap().trim_end().to_owned(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test]
async fn a_host_manages_accounts_while_the_server_runs() {
    let place = Place::new();
    let server = place.open().await;
    let data = place.path();
    let run = |arguments: &[&str]| {
        let outcome = account(&data, arguments, "");
        assert!(outcome.done, "{arguments:?}: {}", outcome.error);
        outcome.out
    };
    let made = account(&data, &["create", "Ada", "--password-stdin"], &format!("{PASSWORD}\r\nmore\n"));
    assert!(made.done, "{}", made.error);
    assert_eq!(server.find("ada").await.unwrap().id.to_string(), made.out);
    assert!(server.login("ada", password(PASSWORD)).await.is_ok());

    let token = run(&["token", "ada", "--label", "phone", "--days", "3"]);
    let Verdict::User(user) = server.verify(&token).await else { panic!("not taken") };
    assert_eq!(user.flags, 0);
    assert_eq!(run(&["flags", "ada", "+supporter", "+admin"]), "supporter,admin");
    assert_eq!(run(&["flags", "ada", "+tester", "-admin"]), "tester,supporter");
    let Verdict::User(user) = server.verify(&token).await else { panic!("not taken") };
    assert_eq!(user.flags, 3);

    run(&["suspend", "ada"]);
    assert_eq!(server.verify(&token).await, Verdict::Suspended);
    let listed: Value = serde_json::from_str(&run(&["list", "--json"])).unwrap();
    assert_eq!((&listed["username"], &listed["suspended"]), (&"Ada".into(), &true.into()));
    assert_eq!(listed["tokens"][0]["label"], "phone");
    assert!(!listed.to_string().contains(&token) && !listed.to_string().contains("argon2"));
    assert!(run(&["list"]).contains("SUSPENDED"));
    run(&["unsuspend", "ada"]);
    assert!(matches!(server.verify(&token).await, Verdict::User(_)));
    assert_eq!(run(&["revoke", "ada"]), "1 revoked");
    assert_eq!(server.verify(&token).await, Verdict::Invalid);
}

#[test]
fn what_cannot_be_done_is_told_on_stderr_and_changes_nothing() {
    let place = Place::new();
    let data = place.path();
    let cases: [(&[&str], &str, &str); 9] = [
        (&["create", "ab"], "", "between 3 and 32"),
        (&["create", "ada", "--password-stdin"], "short\n", "between 8 and 128"),
        (&["create", "ada", "--password-stdin"], "", "between 8 and 128"),
        (&["token", "nobody"], "", "no account named nobody"),
        (&["suspend", "nobody"], "", "no account named nobody"),
        (&["flags", "nobody", "supporter"], "", "+supporter"),
        (&["flags", "nobody", "+owner"], "", "+supporter"),
        (&["token", "nobody", "--days", "0"], "", "days"),
        (&["token", "nobody", "--label", "two\nlines"], "", "label"),
    ];
    for (arguments, input, word) in cases {
        let outcome = account(&data, arguments, input);
        assert!(!outcome.done && outcome.out.is_empty(), "{arguments:?}: {}", outcome.out);
        assert!(outcome.error.contains(word), "{arguments:?}: {}", outcome.error);
    }
    assert_eq!(account(&data, &["list"], "").out, "");
    let mistyped = data.join("mistyped");
    let outcome = account(&mistyped, &["list"], "");
    assert!(!outcome.done && outcome.error.contains("no data directory"), "{}", outcome.error);
    assert!(!mistyped.exists());
}
