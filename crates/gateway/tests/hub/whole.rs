//! What holds for the hub as a whole: frames are shared, the same seed says the same, many changes are few frames.

use hearth_gateway::hub::{ConnectionId, Output, Peer};

use crate::table::Table;

#[test]
fn a_frame_for_many_is_encoded_once() {
    let mut table = Table::new();
    let (_, [a, _b, _c]) = table.group([true, false, false]);
    table.hub.receive(table.now, a.connection, r#"{"op":11,"d":{"content":"hi"}}"#);
    let texts: Vec<_> = std::iter::from_fn(|| table.hub.poll_output())
        .filter_map(|output| match output {
            Output::Send { text, .. } => Some(text),
            _ => None,
        })
        .collect();
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|text| std::sync::Arc::ptr_eq(text, &texts[0])));
}

#[test]
fn two_hubs_with_the_same_seed_say_the_same() {
    let story = || {
        let mut table = Table::new();
        let now = hearth_clock::Now { unix_ms: 1_700_000_000_000, ..table.now };
        let mut said = Vec::new();
        for (id, text) in [(1, r#"{"op":2,"d":{}}"#), (2, r#"{"op":421,"d":{"client_time":1}}"#)] {
            table.hub.connect(now, ConnectionId(id), Peer::LOOPBACK);
            table.hub.receive(now, ConnectionId(id), text);
            said.extend(std::iter::from_fn(|| table.hub.poll_output()));
        }
        said
    };
    assert_eq!(story(), story());
}

#[test]
fn members_who_vanish_together_cost_the_others_one_list() {
    let mut table = Table::new();
    let (_, clients) = table.group([true; 20]);
    for client in &clients[1..11] {
        table.drop_socket(client);
    }
    table.clear();
    table.advance_secs(11);
    let frames = table.take(&clients[0]);
    let left = frames.iter().filter(|(t, _)| t == "GROUP_USER_LEFT").count();
    let lists: Vec<usize> =
        frames.iter().filter_map(|(_, d)| d["members"].as_array().map(Vec::len)).collect();
    assert_eq!(left, 10);
    assert_eq!(lists, [10]);
}
