//! The page in a real browser: it shows what the view says, over nothing but transparency.
//!
//! These need Chromium and the built page, so `cargo xtask test` and `cargo xtask e2e` run them; by hand:
//! `cargo nextest run -p hearth-overlay --run-ignored only`. Photographs are kept in `overlay` below the
//! temporary folder of cargo's target.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod browser;
#[path = "browser/people.rs"]
mod people;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use browser::Browser;
use hearth_clock::Clock;
use hearth_overlay::{Overlay, OverlayActivity, OverlayOptions, OverlayStage, OverlayView};
use tokio::sync::watch;

const WIDE: (u32, u32) = (1280, 160);

struct Stream {
    overlay: Overlay,
    views: watch::Sender<OverlayView>,
    page: Browser,
}

async fn stream(view: OverlayView, query: &str, (width, height): (u32, u32)) -> Stream {
    let (views, receiver) = watch::channel(view);
    let options = OverlayOptions { port: 0, ..OverlayOptions::default() };
    let overlay = Overlay::start(options, receiver).await.unwrap();
    let url = format!("{}{query}", overlay.url());
    let page = Browser::open(Arc::new(Clock::new()), &url, width, height).await.unwrap();
    page.until("document.querySelector('.there .scene') !== null").await.unwrap();
    page.ask("document.fonts.ready.then(() => true)").await.unwrap();
    Stream { overlay, views, page }
}

impl Stream {
    async fn says(&self, name: &str) -> Vec<String> {
        let all = format!("[...document.querySelectorAll('[data-test={name}]')].map((it) => it.textContent)");
        serde_json::from_value(self.page.ask(&all).await.unwrap()).unwrap()
    }

    async fn until_it_says(&self, name: &str, what: &[&str]) {
        let all = format!("[...document.querySelectorAll('[data-test={name}]')].map((it) => it.textContent)");
        let what = serde_json::to_string(what).unwrap();
        self.page.until(&format!("JSON.stringify({all}) === '{what}'")).await.unwrap();
    }

    /// Waits until everything has arrived where it goes, then photographs it over nothing.
    async fn pixels(&self, name: &str) -> Picture {
        let still = "document.getAnimations().every((each) => each.playState !== 'running')";
        self.page.until(still).await.unwrap();
        let png = self.page.photograph().await.unwrap();
        keep(name, &png);
        Picture::of(&png)
    }

    /// Photographs it over something like a film.
    async fn over_video(&self, name: &str) {
        let grounds = [
            ("checker", "repeating-conic-gradient(#46433f 0 25%, #33312e 0 50%) 0 0/32px 32px"),
            ("bright", "linear-gradient(100deg, #ffffff, #ffe9a8 30%, #9fd8ff 65%, #ffffff)"),
        ];
        self.page
            .until("document.getAnimations().every((each) => each.playState !== 'running')")
            .await
            .unwrap();
        for (ground, background) in grounds {
            if ground == "bright" && !name.starts_with("strip") && name != "pale" {
                continue;
            }
            self.page
                .ask(&format!("void (document.documentElement.style.background = '{background}')"))
                .await
                .unwrap();
            keep(&format!("{name}.{ground}"), &self.page.photograph().await.unwrap());
        }
        self.page.ask("void (document.documentElement.style.background = '')").await.unwrap();
    }
}

fn keep(name: &str, png: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("overlay");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
}

struct Picture {
    rgba: Vec<u8>,
    width: usize,
}

impl Picture {
    fn of(png: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder
            .set_transformations(png::Transformations::ALPHA | png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().unwrap();
        let mut rgba = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgba).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgba);
        Self { rgba, width: info.width as usize }
    }

    fn alpha(&self, x: usize, y: usize) -> u8 {
        self.rgba[(y * self.width + x) * 4 + 3]
    }

    fn is_empty(&self) -> bool {
        self.rgba.chunks(4).all(|pixel| pixel[3] == 0)
    }
}

#[tokio::test]
#[ignore = "needs Chromium and the built page"]
async fn the_strip_shows_what_the_view_says() {
    let stream = stream(people::chilling(), "", WIDE).await;
    assert_eq!(stream.says("stage").await, ["Chilling"]);
    assert_eq!(stream.says("value").await, ["Sesh 14"]);
    assert_eq!(stream.says("name").await, ["Rowan", "Mika", "Theo", "June", "Sol"]);
    assert_eq!(stream.says("status").await, ["Idle", "Idle", "Idle", "Away", "Idle"]);
    assert_eq!(stream.says("celsius").await, ["77°", "79°", "81°", "84°"]);

    stream.views.send_replace(people::awaiting());
    stream.until_it_says("status", &["Ready", "Ready", "Ready", "Away", "Not yet"]).await;
    assert_eq!(stream.says("value").await, ["3 of 4"]);

    stream.views.send_replace(people::countdown());
    stream.until_it_says("count", &["3"]).await;
    stream.until_it_says("count", &["2"]).await;
    stream.until_it_says("count", &["1"]).await;

    stream.views.send_replace(people::seshing(34.0));
    stream.until_it_says("stage", &["Seshing"]).await;
    stream.until_it_says("value", &["0:35"]).await;
    let statuses = stream.says("status").await;
    assert!(statuses.iter().any(|status| status.starts_with("0:")), "{statuses:?}");

    stream.views.send_replace(people::ended());
    stream.until_it_says("stage", &["That was it"]).await;
    assert_eq!(stream.says("status").await, ["Fading", "Fading", "Asleep", "Away", "Lost signal"]);
    assert_eq!(stream.page.complaints(), [] as [&str; 0]);
}

#[tokio::test]
#[ignore = "needs Chromium and the built page"]
async fn around_and_through_the_chips_the_picture_shows() {
    let stream = stream(people::chilling(), "?position=top-left", WIDE).await;
    let there = stream.pixels("transparent").await;
    assert_eq!(there.alpha(1279, 159), 0);
    assert_eq!(there.alpha(4, 4), 0);
    // Inside the first chip, away from its words: 86 %.
    assert_eq!(there.alpha(40, 110), 219);

    stream.overlay.stop().await;
    stream.page.until("getComputedStyle(document.querySelector('.page')).opacity === '0'").await.unwrap();
    let gone = Picture::of(&stream.page.photograph().await.unwrap());
    assert!(gone.is_empty(), "something is left on the picture");
}

#[tokio::test]
#[ignore = "needs Chromium and the built page"]
async fn it_comes_back_with_hearth() {
    let Stream { overlay, page, .. } = stream(people::chilling(), "", WIDE).await;
    let (port, key) = (overlay.port(), overlay.key());
    overlay.stop().await;
    page.until("document.querySelector('.there') === null").await.unwrap();
    let (_views, receiver) = watch::channel(people::awaiting());
    let _again =
        Overlay::start(OverlayOptions { port, key, ..OverlayOptions::default() }, receiver).await.unwrap();
    page.until("document.querySelector('.there [data-stage=awaiting]') !== null").await.unwrap();
}

#[tokio::test]
#[ignore = "needs Chromium and the built page"]
async fn an_address_chooses_its_own_look() {
    let query = "?layout=chart&names=0&accent=00ff88&scale=1.5";
    let Stream { page, views, .. } = &stream(people::seshing(5.0), query, (1000, 460)).await;
    for tick in 1..8_u8 {
        views.send_replace(people::seshing(5.0 + f32::from(tick)));
        tokio::time::sleep(Duration::from_millis(260)).await;
    }
    page.until("document.querySelectorAll('[data-test=curves] path').length === 4").await.unwrap();
    assert_eq!(page.ask("document.querySelectorAll('[data-test=name]').length").await.unwrap(), 0);
    let zoom = page.ask("getComputedStyle(document.querySelector('.scene')).zoom").await.unwrap();
    assert_eq!(zoom, "1.5");
    assert_eq!(page.complaints(), [] as [&str; 0]);
}

#[tokio::test]
#[ignore = "needs Chromium and the built page"]
async fn a_page_that_comes_late_has_the_curves_from_the_start() {
    let (views, receiver) = watch::channel(people::seshing(0.0));
    let options = OverlayOptions { port: 0, ..OverlayOptions::default() };
    let overlay = Overlay::start(options, receiver).await.unwrap();
    for tick in 1..=6_u8 {
        tokio::time::sleep(Duration::from_millis(510)).await;
        views.send_replace(people::seshing(f32::from(tick) / 2.0));
    }
    let url = format!("{}?layout=chart", overlay.url());
    let page = Browser::open(Arc::new(Clock::new()), &url, 700, 320).await.unwrap();
    page.until("document.querySelectorAll('[data-test=curves] path').length === 4").await.unwrap();
    let points =
        page.ask("document.querySelector('[data-test=curves] path').getAttribute('d').split('L').length");
    assert!(points.await.unwrap().as_u64().unwrap() >= 5);
}

#[tokio::test]
#[ignore = "needs Chromium and the built page"]
async fn every_state_is_photographed() {
    let stream = stream(people::chilling(), "", WIDE).await;
    let photographs = [
        ("chilling", people::chilling()),
        ("awaiting", people::awaiting()),
        ("countdown", OverlayView { countdown_ms: Some(60_000), ..people::countdown() }),
        ("heating", people::seshing(14.0)),
        ("seshing", people::seshing(34.0)),
        ("ended", people::ended()),
    ];
    for (layout, (width, height)) in [("strip", WIDE), ("single", (300, 300)), ("chart", (700, 330))] {
        for (name, view) in &photographs {
            let size = serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            stream.page.call("Emulation.setDeviceMetricsOverride", size).await.unwrap();
            if layout == "chart" && *name == "heating" {
                film_curves(&stream).await;
            }
            stream.views.send_replace(view.clone());
            stream.page.go(&format!("{}?layout={layout}", stream.overlay.url())).await.unwrap();
            let stage = serde_json::to_value(view.stage).unwrap();
            let shown = format!(
                "document.querySelector('.there [data-layout={layout}][data-stage={}]') !== null",
                stage.as_str().unwrap()
            );
            stream.page.until(&shown).await.unwrap();
            stream.page.ask("document.fonts.ready.then(() => true)").await.unwrap();
            stream.over_video(&format!("{layout}-{name}")).await;
        }
    }
    let mut hidden = people::seshing(34.0);
    hidden.look.names = false;
    hidden.look.temperatures = false;
    stream.views.send_replace(hidden);
    for (name, query) in [
        ("hidden", ""),
        ("pale", "?chips=0"),
        ("large", "?scale=1.6&position=top"),
        ("hidden-single", "?layout=single"),
    ] {
        stream.page.go(&format!("{}{query}", stream.overlay.url())).await.unwrap();
        let size =
            serde_json::json!({ "width": 1280, "height": 400, "deviceScaleFactor": 1, "mobile": false });
        stream.page.call("Emulation.setDeviceMetricsOverride", size).await.unwrap();
        stream.page.until("document.querySelector('.there .scene') !== null").await.unwrap();
        stream.over_video(name).await;
    }
    let mut asleep = people::chilling();
    asleep.stage = OverlayStage::Alone;
    asleep.members.truncate(1);
    asleep.members[0].activity = OverlayActivity::Active;
    asleep.members[0].celsius = Some(284.6);
    asleep.members[0].left_s = Some(25.9);
    asleep.members[0].hold_s = Some(40.0);
    stream.views.send_replace(asleep);
    stream.page.until("document.querySelector('.there [data-stage=alone]') !== null").await.unwrap();
    stream.over_video("alone").await;
    assert_eq!(stream.page.complaints(), [] as [&str; 0]);
}

/// A sesh from its start, faster than it would be: the server notes the curves.
async fn film_curves(stream: &Stream) {
    for tick in 0..=34_u8 {
        stream.views.send_replace(people::seshing(f32::from(tick)));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
