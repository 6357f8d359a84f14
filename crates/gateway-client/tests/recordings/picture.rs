//! What a naive reader of the frames sees: JSON members put over JSON members, with no knowledge of our session.

use serde_json::{Value, json};

/// A group and its talk, as the frames to one client tell it.
#[derive(Debug, Default)]
pub struct Picture {
    pub group: Option<Value>,
    pub chat: Vec<(String, String)>,
    pub reactions: Vec<(String, String)>,
}

impl Picture {
    /// The client left by itself.
    pub fn left(&mut self) {
        self.group = None;
    }

    pub fn read(&mut self, frame: &Value) {
        let d = &frame["d"];
        match frame["t"].as_str().unwrap_or_default() {
            "JOINED_GROUP" => {
                let mut group = d.clone();
                // The Elixir gateway's name for it, in this frame only.
                if let Some(ready) = d.get("ready_members") {
                    group["ready"] = ready.clone();
                }
                self.group = Some(group);
            }
            // The TypeScript gateway names the group of who kicked, and means the group that one is in.
            "GROUP_USER_KICKED" => self.group = None,
            "GROUP_DELETE" => {
                if self.group.as_ref().is_some_and(|group| group["group_id"] == d["group_id"]) {
                    self.group = None;
                }
            }
            "GROUP_MESSAGE" => {
                self.chat.push((text(&d["author_session_id"]), text(&d["message"]["content"])));
            }
            "GROUP_REACTION" => self.reactions.push((text(&d["author_session_id"]), text(&d["emoji"]))),
            name => {
                if let Some(group) = &mut self.group {
                    change(group, name, d);
                }
            }
        }
    }
}

fn change(group: &mut Value, name: &str, d: &Value) {
    let session = text(&d["session_id"]);
    match name {
        "GROUP_UPDATE" => update(group, d),
        "GROUP_USER_JOIN" => {
            without(group, "members", &session);
            members(group).push(d.clone());
        }
        "GROUP_USER_LEFT" => {
            without(group, "members", &session);
            without(group, "ready", &session);
        }
        "GROUP_USER_UPDATE" => {
            for key in ["away", "disconnected", "mobile", "strain"] {
                if d.get(key).is_some() {
                    of_member(group, &session, |member| member[key] = d[key].clone());
                }
            }
        }
        "GROUP_USER_AWAY_STATE" => of_member(group, &session, |member| member["away"] = d["state"].clone()),
        "GROUP_USER_DEVICE_UPDATE" => of_member(group, &session, |member| {
            if !member["device_state"].is_object() {
                member["device_state"] = json!({});
            }
            put_over(&mut member["device_state"], &d["device_state"]);
        }),
        "GROUP_USER_DEVICE_DISCONNECT" => {
            of_member(group, &session, |member| member["device_state"] = Value::Null);
        }
        "GROUP_USER_READY" => {
            without(group, "ready", &session);
            ready(group).push(json!(session));
        }
        "GROUP_USER_UNREADY" => without(group, "ready", &session),
        "GROUP_VISIBILITY_CHANGE" => group["visibility"] = d["visibility"].clone(),
        _ => {}
    }
}

fn update(group: &mut Value, d: &Value) {
    let known = group["members"].as_array().cloned().unwrap_or_default();
    put_over(group, d);
    // The Elixir gateway names them only.
    for member in members(group) {
        if let Value::String(id) = member {
            let same = known.iter().find(|known| known["session_id"] == **id);
            *member = same.cloned().unwrap_or_else(|| json!({ "session_id": id }));
        }
    }
}

fn put_over(target: &mut Value, changes: &Value) {
    for (key, value) in changes.as_object().into_iter().flatten() {
        target[key] = value.clone();
    }
}

fn members(group: &mut Value) -> &mut Vec<Value> {
    list(group, "members")
}

/// Who is ready.
pub fn ready(group: &mut Value) -> &mut Vec<Value> {
    list(group, "ready")
}

fn list<'a>(group: &'a mut Value, name: &str) -> &'a mut Vec<Value> {
    if !group[name].is_array() {
        group[name] = json!([]);
    }
    group[name].as_array_mut().unwrap()
}

fn without(group: &mut Value, name: &str, session: &str) {
    let list = if name == "ready" { ready(group) } else { members(group) };
    list.retain(|entry| entry.as_str().or_else(|| entry["session_id"].as_str()) != Some(session));
}

fn of_member(group: &mut Value, session: &str, change: impl FnOnce(&mut Value)) {
    if let Some(member) = members(group).iter_mut().find(|member| member["session_id"] == session) {
        change(member);
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
