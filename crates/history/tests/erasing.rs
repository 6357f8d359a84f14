//! Deletion deletes: the bytes are gone, and do not come back.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use hearth_history::*;
use kept::*;

const CANARY: &str = "canary-7f3a91";

fn canary_sesh(began_ms: i64) -> Vec<Write> {
    let mut write = sesh(began_ms, CANARY);
    write.members.push(member(CANARY, 300));
    // Written over and over, as while it is under way: older states must go too.
    let mut writes: Vec<Write> = (1..8)
        .map(|n| {
            let mut part = write.clone();
            part.ended = false;
            part.members.iter_mut().for_each(|member| member.curve.truncate(n * 20));
            Write::Sesh(part)
        })
        .collect();
    writes.extend((0..50).map(|n| line(began_ms, n, LineKind::Message, &format!("{CANARY} {n}"))));
    writes.push(Write::Sesh(write));
    writes
}

/// A history with other things around.
async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    for n in 0..30 {
        let mut writes =
            vec![Write::Sesh(sesh(NOW - n * MINUTE, "Friday")), Write::Dab(seen(NOW - n * 5 * MINUTE))];
        writes.extend(
            (0..20).map(|line| kept::line(NOW - n * MINUTE, line, LineKind::Message, "a line of chat")),
        );
        store.apply(&writes).await.unwrap();
    }
    store
}

#[tokio::test]
async fn a_deleted_sesh_is_gone_from_the_file() {
    let place = Place::new();
    let store = filled(&place).await;
    let began = NOW - 2 * DAY;
    for write in canary_sesh(began) {
        store.apply(&[write]).await.unwrap();
    }
    let own = DabWrite { sesh: Some(SeshKey(began)), ..seen(began) };
    store.apply(&[Write::Dab(own)]).await.unwrap();
    assert!(place.holds(CANARY));
    let id = seshes(&store).await.iter().find(|sesh| sesh.group == CANARY).unwrap().id;
    assert_eq!(store.erase_sesh(id).await.unwrap(), Erased { found: true, bytes_gone: true });
    assert!(!place.holds(CANARY));
    assert_eq!(store.recap(id).await.unwrap(), None);
    assert_eq!((seshes(&store).await.len(), dabs(&store).await.len()), (30, 31));
    assert!(dabs(&store).await.iter().all(|dab| dab.sesh.is_none()), "its dab was had alone now");
    assert_eq!(store.erase_sesh(id).await.unwrap(), Erased { found: false, bytes_gone: true });
}

#[tokio::test]
async fn a_sesh_that_is_deleted_while_under_way_does_not_come_back() {
    let place = Place::new();
    let store = place.open().await;
    let under_way = Write::Sesh(SeshWrite { ended: false, ..sesh(NOW, CANARY) });
    store.apply(std::slice::from_ref(&under_way)).await.unwrap();
    store.erase_sesh(seshes(&store).await[0].id).await.unwrap();
    store.apply(&[under_way, line(NOW, 0, LineKind::Message, CANARY)]).await.unwrap();
    assert!(!place.holds(CANARY));
    let another = Write::Sesh(SeshWrite { ended: false, ..sesh(NOW + 1, CANARY) });
    store.apply(std::slice::from_ref(&another)).await.unwrap();
    store.erase_all(NOW).await.unwrap();
    store.apply(&[another]).await.unwrap();
    assert_eq!(seshes(&store).await, []);
}

#[tokio::test]
async fn a_deleted_dab_does_not_come_back_with_the_log() {
    let place = Place::new();
    let store = filled(&place).await;
    let profile = Profile { slot: Some(3), name: Some(CANARY.into()) };
    let canary = |at_ms| DabWrite { profile: profile.clone(), ..seen(at_ms) };
    let (live, both) = (NOW - 3 * DAY, NOW - 4 * DAY);
    store.apply(&[Write::Dab(canary(live)), Write::Dab(canary(both))]).await.unwrap();
    let entry = |index, at_ms| LogDab { profile: profile.clone(), ..logged(index, at_ms) };
    store.take_log(&device("ember"), &reading(vec![entry(1, both)])).await.unwrap();
    for dab in dabs(&store).await.iter().filter(|dab| dab.profile == profile) {
        assert_eq!(store.erase_dab(dab.id).await.unwrap(), Erased { found: true, bytes_gone: true });
    }
    assert!(!place.holds(CANARY));
    let again = reading(vec![entry(1, both), entry(2, live), entry(3, NOW - 5 * DAY)]);
    let taken = store.take_log(&device("ember"), &again).await.unwrap();
    assert_eq!((taken.added, taken.left_out), (1, 2));
}

#[tokio::test]
async fn a_deleted_device_is_gone_and_its_log_starts_anew() {
    let place = Place::new();
    let store = filled(&place).await;
    let other = Device { key: CANARY.into(), name: CANARY.into(), model: CANARY.into() };
    store.apply(&[Write::Dab(DabWrite { device: other.clone(), ..seen(NOW - DAY) })]).await.unwrap();
    assert!(store.erase_device(CANARY, NOW).await.unwrap().bytes_gone);
    assert!(!place.holds(CANARY));
    assert_eq!(dabs(&store).await.len(), 30);
    let later = reading(vec![logged(1, NOW - DAY), logged(2, NOW + MINUTE)]);
    let taken = store.take_log(&other, &later).await.unwrap();
    assert_eq!((taken.added, taken.left_out), (1, 1));
    // Another device's log is not concerned.
    let taken = store.take_log(&device("third"), &reading(vec![logged(1, NOW - DAY)])).await.unwrap();
    assert_eq!(taken.added, 1);
}

#[tokio::test]
async fn everything_deleted_is_everything() {
    let place = Place::new();
    let store = filled(&place).await;
    for write in canary_sesh(NOW - DAY) {
        store.apply(&[write]).await.unwrap();
    }
    store.apply(&[Write::RecentGroup(group(CANARY, NOW))]).await.unwrap();
    let last_id = seshes(&store).await.iter().map(|sesh| sesh.id).max().unwrap();
    assert_eq!(store.erase_all(NOW).await.unwrap(), Erased { found: true, bytes_gone: true });
    for text in [CANARY, "Ember", "Friday", "Mika", "a line of chat", "puff.social"] {
        assert!(!place.holds(text), "{text}");
    }
    assert_eq!((dabs(&store).await, seshes(&store).await), (vec![], vec![]));
    let taken = store.take_log(&device("ember"), &reading(vec![logged(1, NOW - DAY)])).await.unwrap();
    assert_eq!(taken.left_out, 1);
    store.apply(&[Write::Sesh(sesh(NOW, "Friday"))]).await.unwrap();
    assert!(seshes(&store).await[0].id > last_id, "no id names two seshes");
}
