//! The overlay for streams in a whole companion: a device's event is on the page's socket at once.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod waiting;

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_clock::Clock;
use hearth_companion::contract::{Command, Event, LinkView, OverlayStatus};
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use waiting::{overlay_url, serve_overlay, until};

async fn overlay(
    events: &mut BoxStream<'static, Event>,
    is: impl Fn(&OverlayStatus) -> bool,
) -> OverlayStatus {
    until(events, |event| match event {
        Event::Overlay { overlay } if is(&overlay) => Some(overlay),
        _ => None,
    })
    .await
}

/// A companion with a simulated device and the overlay on.
async fn with_overlay() -> (tempfile::TempDir, Companion, BoxStream<'static, Event>, String) {
    let directory = tempfile::tempdir().unwrap();
    serve_overlay(directory.path());
    let options = Options {
        data_dir: Some(directory.path().to_owned()),
        radios: RadioChoice { bluetooth: false, simulated: vec![demo_device()] },
        ..Options::ephemeral()
    };
    let companion = Companion::start(options).await;
    let mut events = companion.subscribe();
    let url = overlay_url(&mut events).await;
    (directory, companion, events, url)
}

#[tokio::test]
async fn a_press_of_the_button_is_on_the_page() {
    let (_directory, companion, mut events, url) = with_overlay().await;
    companion.command(Command::StartScan);
    let id = until(&mut events, |event| match event {
        Event::Scan { scan } => scan.found.first().map(|found| found.id.clone()),
        _ => None,
    })
    .await;
    companion.command(Command::ConnectDevice { id: id.clone() });
    until(&mut events, |event| match event {
        Event::Devices { devices } => {
            devices.into_iter().find(|it| it.link == LinkView::Ready && it.profiles.len() == 4)
        }
        _ => None,
    })
    .await;
    let mut request = format!("{}live", url.replacen("http", "ws", 1)).into_client_request().unwrap();
    let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
    request.headers_mut().insert("origin", origin.parse().unwrap());
    let (mut page, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    overlay(&mut events, |overlay| overlay.pages == 1).await;

    let clock = Clock::new();
    let pressed = clock.now().instant;
    companion.command(Command::PressButton { id });
    let story = async {
        loop {
            let said = page.next().await.unwrap().unwrap();
            if said.to_text().unwrap().contains(r#""activity":"selecting""#) {
                return clock.now().instant.saturating_duration_since(pressed);
            }
        }
    };
    let took = tokio::time::timeout(Duration::from_secs(10), story).await.unwrap();
    assert!(took < Duration::from_secs(1), "{took:?}");
    companion.shutdown().await;
}

#[tokio::test]
async fn a_new_key_ends_the_address_of_before() {
    let (directory, companion, mut events, before) = with_overlay().await;
    companion.command(Command::NewOverlayKey);
    let now = overlay(&mut events, |overlay| overlay.url.as_ref() != Some(&before)).await.url.unwrap();
    assert_eq!(now.len(), before.len());
    companion.shutdown().await;
    let kept = std::fs::read_to_string(directory.path().join("companion.json")).unwrap();
    for url in [before, now] {
        assert!(!kept.contains(url.split('/').nth(3).unwrap()), "no key is in a file");
    }
}
