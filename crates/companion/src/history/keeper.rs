//! The task that has the history's file: it keeps, reads, deletes and exports, one after the other. What could not be
//! kept is held and given again; while the file cannot be opened everything else goes on.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hearth_clock::Clock;
use hearth_history::{Calendar, Export, OpenError, Page, Range, SeshId, SeshKey, Store, StoreError, Write};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::backlog::{Backlog, Entry, Next};
use super::{Asked, Job, News, Trouble};
use crate::contract::ExportFormat;
use crate::controller::Input;
use crate::downloads;

/// The first wait after something could not be kept; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// What fails so often for no reason that time mends is given up, so that the rest can be kept.
const MOST_TRIES: u32 = 6;

/// The keeper, as the runtime holds it.
pub(crate) struct Keeper {
    jobs: mpsc::UnboundedSender<Job>,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Opens the history, which is told as news.
    pub fn start(
        file: PathBuf,
        downloads: Option<PathBuf>,
        clock: Arc<Clock>,
        tell: mpsc::UnboundedSender<Input>,
    ) -> Self {
        let (jobs, queue) = mpsc::unbounded_channel();
        let backlog = Backlog::default();
        let work = Work {
            file,
            downloads,
            clock,
            tell,
            store: Err(not_tried()),
            to_read: None,
            backlog,
            tries: 0,
            due: None,
            failing: false,
        };
        Self { jobs, task: tokio::spawn(work.run(queue)) }
    }

    /// Asks for something.
    pub fn give(&self, job: Job) {
        // It ends only with the program.
        let _ = self.jobs.send(job);
    }

    /// Waits until all that was asked for is done and the file is closed.
    pub async fn end(self) {
        drop(self.jobs);
        let _ = self.task.await;
    }
}

fn not_tried() -> Trouble {
    Trouble { code: "history_unusable", details: None }
}

struct Work {
    file: PathBuf,
    downloads: Option<PathBuf>,
    clock: Arc<Clock>,
    tell: mpsc::UnboundedSender<Input>,
    /// The open history, or why it is not.
    store: Result<Store, Trouble>,
    /// One that cannot be written can be read all the same.
    to_read: Option<Store>,
    backlog: Backlog,
    tries: u32,
    /// When to try again.
    due: Option<Instant>,
    /// The faces were told that nothing can be kept.
    failing: bool,
}

impl Work {
    async fn run(mut self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        self.open().await;
        loop {
            let rest = self.due.map(|due| self.clock.until(due));
            let again = async {
                match rest {
                    Some(rest) => tokio::time::sleep(rest).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                job = jobs.recv() => match job {
                    Some(job) => self.carry_out(job).await,
                    None => break,
                },
                () = again => self.try_again().await,
            }
        }
        self.keep().await;
        if let Ok(store) = &self.store {
            store.close().await;
        }
    }

    fn news(&self, news: News) {
        // At the end of the program nobody asks any more.
        let _ = self.tell.send(Input::History(news));
    }

    async fn carry_out(&mut self, job: Job) {
        match job {
            Job::Keep(writes) => {
                for write in writes {
                    self.add(Entry::Write(write));
                }
                self.keep_when_due().await;
            }
            Job::TakeLog(device, reading) => {
                self.add(Entry::Log(device, reading));
                self.keep_when_due().await;
            }
            Job::RenameDevice { old, new } => {
                self.add(Entry::Rename(old, new));
                self.keep_when_due().await;
            }
            Job::Read { ask, range, seshes } => {
                if self.store.is_err() {
                    self.open().await;
                }
                self.read(ask, range, seshes).await;
            }
            Job::ReadRecap(id) => {
                let Some(store) = self.readable(Asked::Reading) else { return };
                match store.recap(id).await {
                    Ok(recap) => self.news(News::Recap(id, recap.map(Box::new))),
                    Err(error) => self.failed(Asked::Reading, &error),
                }
            }
            Job::ForgetGroup(visited) => {
                let Some(store) = self.open_store(Asked::Erasing) else { return };
                match store.forget_group(&visited.gateway, &visited.code).await {
                    Ok(_) => self.tell_recent().await,
                    Err(error) => self.failed(Asked::Erasing, &error),
                }
            }
            Job::EraseSesh(id) => {
                let Some(store) = self.open_store(Asked::Erasing) else { return };
                match store.erase_sesh(id).await {
                    Ok(erased) => self.erased(Some(id), erased.bytes_gone),
                    Err(error) => self.failed(Asked::Erasing, &error),
                }
            }
            Job::EraseAll => {
                let now_ms = self.now_ms();
                let Some(store) = self.open_store(Asked::Erasing) else { return };
                match store.erase_all(now_ms).await {
                    Ok(erased) => {
                        self.backlog.clear();
                        self.erased(None, erased.bytes_gone);
                        self.tell_recent().await;
                    }
                    Err(error) => self.failed(Asked::Erasing, &error),
                }
            }
            Job::SetAside => self.set_aside().await,
            Job::Export(format) => self.export(format).await,
        }
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.clock.now().unix_ms).unwrap_or(i64::MAX)
    }

    fn open_store(&self, asked: Asked) -> Option<&Store> {
        match &self.store {
            Ok(store) => Some(store),
            Err(trouble) => {
                self.news(News::Failed(asked, trouble.clone()));
                None
            }
        }
    }

    /// The store to read from, which may be one that cannot be written.
    fn readable(&self, asked: Asked) -> Option<&Store> {
        self.to_read.as_ref().or_else(|| self.open_store(asked))
    }

    fn failed(&self, asked: Asked, error: &StoreError) {
        tracing::warn!(code = error.code(), ?asked, "history");
        self.news(News::Failed(asked, Trouble::from(error)));
    }

    fn erased(&self, what: Option<SeshId>, bytes_gone: bool) {
        if !bytes_gone {
            tracing::info!("the bytes of what was deleted go with the next deletion or start");
        }
        self.news(News::Erased(what));
    }

    async fn open(&mut self) {
        // It would be in the way of one that can be written.
        if let Some(earlier) = self.to_read.take() {
            earlier.close().await;
        }
        let directory = self.file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let opened = match directory {
            Ok(()) => Store::open(&self.file).await,
            Err(error) => Err(error.into()),
        };
        if matches!(opened, Err(OpenError::ReadOnly(_))) {
            self.to_read = Store::open_to_read(&self.file).await.ok();
        }
        self.store = opened.map_err(|error| {
            tracing::warn!(code = error.code(), "the history cannot be opened");
            // What only a person mends is not tried again by itself.
            self.due = (!error.helps_to_set_aside()).then(|| self.clock.now().instant + LONGEST_WAIT);
            Trouble::from(&error)
        });
        match &self.store {
            Err(trouble) => {
                self.news(News::NotOpened(trouble.clone()));
                self.tell_recent().await;
            }
            Ok(_) => {
                self.due = None;
                self.news(News::Opened);
                self.keep().await;
                self.tell_recent().await;
            }
        }
    }

    async fn set_aside(&mut self) {
        if self.store.is_ok() {
            return;
        }
        match Store::set_aside(&self.file) {
            Ok(aside) => tracing::info!(name = ?aside.file_name(), "the history was put aside"),
            Err(error) => tracing::warn!(code = error.code(), "the history cannot be put aside"),
        }
        self.open().await;
    }

    async fn tell_recent(&self) {
        let Some(store) = self.to_read.as_ref().or(self.store.as_ref().ok()) else { return };
        match store.recent_groups().await {
            Ok(groups) => self.news(News::Recent(groups)),
            Err(error) => self.failed(Asked::Reading, &error),
        }
    }

    async fn read(&self, ask: u64, range: Range, seshes: u32) {
        let Some(store) = self.to_read.as_ref().or(self.store.as_ref().ok()) else { return };
        let calendar = Calendar::of_this_computer();
        let now_ms = self.now_ms();
        let figures = store.figures(range, &calendar, now_ms).await;
        let page = store.seshes(range, &calendar, now_ms, Page::first(seshes)).await;
        match figures.and_then(|figures| Ok((figures, page?))) {
            Ok((figures, page)) => self.news(News::Read { ask, figures, page }),
            Err(error) => self.failed(Asked::Reading, &error),
        }
    }

    fn add(&mut self, entry: Entry) {
        if self.backlog.push(entry) {
            tracing::error!("too much could not be kept: the oldest of it is lost");
        }
    }

    /// Keeps what there is, unless that failed a moment ago.
    async fn keep_when_due(&mut self) {
        if self.due.is_none() {
            self.keep().await;
        }
    }

    async fn try_again(&mut self) {
        self.due = None;
        if self.store.is_err() {
            self.open().await;
        } else {
            self.keep().await;
        }
    }

    async fn keep(&mut self) {
        let mut kept = Kept::default();
        while let (Ok(store), Some(next)) = (&self.store, self.backlog.next()) {
            let (count, done) = match next {
                Next::Writes(writes) => {
                    let done = store.apply(&writes).await;
                    if done.is_ok() {
                        kept.note(&writes);
                    }
                    (writes.len(), done)
                }
                Next::Log(device, reading) => {
                    let taken = store.take_log(&device, &reading).await;
                    kept.added |= taken.as_ref().is_ok_and(|taken| taken.added + taken.merged > 0);
                    (1, taken.map(|_| ()))
                }
                Next::Rename(old, new) => (1, store.rename_device(&old, &new).await),
            };
            match done {
                Ok(()) => {
                    self.backlog.done(count);
                    self.tries = 0;
                }
                Err(error) if self.bear_with(&error) => break,
                Err(_) => self.backlog.done(1),
            }
        }
        self.tell_of(kept).await;
    }

    /// Something could not be kept. Whether it is tried again, later.
    fn bear_with(&mut self, error: &StoreError) -> bool {
        self.tries += 1;
        let trouble = Trouble::from(error);
        if matches!(error, StoreError::Damaged(_)) {
            tracing::error!("the history is damaged");
            self.store = Err(trouble.clone());
            self.news(News::NotOpened(trouble));
            return true;
        }
        if matches!(error, StoreError::Unusable(_)) && self.tries >= MOST_TRIES {
            tracing::error!(%error, "something could not be kept, and is given up");
            self.tries = 0;
            return false;
        }
        let wait = WAIT.saturating_mul(1 << self.tries.min(16)).min(LONGEST_WAIT);
        self.due = Some(self.clock.now().instant + wait);
        tracing::warn!(code = trouble.code, tries = self.tries, "cannot be kept now; it is tried again");
        // One that is only busy is no news.
        if !self.failing && !matches!(error, StoreError::Busy(_)) {
            self.failing = true;
            self.news(News::Keeping(Some(trouble)));
        }
        true
    }

    async fn tell_of(&mut self, kept: Kept) {
        if self.failing && self.due.is_none() && self.store.is_ok() {
            self.failing = false;
            self.news(News::Keeping(None));
        }
        let Ok(store) = &self.store else { return };
        for (key, began_ms) in kept.seshes {
            let calendar = Calendar::of_this_computer();
            let latest = store.seshes(Range::All, &calendar, self.now_ms(), Page::first(4)).await;
            let row =
                latest.ok().and_then(|page| page.seshes.into_iter().find(|row| row.began_ms == began_ms));
            if let Some(row) = row {
                self.news(News::SeshKept(key, row.id));
            }
        }
        if kept.added {
            self.news(News::Added);
        }
        if kept.visited {
            self.tell_recent().await;
        }
    }

    async fn export(&self, format: ExportFormat) {
        let Some(store) = self.readable(Asked::Exporting) else { return };
        let calendar = Calendar::of_this_computer();
        let now_ms = self.now_ms();
        let (form, ending) = match format {
            ExportFormat::Csv => (Export::Csv, "csv"),
            ExportFormat::Json => (Export::Json, "json"),
        };
        let mut content = Vec::new();
        if let Err(error) = store.export(form, &calendar, now_ms, &mut content).await {
            return self.failed(Asked::Exporting, &error);
        }
        let name = format!("hearth-history-{}.{ending}", calendar.day(now_ms));
        let Some(directory) = &self.downloads else {
            let base64 = BASE64_STANDARD.encode(&content);
            return self.news(News::Exported { name, path: None, base64 });
        };
        match downloads::keep(directory, &name, &content) {
            Ok(path) => {
                let name = path.file_name().map_or(name, |name| name.to_string_lossy().into_owned());
                let path = Some(path.to_string_lossy().into_owned());
                self.news(News::Exported { name, path, base64: String::new() });
            }
            Err(error) => self.failed(Asked::Exporting, &StoreError::Output(error)),
        }
    }
}

/// What was kept and is news.
#[derive(Default)]
struct Kept {
    added: bool,
    visited: bool,
    /// Seshes that are over: key and beginning.
    seshes: Vec<(SeshKey, i64)>,
}

impl Kept {
    fn note(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Dab(_) => self.added = true,
                Write::Sesh(sesh) if sesh.ended => {
                    self.added = true;
                    self.seshes.push((sesh.key, sesh.began_ms));
                }
                Write::RecentGroup(_) => self.visited = true,
                Write::Device { .. } | Write::Sesh(_) | Write::Line(_) => {}
            }
        }
    }
}
