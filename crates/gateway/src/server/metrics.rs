//! `GET /metrics` in Prometheus' text format. No label tells who or which group: codes are invitations.
//!
//! The `puffers_*` names are those of the Elixir gateway (facts/puff-gateway.md §7), without its label `group`.

use std::fmt::{self, Display, Write};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::concierge::{self, Desk};
use super::courier::{Figures, Letter, Mailbox};
use super::rest::Front;

/// The route.
pub(super) fn router(front: Front, desk: Desk) -> Router {
    Router::new().route("/metrics", get(page)).with_state((front, desk))
}

async fn page(State((Front { mailbox, doors, .. }, desk)): State<(Front, Desk)>) -> Response {
    match (figures(&mailbox).await, desk.ask(|answer| concierge::Letter::Figures { answer }).await) {
        (Some(figures), Some(concierge)) => {
            let format = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
            (format, text(&figures, &concierge, doors.open())).into_response()
        }
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn figures(mailbox: &Mailbox) -> Option<Figures> {
    mailbox.ask(|answer| Letter::Figures { answer }).await
}

fn text(
    figures: &Figures,
    concierge: &concierge::Figures,
    (connections, compressed): (usize, usize),
) -> String {
    let Figures { population, tally, too_slow } = figures;
    let mut page = Page(String::new());
    page.gauge("puffers_connected_sessions", "Open sockets.", population.connections);
    page.gauge("puffers_active_groups", "Groups, empty ones included.", population.groups);
    page.counter("puffers_messages_inbound", "Frames that came.", tally.frames_in);
    page.counter(
        "puffers_messages_outbound",
        "Frames that went out, each recipient counted.",
        tally.frames_out,
    );
    page.counter("puffers_seshes_count", "Seshes in which at least one device heated.", tally.seshes);
    page.gauge("hearth_sessions", "Sessions, those that can be resumed included.", population.sessions);
    page.gauge("hearth_watched_devices", "Devices that somebody watches.", population.watched_devices);
    page.gauge("hearth_open_connections", "TCP connections, those without a socket included.", connections);
    page.gauge("hearth_compressed_sockets", "Sockets with compression=zlib.", compressed);
    page.counter("hearth_outbound_bytes_total", "Bytes of frames before compression.", tally.bytes_out);
    page.counter("hearth_connects_total", "Sockets that were opened.", tally.connects);
    page.counter("hearth_resumes_total", "Sessions that were resumed.", tally.resumes);
    page.counter("hearth_starts_total", "Times that a group was told to heat.", tally.starts);
    page.counter("hearth_rate_limited_total", "Frames and sockets that were too many.", tally.rate_limited);
    page.counter("hearth_too_slow_total", "Sockets closed with 4008.", too_slow);
    page.counters("hearth_refusals_total", "Refusals by error code.", "code", &tally.refusals);
    page.counters("hearth_closes_total", "Sockets closed by close code.", "code", &tally.closes);
    page.concierge(concierge);
    page.0
}

struct Page(String);

impl Page {
    fn concierge(&mut self, figures: &concierge::Figures) {
        let concierge::Figures { population, tally, too_slow } = figures;
        self.gauge("hearth_concierge_waiting", "Sockets that have not identified.", population.waiting);
        self.gauge("hearth_concierge_clients", "Clients of the concierge.", population.clients);
        self.gauge("hearth_concierge_services", "Services.", population.services);
        self.gauge(
            "hearth_concierge_subscriptions",
            "Subscriptions, all clients together.",
            population.subscriptions,
        );
        self.counter("hearth_concierge_connects_total", "Sockets that were opened.", tally.connects);
        self.counter("hearth_concierge_inbound_total", "Frames that came.", tally.frames_in);
        self.counter("hearth_concierge_messages_total", "Messages that were passed on.", tally.messages);
        self.counter(
            "hearth_concierge_outbound_total",
            "Frames that went out, each recipient counted.",
            tally.frames_out,
        );
        self.counter("hearth_concierge_outbound_bytes_total", "Bytes of these.", tally.bytes_out);
        self.counter("hearth_concierge_too_slow_total", "Sockets closed with 4010.", too_slow);
        self.counters(
            "hearth_concierge_closes_total",
            "Sockets closed by close code.",
            "code",
            &tally.closes,
        );
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help, "gauge");
        self.line(format_args!("{name} {value}"));
    }

    fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help, "counter");
        self.line(format_args!("{name} {value}"));
    }

    fn counters<'a, L: Display + 'a>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'a L, &'a u64)>,
    ) {
        self.head(name, help, "counter");
        for (of, value) in values {
            self.line(format_args!("{name}{{{label}=\"{of}\"}} {value}"));
        }
    }

    fn head(&mut self, name: &str, help: &str, kind: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::hub::{Population, Tally};

    #[test]
    fn every_figure_has_help_a_kind_and_a_value() {
        let tally = Tally {
            frames_in: 7,
            closes: BTreeMap::from([(4002, 1), (4007, 2)]),
            refusals: BTreeMap::from([("NOT_IN_GROUP".to_owned(), 3)]),
            ..Tally::default()
        };
        let population = Population { connections: 5, sessions: 6, groups: 2, watched_devices: 0 };
        let concierge = concierge::Figures {
            population: crate::concierge::Population { clients: 9, ..Default::default() },
            ..concierge::Figures::default()
        };
        let text = text(&Figures { population, tally, too_slow: 4 }, &concierge, (8, 1));
        for line in [
            "# TYPE puffers_connected_sessions gauge",
            "puffers_connected_sessions 5",
            "puffers_messages_inbound 7",
            "hearth_open_connections 8",
            "hearth_too_slow_total 4",
            "hearth_refusals_total{code=\"NOT_IN_GROUP\"} 3",
            "hearth_closes_total{code=\"4007\"} 2",
            "hearth_concierge_clients 9",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
        let (mut helps, mut kinds) = (0, 0);
        for line in text.lines() {
            helps += usize::from(line.starts_with("# HELP "));
            kinds += usize::from(line.starts_with("# TYPE "));
        }
        assert_eq!((helps, kinds), (28, 28));
    }
}
