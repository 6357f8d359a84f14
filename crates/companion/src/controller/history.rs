//! What happened, and looking at it again. The file is the keeper's; here is what faces see of it, and what to ask.

use std::collections::{BTreeMap, BTreeSet};

use hearth_clock::Now;
use hearth_history::{Recorder, SeshId, SeshKey};
use puffco::link::DeviceId;

use super::{Controller, Output};
use crate::contract::{Command, Event, HistoryView, NoticeKind, RecapView};
use crate::history::{self, Asked, Job, News, Trouble};
use crate::said;

/// Seshes are read so many at a time.
const SESHES: u32 = 20;
/// More are not listed.
const MOST_SESHES: u32 = 2_000;

/// What stops being true when a history is opened.
const SETTLED_BY_OPENING: [&str; 2] = ["history_not_kept_now", "history_failed"];

/// The history as faces see it.
#[derive(Debug, Default)]
pub struct History {
    view: Option<HistoryView>,
    recap: Option<RecapView>,
    /// The sesh that a face waits for, or looks at.
    recap_of: Option<SeshId>,
    /// The last question; answers to earlier ones come too late.
    ask: u64,
    /// So many seshes are listed at most.
    seshes: u32,
    /// Something was added while the history was being read.
    again: bool,
    /// It is open.
    open: bool,
    /// Why it is not, or why nothing is kept now.
    trouble: Option<Trouble>,
    pub(super) recorder: Recorder,
    /// What devices are called in the history.
    pub(super) keys: BTreeMap<DeviceId, String>,
    /// Devices that are heard of.
    pub(super) live: BTreeSet<DeviceId>,
    /// What was asked of devices and is not recorded yet.
    pub(super) asked: Vec<hearth_history::Input>,
    /// The sesh of this group that ended last, and may not be on the disk yet.
    pub(super) ended: Option<SeshKey>,
    /// The same, kept.
    pub(super) last_sesh: Option<SeshId>,
}

impl History {
    /// The history, once it was asked for.
    #[must_use]
    pub fn view(&self) -> Option<HistoryView> {
        self.view.clone()
    }

    /// The sesh that is looked at again.
    #[must_use]
    pub fn recap(&self) -> Option<RecapView> {
        self.recap.clone()
    }

    /// The last sesh of this group, for who wants to look at it again.
    #[must_use]
    pub fn last_sesh(&self) -> Option<String> {
        self.last_sesh.map(|id| id.0.to_string())
    }
}

impl Controller {
    /// What happens is kept.
    pub(super) fn keeps_history(&self) -> bool {
        self.history.open && self.history.trouble.is_none()
    }

    /// Why nothing is kept, when that was wanted.
    pub(super) fn history_trouble(&self) -> Option<&Trouble> {
        self.history.trouble.as_ref()
    }

    pub(super) fn history_command(&mut self, _now: Now, command: Command) {
        match command {
            Command::ShowHistory { range } => {
                self.history.seshes = SESHES;
                if self.history.view.as_ref().is_none_or(|view| view.range != range) {
                    self.history.view = Some(history::without_any(range, None));
                }
                self.read_history();
            }
            Command::MoreSeshes if self.history.view.as_ref().is_some_and(|view| view.more) => {
                self.history.seshes = (self.history.seshes + SESHES).min(MOST_SESHES);
                self.read_history();
            }
            Command::OpenRecap { id } => match sesh_id(&id) {
                Some(id) => {
                    self.history.recap_of = Some(id);
                    self.ask_keeper(Job::ReadRecap(id));
                }
                None => self.no_such_sesh(),
            },
            Command::CloseRecap => {
                self.history.recap_of = None;
                self.history.recap = None;
            }
            Command::DeleteSesh { id } => match sesh_id(&id) {
                Some(id) => self.ask_keeper(Job::EraseSesh(id)),
                None => self.no_such_sesh(),
            },
            Command::DeleteHistory => self.ask_keeper(Job::EraseAll),
            Command::SetHistoryAside => {
                self.ask_keeper(Job::SetAside);
                self.read_history();
            }
            Command::ExportHistory { format } => self.ask_keeper(Job::Export(format)),
            _ => {}
        }
    }

    fn ask_keeper(&mut self, job: Job) {
        self.outputs.push_back(Output::History(job));
    }

    /// Reads what is shown, if anything is.
    fn read_history(&mut self) {
        let History { view, ask, seshes, again, .. } = &mut self.history;
        let Some(view) = view else { return };
        view.loading = true;
        *again = false;
        *ask += 1;
        let job = Job::Read { ask: *ask, range: history::days(view.range), seshes: (*seshes).max(SESHES) };
        self.ask_keeper(job);
    }

    /// What is shown is of before.
    fn history_changed(&mut self) {
        if self.history.view.as_ref().is_some_and(|view| view.loading) {
            self.history.again = true;
        } else {
            self.read_history();
        }
    }

    pub(super) fn history_news(&mut self, news: News) {
        match news {
            News::Opened => {
                self.history.open = true;
                self.history.trouble = None;
                for code in SETTLED_BY_OPENING {
                    self.notices.settle(code);
                }
                if let Some(view) = &mut self.history.view {
                    view.problem = None;
                }
                self.history_changed();
            }
            News::NotOpened(trouble) => self.no_history(trouble),
            News::Keeping(None) => {
                self.history.trouble = None;
                self.notices.settle("history_not_kept_now");
            }
            News::Keeping(Some(trouble)) => {
                let problem = history::problem(&trouble);
                let (title, advice) = (problem.title, problem.advice);
                self.history.trouble = Some(trouble);
                self.notices.add(NoticeKind::Warning, "history_not_kept_now", title, advice);
            }
            News::Added => self.history_changed(),
            News::SeshKept(key, id) => {
                if self.history.ended == Some(key) && self.membership.group().is_some() {
                    self.history.last_sesh = Some(id);
                }
            }
            News::Recent(groups) => self.recent_groups(groups),
            News::Read { ask, figures, page } => {
                let known = &mut self.history;
                let Some(view) = known.view.as_mut().filter(|_| ask == known.ask) else { return };
                *view = history::history(view.range, &figures, &page);
                // It can be read and not written.
                view.problem = known.trouble.as_ref().filter(|_| !known.open).map(history::problem);
                view.more &= known.seshes < MOST_SESHES;
                if std::mem::take(&mut known.again) {
                    self.read_history();
                }
            }
            News::Recap(id, recap) => {
                if self.history.recap_of != Some(id) {
                    return;
                }
                self.history.recap = recap.as_deref().map(history::recap);
                if recap.is_none() {
                    self.history.recap_of = None;
                    self.no_such_sesh();
                }
            }
            News::Erased(what) => {
                let is_it = |id: Option<SeshId>| what.is_none() || what == id;
                if is_it(self.history.recap_of) {
                    self.history.recap_of = None;
                    self.history.recap = None;
                }
                if is_it(self.history.last_sesh) {
                    self.history.last_sesh = None;
                }
                self.history_changed();
            }
            News::Exported { name, path, base64 } => {
                self.notices.settle("history_failed");
                self.emit(Event::File { name, path, base64 });
            }
            News::Failed(asked, trouble) => {
                if asked == Asked::Reading {
                    self.history.recap_of = self.history.recap_of.filter(|_| self.history.recap.is_some());
                    if let Some(view) = &mut self.history.view {
                        view.loading = false;
                    }
                }
                let (title, advice) = history::failed(asked, &trouble);
                self.notices.add(NoticeKind::Error, "history_failed", title, advice);
            }
        }
    }

    fn no_history(&mut self, trouble: Trouble) {
        self.history.again = false;
        if let Some(view) = &mut self.history.view {
            *view = history::without_any(view.range, Some(history::problem(&trouble)));
        }
        self.history.open = false;
        self.history.trouble = Some(trouble);
    }

    fn no_such_sesh(&mut self) {
        let advice = said!("It may have been deleted.");
        self.notices.add(NoticeKind::Info, "no_such_sesh", said!("This sesh is not in the history"), advice);
    }
}

fn sesh_id(id: &str) -> Option<SeshId> {
    id.parse().ok().map(SeshId)
}
