//! Seshes, their recaps, and the groups that were visited.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use hearth_history::*;
use kept::*;

#[tokio::test]
async fn a_recap_has_everything() {
    let place = Place::new();
    let store = place.open().await;
    let began = NOW - DAY;
    let write = sesh(began, "Friday");
    let own = DabWrite { sesh: Some(SeshKey(began)), ..seen(began + 21_500) };
    let lines = [
        line(began, 0, LineKind::Sesh, "Started"),
        line(began, 1, LineKind::Reaction, "🔥"),
        line(began, 2, LineKind::Message, "hi"),
    ];
    store.apply(&[Write::Sesh(write.clone()), Write::Dab(own)]).await.unwrap();
    store.apply(&lines).await.unwrap();
    let [row] = &seshes(&store).await[..] else { panic!("one sesh") };
    assert_eq!((row.number, row.skew_ms, row.ended_ms), (Some(15), Some(84), Some(began + 90_000)));
    assert!(row.members.iter().all(|member| member.curve.is_empty()));
    let recap = store.recap(row.id).await.unwrap().unwrap();
    assert_eq!(recap.sesh.members, write.members);
    let told: Vec<(LineKind, &str)> =
        recap.lines.iter().map(|line| (line.kind, line.text.as_str())).collect();
    let expected = [(LineKind::Sesh, "Started"), (LineKind::Reaction, "🔥"), (LineKind::Message, "hi")];
    assert_eq!(told, expected);
    assert_eq!(recap.dabs.iter().map(|dab| dab.sesh).collect::<Vec<_>>(), [Some(row.id)]);
    assert_eq!(store.recap(SeshId(999)).await.unwrap(), None);
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let place = Place::new();
    let store = place.open().await;
    for n in 0..7 {
        store.apply(&[Write::Sesh(sesh(NOW - n * MINUTE, "Friday"))]).await.unwrap();
    }
    let all = Range::All;
    let mut page = store.seshes(all, &utc(), NOW, Page::first(3)).await.unwrap();
    let mut began = Vec::new();
    loop {
        began.extend(page.seshes.iter().map(|sesh| (NOW - sesh.began_ms) / MINUTE));
        let Some(last) = page.seshes.last().filter(|_| page.more) else { break };
        page = store.seshes(all, &utc(), NOW, Page::after_sesh(last, 3)).await.unwrap();
    }
    assert_eq!(began, [0, 1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_sesh_that_was_left_open_is_closed_at_the_next_start() {
    let place = Place::new();
    let store = place.open().await;
    let under_way = SeshWrite { ended: false, known_ms: NOW + 30_000, ..sesh(NOW, "Friday") };
    store.apply(&[Write::Sesh(under_way.clone())]).await.unwrap();
    assert_eq!(seshes(&store).await[0].ended_ms, None);
    store.close().await;
    drop(store);

    let store = place.open().await;
    let [row] = &seshes(&store).await[..] else { panic!("one sesh") };
    assert_eq!((row.ended_ms, row.cut_short), (Some(NOW + 30_000), true));
    // It is over: nothing changes it any more.
    store.apply(&[Write::Sesh(SeshWrite { group: "Other".into(), ..under_way })]).await.unwrap();
    assert_eq!(seshes(&store).await[0].group, "Friday");
}

#[tokio::test]
async fn a_damaged_curve_costs_only_itself() {
    let place = Place::new();
    let store = place.open().await;
    store.apply(&[Write::Sesh(sesh(NOW, "Friday"))]).await.unwrap();
    store.close().await;
    drop(store);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.file());
    let mut raw = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("UPDATE members SET curve = x'01ffffff' WHERE n = 0").execute(&mut raw).await.unwrap();
    sqlx::Connection::close(raw).await.unwrap();
    let store = place.open().await;
    let id = seshes(&store).await[0].id;
    let recap = store.recap(id).await.unwrap().unwrap();
    let samples: Vec<usize> = recap.sesh.members.iter().map(|member| member.curve.len()).collect();
    assert_eq!(samples, [0, 180]);
}

#[tokio::test]
async fn readers_do_not_wait_for_the_writer() {
    let place = Place::new();
    let store = std::sync::Arc::new(place.open().await);
    store.apply(&[Write::Sesh(sesh(NOW, "First"))]).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for reader in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            for _ in 0..20 {
                let rows = seshes(&store).await;
                let recap = store.recap(rows[0].id).await.unwrap().unwrap();
                assert_eq!(recap.sesh.members.len(), 2, "reader {reader}");
            }
        });
    }
    for n in 1..40 {
        store.apply(&[Write::Sesh(sesh(NOW + n, "More"))]).await.unwrap();
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let page = store.seshes(Range::All, &utc(), NOW, Page::first(1_000)).await.unwrap();
    assert_eq!(page.seshes.len(), 40);
}

#[tokio::test]
async fn groups_that_were_visited_are_remembered_and_forgotten() {
    let place = Place::new();
    let store = place.open().await;
    for n in 0..60 {
        store.apply(&[Write::RecentGroup(group(&format!("q7xk{n}"), NOW + n))]).await.unwrap();
    }
    let renamed = RecentGroup { name: "Saturday".into(), ..group("q7xk59", NOW) };
    store.apply(&[Write::RecentGroup(renamed)]).await.unwrap();
    let groups = store.recent_groups().await.unwrap();
    assert_eq!((groups.len(), groups[0].code.as_str(), groups[0].name.as_str()), (50, "q7xk59", "Saturday"));
    assert!(store.forget_group("wss://puff.social", "q7xk59").await.unwrap().found);
    assert!(!store.forget_group("wss://puff.social", "q7xk59").await.unwrap().found);
    assert!(!place.holds("q7xk59"));
    store.forget_groups().await.unwrap();
    assert_eq!(store.recent_groups().await.unwrap(), []);
    assert!(!place.holds("q7xk"), "no code is left in the file");
}
