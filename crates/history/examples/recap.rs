//! Measures: keeps a sesh of twenty for three minutes and reads its recap, in a history of a year.
//! `cargo run --release -p hearth-history --example recap`.
#![expect(clippy::print_stdout, reason = "it tells what it measured")]

use std::time::{Duration, Instant};

use hearth_clock::Clock;
use hearth_history::*;

/// 2026-11-21T17:04:05Z.
const NOW: i64 = 1_795_280_645_000;
const DAY: i64 = 24 * 3_600_000;

fn sesh(began_ms: i64, members: u32, ended: bool) -> SeshWrite {
    let member = |n: u32| Member {
        name: format!("Member {n}"),
        own: n == 0,
        curve: (0..720)
            .map(|s| Sample { ms: s * 250 + n, tenths: 250 + (s * 30).min(2_600) as i32 + (s % 7) as i32 })
            .collect(),
        ..Member::default()
    };
    SeshWrite {
        key: SeshKey(began_ms),
        gateway: "puff.social".into(),
        group: "Friday".into(),
        number: Some(15),
        began_ms,
        known_ms: began_ms + 180_000,
        ended,
        skew_ms: Some(84),
        members: (0..members).map(member).collect(),
    }
}

fn dab(at_ms: i64) -> Write {
    let device = Device { key: "ember".into(), name: "Ember".into(), model: "Peak Pro".into() };
    Write::Dab(DabWrite {
        device,
        began_ms: at_ms - 22_000,
        at_ms,
        sesh: None,
        profile: Profile { slot: Some(1), name: Some("Low".into()) },
        target_celsius: Some(283.0),
        peak_celsius: Some(286.0),
        time_to_temp_ms: Some(22_000),
        held_ms: Some(45_000),
        boosts: 0,
        ending: Ending::Completed,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = Clock::new();
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("history.sqlite");
    let store = Store::open(&file).await?;
    for day in 1..=365 {
        let mut writes: Vec<Write> = (0..10).map(|n| dab(NOW - day * DAY + n * 600_000)).collect();
        writes.push(Write::Sesh(sesh(NOW - day * DAY, 5, true)));
        store.apply(&writes).await?;
    }
    let mut told = Told { clock: &clock, name: "", took: Vec::new() };
    for n in 0..20 {
        let began = NOW + n * 1_000_000;
        told.begin("keep a sesh of twenty under way (every 4 s)");
        let at = told.at();
        store.apply(&[Write::Sesh(sesh(began, 20, false))]).await?;
        told.end(at);
    }
    told.tell();
    for n in 20..40 {
        told.begin("insert a sesh of twenty, 3 minutes");
        let at = told.at();
        store.apply(&[Write::Sesh(sesh(NOW + n * 1_000_000, 20, true))]).await?;
        told.end(at);
    }
    told.tell();
    let calendar = Calendar::named("Europe/Berlin")?;
    let later = NOW + DAY;
    let page = store.seshes(Range::All, &calendar, later, Page::first(40)).await?;
    for row in page.seshes.iter().take(20) {
        told.begin("read its recap");
        let at = told.at();
        let recap = store.recap(row.id).await?.ok_or("no recap")?;
        told.end(at);
        assert_eq!(recap.sesh.members[19].curve.len(), 720);
    }
    told.tell();
    for _ in 0..20 {
        told.begin("figures of everything (3,650 dabs), and forty seshes");
        let at = told.at();
        store.figures(Range::All, &calendar, later).await?;
        store.seshes(Range::All, &calendar, later, Page::first(40)).await?;
        told.end(at);
    }
    told.tell();
    for row in page.seshes.iter().take(5) {
        told.begin("delete a sesh for good");
        let at = told.at();
        store.erase_sesh(row.id).await?;
        told.end(at);
    }
    told.tell();
    for form in [Export::Csv, Export::Json] {
        told.begin(if form == Export::Csv { "export CSV" } else { "export JSON" });
        let at = told.at();
        let mut out = Vec::new();
        store.export(form, &calendar, later, &mut out).await?;
        told.end(at);
        told.tell();
        println!("  {} KiB", out.len() / 1024);
    }
    store.close().await;
    drop(store);
    told.begin("open");
    let at = told.at();
    let store = Store::open(&file).await?;
    told.end(at);
    told.tell();
    store.close().await;
    println!("  {} KiB on the disk", std::fs::metadata(&file)?.len() / 1024);
    Ok(())
}

/// Times of one thing.
struct Told<'a> {
    clock: &'a Clock,
    name: &'static str,
    took: Vec<Duration>,
}

impl Told<'_> {
    fn begin(&mut self, name: &'static str) {
        self.name = name;
    }

    fn at(&self) -> Instant {
        self.clock.now().instant
    }

    fn end(&mut self, at: Instant) {
        self.took.push(self.at().saturating_duration_since(at));
    }

    fn tell(&mut self) {
        self.took.sort_unstable();
        let ms = |duration: &Duration| duration.as_secs_f64() * 1_000.0;
        if let (Some(middle), Some(longest)) = (self.took.get(self.took.len() / 2), self.took.last()) {
            println!("{:<55} median {:8.2} ms   longest {:8.2} ms", self.name, ms(middle), ms(longest));
        }
        self.took.clear();
    }
}
