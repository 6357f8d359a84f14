//! The lines of one channel: those that were said, and those of this person that are not said yet. A line is said at
//! most once: what is not known to have arrived stays, and the person decides.

use std::collections::BTreeSet;

use hearth_gateway_client::chat::Message;

use super::tidy;
use crate::contract::Said;

/// So many lines are kept.
pub(super) const MOST_LINES: usize = 500;

/// Clocks of servers may differ from this computer's by so much, ms.
const CLOCKS: i64 = 120_000;

/// A line that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub id: String,
    /// ms since 1970.
    pub at: i64,
    pub author: Option<String>,
    pub author_name: Option<String>,
    pub text: String,
    pub edited: bool,
    pub reply_to: Option<String>,
}

impl From<&Message> for Line {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.clone(),
            at: tidy::at_ms(&message.created_at).unwrap_or_default(),
            author: message.author.clone(),
            author_name: tidy::some(message.author_name.as_deref(), tidy::NAME),
            text: tidy::text(&message.content),
            edited: message.edited_at.is_some(),
            reply_to: message.reply_to.clone(),
        }
    }
}

/// A line that is not said yet, or not known to be.
#[derive(Debug)]
pub(super) struct Pending {
    pub id: String,
    /// ms since 1970, by this computer.
    pub at: i64,
    pub text: String,
    pub reply_to: Option<String>,
    pub state: Saying,
}

/// What became of it so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Saying {
    /// On its way. `heard`: it was heard already, as the message with this id.
    Sending { heard: Option<String> },
    /// It failed.
    Failed {
        why: Said,
        /// It may have arrived all the same.
        unsure: bool,
    },
}

/// A channel's lines.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Oldest first.
    pub lines: Vec<Line>,
    /// In the order of saying.
    pub pending: Vec<Pending>,
    /// There are older ones.
    pub more: bool,
    /// A page was asked for, with this ticket.
    pub asked: Option<u64>,
    /// Why the last page could not be read.
    pub failed: Option<Said>,
    /// The first line that was new.
    pub new_from: Option<String>,
    /// Lines that were told since the newest page was asked for.
    fresh: BTreeSet<String>,
}

impl Room {
    /// A page is asked for.
    pub fn asks(&mut self, ticket: u64, newest: bool) {
        self.asked = Some(ticket);
        self.failed = None;
        if newest {
            self.fresh.clear();
        }
    }

    /// The newest page, newest first. Lines that are not in it any more were taken back; where it does not reach what
    /// is known, there is a gap, and what is known goes.
    pub fn newest(&mut self, page: &[Message], more: bool, own: Option<&str>) {
        let told: BTreeSet<&str> = page.iter().map(|message| message.id.as_str()).collect();
        let mut before = std::mem::take(&mut self.lines);
        let (fresh, mut known): (Vec<Line>, Vec<Line>) =
            before.drain(..).partition(|line| self.fresh.contains(&line.id));
        match known.iter().position(|line| told.contains(line.id.as_str())) {
            Some(first) if more => known.truncate(first),
            _ => {
                known.clear();
                self.more = more;
            }
        }
        self.lines = known;
        self.lines.extend(page.iter().rev().map(Line::from));
        self.lines.extend(fresh.into_iter().filter(|line| !told.contains(line.id.as_str())));
        self.fresh.clear();
        self.bound();
        for message in page {
            self.found(message, own);
        }
    }

    /// Lines before those that are known, newest first.
    pub fn older(&mut self, page: &[Message], more: bool) {
        let known: BTreeSet<&str> = self.lines.iter().map(|line| line.id.as_str()).collect();
        let fresh = page.iter().rev().filter(|message| !known.contains(message.id.as_str()));
        let mut lines: Vec<Line> = fresh.map(Line::from).collect();
        lines.append(&mut self.lines);
        self.lines = lines;
        self.more = more;
        self.bound();
    }

    /// Something was said.
    pub fn said(&mut self, message: &Message, own: Option<&str>) {
        if self.lines.iter().any(|line| line.id == message.id) {
            return;
        }
        self.lines.push(Line::from(message));
        if self.asked.is_some() && self.fresh.len() < MOST_LINES {
            self.fresh.insert(message.id.clone());
        }
        self.bound();
        self.found(message, own);
    }

    /// A line that was heard may be one of ours that is on its way, or was not known to have arrived.
    pub fn found(&mut self, message: &Message, own: Option<&str>) {
        if message.author.is_none() || message.author.as_deref() != own {
            return;
        }
        let heard_before = |pending: &Pending| matches!(&pending.state, Saying::Sending { heard: Some(id) } if *id == message.id);
        if self.pending.iter().any(heard_before) {
            return;
        }
        let at = tidy::at_ms(&message.created_at).unwrap_or_default();
        let is_it = |pending: &Pending| {
            let open = match &pending.state {
                Saying::Sending { heard } => heard.is_none(),
                Saying::Failed { unsure, .. } => *unsure,
            };
            open && pending.text == message.content
                && pending.reply_to == message.reply_to
                && at >= pending.at - CLOCKS
        };
        let Some(place) = self.pending.iter().position(is_it) else { return };
        match &mut self.pending[place].state {
            Saying::Sending { heard } => *heard = Some(message.id.clone()),
            Saying::Failed { .. } => drop(self.pending.remove(place)),
        }
    }

    /// A line was changed.
    pub fn edited(&mut self, message: &Message) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.id == message.id) {
            line.text = tidy::text(&message.content);
            line.edited = true;
        }
    }

    /// A line was taken back.
    pub fn gone(&mut self, id: &str) {
        let Some(place) = self.lines.iter().position(|line| line.id == id) else { return };
        self.lines.remove(place);
        if self.new_from.as_deref() == Some(id) {
            self.new_from = self.lines.get(place).map(|line| line.id.clone());
        }
    }

    /// A line of ours was said.
    pub fn arrived(&mut self, pending: &str) {
        self.pending.retain(|line| line.id != pending);
    }

    /// A line of ours was not said, or is not known to be.
    pub fn not_arrived(&mut self, pending: &str, why: Said, unsure: bool) {
        if let Some(line) = self.pending.iter_mut().find(|line| line.id == pending) {
            line.state = Saying::Failed { why, unsure };
        }
    }

    /// Nobody will answer any more.
    pub fn given_up(&mut self) {
        self.asked = None;
        for line in &mut self.pending {
            if matches!(line.state, Saying::Sending { heard: None }) {
                line.state = Saying::Failed { why: super::words::unsure(), unsure: true };
            }
        }
        self.pending.retain(|line| !matches!(line.state, Saying::Sending { .. }));
    }

    /// It is open no more: only what is not said yet is kept. Whether there is any.
    pub fn close(&mut self) -> bool {
        self.lines.clear();
        self.fresh.clear();
        (self.more, self.asked, self.failed, self.new_from) = (false, None, None, None);
        !self.pending.is_empty()
    }

    fn bound(&mut self) {
        if self.lines.len() > MOST_LINES {
            self.lines.drain(..self.lines.len() - MOST_LINES);
            self.more = true;
        }
    }
}
