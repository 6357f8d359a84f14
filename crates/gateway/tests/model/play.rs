//! What people do: steps that a seed chooses, most of them sensible, some of them not.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::accounts::{Account, device_id};
use crate::dice::Dice;
use crate::model::{Ask, Edit, Who};
use crate::signing::Token;
use crate::world::{Outcome, SERIAL, World};

const CLIENTS: usize = 5;

/// Frames that do nothing to anybody.
const NONSENSE: [&str; 14] = [
    "null",
    "[]",
    "{",
    r#"{"op":0}"#,
    r#"{"op":3,"t":"GROUP_DELETE"}"#,
    r#"{"op":99,"d":{}}"#,
    r#"{"op":4,"d":{"state":300}}"#,
    r#"{"op":4,"d":{"profile":{"name":"half"}}}"#,
    r#"{"op":6,"d":{"away":"yes"}}"#,
    r#"{"op":17,"d":{"session_id":7}}"#,
    r#"{"op":11}"#,
    r#"{"op":16,"d":{"session_id":null}}"#,
    r#"{"op":5,"d":{"hearth":{"countdown":2099}}}"#,
    r#"{"op":5,"d":{"hearth":{"countdown":30001}}}"#,
];

pub fn play(world: &mut World, seed: u64, steps: usize) -> Outcome {
    let mut dice = Dice::new(seed);
    for _ in 0..CLIENTS {
        world.connect()?;
    }
    let mut groups = 1;
    let public = dice.chance(50);
    let countdown = dice.chance(60).then(|| countdown(&mut dice));
    world.create(0, "Group 0", public, countdown, None)?;
    for client in 1..CLIENTS {
        if dice.chance(75) {
            join(world, &mut dice, client)?;
        }
    }
    for client in 0..CLIENTS {
        if dice.chance(70) {
            whole_device(world, &mut dice, client)?;
        }
    }
    for _ in 0..steps {
        step(world, &mut dice, &mut groups)?;
    }
    world.all_leave()
}

fn step(world: &mut World, dice: &mut Dice, groups: &mut usize) -> Outcome {
    if dice.chance(45) {
        let ms = dice.pick(&[3, 400, 1_500, 1_500, 2_500, 2_500, 6_000]);
        world.wait(Duration::from_millis(ms))?;
    }
    let client = dice.below(CLIENTS);
    let who = world.clients[client].who;
    if world.clients[client].socket.is_none() || world.clients[client].mute_since.is_some() {
        return match dice.below(10) {
            0..=4 => world.resume(client, None, None),
            5 => {
                let account = account(dice, &[0, 2, 4]);
                world.resume(client, None, Some(&account))
            }
            6 => world.wait(Duration::from_secs(11)),
            _ => Ok(()),
        };
    }
    if world.model.people[&who].room.is_none() && dice.chance(80) {
        return if dice.chance(25) { create(world, dice, client, groups) } else { join(world, dice, client) };
    }
    if dice.chance(18) {
        return beside(world, dice, client);
    }
    // Rare enough to be in, and what its owner may not do is worth trying.
    if world.model.room_of(who).is_some_and(|room| room.persistent) && dice.chance(5) {
        return world.ask(client, 15, &Value::Null, &Ask::Delete);
    }
    match dice.below(100) {
        0..=24 => device_state(world, dice, client),
        25..=29 => whole_device(world, dice, client),
        30..=41 => world.ask(client, 8, &Value::Null, &Ask::Inquire),
        42..=45 => world.ask(client, 9, &Value::Null, &Ask::Start),
        46..=47 => world.ask(client, 12, &Value::Null, &Ask::Stop),
        48..=50 => world.ask(client, 10, &Value::Null, &Ask::Unplug),
        51..=58 => update(world, dice, client),
        59..=63 => world.ask(client, 7, &Value::Null, &Ask::Leave),
        64..=66 => join(world, dice, client),
        67 => create(world, dice, client, groups),
        68..=71 => edit(world, dice, client),
        72..=74 => {
            let to = anybody(world, dice);
            world.ask(client, 16, &json!({ "session_id": world.id(to) }), &Ask::Transfer { to })
        }
        75..=77 => {
            let whom = anybody(world, dice);
            world.ask(client, 17, &json!({ "session_id": world.id(whom) }), &Ask::Kick { whom })
        }
        78 => world.ask(client, 15, &Value::Null, &Ask::Delete),
        79..=80 => world.ask(client, 11, &json!({ "content": "hello" }), &Ask::Talk),
        81 => world.ask(client, 14, &json!({ "emoji": "🔥" }), &Ask::Talk),
        82..=89 => world.break_off(client),
        90..=91 => world.resume(client, None, None),
        92 => {
            let token = world.clients[(client + 1) % CLIENTS].token.clone();
            world.resume(client, Some(&token), None)
        }
        93 => {
            world.tell(format!("client {client} goes silent"));
            world.clients[client].mute_since = Some(world.ms());
            Ok(())
        }
        94..=95 => world.send_nonsense(client, dice.pick(&NONSENSE)),
        96 => world.wait(Duration::from_secs(11)),
        97 => world.wait(Duration::from_secs(23)),
        98 => world.wait(Duration::from_secs(35)),
        _ => world.wait(Duration::from_secs(dice.pick(&[60, 181]))),
    }
}

/// What happens beside the group: accounts, followed devices, the gateway's own fate.
fn beside(world: &mut World, dice: &mut Dice, client: usize) -> Outcome {
    const IDS: [&str; 3] = ["u0", "u1", "u2"];
    match dice.below(100) {
        0..=24 => {
            let token = match dice.below(12) {
                0 => Token::Suspended,
                1 => Token::Invalid,
                2 => Token::Unavailable,
                _ => Token::Of(account(dice, &[0, 0, 1, 2, 4, 4, 5, 8])),
            };
            world.link(client, &token)?;
            if dice.chance(60) { world.answer() } else { Ok(()) }
        }
        25..=34 => world.answer(),
        35..=49 => {
            let account = account(dice, &[0, 1, 2, 4, 4, 6, 12]);
            let voice = dice.pick(&[None, Some(true), Some(false)]);
            let id = account.id.clone();
            match dice.below(6) {
                0 => world.account_changes(&id, Some(None), voice),
                1..=2 => world.account_changes(&id, None, voice),
                _ => world.account_changes(&id, Some(Some(&account)), voice),
            }
        }
        50..=69 => {
            let device = device_id(&mac(dice.below(CLIENTS)));
            let codes: Vec<&String> = world.model.rooms.keys().collect();
            let code = codes.get(dice.below(codes.len().max(1))).map_or("nowhere", |code| code.as_str());
            let data = match dice.below(6) {
                0..=1 => Value::Null,
                2 => json!({ "id": device }),
                3 => json!({ "device_id": device }),
                4 => json!({ "group_id": code }),
                _ => json!({ "group_id": code, "device_id": device, "id": device, "more": 1 }),
            };
            world.act(dice.pick(&IDS), dice.below(9) as u64, &data)
        }
        70..=73 => world.wake(),
        74..=84 => world.watch(client, device_id(&mac(dice.below(CLIENTS)))),
        85..=94 => {
            let down = dice.pick(&[0, 1_000, 1_000, 5_000, 12_000, 29_999, 30_000, 40_000]);
            world.restart(Duration::from_millis(down))?;
            everybody_back(world, dice)
        }
        _ => {
            world.crash(Duration::from_millis(dice.pick(&[0, 1_000, 60_000])))?;
            everybody_back(world, dice)
        }
    }
}

/// After the gateway was away most come back within some seconds.
fn everybody_back(world: &mut World, dice: &mut Dice) -> Outcome {
    for client in 0..CLIENTS {
        if dice.chance(75) {
            world.resume(client, None, None)?;
            world.wait(Duration::from_millis(dice.pick(&[1, 200, 900])))?;
        }
    }
    Ok(())
}

fn account(dice: &mut Dice, flags: &[u64]) -> Account {
    Account { id: format!("u{}", dice.below(3)), flags: dice.pick(flags), in_voice: dice.chance(30) }
}

/// What a client's device goes by; two clients have the same.
fn mac(client: usize) -> String {
    format!("mac-{}", client.min(3))
}

fn create(world: &mut World, dice: &mut Dice, client: usize, groups: &mut usize) -> Outcome {
    *groups += 1;
    let name = format!("Group {groups}");
    let administers = world.model.is_admin(world.clients[client].who);
    let public = dice.chance(50);
    let countdown = dice.chance(50).then(|| countdown(dice));
    if !dice.chance(if administers { 70 } else { 10 }) {
        return world.create(client, &name, public, countdown, None);
    }
    world.create(
        client,
        &name,
        public,
        countdown,
        Some((dice.pick(&["lobby", "Porch", "a-b_c"]), dice.chance(60))),
    )
}

/// How long a group counts down; the shortest is no time of its own.
fn countdown(dice: &mut Dice) -> u64 {
    dice.pick(&[2_100, 2_101, 3_000, 5_000, 10_000, 30_000])
}

/// Somebody, here or elsewhere.
fn anybody(world: &World, dice: &mut Dice) -> Who {
    world.clients[dice.below(CLIENTS)].who
}

fn join(world: &mut World, dice: &mut Dice, client: usize) -> Outcome {
    let codes: Vec<String> = world.model.rooms.keys().cloned().collect();
    let code = if codes.is_empty() || dice.chance(5) {
        "nowhere".to_owned()
    } else {
        codes[dice.below(codes.len())].clone()
    };
    world.ask(client, 1, &json!({ "group_id": code }), &Ask::Join { code })
}

fn whole_device(world: &mut World, dice: &mut Dice, client: usize) -> Outcome {
    tell_device(
        world,
        client,
        json!({
            "deviceName": "Peak", "deviceModel": "0", "battery": 77, "totalDabs": 420 + dice.below(9),
            "deviceMac": mac(client), "state": dice.pick(&[5, 5, 5, 6]), "serialNumber": format!("{SERIAL}{client}"),
        }),
    )
}

fn device_state(world: &mut World, dice: &mut Dice, client: usize) -> Outcome {
    let news = match dice.below(20) {
        0 => json!({ "battery": dice.below(100) }),
        1 => json!({ "temperature": dice.below(300), "serialNumber": format!("{SERIAL}{client}") }),
        2 => json!({}),
        3 => json!({ "dabsPerDay": dice.below(50) }),
        _ => json!({ "state": dice.pick(&[5, 5, 6, 6, 6, 6, 7, 8, 9, 4]) }),
    };
    tell_device(world, client, news)
}

fn tell_device(world: &mut World, client: usize, news: Value) -> Outcome {
    let mut map: Map<String, Value> = news.as_object().cloned().unwrap_or_default();
    map.remove("serialNumber");
    world.ask(client, 4, &news, &Ask::Device { news: map })
}

fn update(world: &mut World, dice: &mut Dice, client: usize) -> Outcome {
    let flag = dice.chance(45);
    let nothing = Ask::Update { away: None, mobile: None, strain: None };
    let Ask::Update { away, mobile, strain } = nothing else { return Ok(()) };
    match dice.below(8) {
        0..=3 => {
            let ask = Ask::Update { away: Some(flag), mobile, strain };
            world.ask(client, 6, &json!({ "away": flag }), &ask)
        }
        4 => {
            let ask = Ask::Update { away: Some(flag), mobile, strain };
            world.ask(client, 18, &json!({ "state": flag }), &ask)
        }
        5 => world.ask(client, 21, &Value::Null, &Ask::Update { away, mobile: Some(true), strain }),
        6 => {
            let strain = Some(Some("Golden Goat".to_owned()));
            world.ask(client, 19, &json!({ "strain": "Golden Goat" }), &Ask::Update { away, mobile, strain })
        }
        _ => {
            let d = json!({ "strain": null, "mobile": flag });
            world.ask(client, 6, &d, &Ask::Update { away, mobile: Some(flag), strain: Some(None) })
        }
    }
}

fn edit(world: &mut World, dice: &mut Dice, client: usize) -> Outcome {
    let mut d = json!({});
    let mut edit = Edit::default();
    if dice.chance(50) {
        let new = format!("Renamed {}", dice.below(100));
        d["name"] = json!(new);
        edit.name = Some(new);
    }
    if dice.chance(50) {
        let new = dice.chance(50);
        d["visibility"] = json!(if new { "public" } else { "private" });
        edit.public = Some(new);
    }
    if dice.chance(40) {
        let new = dice.chance(30);
        d["persistent"] = json!(new);
        edit.persistent = Some(new);
    }
    if dice.chance(20) {
        let new = anybody(world, dice);
        d["owner_session_id"] = json!(world.id(new));
        edit.owner = Some(new);
    }
    if dice.chance(40) {
        let new = countdown(dice);
        d["hearth"] = json!({ "countdown": new });
        edit.countdown = Some(new);
    }
    world.ask(client, 5, &d, &Ask::Edit(edit))
}
