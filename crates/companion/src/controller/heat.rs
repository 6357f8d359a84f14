//! The sesh under way as a person sees it: announced, begun, ended, and drawn into the chart.

use hearth_clock::Now;
use hearth_gateway_client::group::{Member, SessionId};
use puffco::state::OperatingState;

use super::Controller;
use super::device::{KnownDevice, led};
use super::membership::{led_of, name_of, named};
use crate::bridge;
use crate::chart::Owner;
use crate::contract::{ChatKind, Event};
use crate::said;
use crate::sesh::Turn;

impl Controller {
    /// Draws the own device's heat: into the sesh's chart, or alone into one of its own.
    pub(super) fn follow_own_heat(&mut self, now: Now) {
        let Some(state) = self.devices.used().and_then(KnownDevice::state) else { return };
        let in_cycle = state.operating.is_some_and(OperatingState::is_heat_cycle);
        let heating = state.operating.is_some_and(OperatingState::is_heating);
        let celsius = state.heater_celsius;
        let alone = self.sesh.participants().is_empty();
        if alone && heating && !self.chart.is_live() {
            self.chart.begin(self.steady.ms(now));
            self.show_chart();
        } else if alone && !in_cycle && self.chart.is_live() {
            self.chart.end();
            self.show_chart();
        }
        if let Some(celsius) = celsius {
            self.sample_own(now, celsius);
        }
    }

    pub(super) fn start_announced(&mut self, now: Now, start_at: Option<std::time::Instant>) {
        let Some(group) = self.membership.group() else { return };
        let at = start_at.unwrap_or(now.instant + bridge::DEFAULT_LEAD);
        let ahead = at.saturating_duration_since(now.instant);
        if ahead > bridge::LONGEST_LEAD {
            return;
        }
        let ahead = ahead.as_millis() as u64;
        let participants = group.ready.clone();
        let at_ms = self.steady.ms(now) + ahead;
        self.sesh.announced(at_ms, participants);
        self.chart.begin(at_ms);
        self.show_chart();
        self.observe_sesh(now);
    }

    /// The countdown that the owner chose began, or was called off. Nothing heats because of it.
    pub(super) fn counts_down(
        &mut self,
        now: Now,
        by: Option<&SessionId>,
        start_at: Option<std::time::Instant>,
    ) {
        let group = self.membership.group();
        let own = group.is_some_and(|group| Some(&group.own) == by);
        let member =
            group.and_then(|group| group.members.iter().find(|member| Some(&member.session_id) == by));
        let line = match start_at {
            Some(at) => {
                let left = at.saturating_duration_since(now.instant).as_secs_f32().round();
                said!("Starts in {seconds} s", seconds = left as u32)
            }
            None if own => said!("You called the countdown off"),
            None => match member {
                Some(member) => said!("{name} called the countdown off", name = named(member)),
                None => said!("The countdown was called off"),
            },
        };
        self.tell(now, ChatKind::Sesh, line);
        self.observe_sesh(now);
    }

    pub(super) fn observe_sesh(&mut self, now: Now) {
        let Some(group) = self.membership.group() else { return };
        let sesh_counter = group.sesh_counter;
        let announced = self.sesh.starts_at().is_some();
        for turn in self.sesh.observe(self.steady.now(now), group) {
            match turn {
                Turn::Began => {
                    if !announced {
                        self.record_start(now, None);
                    }
                    if !self.chart.is_live() {
                        self.chart.begin(self.steady.ms(now));
                        self.show_chart();
                    }
                }
                Turn::AllBegan(skew) => {
                    let devices = self.sesh.participants().len();
                    let what =
                        said!("{count} devices started within {skew} ms", count = devices, skew = skew);
                    self.tell(now, ChatKind::Sesh, what);
                }
                Turn::Ended { heated } => {
                    self.chart.end();
                    self.show_chart();
                    if heated {
                        self.tell(
                            now,
                            ChatKind::Sesh,
                            said!("That was sesh {number}", number = sesh_counter),
                        );
                    }
                    let skew_ms = self.sesh.skew_ms();
                    self.record(now, hearth_history::Input::SeshEnded { skew_ms });
                }
            }
        }
    }

    pub(super) fn sample_others(&mut self, now: Now) {
        let Some(group) = self.membership.group() else { return };
        let participants = self.sesh.participants();
        let others = group.members.iter().filter(|member| member.session_id != group.own);
        let readings: Vec<_> = others
            .filter(|member| participants.contains(&member.session_id))
            .filter_map(|member| Some((owner_of(member), member.device.as_ref()?.celsius()?)))
            .collect();
        for (owner, celsius) in readings {
            self.sample(now, &owner, celsius as f32);
        }
    }

    pub(super) fn sample_own(&mut self, now: Now, celsius: f32) {
        let Some(device) = self.devices.used() else { return };
        let own = self.membership.group().map(|group| group.own.clone());
        let takes_part = own.as_ref().is_some_and(|own| self.sesh.participants().contains(own));
        if !takes_part && !self.sesh.participants().is_empty() {
            return;
        }
        let begun_as = self.chart.own_member().map(str::to_owned);
        let owner = Owner {
            member: begun_as.or(own.map(|own| own.0)).unwrap_or_else(|| "me".into()),
            name: device.saved().name.clone(),
            me: true,
            led: device.state().and_then(led),
            target_celsius: device.state().and_then(|state| state.profile()).map(|profile| profile.celsius),
        };
        self.sample(now, &owner, celsius);
    }

    fn sample(&mut self, now: Now, owner: &Owner, celsius: f32) {
        if let Some((sample, new)) = self.chart.take(self.steady.ms(now), owner, celsius) {
            if new {
                self.show_chart();
            } else {
                let member = owner.member.clone();
                self.shown.sample(Event::Sample { member, ms: sample.ms, celsius: sample.celsius });
            }
        }
    }
}

/// Who another member's curve belongs to.
fn owner_of(member: &Member) -> Owner {
    let profile = member.device.as_ref().and_then(|device| device.profile.as_ref());
    Owner {
        member: member.session_id.0.clone(),
        name: name_of(member),
        me: false,
        led: led_of(member),
        target_celsius: profile.map(|profile| profile.temp as f32),
    }
}
