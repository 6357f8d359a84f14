//! What somebody knows of a group, and how a client puts it together from frames.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// One member, as the others see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Face {
    pub away: bool,
    pub mobile: bool,
    pub offline: bool,
    pub strain: Option<String>,
    pub device: Option<Map<String, Value>>,
    pub user: Option<Value>,
    pub voice: Option<Value>,
}

impl Face {
    /// A sesher's device told at least these four.
    pub fn is_sesher(&self) -> bool {
        let needed = ["battery", "totalDabs", "state", "deviceModel"];
        self.device.as_ref().is_some_and(|device| needed.iter().all(|key| device.contains_key(*key)))
    }

    pub fn operating_state(&self) -> Option<u64> {
        self.device.as_ref()?.get("state")?.as_u64()
    }

    pub fn user_id(&self) -> Option<&str> {
        self.user.as_ref()?["id"].as_str()
    }

    /// What tells nothing makes no device.
    pub fn merge_device(&mut self, news: &Map<String, Value>) {
        if news.is_empty() {
            return;
        }
        let device = self.device.get_or_insert_default();
        for (key, value) in news {
            device.insert(key.clone(), value.clone());
        }
    }

    fn read(d: &Value) -> Self {
        Self {
            away: d["away"] == true,
            mobile: d["mobile"] == true,
            offline: d["disconnected"] == true,
            strain: d["strain"].as_str().map(str::to_owned),
            device: d["device_state"].as_object().cloned(),
            user: Some(d["user"].clone()).filter(|user| !user.is_null()),
            voice: Some(d["voice"].clone()).filter(|voice| !voice.is_null()),
        }
    }
}

/// A whole group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub code: String,
    pub name: String,
    pub visibility: String,
    pub persistent: bool,
    pub owner: String,
    pub state: String,
    /// From the decision to start to the start, ms.
    pub countdown: u64,
    /// While it counts down: when devices will be told to heat.
    pub start_at: Option<u64>,
    pub counter: u64,
    pub ready: BTreeSet<String>,
    pub members: BTreeMap<String, Face>,
}

impl Picture {
    /// Applies one event, as the documents tell clients to: patches are merged member by member.
    pub fn apply(picture: &mut Option<Self>, t: &str, d: &Value) {
        match (t, &mut *picture) {
            ("JOINED_GROUP", _) => {
                let mut joined = Self { code: text(&d["group_id"]), ..Self::default() };
                joined.update(d);
                joined.start_at = d["hearth"]["start_at"].as_u64();
                *picture = Some(joined);
            }
            ("GROUP_USER_KICKED" | "GROUP_DELETE" | "SESSION_RESUMED", _) => *picture = None,
            (_, Some(picture)) => picture.merge(t, d),
            (_, None) => {}
        }
    }

    fn merge(&mut self, t: &str, d: &Value) {
        let id = text(&d["session_id"]);
        match t {
            "GROUP_UPDATE" => self.update(d),
            "GROUP_COUNTDOWN" => self.start_at = d["start_at"].as_u64(),
            "GROUP_USER_JOIN" => _ = self.members.insert(id, Face::read(d)),
            "GROUP_USER_LEFT" => {
                self.members.remove(&id);
                self.ready.remove(&id);
            }
            _ => {}
        }
        let id = text(&d["session_id"]);
        let Some(face) = self.members.get_mut(&id) else { return };
        match t {
            "GROUP_USER_UPDATE" => {
                face.away = d["away"].as_bool().unwrap_or(face.away);
                face.mobile = d["mobile"].as_bool().unwrap_or(face.mobile);
                face.offline = d["disconnected"].as_bool().unwrap_or(face.offline);
                if let Some(strain) = d.get("strain") {
                    face.strain = strain.as_str().map(str::to_owned);
                }
                for (name, target) in [("user", &mut face.user), ("voice", &mut face.voice)] {
                    if let Some(value) = d.get(name) {
                        *target = Some(value.clone()).filter(|value| !value.is_null());
                    }
                }
            }
            "GROUP_USER_DEVICE_UPDATE" => {
                if let Some(news) = d["device_state"].as_object() {
                    face.merge_device(news);
                }
            }
            "GROUP_USER_DEVICE_DISCONNECT" => face.device = None,
            _ => {}
        }
    }

    fn update(&mut self, d: &Value) {
        for (key, target) in [
            ("name", &mut self.name),
            ("visibility", &mut self.visibility),
            ("owner_session_id", &mut self.owner),
            ("state", &mut self.state),
        ] {
            if let Some(value) = d[key].as_str() {
                value.clone_into(target);
            }
        }
        if d["state"].as_str().is_some_and(|state| state != "awaiting") {
            self.start_at = None;
        }
        self.countdown = d["hearth"]["countdown"].as_u64().unwrap_or(self.countdown);
        self.persistent = d["persistent"].as_bool().unwrap_or(self.persistent);
        self.counter = d["sesh_counter"].as_u64().unwrap_or(self.counter);
        if let Some(ready) = d["ready"].as_array() {
            self.ready = ready.iter().map(text).collect();
        }
        if let Some(members) = d["members"].as_array() {
            self.members =
                members.iter().map(|member| (text(&member["session_id"]), Face::read(member))).collect();
        }
    }

    /// What must hold in every picture, whatever the model says.
    pub fn check(&self) -> Result<(), String> {
        if !self.members.contains_key(&self.owner) {
            return Err(format!("the owner {} is not a member", self.owner));
        }
        if self.start_at.is_some() && (self.state != "awaiting" || self.ready.is_empty()) {
            return Err(format!("counting down while {}, ready: {:?}", self.state, self.ready));
        }
        for id in &self.ready {
            let face = self.members.get(id).ok_or_else(|| format!("{id} is ready and not a member"))?;
            let in_wait = !face.away && face.operating_state() == Some(6);
            let fits = match self.state.as_str() {
                "awaiting" => in_wait,
                "seshing" => true,
                _ => false,
            };
            if !fits || !face.is_sesher() {
                return Err(format!("{id} is ready while {}: {face:?}", self.state));
            }
        }
        Ok(())
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
