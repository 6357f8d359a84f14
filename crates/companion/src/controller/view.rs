//! What faces are told: the parts of the view that differ from what they were told last.

use super::membership::name_of;
use super::{Controller, Output};
use crate::contract::{
    ChartView, DeskView, DeviceView, DiagnosticsView, Event, GatewayView, GroupView, HistoryView, LobbyView,
    Notice, OverlayStatus, RecapView, ScanView, Settings, Stage, StageView, View, VoiceView,
};

/// What faces were told last.
#[derive(Debug, Default)]
pub struct Shown {
    gateway: Option<GatewayView>,
    scan: Option<ScanView>,
    devices: Option<Vec<DeviceView>>,
    group: Option<Option<GroupView>>,
    stage: Option<StageView>,
    lobby: Option<LobbyView>,
    voice: Option<VoiceView>,
    history: Option<Option<HistoryView>>,
    recap: Option<Option<RecapView>>,
    desk: Option<DeskView>,
    overlay: Option<OverlayStatus>,
    diagnostics: Option<DiagnosticsView>,
    settings: Option<Settings>,
    notices: Option<Vec<Notice>>,
    chat_forgotten: bool,
    /// Points of the chart that were not told yet.
    samples: Vec<Event>,
}

impl Shown {
    /// The chat began anew: faces need the whole view.
    pub fn forget_chat(&mut self) {
        self.chat_forgotten = true;
    }

    /// A point was added to the chart. It is told with the temperature that it is of.
    pub fn sample(&mut self, sample: Event) {
        self.samples.push(sample);
    }
}

/// Remembers `value` as told; gives it back when it is new.
fn news<T: Clone + PartialEq>(told: &mut Option<T>, value: T) -> Option<T> {
    if told.as_ref() == Some(&value) {
        return None;
    }
    *told = Some(value.clone());
    Some(value)
}

impl Controller {
    /// Everything there is to see.
    #[must_use]
    pub fn view(&self) -> View {
        View {
            version: env!("CARGO_PKG_VERSION").into(),
            gateway: self.gateway_view(),
            scan: self.scan(),
            devices: self.devices.view(),
            group: self.membership.view(self.bridge.away_because()),
            stage: self.stage(),
            chart: self.chart_view(),
            chat: self.chat.view(),
            logs: self.logs.view(),
            lobby: self.lobby_view(),
            community: self.community_view(),
            feed: self.feed_view(),
            room: self.room_view(),
            voice: self.voice_view(),
            history: self.history.view(),
            recap: self.history.recap(),
            desk: self.desk_view(),
            overlay: self.overlay.view(),
            diagnostics: self.diagnostics.view(),
            settings: self.saved.settings.clone(),
            notices: self.notices.view(),
        }
    }

    fn desk_view(&self) -> DeskView {
        DeskView { keychain: self.diagnostics.keeps_secrets(), ..self.desk.view() }
    }

    pub(super) fn scan(&self) -> ScanView {
        let chosen = self.adapter_chosen();
        self.devices.scan_view(self.adapters.view(chosen.as_deref()), chosen)
    }

    pub(super) fn stage(&self) -> StageView {
        let group = self.membership.group();
        let ready = group.is_some_and(|group| group.ready.contains(&group.own));
        let would = self.sesh.can_be_called_off() && ready && self.bridge.would_take_part();
        let armed = self.bridge.start().is_armed() || would;
        let mut stage = self.sesh.view(group, self.membership.is_joining(), armed);
        for at in [&mut stage.start_at, &mut stage.since, &mut stage.last_ended_at] {
            *at = at.map(|ms| self.steady.told(ms));
        }
        let asked_by = self.membership.asked_by();
        stage.asked_by_me = asked_by.zip(group).is_some_and(|(by, group)| by.session_id == group.own);
        stage.asked_by = asked_by.map(name_of);
        // Who sits out is not among the devices that start.
        let own_starts = group.is_some_and(|group| self.sesh.participants().contains(&group.own));
        if stage.stage == Stage::Countdown && own_starts && !armed {
            stage.devices -= 1;
        }
        if stage.stage == Stage::Awaiting {
            // Not every gateway takes it back.
            stage.me_ready &= self.bridge.got_ready();
        }
        stage.last_sesh = self.history.last_sesh();
        stage
    }

    /// Tells faces what changed.
    pub(super) fn show(&mut self) {
        if std::mem::take(&mut self.shown.chat_forgotten) {
            self.shown = Shown::default();
            self.logs.changed();
            let view = Box::new(self.view());
            self.emit(Event::View { view });
            return;
        }
        let settings = news(&mut self.shown.settings, self.saved.settings.clone());
        let gateway = self.gateway_view();
        let gateway = news(&mut self.shown.gateway, gateway);
        let scan = self.scan();
        let scan = news(&mut self.shown.scan, scan);
        let devices = news(&mut self.shown.devices, self.devices.view());
        let group = news(&mut self.shown.group, self.membership.view(self.bridge.away_because()));
        let stage = self.stage();
        let stage = news(&mut self.shown.stage, stage);
        let lobby = self.lobby_view();
        let lobby = news(&mut self.shown.lobby, lobby);
        let voice = self.voice_view();
        let voice = news(&mut self.shown.voice, voice);
        let history = news(&mut self.shown.history, self.history.view());
        let recap = news(&mut self.shown.recap, self.history.recap());
        let desk = self.desk_view();
        let desk = news(&mut self.shown.desk, desk);
        let overlay = news(&mut self.shown.overlay, self.overlay.view());
        let diagnostics = news(&mut self.shown.diagnostics, self.diagnostics.view());
        let notices = news(&mut self.shown.notices, self.notices.view());
        let events = [
            settings.map(|settings| Event::Settings { settings }),
            gateway.map(|gateway| Event::Gateway { gateway }),
            scan.map(|scan| Event::Scan { scan }),
            devices.map(|devices| Event::Devices { devices }),
            group.map(|group| Event::Group { group }),
            stage.map(|stage| Event::Stage { stage }),
            lobby.map(|lobby| Event::Lobby { lobby: Box::new(lobby) }),
            voice.map(|voice| Event::Voice { voice: Box::new(voice) }),
            history.map(|history| Event::History { history }),
            recap.map(|recap| Event::Recap { recap }),
            desk.map(|desk| Event::Desk { desk }),
            overlay.map(|overlay| Event::Overlay { overlay }),
            diagnostics.map(|diagnostics| Event::Diagnostics { diagnostics }),
            notices.map(|notices| Event::Notices { notices }),
        ];
        let logs = self.logs.changed().into_iter().map(|log| Event::Log { log });
        let samples = std::mem::take(&mut self.shown.samples);
        for event in samples.into_iter().chain(events.into_iter().flatten()).chain(logs) {
            self.emit(event);
        }
    }

    fn chart_view(&self) -> ChartView {
        let mut chart = self.chart.view();
        chart.started_at = chart.started_at.map(|ms| self.steady.told(ms));
        chart
    }

    pub(super) fn show_chart(&mut self) {
        // They are in it.
        self.shown.samples.clear();
        let chart = self.chart_view();
        self.emit(Event::Chart { chart });
    }

    pub(super) fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Emit(event));
    }
}
