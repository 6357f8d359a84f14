//! The task that keeps a gateway announced.

use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::daemon::{Daemon, Health, Tries};
use crate::{Announcement, Crowd, Lan, Trouble, local};

/// How often it is looked whether something changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks between two announcements of changed counts: nobody needs them sooner, and the network is everybody's.
const LOOKS_BETWEEN_COUNTS: u32 = 5;
/// Looks between two visits to the doctor.
const LOOKS_BETWEEN_CHECKUPS: u32 = 3;

/// A gateway that is announced. Dropping it takes the announcement back as well; [`Announcer::stop`] waits for it.
#[derive(Debug)]
pub struct Announcer {
    crowd: watch::Sender<Crowd>,
    trouble: watch::Receiver<Option<Trouble>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Announcer {
    pub(crate) fn start(lan: Lan, announcement: Announcement) -> Self {
        let (crowd, counted) = watch::channel(Crowd::default());
        let (tell_trouble, trouble) = watch::channel(None);
        let (stop, stopped) = oneshot::channel();
        let id = format!("{:016x}", rand::random::<u64>());
        let work = Work { lan, announcement, id, counted, trouble: tell_trouble };
        let task = tokio::spawn(work.run(stopped));
        Self { crowd, trouble, stop, task }
    }

    /// Tells how many are there. Others see it within a few seconds.
    pub fn tell(&self, crowd: Crowd) {
        self.crowd.send_if_modified(|known| std::mem::replace(known, crowd) != crowd);
    }

    /// What stands in the way, if something does.
    #[must_use]
    pub fn trouble(&self) -> watch::Receiver<Option<Trouble>> {
        self.trouble.clone()
    }

    /// Takes the announcement back: others see it vanish at once.
    pub async fn stop(self) {
        // An error means that the task has ended by itself, which it does not.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

struct Work {
    lan: Lan,
    announcement: Announcement,
    id: String,
    counted: watch::Receiver<Crowd>,
    trouble: watch::Sender<Option<Trouble>>,
}

impl Work {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        self.lan.own().insert(self.id.clone());
        let mut tries = Tries::default();
        loop {
            let trouble = match Daemon::start(&self.lan) {
                Err(trouble) => trouble,
                Ok(daemon) => {
                    let lost = tokio::select! {
                        lost = self.announce(&daemon, &mut tries) => lost,
                        _ = &mut stopped => {
                            daemon.end().await;
                            break;
                        }
                    };
                    daemon.end().await;
                    lost
                }
            };
            self.trouble.send_replace(Some(trouble));
            tracing::debug!(%trouble, "announcing is interrupted");
            tokio::select! {
                () = tokio::time::sleep(tries.failed()) => {}
                _ = &mut stopped => break,
            }
        }
        self.lan.own().remove(&self.id);
    }

    /// Announces until the daemon is lost; why.
    async fn announce(&mut self, daemon: &Daemon, tries: &mut Tries) -> Trouble {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = None;
        let (mut since_told, mut since_checkup) = (LOOKS_BETWEEN_COUNTS, 0);
        loop {
            ticks.tick().await;
            since_told += 1;
            since_checkup += 1;
            let crowd = *self.counted.borrow();
            if told != Some(crowd) && since_told >= LOOKS_BETWEEN_COUNTS {
                match self
                    .announcement
                    .service(&self.lan, &self.id, crowd)
                    .map(|service| daemon.mdns().register(service))
                {
                    Ok(Ok(())) => (told, since_told) = (Some(crowd), 0),
                    Ok(Err(mdns_sd::Error::Again)) => {}
                    Ok(Err(error)) | Err(error) => {
                        tracing::warn!(%error, "the gateway could not be announced");
                        return Trouble::Broken;
                    }
                }
            }
            if since_checkup >= LOOKS_BETWEEN_CHECKUPS || since_told == 0 {
                since_checkup = 0;
                if let Health::Lost(trouble) = daemon.health().await {
                    return trouble;
                }
                tries.fine();
                let trouble = (!local::is_in_a_network(&self.lan)).then_some(Trouble::NoNetwork);
                self.trouble.send_if_modified(|known| std::mem::replace(known, trouble) != trouble);
            }
        }
    }
}
