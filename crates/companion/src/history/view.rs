//! Figures, seshes and recaps as faces see them.

use hearth_history::{Figures, Line, LineKind, Member, ProfileFigures, Recap, SeshPage, SeshRow};

use super::happening;
use crate::contract::{
    self, ChatKind, HistoryDay, HistoryRange, HistoryView, ProblemView, ProfileHistory, RecapLine,
    RecapMember, RecapReaction, RecapView, Said, SeshPerson,
};
use crate::said;

/// A history in which nothing is known.
pub(crate) fn without_any(range: HistoryRange, problem: Option<ProblemView>) -> HistoryView {
    HistoryView {
        range,
        loading: false,
        days: Vec::new(),
        dabs: 0,
        per_day: 0.0,
        time_to_temp_s: None,
        favourite: None,
        in_groups: None,
        profiles: Vec::new(),
        seshes: Vec::new(),
        more: false,
        problem,
    }
}

/// The history of a range.
pub(crate) fn history(range: HistoryRange, figures: &Figures, page: &SeshPage) -> HistoryView {
    let day = |day: &hearth_history::DayFigures| HistoryDay { day: day.day.to_string(), dabs: day.dabs };
    let profiles: Vec<ProfileHistory> = figures.profiles.iter().map(profile).collect();
    HistoryView {
        days: figures.days.iter().map(day).collect(),
        dabs: figures.dabs,
        per_day: figures.per_day,
        time_to_temp_s: figures.time_to_temp_ms.map(seconds),
        favourite: profiles.first().map(|profile| profile.name.clone()),
        in_groups: figures.in_seshes,
        profiles,
        // One that is under way is on the session's page.
        seshes: page.seshes.iter().filter(|sesh| sesh.ended_ms.is_some()).map(row).collect(),
        more: page.more,
        ..without_any(range, None)
    }
}

fn profile(profile: &ProfileFigures) -> ProfileHistory {
    let name = match (&profile.name, profile.slot) {
        (Some(name), _) => Said::verbatim(name),
        (None, Some(slot)) => said!("Profile {number}", number = u16::from(slot) + 1),
        (None, None) => Said::default(),
    };
    ProfileHistory { name, dabs: profile.dabs, time_to_temp_s: profile.time_to_temp_ms.map(seconds) }
}

fn row(sesh: &SeshRow) -> contract::SeshRow {
    let lasted_ms = sesh.ended_ms.unwrap_or(sesh.began_ms).saturating_sub(sesh.began_ms);
    contract::SeshRow {
        id: sesh.id.0.to_string(),
        name: sesh.group.clone(),
        number: sesh.number.unwrap_or_default(),
        at: sesh.began_ms as f64,
        seconds: u32::try_from(lasted_ms / 1000).unwrap_or_default(),
        people: sesh.members.iter().filter(|member| took_part(member)).map(person).collect(),
    }
}

/// Whether somebody heated. Who sat out, and whose device did not follow, were there but not in it.
fn took_part(member: &Member) -> bool {
    member.began_after_ms.is_some() || member.peak_celsius.is_some()
}

fn person(member: &Member) -> SeshPerson {
    SeshPerson { name: member.name.clone(), me: member.own, led: member.color.clone() }
}

/// A sesh, whole.
pub(crate) fn recap(recap: &Recap) -> RecapView {
    let members: Vec<&Member> = recap.sesh.members.iter().filter(|member| took_part(member)).collect();
    let first = members.iter().filter_map(|member| member.began_after_ms).min().unwrap_or_default();
    RecapView {
        sesh: row(&recap.sesh),
        skew_ms: recap.sesh.skew_ms,
        members: members.iter().map(|who| member(who, first)).collect(),
        reactions: reactions(&recap.lines),
        chat: recap.lines.iter().filter(|line| line.kind != LineKind::Reaction).map(line).collect(),
    }
}

fn member(member: &Member, first_ms: i32) -> RecapMember {
    RecapMember {
        person: person(member),
        model: member.model.clone(),
        target_celsius: member.target_celsius,
        began_ms: member.began_after_ms.map(|began| began.abs_diff(first_ms)),
        time_to_temp_s: member.time_to_temp_ms.map(seconds),
        peak_celsius: member.peak_celsius,
        points: member.curve.iter().map(|sample| (sample.ms, sample.celsius())).collect(),
    }
}

fn reactions(lines: &[Line]) -> Vec<RecapReaction> {
    let mut reactions: Vec<RecapReaction> = Vec::new();
    for line in lines.iter().filter(|line| line.kind == LineKind::Reaction) {
        let name = line.name.clone().unwrap_or_default();
        match reactions.iter_mut().find(|known| known.name == name && known.emoji == line.text) {
            Some(known) => known.count += 1,
            None => reactions.push(RecapReaction { name, emoji: line.text.clone(), count: 1 }),
        }
    }
    reactions.sort_by_key(|reaction| std::cmp::Reverse(reaction.count));
    reactions
}

fn line(line: &Line) -> RecapLine {
    let by_somebody = matches!(line.kind, LineKind::Message | LineKind::Reaction);
    let happened = (!by_somebody).then(|| happening::understood(&line.text));
    RecapLine {
        at: line.at_ms as f64,
        name: line.name.clone(),
        led: line.color.clone(),
        kind: match line.kind {
            LineKind::Message => ChatKind::Message,
            LineKind::Reaction => ChatKind::Reaction,
            LineKind::People if happened.as_ref().is_some_and(happening::is_about_away) => ChatKind::Away,
            LineKind::People => ChatKind::People,
            LineKind::Sesh => ChatKind::Sesh,
        },
        text: if by_somebody { line.text.clone() } else { String::new() },
        happened,
    }
}

fn seconds(ms: u32) -> f32 {
    ms as f32 / 1000.0
}

#[cfg(test)]
mod tests {
    use hearth_history::{Sample, SeshId};

    use super::*;
    use crate::tongue::Tongue;

    fn member(name: &str, began_after_ms: Option<i32>) -> Member {
        let curve = Sample::new(250, 120.5).into_iter().collect();
        Member { name: name.into(), began_after_ms, curve, ..Member::default() }
    }

    fn said(kind: LineKind, name: &str, text: &str) -> Line {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Line { at_ms: 5, kind, name, color: None, own: false, text: text.into() }
    }

    fn friday() -> Recap {
        let sesh = SeshRow {
            id: SeshId(7),
            gateway: "puff.social".into(),
            group: "Friday".into(),
            number: Some(3),
            began_ms: 1_000,
            ended_ms: Some(96_500),
            skew_ms: Some(84),
            cut_short: false,
            members: vec![member("Kim", Some(-20)), member("Ana", Some(64)), member("Late", None)],
        };
        let lines = vec![
            said(LineKind::Sesh, "", "3 devices started within 84 ms"),
            said(LineKind::Reaction, "Kim", "👏"),
            said(LineKind::Reaction, "Ana", "🔥"),
            said(LineKind::Message, "Ana", "Hello"),
            said(LineKind::Reaction, "Ana", "🔥"),
        ];
        Recap { sesh, lines, dabs: Vec::new() }
    }

    #[test]
    fn who_did_not_heat_is_not_listed_and_the_first_began_at_zero() {
        let view = recap(&friday());
        let began: Vec<_> =
            view.members.iter().map(|member| (member.person.name.as_str(), member.began_ms)).collect();
        assert_eq!(began, [("Kim", Some(0)), ("Ana", Some(84))]);
        assert_eq!((view.sesh.seconds, view.sesh.people.len()), (95, 2));
        assert_eq!(view.members[0].points, [(250, 120.5)]);
    }

    #[test]
    fn reactions_are_counted_and_the_rest_is_chat() {
        let view = recap(&friday());
        let told: Vec<_> = view.reactions.iter().map(|known| (known.emoji.as_str(), known.count)).collect();
        assert_eq!(told, [("🔥", 2), ("👏", 1)]);
        let chat: Vec<_> = view.chat.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(chat, ["", "Hello"]);
        let happened = view.chat[0].happened.as_ref().unwrap();
        assert_eq!(happened.spoken(Tongue::German), "3 Geräte sind innerhalb von 84 ms gestartet");
    }
}
