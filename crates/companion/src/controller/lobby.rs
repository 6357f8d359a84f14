//! The lobby: what the gateway lists, groups of late, gateways in this network. Hosting one is in `hosting`. What
//! strangers announce and groups of before are data: only what is listed here can be named by a command.

use hearth_clock::Now;
use hearth_gateway_client::group::{GroupPhase, PublicGroup, Request};
use hearth_lan::Neighbourhood;

use super::hosting::{HostSecretWish, Hosting};
use super::rooms::tidy;
use super::{Controller, Output};
use crate::contract::{Command, LanGateway, LobbyGroup, LobbyView, NoticeKind, RecentGroup, Stage};
use crate::history::{Job, Visited};
use crate::said;

/// Recent groups that are listed.
const MOST_RECENT: usize = 20;

/// The lobby.
#[derive(Debug, Default)]
pub struct Lobby {
    groups: Vec<LobbyGroup>,
    as_of_ms: Option<u64>,
    recent: Vec<hearth_history::RecentGroup>,
    network: Vec<LanGateway>,
    looking: bool,
    /// The list was asked for, and nothing newer was heard.
    listing: bool,
    pub(super) hosting: Hosting,
}

impl Lobby {
    /// Forgets what another gateway listed.
    pub fn gateway_replaced(&mut self) {
        self.groups.clear();
        self.as_of_ms = None;
        self.listing = false;
    }

    /// The name that somebody in this network gave to the gateway at this address.
    #[must_use]
    pub fn name_of(&self, url: &str) -> Option<String> {
        let own = self.hosting.is_at(url).then(|| self.hosting.name().to_owned());
        let network = || self.network.iter().find(|found| found.url == url).map(|found| found.name.clone());
        own.filter(|name| !name.is_empty()).or_else(network)
    }
}

impl Controller {
    /// The lobby as faces see it.
    pub(super) fn lobby_view(&self) -> LobbyView {
        let recent = |group: &hearth_history::RecentGroup| RecentGroup {
            gateway: group.gateway_url.clone(),
            gateway_name: self.name_of_gateway(&group.gateway_url),
            code: group.code.clone(),
            name: group.name.clone(),
            at: group.last_ms as f64,
        };
        LobbyView {
            groups: self.lobby.groups.clone(),
            as_of: self.lobby.as_of_ms.map(|ms| ms as f64),
            recent: self.lobby.recent.iter().take(MOST_RECENT).map(recent).collect(),
            network: self.lobby.network.clone(),
            host: self.lobby.hosting.view(self.is_guest_of_own_host(), self.scripts_view()),
        }
    }

    pub(super) fn lobby_command(&mut self, now: Now, command: Command) {
        match command {
            Command::Rejoin { gateway, code } => self.rejoin(now, &gateway, &code),
            Command::ForgetRecent { gateway, code } => {
                self.lobby.recent.retain(|group| group.gateway_url != gateway || group.code != code);
                self.outputs.push_back(Output::History(Job::ForgetGroup(Visited { gateway, code })));
            }
            Command::HostHere { on: true } => self.host_here(now),
            Command::HostHere { on: false } => self.end_hosting(now),
            Command::HostScripts { on } => self.host_scripts(on),
            Command::NewHostSecret => self.ask_about_host_secret(HostSecretWish::Make),
            Command::ForgetHostSecret => self.ask_about_host_secret(HostSecretWish::Forget),
            Command::RevealHostSecret => self.ask_about_host_secret(HostSecretWish::Reveal),
            Command::LookAround { on } if self.lobby.looking != on => {
                self.lobby.looking = on;
                self.lobby.network.clear();
                self.outputs.push_back(Output::LookAround(on));
            }
            _ => {}
        }
    }

    /// Goes back to a group of before, on its gateway.
    fn rejoin(&mut self, now: Now, gateway: &str, code: &str) {
        let known = self.lobby.recent.iter().any(|group| group.gateway_url == gateway && group.code == code);
        if !known {
            let advice = said!("Ask for its code or an invite link, and join with that.");
            self.notices.add(
                NoticeKind::Error,
                "no_such_recent",
                said!("This group is not remembered"),
                advice,
            );
            return;
        }
        self.notices.settle("no_such_recent");
        if self.is_own_host(gateway) && !self.lobby.hosting.is_running() {
            self.lobby.hosting.join_then(code);
            self.host_here(now);
            return;
        }
        if self.gateway.url() != Some(gateway) || self.gateway.is_refused() {
            self.use_gateway(now, gateway);
        }
        self.join_when_connected(code);
    }

    /// Joins now, or as soon as the gateway answers.
    pub(super) fn join_when_connected(&mut self, code: &str) {
        let join = Request::Join(code.to_owned());
        if self.gateway.is_connected() {
            self.ask_for_group(join);
        } else {
            self.membership.wish_for(join);
        }
    }

    /// The gateway answers: what it lists is asked for, because a session hears of changes only.
    pub(super) fn list_groups(&mut self) {
        self.lobby.listing = true;
        self.outputs.push_back(Output::ListGroups);
    }

    /// The list came. One that the gateway told meanwhile by itself is newer.
    pub(super) fn groups_listed(&mut self, now: Now, groups: &[PublicGroup]) {
        if self.lobby.listing {
            self.public_groups(now, groups);
        }
    }

    pub(super) fn public_groups(&mut self, now: Now, groups: &[PublicGroup]) {
        self.lobby.listing = false;
        self.lobby.groups = groups.iter().map(listed).collect();
        self.lobby.as_of_ms = Some(now.unix_ms);
    }

    pub(super) fn recent_groups(&mut self, groups: Vec<hearth_history::RecentGroup>) {
        self.lobby.recent = groups;
    }

    /// What was heard in this network.
    pub(super) fn heard_around(&mut self, around: &Neighbourhood) {
        if !self.lobby.looking {
            return;
        }
        let others = around.gateways.iter().filter(|found| !found.own);
        let reachable = others.filter_map(|found| {
            Some(LanGateway {
                id: found.id.clone(),
                name: found.name.clone(),
                host: found.host.clone(),
                url: found.url.clone()?,
                groups: found.groups,
                people: found.people,
            })
        });
        self.lobby.network = reachable.collect();
    }
}

fn listed(group: &PublicGroup) -> LobbyGroup {
    LobbyGroup {
        code: group.id.clone(),
        name: tidy::line(&group.name, tidy::NAME),
        stage: match group.phase {
            GroupPhase::Chilling => Stage::Chilling,
            GroupPhase::Awaiting => Stage::Awaiting,
            GroupPhase::Seshing => Stage::Seshing,
        },
        sesh_counter: u32::try_from(group.sesh_counter).unwrap_or(u32::MAX),
        seshers: group.seshers,
        watchers: group.watchers,
    }
}
