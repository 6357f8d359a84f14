//! Exports: what is in them, and what is not.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use hearth_history::*;
use kept::*;

async fn exported(form: Export) -> String {
    let place = Place::new();
    let store = place.open().await;
    let began = NOW - DAY;
    let name = |name: &str| Device { name: name.into(), ..device("secret-key") };
    let own = DabWrite { device: name("=cmd()"), sesh: Some(SeshKey(began)), ..seen(began + 21_500) };
    store.apply(&[Write::Sesh(sesh(began, "Friday, late")), Write::Dab(own)]).await.unwrap();
    store.apply(&[line(began, 0, LineKind::Reaction, "🔥")]).await.unwrap();
    store.apply(&[Write::RecentGroup(group("q7xk2m", NOW))]).await.unwrap();
    store.take_log(&device("other"), &reading(vec![logged(5, NOW - 2 * DAY)])).await.unwrap();
    let mut out = Vec::new();
    store.export(form, &Calendar::named("Europe/Berlin").unwrap(), NOW, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn a_table_has_a_line_a_dab_oldest_first() {
    let table = exported(Export::Csv).await;
    let lines: Vec<&str> = table.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[1],
        "2026-11-19T18:04:05+01:00,Ember,Peak Pro,,2,283.0,288.8,21.6,44.9,1,completed,,,log"
    );
    assert_eq!(
        lines[2],
        "2026-11-20T18:04:26+01:00,'=cmd(),Peak Pro,Low,2,283.1,286.4,22.0,45.0,0,completed,\"Friday, late\",15,live"
    );
}

#[tokio::test]
async fn everything_is_in_the_documented_form() {
    let text = exported(Export::Json).await;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"hearth-history".into(), &1.into()));
    assert_eq!(json["exported"], "2026-11-21T18:04:05+01:00");
    let dab = &json["dabs"][1];
    assert_eq!((&dab["source"], &dab["target_celsius"]), (&"live".into(), &serde_json::json!(283.1)));
    assert_eq!(json["devices"][dab["device"].as_u64().unwrap() as usize]["name"], "=cmd()");
    let sesh = &json["seshes"][0];
    assert_eq!(dab["sesh"], sesh["id"]);
    assert_eq!((&sesh["skew_ms"], &sesh["members"][1]["name"]), (&84.into(), &"Mika".into()));
    assert_eq!(sesh["members"][1]["curve"][1], serde_json::json!([250, 28.1]));
    assert_eq!(sesh["lines"][0]["text"], "🔥");
}

#[tokio::test]
async fn no_export_has_invitations_or_keys() {
    for form in [Export::Csv, Export::Json] {
        let text = exported(form).await;
        assert!(!text.contains("q7xk2m") && !text.contains("secret-key"), "{text}");
    }
}

#[tokio::test]
async fn where_it_cannot_be_written_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let place = Place::new();
    let store = place.open().await;
    for form in [Export::Csv, Export::Json] {
        let error = store.export(form, &utc(), NOW, &mut Full).await.unwrap_err();
        assert_eq!(error.code(), "export_failed");
    }
}
