//! Takes connections in and serves HTTP/1 on them: within the limits of [`super::doors`], with a deadline for every
//! request's head and for every answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

use super::doors::{Doors, Ticket};
use super::origin::{Network, Proxies};
use super::until_stopped;

/// How long an answer may take, a request's body included.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a connection gets to finish its answer when the server stops.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// Places of a connection, held by whoever needs it open: the HTTP connection, then the socket that it became.
#[derive(Clone, Debug)]
pub(super) struct Held(#[expect(dead_code, reason = "held, not read")] Arc<(Ticket, Option<Ticket>)>);

/// Whether a request came through a trusted proxy, so that its connection does not count for its address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forwarded(pub bool);

/// What all listeners share.
#[derive(Clone, Debug)]
pub(super) struct Reception {
    pub doors: Doors,
    pub proxies: Arc<Proxies>,
    /// Empty: everybody may come.
    pub only_from: Arc<[Network]>,
    pub header_timeout: Duration,
}

impl Reception {
    /// Serves `app` until the server stops. Requests carry [`ConnectInfo`] with the address of whoever sent them,
    /// [`Held`] and [`Forwarded`].
    pub async fn serve(self, listener: TcpListener, app: Router, mut stopped: watch::Receiver<bool>) {
        let mut builder = http1::Builder::new();
        // The default buffer of 400 KiB is for large bodies; there are none.
        builder.timer(TokioTimer::new()).header_read_timeout(self.header_timeout).max_buf_size(16 * 1024);
        let app = TowerToHyperService::new(app.layer(axum::middleware::from_fn(in_time)));
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        reject(&error).await;
                        continue;
                    }
                },
                () = until_stopped(&mut stopped) => return,
            };
            let Some((held, forwarded)) = self.admit(peer) else {
                tracing::debug!(%peer, "too many connections are open, or this one comes from elsewhere");
                continue;
            };
            tokio::spawn(self.clone().converse(
                builder.clone(),
                stream,
                Visit { peer, held, forwarded },
                app.clone(),
                stopped.clone(),
            ));
        }
    }

    fn admit(&self, peer: SocketAddr) -> Option<(Held, Forwarded)> {
        if !self.only_from.is_empty() && !self.only_from.iter().any(|from| from.contains(peer.ip())) {
            return None;
        }
        let place = self.doors.connection()?;
        let forwarded = self.proxies.trust(peer.ip());
        let share = if forwarded { None } else { Some(self.doors.address(peer.ip())?) };
        Some((Held(Arc::new((place, share))), Forwarded(forwarded)))
    }

    async fn converse(
        self,
        builder: http1::Builder,
        stream: TcpStream,
        visit: Visit,
        app: TowerToHyperService<Router>,
        mut stopped: watch::Receiver<bool>,
    ) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not switch off Nagle's algorithm");
        }
        let proxies = self.proxies;
        let service = service_fn(move |mut request: Request<Incoming>| {
            let origin = proxies.origin(visit.peer.ip(), request.headers());
            let extensions = request.extensions_mut();
            extensions.insert(ConnectInfo(SocketAddr::new(origin, visit.peer.port())));
            extensions.insert(visit.held.clone());
            extensions.insert(visit.forwarded);
            app.call(request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = until_stopped(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                tokio::time::timeout(LAST_ANSWER, connection).await.unwrap_or(Ok(()))
            }
        };
        if let Err(error) = ended {
            tracing::debug!(peer = %visit.peer, %error, "a connection broke");
        }
    }
}

/// One connection: whose it is, and the places that it holds.
#[derive(Clone, Debug)]
struct Visit {
    peer: SocketAddr,
    held: Held,
    forwarded: Forwarded,
}

/// A connection that could not be accepted: the next may be, unless the process has too many files open.
async fn reject(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "cannot accept connections");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn in_time(request: Request<Body>, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// Listens. The kernel may hold less for a reader that stalls than it would by itself (megabytes). With `only_ipv6`
/// an IPv6 address does not take IPv4 connections as well, as it does by itself on some systems.
pub(super) fn listen_on(address: SocketAddr, only_ipv6: bool) -> std::io::Result<TcpListener> {
    const SEND_BUFFER_BYTES: u32 = 128 * 1024;
    const BACKLOG: u32 = 1024;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows this would let another program take the address over.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    if only_ipv6 {
        SockRef::from(&socket).set_only_v6(true)?;
    }
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
