//! The task that looks for gateways.

use std::time::Duration;

use hearth_clock::Clock;
use mdns_sd::{Receiver, ServiceEvent};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::daemon::{Daemon, Health, Tries};
use crate::found::List;
use crate::heard::{Heard, Here};
use crate::{Lan, Neighbourhood, SERVICE, Trouble, local};

/// How often the daemon and the network are looked after.
const CHECKUP_EVERY: Duration = Duration::from_secs(2);
/// Between two lists that are told, however much changes.
const GAP: Duration = Duration::from_millis(200);

/// Looks for gateways until it is dropped.
#[derive(Debug)]
pub struct Browser {
    around: watch::Receiver<Neighbourhood>,
}

impl Browser {
    pub(crate) fn start(lan: Lan) -> Self {
        let (tell, around) = watch::channel(Neighbourhood::default());
        let work = Work { lan, clock: Clock::new(), list: List::default(), tell };
        tokio::spawn(work.run());
        Self { around }
    }

    /// What there is around here, as it changes. Told at most five times a second. Looking goes on for as long as there
    /// is a receiver.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Neighbourhood> {
        self.around.clone()
    }
}

struct Work {
    lan: Lan,
    clock: Clock,
    list: List,
    tell: watch::Sender<Neighbourhood>,
}

impl Work {
    async fn run(mut self) {
        let mut tries = Tries::default();
        loop {
            let trouble = match Daemon::start(&self.lan) {
                Err(trouble) => trouble,
                Ok(daemon) => {
                    let Some(lost) = self.look(&daemon, &mut tries).await else { return daemon.end().await };
                    daemon.end().await;
                    self.list.clear();
                    lost
                }
            };
            tracing::debug!(%trouble, "looking for gateways is interrupted");
            self.publish(Some(trouble));
            tokio::select! {
                () = tokio::time::sleep(tries.failed()) => {}
                () = self.tell.closed() => return,
            }
        }
    }

    /// Looks until the daemon is lost, or nobody wants to know any more (`None`).
    async fn look(&mut self, daemon: &Daemon, tries: &mut Tries) -> Option<Trouble> {
        let Ok(events) = daemon.mdns().browse(SERVICE) else { return Some(Trouble::Broken) };
        let mut checkups = tokio::time::interval(CHECKUP_EVERY);
        checkups.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut gap = std::pin::pin!(tokio::time::sleep(Duration::ZERO));
        let (mut trouble, mut untold) = (None, true);
        let tell = self.tell.clone();
        loop {
            tokio::select! {
                event = events.recv_async() => match event {
                    Ok(event) => untold |= self.take_in(event, &events),
                    // The daemon has ended, or we could not follow it.
                    Err(_) => return Some(Trouble::Flooded),
                },
                () = gap.as_mut(), if untold => {
                    self.publish(trouble);
                    untold = false;
                    gap.set(tokio::time::sleep(GAP));
                }
                _ = checkups.tick() => {
                    if let Health::Lost(why) = daemon.health().await {
                        return Some(why);
                    }
                    tries.fine();
                    let now = (!local::is_in_a_network(&self.lan)).then_some(Trouble::NoNetwork);
                    untold |= std::mem::replace(&mut trouble, now) != now;
                }
                () = tell.closed() => return None,
            }
        }
    }

    /// Takes in an event and those that wait behind it; whether one of them says something.
    fn take_in(&mut self, first: ServiceEvent, events: &Receiver<ServiceEvent>) -> bool {
        let own = local::addresses();
        let here = Here { own: &own, reach: self.lan.reach };
        let mut said = false;
        for event in std::iter::once(first).chain(events.try_iter()) {
            match event {
                ServiceEvent::ServiceResolved(service) => {
                    let heard = Heard::from(&*service);
                    match heard.gateway(here, self.clock.now().unix_ms) {
                        Some(mut found) => {
                            let known = heard.announced_id().is_some_and(|id| self.lan.own().contains(id));
                            // Anybody can repeat an id that was announced, but not from our addresses.
                            found.own = known && found.addresses.iter().all(|at| is_ours(at.ip(), &own));
                            self.list.put(&heard.fullname, found);
                        }
                        None => self.list.take(&heard.fullname),
                    }
                }
                ServiceEvent::ServiceRemoved(_, fullname) => self.list.take(&fullname),
                _ => continue,
            }
            said = true;
        }
        said
    }

    fn publish(&self, trouble: Option<Trouble>) {
        let around = Neighbourhood { gateways: self.list.gateways(), trouble };
        self.tell.send_if_modified(|known| {
            let changed = *known != around;
            if changed {
                *known = around;
            }
            changed
        });
    }
}

fn is_ours(address: std::net::IpAddr, own: &[local::Local]) -> bool {
    address.is_loopback() || own.iter().any(|local| local.address == address)
}
