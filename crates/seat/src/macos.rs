//! macOS: what the window server tells of this program's login session.
#![expect(unsafe_code, reason = "the dictionary has no types of its own")]

use std::time::Duration;

use objc2_core_foundation::{CFBoolean, CFDictionary, CFRetained, CFString, CFType};
use objc2_core_graphics::{CGEventSource, CGEventSourceStateID, CGEventType, CGSessionCopyCurrentDictionary};

use crate::Lock;

/// Only there while the screen is locked.
const LOCKED: &str = "CGSSessionScreenIsLocked";

/// Whether the screen is locked now.
pub(crate) fn lock() -> Lock {
    // None without a window server: nobody sits there.
    let Some(session) = CGSessionCopyCurrentDictionary() else { return Lock::Unknown };
    // SAFETY: its keys are strings and its values are Core Foundation objects.
    let session: CFRetained<CFDictionary<CFString, CFType>> = unsafe { CFRetained::cast_unchecked(session) };
    let locked = session.get(&CFString::from_static_str(LOCKED));
    let locked =
        locked.is_some_and(|value| value.downcast_ref::<CFBoolean>().is_some_and(CFBoolean::as_bool));
    if locked { Lock::Locked } else { Lock::Unlocked }
}

/// For how long nobody has touched anything.
pub(crate) fn idle() -> Option<Duration> {
    /// Input of any kind.
    const ANY: CGEventType = CGEventType(u32::MAX);
    let session = CGEventSourceStateID::CombinedSessionState;
    let seconds = CGEventSource::seconds_since_last_event_type(session, ANY);
    Duration::try_from_secs_f64(seconds).ok()
}
