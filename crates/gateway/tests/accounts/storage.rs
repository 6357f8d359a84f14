//! What the files hold, after ends of every kind and with several programs at once.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hearth_gateway::accounts::{
    Accounts, FlagChange, LoginError, OpenError, RegisterError, Registration, Username,
};
use hearth_gateway::hub::Verdict;
use hearth_gateway::verify::Verifier;

use crate::place::{PASSWORD, Place, password, register};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[tokio::test]
async fn what_was_told_to_have_happened_survives_a_power_cut() {
    let (before, after) = (Place::new(), Place::new());
    let accounts = before.open().await;
    let ada = register(&accounts, "ada").await;
    let (token, _) = accounts.create_token("ada", "phone", DAY).await.unwrap();
    accounts.set_suspended("ada", true).await.unwrap();
    // The files as they are in this moment: nothing was closed, the log is not yet in the database.
    copy(&before.path(), &after.path());
    assert!(before.path().join("accounts.sqlite-wal").metadata().unwrap().len() > 0);
    let reopened = after.open().await;
    assert_eq!(reopened.find("ada").await.unwrap().id, ada.id);
    assert_eq!(reopened.verify(token.reveal()).await, Verdict::Suspended);
}

#[tokio::test]
async fn a_log_that_was_cut_short_costs_the_last_change_at_most() {
    let (before, after) = (Place::new(), Place::new());
    let accounts = before.open().await;
    register(&accounts, "ada").await;
    copy(&before.path(), &after.path());
    register(&accounts, "brian").await;
    let log = std::fs::read(before.path().join("accounts.sqlite-wal")).unwrap();
    std::fs::write(after.path().join("accounts.sqlite-wal"), &log[..log.len() - 100]).unwrap();
    let reopened = after.open().await;
    assert!(reopened.find("ada").await.is_ok());
    assert!(reopened.find("brian").await.is_err());
    register(&reopened, "brian").await;
}

#[tokio::test]
async fn accounts_tokens_and_signed_tokens_outlive_a_restart() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let (token, _) = accounts.create_token("ada", "phone", DAY).await.unwrap();
    let signed = accounts.login("ada", password(PASSWORD)).await.unwrap();
    accounts.close().await;
    let reopened = place.open().await;
    for token in [token.reveal(), &signed.access_token] {
        assert!(matches!(reopened.verify(token).await, Verdict::User(user) if user.name == "ada"));
    }
}

#[tokio::test]
async fn a_name_is_taken_however_it_is_capitalised_and_by_one_of_many_at_once() {
    let place = Place::new();
    let (first, second) = (place.open().await, place.open().await);
    let attempt = |accounts: &Arc<Accounts>, name: &str| {
        let accounts = Arc::clone(accounts);
        let username = Username::parse(name).unwrap();
        tokio::spawn(async move {
            let registration = Registration { username, password: None, email: None, display_name: None };
            accounts.register(registration).await
        })
    };
    let attempts = [("Ada", &first), ("ada", &second), ("ADA", &first), ("aDa", &second)];
    let attempts: Vec<_> = attempts.into_iter().map(|(name, accounts)| attempt(accounts, name)).collect();
    let mut made = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(RegisterError::Taken) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(first.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn programs_that_start_at_once_agree_on_tables_and_key() {
    let place = Place::new();
    let opened = futures::future::join_all((0..8).map(|_| place.open())).await;
    register(&opened[0], "ada").await;
    let signed = opened[1].login("ada", password(PASSWORD)).await.unwrap();
    for accounts in &opened {
        assert!(matches!(accounts.verify(&signed.access_token).await, Verdict::User(_)));
    }
}

#[tokio::test]
async fn changes_by_another_program_are_found_in_their_order() {
    let place = Place::new();
    let (server, host) = (place.open().await, place.open().await);
    register(&server, "ada").await;
    let mut changes = server.changes(Duration::ZERO).await.unwrap();
    assert_eq!(changes.poll().await.unwrap(), []);
    register(&host, "brian").await;
    host.set_suspended("ada", true).await.unwrap();
    host.change_flags("brian", &["+admin".parse::<FlagChange>().unwrap()]).await.unwrap();
    let found = changes.next().await;
    let names: Vec<_> = found.iter().map(|account| account.username.as_str()).collect();
    assert_eq!(names, ["ada", "brian"], "two changes of one account are told as the latter");
    assert!(found[0].puff_user().is_suspended() && found[1].puff_user().is_admin());
    assert_eq!(changes.poll().await.unwrap(), []);
}

#[tokio::test]
async fn a_server_that_comes_back_hears_what_changed_while_it_was_away() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    register(&accounts, "brian").await;
    place.pass(DAY);
    accounts.set_suspended("ada", true).await.unwrap();
    place.pass(Duration::from_secs(30));
    let mut changes = accounts.changes(Duration::from_secs(60)).await.unwrap();
    let missed = changes.next().await;
    assert_eq!(missed.len(), 1);
    assert!(missed[0].username == "ada" && missed[0].suspended);
    assert_eq!(changes.poll().await.unwrap(), []);
}

#[tokio::test]
async fn accounts_in_memory_are_gone_with_their_server() {
    let place = Place::new();
    let accounts = Accounts::open(None, Arc::clone(&place.clock)).await.unwrap();
    register(&accounts, "ada").await;
    assert!(accounts.login("Ada", password(PASSWORD)).await.is_ok());
    let others = Accounts::open(None, Arc::clone(&place.clock)).await.unwrap();
    assert!(matches!(others.login("ada", password(PASSWORD)).await, Err(LoginError::Wrong)));
}

#[tokio::test]
async fn a_damaged_or_newer_database_is_not_touched() {
    let place = Place::new();
    std::fs::write(place.path().join("accounts.sqlite"), [b'x'; 8192]).unwrap();
    let opened = Accounts::open(Some(&place.path()), Arc::clone(&place.clock)).await;
    assert!(matches!(opened, Err(OpenError::Storage(_))), "{opened:?}");
    assert_eq!(std::fs::read(place.path().join("accounts.sqlite")).unwrap(), [b'x'; 8192]);

    let place = Place::new();
    place.open().await.close().await;
    let file = place.path().join("accounts.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let opened = Accounts::open(Some(&place.path()), Arc::clone(&place.clock)).await;
    assert!(matches!(opened, Err(OpenError::Version(_))), "{opened:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    for file in std::fs::read_dir(place.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} {mode:o}", file.file_name());
    }
}
