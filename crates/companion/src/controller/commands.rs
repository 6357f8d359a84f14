//! What persons ask for, carried out or passed on.

use hearth_clock::Now;
use hearth_gateway_client::group::{Request, SessionId};
use puffco::link::DeviceId;

use super::membership::code_of;
use super::{Controller, FaceId, Look, Output};
use crate::bridge;
use crate::contract::{Command, NoticeKind};
use crate::edits::Wish;
use crate::said;

/// The longest strain.
const STRAIN: usize = 48;
/// The longest message.
const MESSAGE: usize = 1024;

impl Controller {
    pub(super) fn command(&mut self, now: Now, mut command: Command) {
        self.name_device_anew(&mut command);
        match command {
            Command::StartScan => self.start_scan(now),
            Command::StopScan => self.stop_scan(),
            Command::ConnectDevice { id } => self.connect_device(now, &DeviceId(id)),
            Command::DisconnectDevice { id } => self.disconnect_device(&DeviceId(id)),
            Command::ForgetDevice { id } => self.forget_device(now, &DeviceId(id)),
            Command::UseDevice { id } => self.use_device(now, &DeviceId(id)),
            Command::SelectProfile { id, slot } => self.select_profile(now, id.map(DeviceId), slot),
            Command::EditProfile { id, slot, changes } => {
                self.change_profile(now, &DeviceId(id), slot, |slot| Wish::Profile(slot, changes));
            }
            Command::UndoProfile { id, slot } => self.change_profile(now, &DeviceId(id), slot, Wish::Undo),
            Command::ChangeDevice { id, change } => self.change(now, &DeviceId(id), Wish::Device(change)),
            Command::Blink { id } => self.blink(&DeviceId(id)),
            Command::PowerOff { id } => self.power_off(&DeviceId(id)),
            Command::ReadLog { id, log } => self.read_log(&DeviceId(id), log),
            Command::RevealSerial { id } => self.reveal_serial(&DeviceId(id)),
            Command::Look { visible, device } => {
                let device = device.map(DeviceId);
                self.look(FaceId::PROGRAM, Some(Look { visible, device }));
            }
            Command::UseAdapter { id } => self.use_adapter(id),
            Command::HeatNow => self.bridge(now, bridge::Input::HeatNow),
            Command::StopHeat => {
                self.bridge(now, bridge::Input::StopHeat);
                self.record_sitting_out(now);
                self.stop_strays();
            }
            Command::StopDevice { id } => self.stop_device(now, &DeviceId(id)),
            Command::Boost => self.bridge(now, bridge::Input::Boost),
            Command::PressButton { id } => self.outputs.push_back(Output::PressButton(DeviceId(id))),
            Command::CreateGroup { name, public, countdown_ms } => {
                self.create_group(&name, public, countdown_ms);
            }
            Command::JoinGroup { code } => self.join_group(&code),
            Command::LeaveGroup => self.leave_group(),
            Command::EditGroup { name, public, countdown_ms } => {
                self.edit_group(name, public, countdown_ms);
            }
            Command::DeleteGroup => self.as_owner(Request::Delete),
            Command::MakeOwner { member } => self.make_owner(SessionId(member)),
            Command::KickMember { member } => self.kick(SessionId(member)),
            Command::AskToStart => {
                self.bridge(now, bridge::Input::Asked);
                self.gateway_request(Request::Inquire);
            }
            Command::Ready => self.bridge(now, bridge::Input::Ready),
            Command::StartWithReady => self.gateway_request(Request::StartWithReady),
            Command::StopWaiting => self.gateway_request(Request::Stop),
            Command::SitOut => {
                let counts = self.sesh.can_be_called_off();
                self.bridge(now, if counts { bridge::Input::Unready } else { bridge::Input::SitOut });
                self.record_sitting_out(now);
            }
            Command::SetAway { away } => self.bridge(now, bridge::Input::Away(away)),
            Command::SetMobile { mobile } => self.gateway_request(Request::Mobile(mobile)),
            Command::SetStrain { strain } => self.set_strain(&strain),
            Command::SendMessage { text } => self.send_message(&text),
            Command::React { emoji } => self.gateway_request(Request::React(emoji)),
            Command::UseGateway { url } => self.use_gateway(now, &url),
            Command::ReconnectNow => self.reconnect(now),
            command @ (Command::Rejoin { .. }
            | Command::ForgetRecent { .. }
            | Command::HostHere { .. }
            | Command::HostScripts { .. }
            | Command::NewHostSecret
            | Command::ForgetHostSecret
            | Command::RevealHostSecret
            | Command::LookAround { .. }) => self.lobby_command(now, command),
            command @ (Command::AddCommunity { .. }
            | Command::EditCommunity { .. }
            | Command::RemoveCommunity { .. }
            | Command::ConnectCommunity { .. }
            | Command::FollowService { .. }
            | Command::LookAtService { .. }
            | Command::SendToService { .. }
            | Command::ShareTelemetry { .. }
            | Command::AllowCommands { .. }) => self.community_command(now, command),
            command @ (Command::OpenServer { .. }
            | Command::OpenRoom { .. }
            | Command::OlderLines
            | Command::SayInRoom { .. }
            | Command::EditLine { .. }
            | Command::DeleteLine { .. }
            | Command::RetryLine { .. }
            | Command::DropLine { .. }
            | Command::Typing
            | Command::CreateServer { .. }
            | Command::JoinServer { .. }
            | Command::LeaveServer { .. }
            | Command::CreateChannel { .. }
            | Command::SetCommunityStatus { .. }) => self.rooms_command(now, command),
            command @ (Command::JoinVoice { .. }
            | Command::JoinSeshVoice
            | Command::LeaveVoice
            | Command::SetVoiceMuted { .. }
            | Command::SetVoiceDeafened { .. }
            | Command::SetVoiceVolume { .. }
            | Command::HoldToTalk { .. }
            | Command::LookForSound
            | Command::AddVoiceServer { .. }
            | Command::RemoveVoiceServer { .. }) => self.voice_command(now, command),
            command @ (Command::ShowHistory { .. }
            | Command::MoreSeshes
            | Command::OpenRecap { .. }
            | Command::CloseRecap
            | Command::DeleteSesh { .. }
            | Command::DeleteHistory
            | Command::SetHistoryAside
            | Command::ExportHistory { .. }) => self.history_command(now, command),
            command @ (Command::SaveFile { .. }
            | Command::Mini { .. }
            | Command::ShowWindow
            | Command::Mute { .. }
            | Command::DropInvite
            | Command::OpenLogFolder
            | Command::Quit) => self.desk_command(now, command),
            Command::NewOverlayKey => self.new_overlay_key(),
            command @ (Command::PrepareBundle | Command::FinishBundle { .. }) => {
                self.diagnostics_command(now, command)
            }
            Command::SetSettings { settings } => {
                let before = std::mem::replace(&mut self.saved.settings, settings).voice;
                self.saved.settings.voice.servers.clone_from(&before.servers);
                self.voice_settings_changed(&before);
                self.follow_settings(now);
                if self.saved.settings.remote_actions {
                    self.notices.settle("remote_refused");
                }
                self.save();
            }
            Command::DismissNotice { id } => self.notices.dismiss(id),
        }
    }

    /// Puts the present id of a device in place of one that it had before: a face may not have heard of it yet.
    fn name_device_anew(&self, command: &mut Command) {
        let on_the_air = |id: &str| self.devices.found.get(&DeviceId(id.into())).is_some();
        match command {
            // What is on the air under an id is reached by that.
            Command::ConnectDevice { id } if on_the_air(id) => {}
            command => {
                if let Some(id) = device_of(command) {
                    *id = self.devices.present_id(DeviceId(std::mem::take(id))).0;
                }
            }
        }
    }

    pub(super) fn gateway_request(&mut self, request: Request) {
        self.outputs.push_back(Output::Gateway(request));
    }

    fn join_group(&mut self, pasted: &str) {
        let code = code_of(pasted);
        if code.is_empty() || code.len() > 64 {
            let advice = said!("Paste the code or the invite link that your friend sent you.");
            self.notices.add(NoticeKind::Error, "no_such_group", said!("This is not a group code"), advice);
            return;
        }
        self.ask_for_group(Request::Join(code));
    }

    fn set_strain(&mut self, strain: &str) {
        let strain: String = strain.trim().chars().take(STRAIN).collect();
        self.gateway_request(Request::Strain(Some(strain).filter(|strain| !strain.is_empty())));
    }

    fn send_message(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if text.encode_utf16().count() > MESSAGE {
            let advice = said!("At most {most} characters; send it in parts.", most = MESSAGE);
            self.notices.add(
                NoticeKind::Error,
                "message_too_long",
                said!("This message is too long"),
                advice,
            );
            return;
        }
        self.gateway_request(Request::Message(text.into()));
    }
}

/// The remembered device that a command names.
fn device_of(command: &mut Command) -> Option<&mut String> {
    match command {
        Command::ConnectDevice { id }
        | Command::DisconnectDevice { id }
        | Command::ForgetDevice { id }
        | Command::UseDevice { id }
        | Command::EditProfile { id, .. }
        | Command::UndoProfile { id, .. }
        | Command::ChangeDevice { id, .. }
        | Command::Blink { id }
        | Command::PowerOff { id }
        | Command::ReadLog { id, .. }
        | Command::RevealSerial { id }
        | Command::StopDevice { id } => Some(id),
        Command::SelectProfile { id, .. } => id.as_mut(),
        _ => None,
    }
}
