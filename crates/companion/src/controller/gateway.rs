//! The gateway connection as a person sees it, and the gateways to choose from.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::group::{self, Status};
use hearth_gateway_client::puff::endpoint;
use puffco::round_trips::RoundTrips;

use super::device::wall;
use super::{Controller, Output};
use crate::bridge;
use crate::contract::{GatewayChoice, GatewayState, GatewayView, NoticeKind, PaceView};
use crate::said;

/// The address that stands for the gateway in this program.
pub const LOCAL: &str = "local";

/// The gateway of puff.social (facts/puff-gateway.md §1).
const PUFF_SOCIAL: &str = "wss://rosin.puff.social/socket?encoding=json&compression=none";

/// "Resumed, nothing missed" is said for this long.
const SAY_RESUMED: Duration = Duration::from_secs(4);

/// At most this many addresses are remembered.
const MOST_REMEMBERED: usize = 5;

/// The connection.
#[derive(Debug)]
pub struct GatewaySide {
    url: Option<String>,
    status: Status,
    resumed_until: Option<Instant>,
    /// When the next try comes, ms since 1970.
    retry_at_ms: Option<f64>,
    failed: Option<String>,
    round_trips: RoundTrips,
    pace: Option<PaceView>,
    clock_ahead_ms: Option<f64>,
}

impl GatewaySide {
    /// A gateway that is not connected yet; `None`, `local` or an empty text: the one in this program.
    #[must_use]
    pub fn new(url: Option<String>) -> Self {
        let url = url.filter(|url| url != LOCAL && !url.trim().is_empty());
        Self {
            url,
            status: Status::Connecting,
            resumed_until: None,
            retry_at_ms: None,
            failed: None,
            round_trips: RoundTrips::default(),
            pace: None,
            clock_ahead_ms: None,
        }
    }

    /// Its address; `None`: the one in this program.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// It will not have us, or could not be started: nothing that is asked of it gets an answer.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.failed.is_some() || matches!(self.status, Status::Refused(_))
    }

    /// What is asked of it gets an answer soon.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.failed.is_none() && matches!(self.status, Status::Connected { .. })
    }

    /// Its groups have voice rooms.
    #[must_use]
    pub fn has_voice(&self) -> bool {
        self.failed.is_none() && matches!(self.status, Status::Connected { voice: true, .. })
    }

    /// It answered.
    pub fn answered(&mut self, now: Now, took: Duration, gateway_ms: Option<u64>) {
        self.round_trips.took(now.instant, took);
        self.pace = self.round_trips.pace(now.instant).map(Into::into);
        self.clock_ahead_ms = gateway_ms.map(|shown| shown as f64 - now.unix_ms as f64);
    }

    /// How long its answers take, while it is connected.
    #[must_use]
    pub fn pace(&self) -> Option<PaceView> {
        self.pace.filter(|_| self.is_connected())
    }

    /// How far its clock is ahead of this computer's, while it is connected and tells.
    #[must_use]
    pub fn clock_ahead_ms(&self) -> Option<f64> {
        self.clock_ahead_ms.filter(|_| self.is_connected())
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Instant) {
        if self.resumed_until.is_some_and(|until| until <= now) {
            self.resumed_until = None;
        }
    }

    fn changed(&mut self, now: Now, status: Status) {
        self.retry_at_ms = match &status {
            Status::Reconnecting { retry_at, .. } | Status::Unreached { retry_at, .. } => {
                Some(wall(now, *retry_at))
            }
            _ => None,
        };
        let back = matches!(self.status, Status::Reconnecting { .. } | Status::Connecting);
        if back && matches!(status, Status::Connected { resumed: true, .. }) {
            self.resumed_until = Some(now.instant + SAY_RESUMED);
        }
        if !matches!(status, Status::Connected { .. }) {
            // What an earlier connection took says nothing about the next one.
            (self.round_trips, self.pace, self.clock_ahead_ms) = Default::default();
        }
        self.status = status;
    }

    /// As faces see it.
    #[must_use]
    pub fn view(&self, remembered: &[String], name: impl Fn(&str) -> String) -> GatewayView {
        let state = match &self.status {
            _ if self.failed.is_some() => GatewayState::Refused,
            Status::Offline => GatewayState::Offline,
            Status::Connecting | Status::Unreached { .. } => GatewayState::Connecting,
            Status::Connected { .. } if self.resumed_until.is_some() => GatewayState::Resumed,
            Status::Connected { .. } => GatewayState::Connected,
            Status::Reconnecting { .. } => GatewayState::Reconnecting,
            Status::Refused(_) => GatewayState::Refused,
        };
        let url = self.url.clone().unwrap_or_else(|| LOCAL.into());
        let mut urls = vec![LOCAL.to_owned(), PUFF_SOCIAL.to_owned()];
        urls.extend(remembered.iter().cloned());
        if !urls.contains(&url) {
            urls.push(url.clone());
        }
        GatewayView {
            name: name(&url),
            simulated_friends: self.url.is_none(),
            state,
            latency_ms: match &self.status {
                Status::Connected { latency, .. } => latency.map(|latency| latency.as_millis() as u32),
                _ => None,
            },
            chooses_countdown: matches!(&self.status, Status::Connected { countdown: Some(_), .. }),
            retry_at: self.retry_at_ms,
            choices: urls.into_iter().map(|url| GatewayChoice { name: name(&url), url }).collect(),
            url,
        }
    }
}

fn name(url: &str) -> String {
    match url {
        LOCAL => "On this computer".into(),
        PUFF_SOCIAL => "puff.social".into(),
        other => url::Url::parse(other)
            .ok()
            .and_then(|parsed| {
                let host = parsed.host_str()?.to_owned();
                Some(parsed.port().map_or(host.clone(), |port| format!("{host}:{port}")))
            })
            .unwrap_or_else(|| other.to_owned()),
    }
}

impl Controller {
    pub(super) fn use_gateway(&mut self, now: Now, address: &str) {
        let address = address.trim();
        let side = GatewaySide::new(Some(address.to_owned()));
        if side.url().is_some_and(|url| endpoint(url).is_err()) {
            let advice = said!(
                "It looks like https://gateway.example or ws://192.168.1.5:9000. Ask whoever hosts it."
            );
            let title = said!("This is not the address of a gateway");
            self.notices.add(NoticeKind::Error, "bad_gateway_address", title, advice);
            return;
        }
        if side.url() == self.gateway.url() && self.gateway.failed.is_none() {
            self.outputs.push_back(Output::Gateway(group::Request::ReconnectNow));
            return;
        }
        // The own one is there only while it is hosted.
        if !side.url().is_some_and(|url| self.lobby.hosting.is_at(url)) {
            self.saved.gateway = side.url().map(str::to_owned);
            if let Some(url) = side.url().filter(|url| *url != PUFF_SOCIAL) {
                self.saved.gateways.retain(|known| known != url);
                self.saved.gateways.insert(0, url.to_owned());
                self.saved.gateways.truncate(MOST_REMEMBERED);
            }
            self.save();
        }
        self.switch_gateway(now, side);
    }

    /// Uses another gateway from now on, without remembering it.
    pub(super) fn switch_gateway(&mut self, now: Now, side: GatewaySide) {
        self.gateway = side;
        self.lobby.gateway_replaced();
        for code in ["bad_gateway_address", "gateway_refused", "local_gateway_failed", "not_connected"] {
            self.notices.settle(code);
        }
        self.outputs.push_back(Output::Gateway(group::Request::Disconnect));
        self.outputs.push_back(Output::UseGateway(self.gateway.url().map(str::to_owned)));
        self.outputs.push_back(Output::Gateway(group::Request::Connect));
        self.group_gone(now);
        self.bridge(now, bridge::Input::GatewayReplaced);
        self.told_of_refused_remote = false;
    }

    /// The name of the gateway at an address, for people.
    pub(super) fn name_of_gateway(&self, url: &str) -> String {
        self.lobby.name_of(url).unwrap_or_else(|| name(url))
    }

    /// The gateway connection as faces see it.
    pub(super) fn gateway_view(&self) -> GatewayView {
        self.gateway.view(&self.saved.gateways, |url| self.name_of_gateway(url))
    }

    /// The name of the gateway in use, for people.
    pub(super) fn gateway_name(&self) -> String {
        self.name_of_gateway(self.gateway.url().unwrap_or(LOCAL))
    }

    pub(super) fn reconnect(&mut self, now: Now) {
        if self.gateway.failed.is_some() {
            return self.use_gateway(now, LOCAL);
        }
        self.outputs.push_back(Output::Gateway(group::Request::ReconnectNow));
    }

    pub(super) fn gateway_status(&mut self, now: Now, status: Status) {
        if let Status::Refused(why) = &status {
            let (title, advice) = match why {
                group::Refusal::Suspended => (
                    said!("The gateway has suspended this account"),
                    said!("Ask whoever runs it, or choose another gateway."),
                ),
                group::Refusal::HostStopped => (
                    said!("The host stopped this gateway"),
                    said!("Choose another gateway, or connect again when it is back."),
                ),
                group::Refusal::NotAGateway => (
                    said!("There is no gateway at this address"),
                    said!("Check the address, or choose another gateway."),
                ),
            };
            self.notices.add(NoticeKind::Error, "gateway_refused", title, advice);
            self.give_wish_up();
        }
        if matches!(status, Status::Connected { .. }) {
            self.notices.settle("not_connected");
            self.notices.settle("gateway_refused");
            if !self.gateway.is_connected() {
                self.list_groups();
            }
        }
        self.gateway.changed(now, status);
    }

    pub(super) fn local_gateway_failed(&mut self, why: &str) {
        self.gateway.failed = Some(why.to_owned());
        self.give_wish_up();
        self.notices.add(
            NoticeKind::Error,
            "local_gateway_failed",
            said!("Hosting on this computer did not work"),
            said!("Choose another gateway, or restart Hearth. ({why})", why = why),
        );
    }
}
