//! What is connected to what, what failed of late, and the bundle for whoever helps.

mod parts;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use puffco::device::Phase;
use puffco::link::DeviceId;

use super::{Controller, Output};
use crate::bundle::{self, Page};
use crate::contract::{
    Command, DiagnosticsView, FailureView, Health, Notice, NoticeKind, PartView, ProblemView, Said,
};
use crate::redaction::redacted;
use crate::said;
use crate::saved::StoreReport;
use crate::secrets::Keychain;
use crate::words;

/// The most failures that are remembered.
const MOST_FAILURES: usize = 50;

/// Numbers that change all the time are shown anew so often; what is connected, at once.
const NUMBERS_EVERY: Duration = Duration::from_secs(5);

/// The name of the bundle.
const BUNDLE: &str = "hearth-diagnostics.zip";

/// What is connected to what.
#[derive(Debug, Default)]
pub struct Diagnostics {
    keychain: Keychain,
    log_folder: Option<PathBuf>,
    parts: Vec<PartView>,
    /// How each part has been, and since when; ms since 1970.
    since: BTreeMap<String, (Health, Said, u64)>,
    numbers_at: Option<Instant>,
    failures: VecDeque<FailureView>,
    last_notice: u32,
    /// What each device's link failed of, so that it is noted once.
    problems: BTreeMap<DeviceId, String>,
    /// Asked for and not put together yet, or put together and not saved yet.
    bundle: Option<Bundle>,
}

#[derive(Debug)]
enum Bundle {
    Gathering,
    Shown(Vec<Page>),
}

impl Diagnostics {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> DiagnosticsView {
        DiagnosticsView {
            parts: self.parts.clone(),
            failures: self.failures.iter().cloned().collect(),
            log_folder: self.log_folder.as_ref().map(|folder| folder.display().to_string()),
            bundle: match &self.bundle {
                Some(Bundle::Shown(pages)) => Some(bundle::view(pages)),
                Some(Bundle::Gathering) | None => None,
            },
        }
    }

    /// Secrets are kept beyond the end of the program, as far as is known.
    #[must_use]
    pub fn keeps_secrets(&self) -> bool {
        matches!(self.keychain, Keychain::Unasked | Keychain::Works)
    }

    fn failed(&mut self, now: Now, title: Said, advice: Said, details: Option<&str>) {
        self.failures.push_front(FailureView {
            at: now.unix_ms as f64,
            title,
            advice,
            details: details.map(redacted),
        });
        self.failures.truncate(MOST_FAILURES);
    }

    fn noted(&mut self, now: Now, notices: &[Notice]) {
        for notice in notices.iter().filter(|notice| notice.id > self.last_notice) {
            if matches!(notice.kind, NoticeKind::Warning | NoticeKind::Error) {
                self.failures.push_front(FailureView {
                    at: now.unix_ms as f64,
                    title: notice.title.clone(),
                    advice: notice.advice.clone(),
                    details: Some(notice.code.clone()),
                });
            }
        }
        self.failures.truncate(MOST_FAILURES);
        self.last_notice = notices.iter().map(|notice| notice.id).fold(self.last_notice, Ord::max);
    }

    /// Takes the parts as they are now. Since when each is so is known here.
    fn observe(&mut self, now: Now, mut parts: Vec<PartView>) {
        let names = keys(&parts);
        self.since.retain(|name, _| names.contains(name));
        let mut news = self.parts.len() != parts.len();
        for (part, name) in parts.iter_mut().zip(names) {
            let present = (part.health, part.state.clone());
            let known = self.since.get(&name);
            let since = match known {
                Some((health, state, since)) if (*health, state.clone()) == present => *since,
                _ => {
                    news = true;
                    now.unix_ms
                }
            };
            self.since.insert(name, (present.0, present.1, since));
            part.since = (part.health != Health::Off).then_some(since as f64);
        }
        if news || self.numbers_at.is_none_or(|at| at + NUMBERS_EVERY <= now.instant) {
            self.numbers_at = Some(now.instant);
            self.parts = parts;
        }
    }
}

/// Names parts for as long as they are there; two may be called the same.
fn keys(parts: &[PartView]) -> Vec<String> {
    let mut keys = Vec::with_capacity(parts.len());
    for part in parts {
        let alike = keys.len();
        let key = format!("{}/{}", part.part, part.name.english());
        keys.push(if keys.contains(&key) { format!("{key}/{alike}") } else { key });
    }
    keys
}

impl Controller {
    /// Says when secrets do not outlive the program.
    pub(super) fn keychain_changed(&mut self, keychain: Keychain) {
        match &keychain {
            Keychain::Unasked | Keychain::Works => self.notices.settle("no_keychain"),
            Keychain::Locked(_) => {
                let title = said!("Your keychain is locked");
                let advice =
                    said!("Secrets are kept only until Hearth quits. Unlock it, then restart Hearth.");
                self.notices.add(NoticeKind::Warning, "no_keychain", title, advice);
            }
            Keychain::Missing(_) => {
                let title = said!("This computer has no keychain");
                let advice = said!("Secrets are kept only until Hearth quits, and never written to a file.");
                self.notices.add(NoticeKind::Warning, "no_keychain", title, advice);
            }
        }
        self.diagnostics.keychain = keychain;
    }

    /// Says when settings do not outlive the program.
    pub(super) fn store_reported(&mut self, report: StoreReport) {
        match report {
            StoreReport::Written => self.notices.settle("settings_not_kept"),
            StoreReport::NotWritten(why) => {
                let title = said!("Your settings could not be saved");
                let advice =
                    said!("They hold until Hearth quits. Make room or allow writing. ({why})", why = why);
                self.notices.add(NoticeKind::Warning, "settings_not_kept", title, advice);
            }
            StoreReport::Closed(why) => {
                let title = said!("Your settings cannot be read");
                let advice = said!(
                    "Nothing was changed. Hearth starts afresh and keeps nothing until they can be read. ({why})",
                    why = why
                );
                self.notices.add(NoticeKind::Error, "settings_closed", title, advice);
            }
            StoreReport::PutAside(name) => {
                let title = said!("Your settings could not be understood");
                let advice =
                    said!("Hearth starts afresh. They are kept beside the new ones, as {name}.", name = name);
                self.notices.add(NoticeKind::Warning, "settings_put_aside", title, advice);
            }
        }
    }

    /// The folder that log files are written to.
    pub(super) fn logs_into(&mut self, folder: PathBuf) {
        self.diagnostics.log_folder = Some(folder);
    }

    /// Notes what failed since the last look.
    pub(super) fn note_failures(&mut self, now: Now) {
        self.diagnostics.noted(now, &self.notices.view());
        let mut present = BTreeMap::new();
        for device in self.devices.known.values() {
            if let Phase::Waiting { problem, .. } | Phase::Failed(problem) = device.phase() {
                present.insert(device.id(), words::problem(problem));
            }
        }
        let before = std::mem::take(&mut self.diagnostics.problems);
        for (id, problem) in present {
            let ProblemView { code, title, advice, details } = problem;
            if before.get(&id) != Some(&code) {
                self.diagnostics.failed(now, title, advice, Some(details.as_deref().unwrap_or(&code)));
            }
            self.diagnostics.problems.insert(id, code);
        }
    }

    /// Looks at the parts.
    pub(super) fn tick_diagnostics(&mut self, now: Now) {
        let parts = self.parts();
        self.diagnostics.observe(now, parts);
    }

    pub(super) fn diagnostics_command(&mut self, now: Now, command: Command) {
        match command {
            Command::PrepareBundle => {
                self.note_failures(now);
                self.tick_diagnostics(now);
                self.diagnostics.bundle = Some(Bundle::Gathering);
                let failures: Vec<FailureView> = self.diagnostics.failures.iter().cloned().collect();
                let mut pages = bundle::health(&self.diagnostics.parts, &failures, now.unix_ms);
                pages.push(bundle::settings(&self.saved));
                let folder = self.diagnostics.log_folder.clone();
                self.outputs.push_back(Output::GatherBundle { pages, folder });
            }
            Command::FinishBundle { save } => {
                let Some(Bundle::Shown(pages)) = self.diagnostics.bundle.take() else { return };
                if save {
                    match bundle::zipped(&pages) {
                        Ok(zip) => self.keep_file(BUNDLE, zip),
                        Err(error) => tracing::error!(%error, "the bundle could not be packed"),
                    }
                }
            }
            _ => {}
        }
    }

    /// The rest of the bundle was gathered.
    pub(super) fn bundle_gathered(&mut self, pages: Vec<Page>) {
        // Nobody waits for it when another one was saved or dropped meanwhile.
        if matches!(self.diagnostics.bundle, Some(Bundle::Gathering)) {
            self.diagnostics.bundle = Some(Bundle::Shown(pages));
        }
    }
}
