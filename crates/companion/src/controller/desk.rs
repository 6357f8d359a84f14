//! The desktop around the window: what the shell offers, what it is asked for, what it reports. Without a shell,
//! in a browser, nothing of it is there, and files go to the face.

mod files;
mod shortcut;

use std::time::{Duration, Instant};

use hearth_clock::Now;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Controller, Output};
use crate::contract::{Command, DeskView, InviteView, NoticeKind, Page, Settings, VisitView};
use crate::said;
use crate::shell::{
    AtLogin, Closing, Moment, Notifier, Offers, Request, Scene, ShellEvent, ShortcutProblem, TrayAction,
    TrayView, code_of_link,
};
use crate::tongue::Tongue;

/// A tray that is gone may come back: desktops restart theirs. After this long, a hidden window is shown, because
/// nothing else would bring it back.
const TRAY_RETURNS: Duration = Duration::from_secs(8);

/// The desktop.
#[derive(Debug)]
pub struct Desk {
    /// What the shell has; `None`: there is no shell.
    offers: Option<Offers>,
    notifications: bool,
    tray: bool,
    tray_lost: Option<Instant>,
    visible: bool,
    focused: bool,
    mini: bool,
    muted: bool,
    invite: Option<InviteView>,
    visit: Option<VisitView>,
    last_id: u32,
    shortcut: Option<ShortcutProblem>,
    shortcut_pressed: Option<Instant>,
    zone: TimeZone,
    notifier: Notifier,
    /// What the shell was asked last.
    asked: Asked,
}

/// What the shell was asked last, of what it is asked again only when it differs.
#[derive(Debug, Default)]
struct Asked {
    tray: Option<TrayView>,
    closing: Option<Closing>,
    at_login: Option<Option<AtLogin>>,
    shortcut: Option<Option<String>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            offers: None,
            notifications: false,
            tray: false,
            tray_lost: None,
            visible: false,
            focused: false,
            mini: false,
            muted: false,
            invite: None,
            visit: None,
            last_id: 0,
            shortcut: None,
            shortcut_pressed: None,
            zone: TimeZone::UTC,
            notifier: Notifier::default(),
            asked: Asked::default(),
        }
    }
}

impl Desk {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> DeskView {
        let offers = self.offers.clone().unwrap_or_default();
        DeskView {
            window: self.offers.is_some(),
            tray: self.tray,
            autostart: offers.autostart,
            notifications: self.notifications,
            shortcuts: offers.shortcuts,
            keychain: false,
            mini: self.mini,
            shortcut_problem: self.shortcut.map(shortcut::words),
            muted: self.muted,
            invite: self.invite.clone(),
            visit: self.visit,
        }
    }

    /// Somebody shows notifications, and no window of Hearth is in front.
    #[must_use]
    pub fn is_notified(&self) -> bool {
        self.notifications && !self.focused
    }

    /// The computer's locale, such as `de_AT.UTF-8`; empty without a shell.
    #[must_use]
    pub fn locale(&self) -> &str {
        self.offers.as_ref().map_or("", |offers| &offers.locale)
    }

    fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    fn visit(&mut self, page: Page) {
        let id = self.next_id();
        self.visit = Some(VisitView { id, page });
    }
}

impl Controller {
    pub(super) fn desk_command(&mut self, _now: Now, command: Command) {
        match command {
            Command::SaveFile { name, base64 } => self.save_file(&name, &base64),
            Command::Mini { open } => self.shell(Request::Mini(open)),
            Command::ShowWindow => self.shell(Request::ShowWindow),
            Command::Quit => self.shell(Request::Quit),
            Command::Mute { on } => self.desk.muted = on,
            Command::DropInvite => self.desk.invite = None,
            Command::OpenLogFolder => {
                if let Some(folder) = self.diagnostics.view().log_folder {
                    self.shell(Request::OpenFolder(folder.into()));
                }
            }
            _ => {}
        }
    }

    pub(super) fn shell_event(&mut self, now: Now, event: ShellEvent) {
        match event {
            ShellEvent::Attached(offers) => {
                self.desk.offers = Some(offers);
                self.desk.asked = Asked::default();
                self.follow_desk_settings();
            }
            ShellEvent::Notifications(shown) => self.desk.notifications = shown,
            ShellEvent::Tray(there) => {
                self.desk.tray_lost = (self.desk.tray && !there).then_some(now.instant);
                self.desk.tray = there;
                self.follow_desk_settings();
            }
            ShellEvent::TrayPressed | ShellEvent::NotificationPressed | ShellEvent::StartedAgain => {
                self.shell(Request::ShowWindow);
            }
            ShellEvent::Chosen(action) => self.tray_action(now, action),
            ShellEvent::Focused(focused) => {
                self.desk.focused = focused;
                if !focused {
                    self.let_go_of_talk();
                }
            }
            ShellEvent::Visible(visible) => self.desk.visible = visible,
            ShellEvent::Mini(open) => self.desk.mini = open,
            ShellEvent::ShortcutPressed => self.shortcut_pressed(now),
            ShellEvent::Shortcut(result) => self.desk.shortcut = result.err(),
            ShellEvent::NotAtLogin(why) => {
                tracing::warn!(why, "the start at login could not be set up");
                let advice = said!("Add Hearth to the programs of your session in the system's settings.");
                let title = said!("Hearth could not be set to start at login");
                self.notices.add(NoticeKind::Warning, "not_at_login", title, advice);
                // What does not hold is not shown as if it did.
                self.saved.settings.start_at_login = false;
                self.desk.asked.at_login = Some(None);
                self.save();
            }
            ShellEvent::Kept { name, result } => self.file_kept(name, result),
            ShellEvent::Link(link) => self.link_opened(&link),
            ShellEvent::Zone(zone) => self.desk.zone = zone,
        }
    }

    /// Asks the shell, where there is one.
    pub(super) fn shell(&mut self, request: Request) {
        if self.desk.offers.is_some() {
            self.outputs.push_back(Output::Shell(request));
        }
    }

    fn tray_action(&mut self, now: Now, action: TrayAction) {
        match action {
            TrayAction::StopHeat => self.command(now, Command::StopHeat),
            TrayAction::SitOut => self.command(now, Command::SitOut),
            TrayAction::Ready => self.command(now, Command::Ready),
            TrayAction::StopWaiting => self.command(now, Command::StopWaiting),
            TrayAction::SetAway(away) => self.command(now, Command::SetAway { away }),
            TrayAction::Open => self.shell(Request::ShowWindow),
            TrayAction::Mini(open) => self.shell(Request::Mini(open)),
            TrayAction::MuteVoice(on) => self.command(now, Command::SetVoiceMuted { on }),
            TrayAction::LeaveVoice => self.command(now, Command::LeaveVoice),
            TrayAction::CopyInvite => {
                if let Some(group) = self.membership.group() {
                    let invite = format!("hearth://join/{}", group.id);
                    self.shell(Request::Copy(invite));
                }
            }
            TrayAction::Mute(on) => self.desk.muted = on,
            TrayAction::Settings => {
                self.desk.visit(Page::Settings);
                self.shell(Request::ShowWindow);
            }
            TrayAction::Quit => self.shell(Request::Quit),
        }
    }

    /// A link was opened. Its code waits in the lobby until a person decides; nothing is joined.
    fn link_opened(&mut self, link: &str) {
        match code_of_link(link) {
            Some(code) => {
                let id = self.desk.next_id();
                self.desk.invite = Some(InviteView { id, code });
                self.desk.visit(Page::Lobby);
            }
            None => {
                let advice = said!("Ask your friend for the invite again, or for the group's code.");
                self.notices.add(NoticeKind::Warning, "no_invite", said!("That link is no invite"), advice);
            }
        }
        self.shell(Request::ShowWindow);
    }

    /// A group was asked for: an invite that waited has been decided on.
    pub(super) fn invite_decided(&mut self) {
        self.desk.invite = None;
    }

    /// What the settings ask of the shell.
    pub(super) fn follow_desk_settings(&mut self) {
        let Some(offers) = &self.desk.offers else { return };
        let Settings { start_at_login, start_hidden, close_to_tray, shortcut, .. } = &self.saved.settings;
        let closing = if *close_to_tray && self.desk.tray { Closing::Hides } else { Closing::Quits };
        let at_login = start_at_login.then_some(AtLogin { hidden: *start_hidden });
        let shortcut = shortcut.clone().filter(|keys| !keys.trim().is_empty());
        let can_listen = offers.shortcuts;
        let can_start = offers.autostart;
        if self.desk.asked.closing != Some(closing) {
            self.desk.asked.closing = Some(closing);
            self.shell(Request::Closing(closing));
        }
        // At the start there is nothing to do: who took Hearth out of the session's programs by hand meant it.
        let first = self.desk.asked.at_login.is_none();
        if self.desk.asked.at_login != Some(at_login) {
            self.desk.asked.at_login = Some(at_login);
            if can_start && !first {
                self.shell(Request::StartAtLogin(at_login));
            }
        }
        if self.desk.asked.shortcut.as_ref() != Some(&shortcut) {
            let nothing = self.desk.asked.shortcut.is_none() && shortcut.is_none();
            self.desk.asked.shortcut = Some(shortcut.clone());
            self.desk.shortcut = (!can_listen && shortcut.is_some()).then_some(ShortcutProblem::NotHere);
            if can_listen && !nothing {
                self.shell(Request::Shortcut(shortcut));
            }
        }
    }

    /// Shows the tray what there is to see, and notifies. `at_leisure`: numbers in texts are told, too.
    pub(super) fn follow_desk(&mut self, now: Now, at_leisure: bool) {
        let Some(offers) = &self.desk.offers else { return };
        let notifies = self.desk.notifications;
        let tongue = Tongue::of(self.saved.settings.language, &offers.locale);
        let gateway = self.gateway_view();
        let devices = self.devices.view();
        let group = self.membership.view(self.bridge.away_because());
        let stage = self.stage();
        let own = self.membership.group().map(|group| &group.own);
        let asked_by_me = own.is_some() && self.membership.asked_by().map(|by| &by.session_id) == own;
        let voice = self.voice_view();
        let scene = Scene {
            gateway: &gateway,
            devices: &devices,
            group: group.as_ref(),
            stage: &stage,
            settings: &self.saved.settings,
            voice: &voice,
            heats: self.heats(),
            asked_by_me,
            muted: self.desk.muted,
            mini: self.desk.mini,
            tongue,
        };
        let moment =
            Moment { instant: now.instant, minute: self.desk.minute(now), focused: self.desk.focused };
        let tray = TrayView::of(&scene);
        let (news, over) = self.desk.notifier.observe(moment, &scene);
        if notifies {
            for kind in over {
                self.shell(Request::Withdraw(kind));
            }
            for notification in news {
                self.shell(Request::Notify(notification));
            }
        }
        let told = self.desk.asked.tray.as_ref();
        let urgent = told.is_none_or(|told| !told.is_like(&tray));
        if urgent || (at_leisure && told != Some(&tray)) {
            self.desk.asked.tray = Some(tray.clone());
            self.shell(Request::Tray(Box::new(tray)));
        }
    }

    /// Time has passed.
    pub(super) fn tick_desk(&mut self, now: Now) {
        if self.desk.tray_lost.is_some_and(|lost| lost + TRAY_RETURNS <= now.instant) {
            self.desk.tray_lost = None;
            if !self.desk.visible {
                self.shell(Request::ShowWindow);
            }
        }
        self.follow_desk(now, true);
    }
}

impl Desk {
    /// Minutes after midnight, where the person is.
    fn minute(&self, now: Now) -> u16 {
        let stamp = i64::try_from(now.unix_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let local = stamp.unwrap_or_default().to_zoned(self.zone.clone());
        u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs())
    }
}
