//! Voice as faces see it, and as somebody sees it who looks for a fault.

use url::Url;

use super::{Controller, Door, InVoice, Inside, Roster, Stage, Visit};
use crate::contract::{
    Health, PartView, Said, SoundState, VoiceLink, VoicePeer, VoicePlace, VoiceStage, VoiceTalk, VoiceView,
};
use crate::controller::membership::name_of;
use crate::said;

impl Controller {
    pub(in crate::controller) fn voice_view(&self) -> VoiceView {
        let visit = self.voice.visit.as_ref();
        let inside = visit.and_then(|visit| visit.inside.as_ref());
        let roster = self.voice_roster().unwrap_or_default();
        let sound = |state: fn(&Inside) -> &SoundState| inside.map(state).cloned().unwrap_or_default();
        VoiceView {
            offered: self.membership.group().is_some() && self.gateway.has_voice(),
            place: visit.map(|visit| self.voice_place(visit)),
            stage: visit.map_or(VoiceStage::Off, |visit| match &visit.stage {
                Stage::Joining { .. } => VoiceStage::Joining,
                Stage::In => VoiceStage::In,
                Stage::Rejoining { .. } => VoiceStage::Rejoining,
                Stage::Failed { why, advice } => {
                    VoiceStage::Failed { why: why.clone(), advice: advice.clone() }
                }
            }),
            microphone: sound(|inside| &inside.microphone),
            speaker: sound(|inside| &inside.speaker),
            muted: self.voice.muted,
            deafened: self.voice.deafened,
            talk: match self.saved.settings.voice.push_to_talk {
                true => VoiceTalk::Push { held: self.voice.held },
                false => VoiceTalk::Open,
            },
            speaking: inside.is_some_and(|inside| inside.speaking),
            people: inside.map(|inside| self.voice_people(inside, &roster)).unwrap_or_default(),
            crowded: inside.map(|inside| self.voice_crowded(inside, &roster)).unwrap_or_default(),
            servers_fail: inside.is_some_and(|inside| inside.faults.servers > 0),
            devices: self.voice.devices.clone(),
        }
    }

    fn voice_place(&self, visit: &Visit) -> VoicePlace {
        match &visit.door {
            Door::Channel { hall, server, channel, name } => VoicePlace {
                community: Some(hall.to_string()),
                server: server.clone(),
                channel: channel.clone(),
                name: self.rooms.name_of_channel(*hall, channel).unwrap_or_else(|| name.clone()),
                sesh: self.is_of_sesh(visit),
            },
            Door::Sesh(sesh) => {
                let access = sesh.access.as_ref();
                VoicePlace {
                    community: None,
                    server: access.map(|access| access.server.clone()).unwrap_or_default(),
                    channel: access.map(|access| access.channel.clone()).unwrap_or_default(),
                    name: self.membership.group().map(|group| group.name.clone()).unwrap_or_default(),
                    sesh: true,
                }
            }
        }
    }

    /// The room is that of the group that this person is in, by whichever door they came: its community says so, at the
    /// gateway of the group.
    pub(super) fn is_of_sesh(&self, visit: &Visit) -> bool {
        let Some(group) = self.membership.group() else { return false };
        let (hall, server) = match &visit.door {
            Door::Channel { hall, server, .. } => (*hall, server),
            Door::Sesh(sesh) => return sesh.group == group.id,
        };
        self.rooms.sesh_of(hall, server).is_some_and(|(url, code)| {
            code == group.id && self.gateway.url().is_some_and(|gateway| is_same_host(url, gateway))
        })
    }

    /// While the gateway is lost, those who were there.
    fn voice_people(&self, inside: &Inside, roster: &Roster) -> Vec<VoicePeer> {
        let (known, _) = roster.others();
        let person = |id: &String| {
            let known = known.iter().find(|person| person.id == *id);
            let known = known
                .map_or_else(|| InVoice { id: id.clone(), ..InVoice::default() }, |&known| known.clone());
            let (member, name) = self.voice_name(&known);
            let peer = inside.peers.get(id).copied().unwrap_or_default();
            VoicePeer {
                id: id.clone(),
                name,
                member,
                speaking: peer.speaking,
                muted: known.muted,
                deafened: known.deafened,
                link: peer.link,
                lossy_percent: peer.lossy,
                volume: self.voice.volumes.get(id).copied().unwrap_or(100),
            }
        };
        inside.others.iter().map(person).collect()
    }

    /// The member of the group that somebody is, and what they are called.
    fn voice_name(&self, person: &InVoice) -> (Option<String>, String) {
        let sesh = self.voice.visit.as_ref().is_some_and(|visit| self.is_of_sesh(visit));
        let group = self.membership.group().filter(|_| sesh);
        let member = group.and_then(|group| {
            let speaks = |voice: &hearth_gateway_client::group::Voice| voice.id == person.id;
            group.members.iter().find(|member| member.voice.as_ref().is_some_and(speaks))
        });
        let name = member.map_or_else(|| person.name.clone(), name_of);
        (member.map(|member| member.session_id.0.clone()), name)
    }

    fn voice_crowded(&self, inside: &Inside, roster: &Roster) -> Vec<String> {
        let (known, _) = roster.others();
        let of = |id: &String| {
            known.iter().find(|person| person.id == *id).map(|person| self.voice_name(person).1)
        };
        inside.crowded.iter().filter_map(of).collect()
    }

    /// Voice as somebody sees it who looks for a fault: no names, no addresses.
    pub(in crate::controller) fn voice_part(&self) -> PartView {
        let view = self.voice_view();
        let inside = self.voice.visit.as_ref().and_then(|visit| visit.inside.as_ref());
        let (health, state) = match &view.stage {
            VoiceStage::Off => (Health::Off, said!("In no voice room")),
            VoiceStage::Joining => (Health::Fair, said!("Joining a voice room")),
            VoiceStage::In => (Health::Good, said!("In a voice room")),
            VoiceStage::Rejoining => (Health::Fair, said!("Lost, trying again")),
            VoiceStage::Failed { why, .. } => (Health::Bad, why.clone()),
        };
        let mut facts = Vec::new();
        if let Some(inside) = inside {
            let linked = |link| view.people.iter().filter(|person| person.link == link).count() as u64;
            let faults = inside.faults;
            facts.extend([
                (said!("microphone"), device(&view.microphone)),
                (said!("speaker"), device(&view.speaker)),
            ]);
            let counts = [
                (said!("connecting|people"), linked(VoiceLink::Connecting)),
                (said!("connected directly|people"), linked(VoiceLink::Direct)),
                (said!("connected by a relay|people"), linked(VoiceLink::Relayed)),
                (said!("lost|people"), linked(VoiceLink::Lost)),
                (said!("not reached|people"), linked(VoiceLink::Unreachable)),
                (said!("signals refused"), faults.signals),
                (said!("offers refused"), faults.descriptions),
                (said!("candidates refused"), faults.candidates),
                (said!("packets refused"), faults.packets),
                (said!("sound refused"), faults.sound),
                (said!("signals of strangers"), faults.crowded),
                (said!("servers that did not help"), faults.servers),
                (said!("signals too many"), inside.floods),
            ];
            facts.extend(counts.map(|(fact, number)| (fact, Said::verbatim(number.to_string()))));
        }
        PartView {
            part: "voice".into(),
            name: said!("Voice"),
            health,
            state,
            since: None,
            pace: None,
            clock_ahead_ms: None,
            facts,
        }
    }
}

/// Two doors of one gateway; their schemes and paths differ.
fn is_same_host(one: &str, other: &str) -> bool {
    let host = |url: &str| {
        let url = Url::parse(url).ok()?;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    };
    host(one).is_some_and(|place| Some(place) == host(other))
}

fn device(state: &SoundState) -> Said {
    match state {
        SoundState::Closed => said!("closed|device"),
        SoundState::Open { .. } => said!("open|device"),
        SoundState::Failed { why } => why.clone(),
    }
}
