//! Serves the overlay for streams, on a task of its own: its start waits for the keychain, which may wait for the
//! person.

use std::time::Duration;

use hearth_overlay::{Key, Overlay, OverlayError, OverlayOptions, OverlayView, PREFERRED_PORT};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use crate::controller::{Input, OverlayReport, OverlayWish};
use crate::secrets::{Secret, SecretName, Secrets};

/// How often pages are counted.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// The overlay, served or not.
pub(super) struct OverlayServer {
    views: watch::Sender<OverlayView>,
    wishes: mpsc::UnboundedSender<OverlayWish>,
}

impl OverlayServer {
    pub(super) fn new(secrets: Secrets, inputs: mpsc::UnboundedSender<Input>) -> Self {
        let views = watch::Sender::new(OverlayView::default());
        let (wishes, queue) = mpsc::unbounded_channel();
        let serving = Serving { overlay: None, pages: 0, views: views.subscribe(), secrets, inputs };
        tokio::spawn(serving.run(queue));
        Self { views, wishes }
    }

    pub(super) fn carry_out(&self, wish: OverlayWish) {
        match wish {
            OverlayWish::Show(view) => {
                self.views.send_replace(*view);
            }
            // The task ends after this.
            wish => drop(self.wishes.send(wish)),
        }
    }
}

struct Serving {
    overlay: Option<Overlay>,
    pages: u32,
    views: watch::Receiver<OverlayView>,
    secrets: Secrets,
    inputs: mpsc::UnboundedSender<Input>,
}

impl Serving {
    /// Until nobody wishes anything any more.
    async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<OverlayWish>) {
        let mut counts = tokio::time::interval(COUNT_EVERY);
        counts.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                wish = wishes.recv() => match wish {
                    Some(OverlayWish::Serve { port }) => self.serve(port).await,
                    Some(OverlayWish::Stop) => {
                        self.stop().await;
                        self.report(OverlayReport::Stopped);
                    }
                    Some(OverlayWish::NewKey) => self.change_key().await,
                    Some(OverlayWish::Show(_)) => {}
                    None => return self.stop().await,
                },
                _ = counts.tick(), if self.overlay.is_some() => self.count(),
            }
        }
    }

    async fn serve(&mut self, port: Option<u16>) {
        self.stop().await;
        let kept = self.secrets.get(SecretName::OverlayKey).await;
        let known = kept.as_ref().and_then(|secret| Key::parse(secret.reveal()));
        let options = OverlayOptions {
            port: port.unwrap_or(PREFERRED_PORT),
            key: known.clone(),
            ..OverlayOptions::default()
        };
        match Overlay::start(options, self.views.clone()).await {
            Ok(overlay) => {
                let (port, moved_from) = (overlay.port(), overlay.moved_from());
                self.report(OverlayReport::Served { url: overlay.url(), port, moved_from });
                let fresh = overlay.key().filter(|_| known.is_none());
                self.overlay = Some(overlay);
                if let Some(key) = fresh {
                    self.keep(&key).await;
                }
            }
            Err(OverlayError::PortsBusy(_)) => self.report(OverlayReport::PortsBusy),
            Err(error) => self.report(OverlayReport::Failed(error.to_string())),
        }
    }

    async fn change_key(&mut self) {
        let Some(overlay) = &self.overlay else { return };
        let report = match overlay.new_key() {
            Ok(key) => {
                let served =
                    OverlayReport::Served { url: overlay.url(), port: overlay.port(), moved_from: None };
                self.report(served);
                return self.keep(&key).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the overlay keeps its key");
                OverlayReport::SameKey
            }
        };
        self.report(report);
    }

    async fn keep(&self, key: &Key) {
        self.secrets.set(SecretName::OverlayKey, Secret::new(key.reveal())).await;
    }

    fn count(&mut self) {
        let pages = self.overlay.as_ref().map_or(0, Overlay::clients);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        if std::mem::replace(&mut self.pages, pages) != pages {
            self.report(OverlayReport::Pages(pages));
        }
    }

    async fn stop(&mut self) {
        self.pages = 0;
        if let Some(overlay) = self.overlay.take() {
            overlay.stop().await;
        }
    }

    fn report(&self, report: OverlayReport) {
        // Without a listener everything here ends.
        let _ = self.inputs.send(Input::Overlay(report));
    }
}
