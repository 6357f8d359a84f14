//! Measures how long it takes from an event to changed pixels: a view goes into the real server, the real page is
//! filmed in a headless Chromium, and the clock stops when a frame with other pixels has arrived here.
//!
//! What is measured is more than what a streaming program needs, because each frame is also encoded as PNG and
//! sent over the debugging socket. `cargo xtask bench overlay [EVENTS]`.

#[path = "../tests/browser/mod.rs"]
mod browser;
#[path = "../tests/browser/people.rs"]
mod people;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use browser::Browser;
use hearth_clock::Clock;
use hearth_overlay::{Overlay, OverlayActivity, OverlayMember, OverlayOptions, OverlayView};
use tokio::sync::watch;

/// Events of each row, unless said.
const EVENTS: u32 = 40;

/// Nothing may have moved for so long before an event: longer than the arc takes from one temperature to the next.
const STILL: Duration = Duration::from_millis(400);

/// An event that shows nothing in this time was lost.
const LOST: Duration = Duration::from_secs(3);

/// What the page should do.
const GOAL: Duration = Duration::from_millis(100);

/// What happens to this person's device.
#[derive(Clone, Copy)]
enum Happening {
    /// It gets warmer by less than a degree of the scale.
    Warmer,
    /// It reaches its temperature, or heats again.
    Activity,
    /// Nothing: the browser is told over its debugging socket to draw a line. What this takes is the instrument's
    /// and the computer's share of the other rows.
    BrowserAlone,
}

struct Row {
    name: &'static str,
    query: &'static str,
    size: (u32, u32),
    people: u32,
    happening: Happening,
}

const ROWS: [Row; 7] = [
    Row {
        name: "(the browser alone)",
        query: "",
        size: (1280, 240),
        people: 5,
        happening: Happening::BrowserAlone,
    },
    Row { name: "strip, temperature", query: "", size: (1280, 240), people: 5, happening: Happening::Warmer },
    Row {
        name: "strip, heat state",
        query: "",
        size: (1280, 240),
        people: 5,
        happening: Happening::Activity,
    },
    Row {
        name: "strip of 20, temperature",
        query: "",
        size: (1280, 480),
        people: 20,
        happening: Happening::Warmer,
    },
    Row {
        name: "single, temperature",
        query: "?layout=single",
        size: (300, 300),
        people: 5,
        happening: Happening::Warmer,
    },
    Row {
        name: "single, heat state",
        query: "?layout=single",
        size: (300, 300),
        people: 5,
        happening: Happening::Activity,
    },
    Row {
        name: "chart, stage",
        query: "?layout=chart",
        size: (700, 330),
        people: 5,
        happening: Happening::Activity,
    },
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let events = match std::env::args().nth(1) {
        Some(text) => text.parse().context("how many events?")?,
        None => EVENTS,
    };
    let mut out = std::io::stdout();
    writeln!(out, "| what | events | p50 ms | p95 ms | max ms |\n|---|---|---|---|---|")?;
    let mut met = true;
    for row in ROWS {
        let mut times = measure(&row, events).await.with_context(|| row.name)?;
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share).div_ceil(100).max(1) - 1];
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        met &= at(95) <= GOAL || matches!(row.happening, Happening::BrowserAlone);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            row.name,
            times.len(),
            ms(at(50)),
            ms(at(95)),
            ms(at(100))
        )?;
    }
    writeln!(out, "\nThe goal, 100 ms at p95 in every row, is {}.", if met { "met" } else { "not met" })?;
    Ok(())
}

async fn measure(row: &Row, events: u32) -> anyhow::Result<Vec<Duration>> {
    if events == 0 {
        bail!("without events there is nothing to measure");
    }
    let clock = Arc::new(Clock::new());
    let (views, receiver) = watch::channel(view(row.people));
    let options = OverlayOptions { port: 0, ..OverlayOptions::default() };
    let overlay = Overlay::start(options, receiver).await?;
    let url = format!("{}{}", overlay.url(), row.query);
    let mut page = Browser::open(Arc::clone(&clock), &url, row.size.0, row.size.1).await?;
    page.until("document.querySelector('.there .scene') !== null").await?;
    page.ask("document.fonts.ready.then(() => true)").await?;
    page.film().await?;
    let mut picture = page.frame(LOST).await.context("there is no picture")?.picture;
    let mut times = Vec::new();
    for event in 0..events {
        // Whatever still moves is from before.
        while let Some(frame) = page.frame(STILL).await {
            picture = frame.picture;
        }
        // Not in step with the frames of the page.
        tokio::time::sleep(Duration::from_millis(u64::from(event * 7 % 17))).await;
        let begun = clock.now().instant;
        if let Happening::BrowserAlone = row.happening {
            page.ask("void (document.body.style.borderTop = `${1 + Math.random()}px solid rgb(${Math.random() * 255} 0 0)`)")
                .await?;
        } else {
            views.send_modify(|view| happen(view, row.happening));
        }
        let changed = loop {
            let frame = page.frame(LOST).await.context("an event was not shown")?;
            if frame.picture != picture {
                break frame;
            }
        };
        picture = changed.picture;
        times.push(changed.at.saturating_duration_since(begun));
    }
    overlay.stop().await;
    Ok(times)
}

/// This person's device heats, and nothing on the page counts: without an event no pixel changes.
fn view(people: u32) -> OverlayView {
    let mut view = people::awaiting();
    let more = |id| OverlayMember { id, me: false, ..view.members[4].clone() };
    let more: Vec<_> = (6..=people).map(more).collect();
    view.members.extend(more);
    view.members[0].activity = OverlayActivity::Preheat;
    view.members[0].celsius = Some(120.0);
    view
}

fn happen(view: &mut OverlayView, happening: Happening) {
    let device = &mut view.members[0];
    match happening {
        Happening::Warmer => {
            let celsius = device.celsius.unwrap_or_default();
            device.celsius = Some(if celsius > 270.0 { 120.0 } else { celsius + 0.7 });
        }
        Happening::Activity if device.activity == OverlayActivity::Preheat => {
            device.activity = OverlayActivity::Active;
            view.ready += 1;
        }
        Happening::BrowserAlone => {}
        Happening::Activity => {
            device.activity = OverlayActivity::Preheat;
            view.ready -= 1;
        }
    }
}
