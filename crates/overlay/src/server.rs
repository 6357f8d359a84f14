//! The web server: finds a port, keeps the key, and can be stopped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;

use crate::audience::Audience;
use crate::door::{self, Wish};
use crate::key::{Key, NoRandomness};
use crate::page;
use crate::socket;
use crate::view::OverlayView;

/// The port that is wanted unless said.
pub const PREFERRED_PORT: u16 = 7708;

/// Ports that are tried after the wanted one.
const MORE_PORTS: u16 = 9;

/// Pages at a time: sources of a streaming program, its preview, and a browser.
const PAGES: usize = 8;

/// How long connections get to end.
const ENDING: Duration = Duration::from_secs(1);

/// What the overlay starts with. Port and key are kept between starts, so that an address that somebody gave to
/// their streaming program stays good.
#[derive(Clone, Debug)]
pub struct OverlayOptions {
    /// The port that is wanted; 0: any.
    pub port: u16,
    /// The key; `None`: a new one.
    pub key: Option<Key>,
    /// How long a page may be silent or not take what it is sent, before it is let go.
    pub patience: Duration,
}

impl Default for OverlayOptions {
    fn default() -> Self {
        Self { port: PREFERRED_PORT, key: None, patience: Duration::from_secs(12) }
    }
}

/// Why there is no overlay.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    /// Other programs use the wanted port and the next ones: start with another port.
    #[error("other programs use the ports {} to {}", .0.start(), .0.end())]
    PortsBusy(RangeInclusive<u16>),
    /// This computer does not let the port be used; another port may work.
    #[error("the address for the overlay cannot be used: {0}")]
    Listen(#[from] io::Error),
    /// There can be no safe key now.
    #[error(transparent)]
    Key(#[from] NoRandomness),
}

/// The overlay, while it is served. Dropping it ends it at once.
#[derive(Debug)]
pub struct Overlay {
    port: u16,
    wanted: u16,
    keys: watch::Sender<Option<Key>>,
    seats: Arc<Semaphore>,
    ending: Arc<Notify>,
    server: JoinHandle<()>,
}

/// What a request needs to know.
#[derive(Clone)]
struct House {
    port: u16,
    keys: watch::Sender<Option<Key>>,
    seats: Arc<Semaphore>,
    audience: Audience,
    patience: Duration,
}

impl Overlay {
    /// Serves what is in `views`, on loopback only. When the wanted port is busy, it is one of the next.
    ///
    /// # Errors
    /// No port can be used, or there is no randomness for a key.
    pub async fn start(
        options: OverlayOptions,
        views: watch::Receiver<OverlayView>,
    ) -> Result<Self, OverlayError> {
        let key = options.key.map_or_else(Key::random, Ok)?;
        let listener = listen(options.port).await?;
        let port = listener.local_addr()?.port();
        let keys = watch::Sender::new(Some(key));
        let seats = Arc::new(Semaphore::new(PAGES));
        let ending = Arc::new(Notify::new());
        let house = House {
            port,
            keys: keys.clone(),
            seats: Arc::clone(&seats),
            audience: Audience::of(views),
            patience: options.patience,
        };
        let app = Router::new().fallback(answer).with_state(house);
        // What is said is small and should be on screen now.
        let listener = listener.tap_io(|connection| {
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "a connection to the overlay will be slower");
            }
        });
        let asked = Arc::clone(&ending);
        let server = tokio::spawn(async move {
            let serving =
                axum::serve(listener, app).with_graceful_shutdown(async move { asked.notified().await });
            if let Err(error) = serving.await {
                tracing::error!(%error, "the overlay is not served any more");
            }
        });
        Ok(Self { port, wanted: options.port, keys, seats, ending, server })
    }

    /// The address to give to a streaming program. It holds the key: treat it as a secret.
    #[must_use]
    pub fn url(&self) -> String {
        let key = self.keys.borrow();
        let key = key.as_ref().map(Key::reveal).unwrap_or_default();
        format!("http://{}:{}/{key}/", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The port in use.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port that was wanted, when another program uses it: addresses given out before do not work now.
    #[must_use]
    pub fn moved_from(&self) -> Option<u16> {
        (self.wanted != 0 && self.wanted != self.port).then_some(self.wanted)
    }

    /// The key in use, to be kept.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        self.keys.borrow().clone()
    }

    /// Pages that are open.
    #[must_use]
    pub fn clients(&self) -> usize {
        PAGES - self.seats.available_permits()
    }

    /// Makes another key and gives it back, to be kept. Pages with the old one go dark at once.
    ///
    /// # Errors
    /// There is no randomness; the old key stays.
    pub fn new_key(&self) -> Result<Key, OverlayError> {
        let key = Key::random()?;
        self.keys.send_replace(Some(key.clone()));
        Ok(key)
    }

    /// Ends it: pages go dark, and the port is free when this returns.
    pub async fn stop(mut self) {
        self.keys.send_replace(None);
        self.ending.notify_one();
        if tokio::time::timeout(ENDING, &mut self.server).await.is_err() {
            self.server.abort();
            let _ = (&mut self.server).await;
        }
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        self.keys.send_replace(None);
        self.server.abort();
    }
}

async fn listen(wanted: u16) -> Result<TcpListener, OverlayError> {
    let last = if wanted == 0 { 0 } else { wanted.saturating_add(MORE_PORTS) };
    for port in wanted..=last {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
            Ok(listener) => return Ok(listener),
            // Windows says that a port that is kept for others is not permitted.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OverlayError::PortsBusy(wanted..=last))
}

async fn answer(State(house): State<House>, request: Request) -> Response {
    // Taken before the key is looked at, so that no change of it is missed.
    let keys = house.keys.subscribe();
    let (mut parts, _) = request.into_parts();
    let wish = door::admit(&parts.method, &parts.uri, &parts.headers, house.port, &keys);
    let names = match wish {
        None => return page::nothing(),
        Some(Wish::File(path)) => {
            let host = door::host(&parts.headers, house.port).unwrap_or_default();
            return page::file(path, host);
        }
        Some(Wish::Live { names }) => names,
    };
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &house).await else {
        return page::nothing();
    };
    let Ok(seat) = house.seats.try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    socket::accept(upgrade, house.audience, names, keys, house.patience, seat)
}
