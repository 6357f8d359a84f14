//! What the recorder makes of heats and seshes, told as stories.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_history::*;
use proptest::prelude::*;

/// Somebody's devices and group, over time.
struct Story {
    now: Now,
    began: Now,
    recorder: Recorder,
    writes: Vec<Write>,
}

impl Story {
    fn new() -> Self {
        let now = Now { unix_ms: kept::NOW.cast_unsigned(), ..Clock::new().now() };
        Self { now, began: now, recorder: Recorder::default(), writes: Vec::new() }
    }

    fn tell(&mut self, input: Input) -> &mut Self {
        self.writes.extend(self.recorder.handle(self.now, input));
        self
    }

    /// Time passes; the recorder is called whenever it wanted to be.
    fn wait(&mut self, millis: u64) -> &mut Self {
        let until = self.now.later(Duration::from_millis(millis));
        while let Some(due) = self.recorder.due().filter(|due| *due <= until.instant) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.tell(Input::Tick);
            assert!(self.recorder.due().is_none_or(|next| next > due), "it does not spin");
        }
        self.now = until;
        self
    }

    fn device(&mut self, activity: Activity, celsius: f32, elapsed_s: f32, total_s: f32) -> &mut Self {
        self.tell(Input::Device(DeviceSeen {
            device: device(),
            with_group: true,
            activity,
            celsius: Some(celsius),
            target_celsius: Some(283.0),
            elapsed_s: Some(elapsed_s),
            total_s: Some(total_s),
            profile: Profile { slot: Some(2), name: Some("High".into()) },
        }))
    }

    /// Heats up in 20 s and is at temperature for so many seconds of 45.
    fn heat(&mut self, seconds: u64) -> &mut Self {
        self.device(Activity::Preheat, 25.0, 0.0, 22.0).wait(20_000);
        self.device(Activity::Active, 284.0, 0.0, 45.0).wait(seconds * 1_000)
    }

    fn group(&mut self, members: Vec<MemberSeen>) -> &mut Self {
        self.tell(Input::Group(GroupSeen {
            gateway: "puff.social".into(),
            gateway_url: "wss://puff.social".into(),
            code: "q7xk2m".into(),
            name: "Friday".into(),
            members,
        }))
    }

    fn dabs(&self) -> Vec<&DabWrite> {
        self.writes
            .iter()
            .filter_map(|write| if let Write::Dab(dab) = write { Some(dab) } else { None })
            .collect()
    }

    fn dab(&self) -> &DabWrite {
        self.dabs().last().copied().expect("a dab")
    }

    fn seshes(&self) -> Vec<&SeshWrite> {
        self.writes
            .iter()
            .filter_map(|write| if let Write::Sesh(sesh) = write { Some(sesh) } else { None })
            .collect()
    }

    fn since_ms(&self, at_ms: i64) -> i64 {
        at_ms - i64::try_from(self.began.unix_ms).unwrap()
    }
}

fn device() -> Device {
    Device { key: "ember".into(), name: "Ember".into(), model: "Peak Pro".into() }
}

fn member(id: &str, activity: Activity, celsius: f32) -> MemberSeen {
    MemberSeen {
        id: id.into(),
        name: id.to_uppercase(),
        color: Some("#ff8a3d".into()),
        own: id == "me",
        away: false,
        model: Some("Proxy".into()),
        activity,
        celsius: Some(celsius),
        target_celsius: Some(283.0),
    }
}

fn key() -> String {
    "ember".to_owned()
}

#[test]
fn a_heat_alone_becomes_a_dab_when_it_is_reached_and_when_it_ends() {
    let mut story = Story::new();
    story.device(Activity::Resting, 24.0, 0.0, 0.0).wait(5_000).heat(10);
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::Unknown, None), "it is kept at once");
    story.device(Activity::Active, 287.5, 10.0, 45.0).wait(35_000).device(Activity::Fade, 280.0, 0.0, 60.0);
    let dab = story.dab();
    assert_eq!((story.since_ms(dab.began_ms), story.since_ms(dab.at_ms)), (5_000, 25_000));
    assert_eq!(
        (dab.time_to_temp_ms, dab.held_ms, dab.ending),
        (Some(20_000), Some(45_000), Ending::Completed)
    );
    assert_eq!((dab.peak_celsius, dab.target_celsius, dab.boosts), (Some(287.5), Some(283.0), 0));
    assert_eq!((dab.sesh, dab.profile.slot), (None, Some(2)));
    assert!(story.dabs().iter().all(|write| write.began_ms == dab.began_ms), "all of one dab");
}

#[test]
fn a_profile_whose_name_is_read_during_the_heat_is_called_by_it() {
    let mut story = Story::new();
    let seen = |profile| DeviceSeen {
        device: device(),
        with_group: true,
        activity: Activity::Preheat,
        celsius: Some(25.0),
        target_celsius: Some(283.0),
        elapsed_s: Some(0.0),
        total_s: Some(22.0),
        profile,
    };
    story.tell(Input::Device(seen(Profile { slot: Some(2), name: None }))).wait(5_000);
    story.heat(45).device(Activity::Fade, 280.0, 0.0, 60.0);
    assert_eq!(story.dab().profile, Profile { slot: Some(2), name: Some("High".into()) });
    let mut story = Story::new();
    story.tell(Input::Device(seen(Profile { slot: Some(1), name: None }))).wait(5_000);
    story.heat(45).device(Activity::Fade, 280.0, 0.0, 60.0);
    assert_eq!(story.dab().profile, Profile { slot: Some(1), name: None }, "another one has another name");
}

#[test]
fn a_heat_that_is_stopped_while_heating_up_is_no_dab() {
    let mut story = Story::new();
    story
        .device(Activity::Preheat, 25.0, 0.0, 22.0)
        .wait(9_000)
        .device(Activity::Resting, 150.0, 0.0, 0.0)
        .wait(9_000);
    assert_eq!(story.writes, []);
    assert_eq!(story.recorder.due(), None);
}

#[test]
fn an_end_before_its_time_was_a_stop() {
    let mut story = Story::new();
    story.heat(20).device(Activity::Fade, 270.0, 0.0, 60.0);
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::Stopped, Some(20_000)));
    // One that was asked for is a stop also when it comes late.
    let mut story = Story::new();
    story.heat(44).tell(Input::StopAsked { key: key() }).device(Activity::Resting, 270.0, 0.0, 0.0);
    assert_eq!(story.dab().ending, Ending::Stopped);
}

#[test]
fn boosts_are_counted_once_wherever_they_come_from() {
    let mut story = Story::new();
    story.heat(10).tell(Input::Boosted { key: key() }).wait(300).device(Activity::Active, 285.0, 10.3, 60.0);
    assert_eq!(story.dab().boosts, 1, "sent, and seen in the planned time");
    story.wait(5_000).device(Activity::Active, 290.0, 15.3, 75.0);
    assert_eq!(story.dab().boosts, 2, "made with the button");
    story.wait(59_700).device(Activity::Fade, 280.0, 0.0, 60.0);
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::Completed, Some(75_000)));
}

#[test]
fn one_reading_of_rest_in_mid_heat_is_not_believed() {
    let mut story = Story::new();
    story.heat(10).device(Activity::Resting, 283.0, 0.0, 0.0).wait(800);
    story.device(Activity::Active, 283.0, 10.8, 45.0).wait(34_200).device(Activity::Resting, 200.0, 0.0, 0.0);
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::Completed, Some(45_000)));
    assert_eq!(story.dabs().iter().filter(|dab| dab.ending != Ending::Unknown).count(), 1);
    // It is, once it stays so; the heat ended when it was first told.
    let mut story = Story::new();
    story.heat(10).device(Activity::Resting, 283.0, 0.0, 0.0).wait(3_000);
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::Stopped, Some(10_000)));
}

#[test]
fn a_lost_link_keeps_what_is_known() {
    let mut story = Story::new();
    story
        .heat(10)
        .device(Activity::Active, 285.0, 10.0, 45.0)
        .wait(2_000)
        .tell(Input::DeviceLost { key: key() });
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::LinkLost, Some(10_000)));
    // Back in the same heat: it goes on.
    story.wait(8_000).device(Activity::Active, 284.0, 20.0, 45.0).wait(25_000).device(
        Activity::Fade,
        280.0,
        0.0,
        60.0,
    );
    assert_eq!((story.dab().ending, story.dab().held_ms), (Ending::Completed, Some(45_000)));
    let first = story.dabs()[0].began_ms;
    assert!(story.dabs().iter().all(|dab| dab.began_ms == first));
}

#[test]
fn another_heat_after_a_lost_link_is_another_dab() {
    let mut story = Story::new();
    story.heat(10).tell(Input::DeviceLost { key: key() }).wait(60_000).heat(45).device(
        Activity::Fade,
        280.0,
        0.0,
        60.0,
    );
    let mut endings: Vec<(i64, Ending)> = Vec::new();
    for dab in story.dabs() {
        endings.retain(|(began, _)| *began != dab.began_ms);
        endings.push((dab.began_ms, dab.ending));
    }
    let endings: Vec<Ending> = endings.into_iter().map(|(_, ending)| ending).collect();
    assert_eq!(endings, [Ending::LinkLost, Ending::Completed]);
    // One that is not heard of again is forgotten.
    let mut story = Story::new();
    story.heat(10).tell(Input::DeviceLost { key: key() }).wait(700_000);
    assert_eq!((story.dab().ending, story.recorder.due()), (Ending::LinkLost, None));
}

#[test]
fn a_heat_that_was_under_way_has_no_time_to_temperature() {
    let mut story = Story::new();
    story.wait(60_000).device(Activity::Active, 283.0, 30.0, 45.0).wait(15_000).device(
        Activity::Fade,
        280.0,
        0.0,
        60.0,
    );
    let dab = story.dab();
    assert_eq!((story.since_ms(dab.at_ms), dab.time_to_temp_ms), (30_000, None));
    assert_eq!((dab.held_ms, dab.ending), (Some(45_000), Ending::Completed));
}

#[test]
fn two_heats_in_a_row_are_two_dabs() {
    let mut story = Story::new();
    story.heat(30).heat(30).device(Activity::Fade, 280.0, 0.0, 60.0);
    let mut began: Vec<i64> = story.dabs().iter().map(|dab| dab.began_ms).collect();
    began.dedup();
    assert_eq!(began.len(), 2);
}

#[test]
fn a_leaping_wall_clock_does_not_change_durations() {
    let mut story = Story::new();
    story.device(Activity::Preheat, 25.0, 0.0, 22.0).wait(10_000);
    story.now.unix_ms += 3_600_000;
    story.wait(10_000).device(Activity::Active, 284.0, 0.0, 45.0).wait(45_000).device(
        Activity::Fade,
        280.0,
        0.0,
        60.0,
    );
    assert_eq!((story.dab().time_to_temp_ms, story.dab().held_ms), (Some(20_000), Some(45_000)));
}

/// A sesh of three: Mika starts 84 ms after me, Sol sits it out.
fn sesh() -> Story {
    let mut story = Story::new();
    let resting = |id| member(id, Activity::Resting, 24.0);
    story.group(vec![resting("me"), resting("mika"), resting("sol")]).wait(1_000);
    let at_ms = i64::try_from(story.now.unix_ms).unwrap() + 3_000;
    story.tell(Input::Start(Start { at_ms: Some(at_ms), number: Some(15), excluded: vec!["sol".into()] }));
    story.tell(Input::Said(Said {
        kind: LineKind::Reaction,
        name: Some("MIKA".into()),
        color: None,
        own: false,
        text: "🔥".into(),
    }));
    story.wait(3_010).device(Activity::Preheat, 25.0, 0.0, 22.0);
    story.group(vec![member("me", Activity::Preheat, 25.0), resting("mika"), resting("sol")]).wait(84);
    story.group(vec![
        member("me", Activity::Preheat, 26.0),
        member("mika", Activity::Preheat, 25.0),
        resting("sol"),
    ]);
    for n in 1..=100_u16 {
        story.wait(200);
        let warm = 25.0 + 2.6 * f32::from(n);
        let both = ["me", "mika"].map(|id| member(id, Activity::Preheat, warm));
        story.group(both.into_iter().chain([resting("sol")]).collect());
    }
    story.device(Activity::Active, 284.0, 0.0, 45.0);
    story.group(vec![
        member("me", Activity::Active, 284.0),
        member("mika", Activity::Active, 283.0),
        resting("sol"),
    ]);
    story
}

#[test]
fn a_sesh_has_its_members_curves_and_skew() {
    let mut story = sesh();
    story.wait(10_000).tell(Input::SeshEnded { skew_ms: None });
    let last = *story.seshes().last().unwrap();
    assert!(last.ended);
    assert_eq!((last.group.as_str(), last.number, last.skew_ms), ("Friday", Some(15), Some(84)));
    assert_eq!(story.since_ms(last.began_ms), 4_000);
    let [me, mika, sol] = &last.members[..] else { panic!("three members") };
    assert_eq!((me.own, me.began_after_ms, mika.began_after_ms), (true, Some(10), Some(94)));
    assert_eq!((mika.time_to_temp_ms, mika.peak_celsius), (Some(20_000), Some(285.0)));
    assert_eq!((sol.excluded, sol.curve.len(), sol.began_after_ms), (true, 0, None));
    assert!(me.curve.windows(2).all(|pair| pair[1].ms - pair[0].ms >= 250), "at most four a second");
    assert!(me.curve.len() >= 45, "{} samples", me.curve.len());
    // The caller knows better.
    let mut story = sesh();
    story.tell(Input::SeshEnded { skew_ms: Some(71) });
    assert_eq!(story.seshes().last().unwrap().skew_ms, Some(71));
}

#[test]
fn a_sesh_under_way_is_kept_every_few_seconds() {
    let story = sesh();
    let known: Vec<i64> = story.seshes().iter().map(|sesh| story.since_ms(sesh.known_ms)).collect();
    assert!(known.len() >= 5, "{known:?}");
    assert!(known.windows(2).all(|pair| pair[1] - pair[0] <= 5_000), "{known:?}");
    assert!(story.seshes().iter().all(|sesh| !sesh.ended));
}

#[test]
fn what_is_said_before_the_heat_waits_for_the_sesh() {
    let story = sesh();
    let kinds = |write: &Write| match write {
        Write::Sesh(_) => "sesh",
        Write::Line(_) => "line",
        Write::Dab(_) => "dab",
        Write::RecentGroup(_) => "group",
        Write::Device { .. } => "device",
    };
    let order: Vec<&str> = story.writes.iter().map(kinds).take(3).collect();
    assert_eq!(order, ["group", "sesh", "line"]);
}

#[test]
fn the_own_dab_belongs_to_the_sesh() {
    let mut story = sesh();
    let sesh = story.seshes()[0].key;
    assert_eq!(story.dab().sesh, Some(sesh));
    story.tell(Input::SeshEnded { skew_ms: None }).device(Activity::Fade, 280.0, 0.0, 60.0).wait(60_000);
    assert_eq!(story.dab().sesh, Some(sesh), "also when it ends after it");
    story.heat(10);
    assert_eq!(story.dab().sesh, None, "the next is had alone");
}

#[test]
fn who_sits_it_out_and_heats_all_the_same_heats_alone() {
    let mut story = Story::new();
    story.group(vec![member("me", Activity::Resting, 24.0), member("mika", Activity::Resting, 24.0)]);
    story.tell(Input::Start(Start { excluded: vec!["me".into()], ..Start::default() })).heat(10);
    assert_eq!(story.dab().sesh, None);
}

#[test]
fn a_start_after_which_nobody_heats_is_no_sesh() {
    let mut story = Story::new();
    story.group(vec![member("me", Activity::Resting, 24.0)]);
    story.tell(Input::Start(Start::default())).wait(300_000);
    assert_eq!((story.seshes().len(), story.recorder.due()), (0, None));
}

#[test]
fn a_sesh_ends_by_itself_when_nobody_says_so() {
    let mut story = sesh();
    story.wait(300_000);
    let last = *story.seshes().last().unwrap();
    assert!(last.ended);
    assert_eq!(story.since_ms(last.known_ms), 24_094, "it ends with the last heat");
    assert_eq!(story.seshes().iter().filter(|sesh| sesh.ended).count(), 1);
}

#[test]
fn leaving_the_group_ends_its_sesh() {
    let mut story = sesh();
    story.tell(Input::Left);
    assert!(story.seshes().last().unwrap().ended);
    let Some(Write::RecentGroup(group)) = story.writes.last() else { panic!("the group") };
    assert_eq!((group.code.as_str(), group.name.as_str()), ("q7xk2m", "Friday"));
    assert_eq!(group.last_ms, i64::try_from(story.now.unix_ms).unwrap());
}

#[test]
fn two_seshes_never_have_one_key() {
    let mut story = sesh();
    let at_ms = Some(story.seshes()[0].key.0);
    story.tell(Input::Start(Start { at_ms, ..Start::default() }));
    story.group(vec![member("me", Activity::Preheat, 25.0)]);
    let keys: Vec<SeshKey> = story.seshes().iter().map(|sesh| sesh.key).collect();
    assert!(keys.last() > keys.first());
}

#[test]
fn the_end_of_the_program_keeps_what_is_known() {
    let mut story = sesh();
    let writes = story.recorder.finish(story.now);
    story.writes.extend(writes);
    assert_eq!(story.dab().ending, Ending::LinkLost);
    assert!(story.seshes().last().unwrap().ended);
    assert_eq!(story.recorder.due(), None);
}

#[test]
fn invitations_are_not_in_what_is_logged() {
    let story = sesh();
    assert!(!format!("{:?}", story.writes).contains("q7xk2m"));
    assert!(!format!("{:?}", story.recorder).contains("q7xk2m"));
}

#[tokio::test]
async fn what_it_gives_makes_a_recap() {
    let mut story = sesh();
    story.wait(5_000).tell(Input::SeshEnded { skew_ms: None }).device(Activity::Fade, 280.0, 0.0, 60.0);
    let place = kept::Place::new();
    let store = place.open().await;
    for write in &story.writes {
        store.apply(std::slice::from_ref(write)).await.unwrap();
    }
    // All of it again changes nothing.
    let id = kept::seshes(&store).await[0].id;
    let recap = store.recap(id).await.unwrap().unwrap();
    store.apply(&story.writes).await.unwrap();
    assert_eq!(store.recap(id).await.unwrap().unwrap(), recap);
    let [dab] = &recap.dabs[..] else { panic!("the own dab") };
    assert_eq!((dab.source, dab.ending, dab.sesh), (Source::Live, Ending::Stopped, Some(id)));
    assert_eq!((recap.sesh.skew_ms, recap.sesh.members.len(), recap.lines.len()), (Some(84), 3, 1));
    assert!(!recap.sesh.cut_short);
}

fn activity() -> impl Strategy<Value = Activity> {
    prop::sample::select(vec![
        Activity::Preheat,
        Activity::Active,
        Activity::Fade,
        Activity::Resting,
        Activity::Unknown,
    ])
}

fn number() -> impl Strategy<Value = Option<f32>> {
    prop_oneof![Just(None), (-10.0_f32..400.0).prop_map(Some), any::<f32>().prop_map(Some)]
}

fn input() -> impl Strategy<Value = Input> {
    let seen = (activity(), number(), number(), number(), number(), any::<bool>());
    let seen =
        seen.prop_map(|(activity, celsius, target_celsius, elapsed_s, total_s, with_group)| DeviceSeen {
            device: device(),
            with_group,
            activity,
            celsius,
            target_celsius,
            elapsed_s,
            total_s,
            profile: Profile::default(),
        });
    let group = prop::collection::vec((0..4_u8, activity(), number()), 0..4).prop_map(|members| GroupSeen {
        gateway: "g".into(),
        gateway_url: "wss://g".into(),
        code: "code".into(),
        name: "Friday".into(),
        members: members
            .into_iter()
            .map(|(n, activity, celsius)| MemberSeen {
                celsius,
                ..member(["me", "a", "b", "c"][usize::from(n)], activity, 0.0)
            })
            .collect(),
    });
    prop_oneof![
        6 => seen.prop_map(Input::Device),
        6 => group.prop_map(Input::Group),
        2 => prop::option::of(any::<i64>()).prop_map(|at_ms| Input::Start(Start { at_ms, ..Start::default() })),
        1 => Just(Input::DeviceLost { key: key() }),
        1 => Just(Input::Boosted { key: key() }),
        1 => Just(Input::StopAsked { key: key() }),
        1 => Just(Input::SeshEnded { skew_ms: None }),
        1 => Just(Input::Left),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_dabs_and_seshes_end_once(
        steps in prop::collection::vec((input(), 0_u64..30_000), 0..80),
    ) {
        let mut story = Story::new();
        for (input, millis) in steps {
            story.tell(input).wait(millis);
            prop_assert!(story.recorder.due().is_none_or(|due| due > story.now.instant));
        }
        let writes = story.recorder.finish(story.now);
        story.writes.extend(writes);
        for dab in story.dabs() {
            prop_assert!(dab.began_ms <= dab.at_ms);
            prop_assert!(dab.at_ms <= i64::try_from(story.now.unix_ms).unwrap());
        }
        let mut ended: Vec<SeshKey> = Vec::new();
        for sesh in story.seshes() {
            prop_assert!(!ended.contains(&sesh.key), "nothing comes after the end");
            prop_assert!(sesh.known_ms >= sesh.began_ms);
            for member in &sesh.members {
                prop_assert!(member.curve.windows(2).all(|pair| pair[1].ms >= pair[0].ms + 250));
            }
            ended.extend(sesh.ended.then_some(sesh.key));
        }
        prop_assert!(story.seshes().iter().all(|sesh| ended.contains(&sesh.key)), "each has an end");
    }
}
