//! Windows: the state of this program's terminal-services session, which every logon has, and its last input.
#![expect(unsafe_code, reason = "Windows tells it in no other way")]

use std::ptr;
use std::time::Duration;

use windows_sys::Win32::System::RemoteDesktop::{
    WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTS_SESSIONSTATE_LOCK, WTS_SESSIONSTATE_UNLOCK,
    WTSFreeMemory, WTSINFOEXW, WTSQuerySessionInformationW, WTSSessionInfoEx,
};
use windows_sys::Win32::System::SystemInformation::GetTickCount;
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{GetLastInputInfo, LASTINPUTINFO};

use crate::Lock;

/// The only level of the answer that there is.
const LEVEL: u32 = 1;

/// Whether the screen is locked now.
pub(crate) fn lock() -> Lock {
    let mut answer: *mut u16 = ptr::null_mut();
    let mut bytes = 0;
    // SAFETY: both pointers are valid for writes; on success `answer` is a buffer of `bytes` bytes that is ours to
    // free.
    let done = unsafe {
        WTSQuerySessionInformationW(
            WTS_CURRENT_SERVER_HANDLE,
            WTS_CURRENT_SESSION,
            WTSSessionInfoEx,
            &raw mut answer,
            &raw mut bytes,
        )
    };
    if done == 0 || answer.is_null() {
        return Lock::Unknown;
    }
    let whole = bytes as usize >= size_of::<WTSINFOEXW>();
    let info = whole.then(|| {
        // SAFETY: the buffer is large enough and holds a WTSINFOEXW, as was asked for; the copy needs no alignment.
        unsafe { ptr::read_unaligned(answer.cast::<WTSINFOEXW>()) }
    });
    // SAFETY: it was allocated by the call above and is freed once.
    unsafe { WTSFreeMemory(answer.cast()) };
    let Some(info) = info.filter(|info| info.Level == LEVEL) else { return Lock::Unknown };
    // SAFETY: it is of the level that the union has its one member for.
    let flags = unsafe { info.Data.WTSInfoExLevel1.SessionFlags };
    match flags.cast_unsigned() {
        WTS_SESSIONSTATE_LOCK => Lock::Locked,
        WTS_SESSIONSTATE_UNLOCK => Lock::Unlocked,
        _ => Lock::Unknown,
    }
}

/// For how long nobody has touched anything in this session.
pub(crate) fn idle() -> Option<Duration> {
    let mut last = LASTINPUTINFO { cbSize: u32::try_from(size_of::<LASTINPUTINFO>()).ok()?, dwTime: 0 };
    // SAFETY: it is valid for writes and says how large it is.
    if unsafe { GetLastInputInfo(&raw mut last) } == 0 {
        return None;
    }
    // SAFETY: it takes nothing and always answers.
    let now = unsafe { GetTickCount() };
    // Both wrap around every 49 days.
    Some(Duration::from_millis(now.wrapping_sub(last.dwTime).into()))
}
