//! What is known of this computer's adapters at a moment, and which of them is used. Who looks is the
//! system's own file.

use btleplug::platform::Adapter;
use puffco::link::{AdapterInfo, AdapterState, LinkError};

/// One adapter.
#[derive(Clone, Debug)]
pub(crate) struct Present<A = Adapter> {
    /// For btleplug.
    pub(crate) adapter: A,
    /// Its address where the system tells it, else its name.
    pub(crate) id: String,
    /// For people ("hci0"). No two have the same.
    pub(crate) name: String,
    /// Switched on.
    pub(crate) powered: bool,
    /// Not a real one.
    pub(crate) simulated: bool,
    /// Another number after each time it was switched off, unplugged, or its service restarted: whatever was
    /// begun with it before is over.
    pub(crate) epoch: u64,
}

impl<A> Present<A> {
    /// Whether what was begun with `earlier` goes on with this.
    pub(crate) fn goes_on_from(&self, earlier: &Self) -> bool {
        (&self.name, self.epoch, self.powered) == (&earlier.name, earlier.epoch, earlier.powered)
    }
}

/// All there is to say about adapters.
#[derive(Clone, Debug)]
pub(crate) enum Adapters<A = Adapter> {
    /// The operating system refuses them to this program.
    NotAllowed,
    /// These are there, by name; maybe none.
    Found(Vec<Present<A>>),
}

impl<A: Clone> Adapters<A> {
    /// There is none.
    pub(crate) fn missing() -> Self {
        Self::Found(Vec::new())
    }

    /// What an error of looking says about adapters; `None` when it says nothing.
    pub(crate) fn from_error(error: &LinkError) -> Option<Self> {
        match error {
            LinkError::PermissionDenied => Some(Self::NotAllowed),
            LinkError::NoAdapter => Some(Self::missing()),
            _ => None,
        }
    }

    /// Which one to use: the chosen one when it is there. Otherwise the one that was used before (`last`, by
    /// name) while it is on, so that plugging another one in ends nothing; otherwise the first that is on.
    pub(crate) fn select(&self, choice: Option<&str>, last: Option<&str>) -> Use<A> {
        let Self::Found(list) = self else { return Use::NotAllowed };
        let chosen = list.iter().find(|adapter| Some(adapter.id.as_str()) == choice);
        let last = list.iter().find(|adapter| Some(adapter.name.as_str()) == last);
        let used = chosen
            .or(last.filter(|adapter| adapter.powered))
            .or(list.iter().find(|adapter| adapter.powered))
            .or(last)
            .or(list.first());
        used.cloned().map_or(Use::Missing, Use::This)
    }

    /// The list as it is told to people.
    pub(crate) fn infos(&self, used: &Use<A>) -> Vec<AdapterInfo> {
        let Self::Found(list) = self else { return Vec::new() };
        let in_use = |adapter: &Present<A>| matches!(used, Use::This(used) if used.name == adapter.name);
        list.iter()
            .map(|adapter| AdapterInfo {
                id: adapter.id.clone(),
                name: adapter.name.clone(),
                powered: adapter.powered,
                in_use: in_use(adapter),
            })
            .collect()
    }
}

/// The adapter in use, or why there is none.
#[derive(Clone, Debug)]
pub(crate) enum Use<A = Adapter> {
    /// There is none.
    Missing,
    /// The operating system refuses it to this program.
    NotAllowed,
    /// This one, on or off.
    This(Present<A>),
}

impl<A: Clone> Use<A> {
    /// As it is told to the owner of the radio.
    pub(crate) fn state(&self) -> AdapterState {
        match self {
            Self::Missing => AdapterState::Missing,
            Self::NotAllowed => AdapterState::NotAllowed,
            Self::This(present) if present.powered => AdapterState::On(present.name.clone()),
            Self::This(_) => AdapterState::Off,
        }
    }

    /// The adapter, when it can be used now.
    pub(crate) fn usable(&self) -> Result<Present<A>, LinkError> {
        match self {
            Self::Missing => Err(LinkError::NoAdapter),
            Self::NotAllowed => Err(LinkError::PermissionDenied),
            Self::This(present) if present.powered => Ok(present.clone()),
            Self::This(_) => Err(LinkError::AdapterOff),
        }
    }

    /// Its name, when there is one.
    pub(crate) fn name(&self) -> Option<&str> {
        if let Self::This(present) = self { Some(&present.name) } else { None }
    }

    /// Whether links and scans that were begun with `earlier` go on.
    pub(crate) fn goes_on_from(&self, earlier: &Self) -> bool {
        matches!((self, earlier), (Self::This(now), Self::This(before)) if now.goes_on_from(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, powered: bool) -> Present<()> {
        let id = format!("address of {name}");
        Present { adapter: (), id, name: name.to_owned(), powered, simulated: false, epoch: 0 }
    }

    fn used(adapters: &Adapters<()>, choice: Option<&str>, last: Option<&str>) -> Option<String> {
        adapters.select(choice, last).name().map(str::to_owned)
    }

    #[test]
    fn the_chosen_adapter_is_used_even_when_it_is_off() {
        let adapters = Adapters::Found(vec![adapter("hci0", true), adapter("hci1", false)]);
        let choice = Some("address of hci1");
        assert_eq!(used(&adapters, choice, Some("hci0")).as_deref(), Some("hci1"));
        assert_eq!(adapters.select(choice, None).state(), AdapterState::Off);
        let told = adapters.infos(&adapters.select(choice, None));
        assert_eq!(told.iter().map(|info| info.in_use).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn without_the_chosen_one_the_first_that_is_on_takes_over() {
        let adapters = Adapters::Found(vec![adapter("hci0", false), adapter("hci1", true)]);
        assert_eq!(used(&adapters, Some("address of hci7"), None).as_deref(), Some("hci1"));
        assert_eq!(used(&adapters, None, Some("hci0")).as_deref(), Some("hci1"));
    }

    #[test]
    fn an_adapter_that_works_is_not_left_for_one_that_is_plugged_in() {
        let adapters = Adapters::Found(vec![adapter("hci0", true), adapter("hci1", true)]);
        assert_eq!(used(&adapters, None, Some("hci1")).as_deref(), Some("hci1"));
        assert_eq!(used(&adapters, None, None).as_deref(), Some("hci0"));
    }

    #[test]
    fn each_state_has_an_error_of_its_own() {
        let select = |adapters: Adapters<()>| adapters.select(None, None).usable().err();
        assert_eq!(select(Adapters::missing()), Some(LinkError::NoAdapter));
        assert_eq!(select(Adapters::NotAllowed), Some(LinkError::PermissionDenied));
        assert_eq!(select(Adapters::Found(vec![adapter("hci0", false)])), Some(LinkError::AdapterOff));
        assert_eq!(select(Adapters::Found(vec![adapter("hci0", true)])), None);
    }

    #[test]
    fn nothing_goes_on_over_a_switch_that_nobody_saw() {
        let before = Adapters::Found(vec![adapter("hci0", true)]).select(None, None);
        let again = Present { epoch: 1, ..adapter("hci0", true) };
        let after = Adapters::Found(vec![again]).select(None, None);
        assert!(before.goes_on_from(&before));
        assert!(!after.goes_on_from(&before));
    }
}
