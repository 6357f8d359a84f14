//! Every field of every operation with what must not be in it: each such frame is answered once, changes nothing,
//! and nobody else hears of it.

use hearth_dialects::puff::User;
use serde_json::{Value, json};

use crate::table::{ALL, Client, Table, device, user};

/// What a field may hold.
#[derive(Clone, Copy)]
enum Kind {
    /// At most so many UTF-16 units.
    Text(usize),
    /// A number from the first to the second.
    Number(f64, f64),
    /// As [`Kind::Number`], without a fraction.
    Whole(f64),
    Flag,
    /// One of a few words.
    Word,
    Object,
}

use Kind::{Flag, Number, Object, Text, Whole, Word};

impl Kind {
    /// Values that are out of its limits or of another type.
    fn bad(self) -> Vec<Value> {
        let mut bad = vec![json!([]), json!([1]), json!(["x"])];
        if !matches!(self, Object) {
            bad.push(json!({}));
        }
        if !matches!(self, Flag) {
            bad.extend([json!(true), json!(false)]);
        }
        match self {
            Text(most) => {
                bad.extend([
                    json!(5),
                    json!(-1),
                    json!("x".repeat(most + 1)),
                    json!("😮".repeat(most / 2 + 1)),
                ]);
            }
            Number(least, most) => {
                let (below, above) = (least - 1.0, most * 1.01 + 1.0);
                bad.extend([json!(below), json!(above), json!(1e308), json!(-1e308)]);
                bad.extend([json!("NaN"), json!("Infinity"), json!("5"), json!("")]);
            }
            Whole(most) => {
                bad.extend([json!(-1), json!(0.5), json!(most * 1.01 + 1.0), json!(1e308), json!(-1e308)]);
                bad.extend([json!("NaN"), json!("5"), json!("")]);
            }
            Flag => bad.extend([json!(0), json!(1), json!("true"), json!("")]),
            Word => bad.extend([json!(0), json!(""), json!("PUBLIC"), json!("x".repeat(10_000))]),
            Object => bad.extend([json!(0), json!("x"), json!("")]),
        }
        bad
    }
}

const CELSIUS: Kind = Number(-100.0, 1000.0);

/// Operation, a payload that is good, and the fields: paths with dots, and what they may hold.
type Operation = (u16, Value, Vec<(&'static str, Kind)>);

fn operations() -> Vec<Operation> {
    let profile = json!({
        "name": "Low", "temp": 250, "time": "0:45", "color": "#ffffff", "moodId": "m", "intensity": 1,
    });
    let dab =
        json!({ "totalTime": 45, "timeElapsed": 45, "nominalTemp": 250, "actualTemp": 251, "timestamp": 5 });
    let mut state = device(5);
    for (field, value) in [
        ("deviceSeries", 1),
        ("brightness", 255),
        ("stateTime", 3),
        ("dabsPerDay", 2),
        ("utcTime", 1_700_000_000),
        ("chamberType", 1),
        ("chargeSource", 3),
    ] {
        state[field] = json!(value);
    }
    state["activeColor"] = json!({ "r": 1, "g": 2, "b": 3 });
    state["profile"] = profile;
    state["lastDab"] = dab;
    let device_fields = vec![
        ("deviceName", Text(64)),
        ("deviceMac", Text(64)),
        ("deviceModel", Text(64)),
        ("serialNumber", Text(64)),
        ("deviceSeries", Whole(65_535.0)),
        ("brightness", Number(0.0, 255.0)),
        ("battery", Number(0.0, 255.0)),
        ("state", Whole(255.0)),
        ("stateTime", Number(0.0, 1e9)),
        ("totalDabs", Number(0.0, 1e9)),
        ("dabsPerDay", Number(0.0, 1e6)),
        ("utcTime", Number(0.0, 1e12)),
        ("temperature", CELSIUS),
        ("chamberType", Whole(3.0)),
        ("chargeSource", Whole(3.0)),
        ("activeColor", Object),
        ("activeColor.r", Number(0.0, 255.0)),
        ("activeColor.g", Number(0.0, 255.0)),
        ("activeColor.b", Number(0.0, 255.0)),
        ("profile", Object),
        ("profile.name", Text(64)),
        ("profile.temp", CELSIUS),
        ("profile.time", Text(64)),
        ("profile.color", Text(64)),
        ("profile.moodId", Text(64)),
        ("profile.intensity", Number(-100.0, 100.0)),
        ("lastDab", Object),
        ("lastDab.totalTime", Number(0.0, 1e9)),
        ("lastDab.timeElapsed", Number(0.0, 1e9)),
        ("lastDab.nominalTemp", CELSIUS),
        ("lastDab.actualTemp", CELSIUS),
        ("lastDab.timestamp", Number(0.0, 1e15)),
    ];
    let id = "8c0b3c59-3c6f-4f0e-9a53-0f6f2f1f5f10";
    vec![
        (1, json!({ "group_id": "abc123" }), vec![("group_id", Text(16))]),
        (
            2,
            json!({ "name": "x", "visibility": "private", "id": "code", "persistent": true }),
            vec![("name", Text(32)), ("visibility", Word), ("id", Text(16)), ("persistent", Flag)],
        ),
        (4, state, device_fields),
        (
            5,
            json!({ "name": "x", "visibility": "private", "persistent": true, "owner_session_id": id }),
            vec![
                ("name", Text(32)),
                ("visibility", Word),
                ("persistent", Flag),
                ("owner_session_id", Text(64)),
            ],
        ),
        (
            6,
            json!({ "strain": "OG", "away": true, "mobile": true }),
            vec![("strain", Text(48)), ("away", Flag), ("mobile", Flag)],
        ),
        (11, json!({ "content": "hi" }), vec![("content", Text(1024))]),
        (
            13,
            json!({ "session_id": id, "session_token": "t" }),
            vec![("session_id", Text(64)), ("session_token", Text(4096))],
        ),
        (14, json!({ "emoji": "🔥" }), vec![("emoji", Text(128))]),
        (16, json!({ "session_id": id }), vec![("session_id", Text(64))]),
        (17, json!({ "session_id": id }), vec![("session_id", Text(64))]),
        (18, json!({ "state": true }), vec![("state", Flag)]),
        (19, json!({ "strain": "OG" }), vec![("strain", Text(48))]),
        (20, json!({ "token": "t" }), vec![("token", Text(4096))]),
        (22, json!({ "id": "device_x" }), vec![("id", Text(128))]),
        (421, json!({ "client_time": 5 }), vec![("client_time", Whole(9_007_199_254_740_991.0))]),
    ]
}

/// A table with an administrator's group of two; op 2 needs an administrator who is in no group.
fn table_for(op: u16) -> (Table, Client, Client) {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    table.sign_in(&a, user("admin", User::ADMIN));
    if matches!(op, 1 | 2) {
        table.send(&a, 7, Value::Null);
    }
    table.advance_secs(60);
    table.clear();
    (table, a, b)
}

fn with(good: &Value, path: &str, value: &Value) -> Value {
    let mut payload = good.clone();
    let pointer = format!("/{}", path.replace('.', "/"));
    *payload.pointer_mut(&pointer).unwrap_or_else(|| panic!("{path}")) = value.clone();
    payload
}

// PUFF-04, PUFF-28
#[test]
fn a_value_out_of_limits_is_refused_once_and_heard_of_by_nobody() {
    let mut tried = 0;
    for (op, good, fields) in operations() {
        for (path, kind) in fields {
            tried += refused(op, &good, path, kind);
        }
    }
    assert!(tried > 500, "{tried}");
}

fn refused(op: u16, good: &Value, path: &str, kind: Kind) -> usize {
    let bad = kind.bad();
    for value in &bad {
        let (mut table, a, b) = table_for(op);
        let before = table.hub.stored(table.now);
        table.send(&a, op, with(good, path, value));
        let what = || format!("op {op} {path} {}", value.to_string().chars().take(80).collect::<String>());
        let answers = table.names(&a);
        assert_eq!(answers.len(), 1, "{} {answers:?}", what());
        assert!(answers[0].ends_with("_ERROR"), "{} {answers:?}", what());
        assert_eq!(table.taken(&b, ALL), [] as [Value; 0], "{}", what());
        assert_eq!(table.question(&a), None, "{}", what());
        assert_eq!(table.hub.stored(table.now), before, "{}", what());
        assert_eq!(table.closed_with(&a), None, "{}", what());
    }
    bad.len()
}

#[test]
fn numbers_that_are_none_make_no_frame() {
    let (mut table, a, b) = table_for(4);
    for text in [
        r#"{"op":4,"d":{"battery":NaN}}"#,
        r#"{"op":4,"d":{"battery":Infinity}}"#,
        r#"{"op":4,"d":{"battery":1e999}}"#,
        r#"{"op":4,"d":{"battery":-1e999}}"#,
        r#"{"op":4,"d":{"battery":0x10}}"#,
    ] {
        table.send_raw(&a, text);
        assert_eq!((table.names(&a).len(), table.names(&b).len()), (0, 0), "{text}");
    }
}

#[test]
fn a_payload_that_is_no_object_is_refused_where_one_is_needed() {
    for (op, _, _) in operations() {
        for d in [json!([]), json!(5), json!("x"), json!(true)] {
            let (mut table, a, b) = table_for(op);
            table.send(&a, op, d.clone());
            let answers = table.names(&a);
            assert_eq!((answers.len(), table.names(&b).len()), (1, 0), "{op} {d} {answers:?}");
            assert!(answers[0].ends_with("_ERROR"), "{op} {d}");
        }
    }
}

#[test]
fn the_good_payloads_are_good() {
    for (op, good, _) in operations() {
        let (mut table, a, _) = table_for(op);
        table.send(&a, op, good);
        let errors: Vec<Value> = table
            .take(&a)
            .into_iter()
            .filter_map(|(name, d)| name.ends_with("_ERROR").then(|| d["code"].clone()))
            .collect();
        // Those that name a session or a group name one that is not there.
        let expected: &[&str] = match op {
            1 => &["invalid_group"],
            5 | 16 | 17 => &["USER_NOT_IN_GROUP"],
            13 => &["INVALID_SESSION"],
            _ => &[],
        };
        assert_eq!(errors, expected, "{op}");
    }
}
