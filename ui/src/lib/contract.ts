// Generated from crates/companion/src/contract.rs by `cargo xtask types`. Do not edit.

export type Command = { "command": "start_scan" } | { "command": "stop_scan" } | { "command": "connect_device", 
/**
 * From [`FoundDevice::id`] or [`DeviceView::id`].
 */
id: string, } | { "command": "disconnect_device", 
/**
 * Which.
 */
id: string, } | { "command": "forget_device", 
/**
 * Which.
 */
id: string, } | { "command": "use_device", 
/**
 * Which.
 */
id: string, } | { "command": "select_profile", 
/**
 * On which device; missing: the one in use.
 */
id?: string | null, 
/**
 * 0..=3.
 */
slot: number, } | { "command": "edit_profile", 
/**
 * Which device.
 */
id: string, 
/**
 * 0..=3.
 */
slot: number, 
/**
 * The new values.
 */
changes: ProfileChanges, } | { "command": "undo_profile", 
/**
 * Which device.
 */
id: string, 
/**
 * 0..=3.
 */
slot: number, } | { "command": "change_device", 
/**
 * Which device.
 */
id: string, 
/**
 * What.
 */
change: DeviceChange, } | { "command": "blink", 
/**
 * Which.
 */
id: string, } | { "command": "power_off", 
/**
 * Which.
 */
id: string, } | { "command": "read_log", 
/**
 * Which device.
 */
id: string, 
/**
 * Which log.
 */
log: LogName, } | { "command": "reveal_serial", 
/**
 * Which.
 */
id: string, } | { "command": "look", 
/**
 * The face is visible.
 */
visible: boolean, 
/**
 * The device whose page it shows.
 */
device?: string | null, } | { "command": "use_adapter", 
/**
 * From [`AdapterView::id`](super::AdapterView::id); missing: whichever works.
 */
id?: string | null, } | { "command": "heat_now" } | { "command": "stop_heat" } | { "command": "stop_device", 
/**
 * Which.
 */
id: string, } | { "command": "boost" } | { "command": "press_button", 
/**
 * Which; must be simulated.
 */
id: string, } | { "command": "create_group", 
/**
 * At most 32 characters; empty lets the gateway choose.
 */
name: string, 
/**
 * Listed for everyone.
 */
public: boolean, 
/**
 * From the decision to start until devices heat, ms, 2100..=30000; see
 * [`GatewayView::chooses_countdown`](super::GatewayView::chooses_countdown).
 */
countdownMs?: number | null, } | { "command": "join_group", 
/**
 * The code, or an invite link.
 */
code: string, } | { "command": "leave_group" } | { "command": "edit_group", 
/**
 * 1..=32 characters.
 */
name?: string | null, 
/**
 * Listed for everyone.
 */
public?: boolean | null, 
/**
 * From the decision to start until devices heat, ms, 2100..=30000.
 */
countdownMs?: number | null, } | { "command": "delete_group" } | { "command": "make_owner", 
/**
 * From [`MemberView::id`](super::MemberView::id).
 */
member: string, } | { "command": "kick_member", 
/**
 * From [`MemberView::id`](super::MemberView::id).
 */
member: string, } | { "command": "ask_to_start" } | { "command": "ready" } | { "command": "start_with_ready" } | { "command": "stop_waiting" } | { "command": "sit_out" } | { "command": "set_away", 
/**
 * Away.
 */
away: boolean, } | { "command": "set_mobile", 
/**
 * On a phone.
 */
mobile: boolean, } | { "command": "set_strain", 
/**
 * At most 48 characters.
 */
strain: string, } | { "command": "send_message", 
/**
 * 1..=1024 characters.
 */
text: string, } | { "command": "react", 
/**
 * One emoji.
 */
emoji: string, } | { "command": "use_gateway", 
/**
 * `http(s)://` or `ws(s)://` address, or `local` for the one in this program.
 */
url: string, } | { "command": "reconnect_now" } | { "command": "rejoin", 
/**
 * From [`RecentGroup::gateway`](super::RecentGroup::gateway).
 */
gateway: string, 
/**
 * From [`RecentGroup::code`](super::RecentGroup::code).
 */
code: string, } | { "command": "forget_recent", 
/**
 * Its gateway.
 */
gateway: string, 
/**
 * Its code.
 */
code: string, } | { "command": "host_here", 
/**
 * Host.
 */
on: boolean, } | { "command": "host_scripts", 
/**
 * Let them.
 */
on: boolean, } | { "command": "new_host_secret" } | { "command": "forget_host_secret" } | { "command": "reveal_host_secret" } | { "command": "look_around", 
/**
 * Look.
 */
on: boolean, } | { "command": "add_community", 
/**
 * What it is.
 */
kind: CommunityKind, 
/**
 * Its address: `ws(s)://` or `http(s)://`.
 */
url: string, 
/**
 * The name to have there.
 */
name: string, 
/**
 * A concierge: its secret, where it wants one; kept in the keychain. Chat servers: the password or the token of
 * the account; without a token the account is made.
 */
secret?: string | null, 
/**
 * Where accounts have passwords: make it first.
 */
register?: boolean, 
/**
 * Chat servers: keep the password or the token in the keychain; else it lasts until Hearth ends.
 */
keep?: boolean, } | { "command": "edit_community", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * The name to have there.
 */
name?: string | null, 
/**
 * Its secret; empty: none. Where accounts have tokens, another name without one makes another account.
 */
secret?: string | null, 
/**
 * Chat servers: keep the password or the token in the keychain, or no longer; missing: as before.
 */
keep?: boolean | null, } | { "command": "remove_community", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, } | { "command": "connect_community", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * Connect.
 */
on: boolean, } | { "command": "follow_service", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * From [`ServiceView::name`](super::ServiceView::name).
 */
service: string, 
/**
 * Follow.
 */
on: boolean, } | { "command": "look_at_service", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id); missing: at none.
 */
id?: string | null, 
/**
 * From [`ServiceView::name`](super::ServiceView::name).
 */
service?: string | null, } | { "command": "send_to_service", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * Whom it is for.
 */
to: MessageTo, 
/**
 * JSON; anything that is none is sent as a JSON string. At most 16,000 bytes.
 */
text: string, } | { "command": "share_telemetry", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * Offer.
 */
on: boolean, } | { "command": "allow_commands", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * Name of the client.
 */
name: string, 
/**
 * What it may do; missing: nothing.
 */
permission?: Permission | null, } | { "command": "open_server", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * From [`ChatServer::id`](super::ChatServer::id).
 */
server: string, } | { "command": "open_room", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id); missing: none.
 */
id?: string | null, 
/**
 * From [`ChatChannel::id`](super::ChatChannel::id); missing: none.
 */
channel?: string | null, } | { "command": "older_lines" } | { "command": "say_in_room", 
/**
 * Not empty, and no longer than [`ChatCan::line`](super::ChatCan::line).
 */
text: string, 
/**
 * From [`RoomLine::id`](super::RoomLine::id): the line that it answers.
 */
replyTo?: string | null, } | { "command": "edit_line", 
/**
 * From [`RoomLine::id`](super::RoomLine::id).
 */
line: string, 
/**
 * Not empty, and no longer than [`ChatCan::line`](super::ChatCan::line).
 */
text: string, } | { "command": "delete_line", 
/**
 * From [`RoomLine::id`](super::RoomLine::id).
 */
line: string, } | { "command": "retry_line", 
/**
 * From [`RoomLine::id`](super::RoomLine::id).
 */
line: string, } | { "command": "drop_line", 
/**
 * From [`RoomLine::id`](super::RoomLine::id).
 */
line: string, } | { "command": "typing" } | { "command": "create_server", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * 1..=100 characters.
 */
name: string, 
/**
 * As a stream, whose address this is: `http(s)://`.
 */
stream?: string | null, 
/**
 * Nobody finds it by its name.
 */
hidden?: boolean, } | { "command": "join_server", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * Its id, or what else [`ChatCan::join`](super::ChatCan::join) says.
 */
code: string, } | { "command": "leave_server", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * From [`ChatServer::id`](super::ChatServer::id).
 */
server: string, } | { "command": "create_channel", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * From [`ChatServer::id`](super::ChatServer::id).
 */
server: string, 
/**
 * 1..=100 characters.
 */
name: string, 
/**
 * With a voice room.
 */
voice?: boolean, } | { "command": "set_community_status", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * How; offline is not to be seen.
 */
status: PersonStatus, 
/**
 * What this person says of themselves, at most 128 characters; empty: nothing.
 */
text?: string, } | { "command": "join_voice", 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
id: string, 
/**
 * From [`ChatServer::id`](super::ChatServer::id).
 */
server: string, 
/**
 * From [`ChatChannel::id`](super::ChatChannel::id).
 */
channel: string, } | { "command": "join_sesh_voice" } | { "command": "leave_voice" } | { "command": "set_voice_muted", 
/**
 * Not heard.
 */
on: boolean, } | { "command": "set_voice_deafened", 
/**
 * Do not hear.
 */
on: boolean, } | { "command": "set_voice_volume", 
/**
 * From [`VoicePeer::id`](super::VoicePeer::id).
 */
person: string, 
/**
 * 0..=200; 100 is as they are.
 */
percent: number, } | { "command": "hold_to_talk", 
/**
 * Held.
 */
held: boolean, } | { "command": "look_for_sound" } | { "command": "add_voice_server", 
/**
 * `stun:host[:port]` or `turn:host[:port]`.
 */
url: string, 
/**
 * Who asks a `turn` server.
 */
username?: string, 
/**
 * The password for it; kept in the keychain.
 */
secret?: string | null, } | { "command": "remove_voice_server", 
/**
 * From [`VoiceServer::url`](super::VoiceServer::url).
 */
url: string, } | { "command": "show_history", 
/**
 * Of these days.
 */
range: HistoryRange, } | { "command": "more_seshes" } | { "command": "open_recap", 
/**
 * From [`SeshRow::id`](super::SeshRow::id).
 */
id: string, } | { "command": "close_recap" } | { "command": "delete_sesh", 
/**
 * From [`SeshRow::id`](super::SeshRow::id).
 */
id: string, } | { "command": "delete_history" } | { "command": "set_history_aside" } | { "command": "export_history", 
/**
 * Form.
 */
format: ExportFormat, } | { "command": "save_file", 
/**
 * Its name; another one is chosen when there is such a file.
 */
name: string, 
/**
 * Its content, base64.
 */
base64: string, } | { "command": "new_overlay_key" } | { "command": "mini", 
/**
 * Open.
 */
open: boolean, } | { "command": "show_window" } | { "command": "mute", 
/**
 * Show none.
 */
on: boolean, } | { "command": "drop_invite" } | { "command": "prepare_bundle" } | { "command": "finish_bundle", 
/**
 * Save it; it comes as [`Event::File`](super::Event::File).
 */
save: boolean, } | { "command": "open_log_folder" } | { "command": "quit" } | { "command": "set_settings", 
/**
 * All of them.
 */
settings: Settings, } | { "command": "dismiss_notice", 
/**
 * Which.
 */
id: number, };

export type Said = { 
/**
 * The English text, with `{name}` where an argument goes; empty: nothing is said.
 */
text: string, 
/**
 * What goes into the braces; `count` chooses the plural form.
 */
args?: { [key in string]: Argument }, };

export type Argument = number | string | Said;

export type Event = { "event": "view", 
/**
 * What there is to see.
 */
view: View, } | { "event": "gateway", 
/**
 * New value.
 */
gateway: GatewayView, } | { "event": "scan", 
/**
 * New value.
 */
scan: ScanView, } | { "event": "devices", 
/**
 * New value.
 */
devices: Array<DeviceView>, } | { "event": "group", 
/**
 * New value.
 */
group: GroupView | null, } | { "event": "members", 
/**
 * New values, by id.
 */
members: Array<MemberView>, } | { "event": "stage", 
/**
 * New value.
 */
stage: StageView, } | { "event": "chart", 
/**
 * New value.
 */
chart: ChartView, } | { "event": "sample", 
/**
 * Whose.
 */
member: string, 
/**
 * ms since the chart's start.
 */
ms: number, 
/**
 * °C.
 */
celsius: number, } | { "event": "chat", 
/**
 * The line.
 */
line: ChatLine, } | { "event": "log", 
/**
 * New value; in the view it takes the place of the one of the same device and name.
 */
log: DeviceLogView, } | { "event": "serial", 
/**
 * Which device.
 */
id: string, 
/**
 * All of it.
 */
serial: string, } | { "event": "host_secret", 
/**
 * All of it.
 */
secret: string, } | { "event": "lobby", 
/**
 * New value.
 */
lobby: LobbyView, } | { "event": "community", 
/**
 * New value.
 */
community: CommunityView, } | { "event": "feed", 
/**
 * New value.
 */
feed: ServiceFeed | null, } | { "event": "room", 
/**
 * New value.
 */
room: RoomView | null, } | { "event": "voice", 
/**
 * New value.
 */
voice: VoiceView, } | { "event": "history", 
/**
 * New value.
 */
history: HistoryView | null, } | { "event": "recap", 
/**
 * New value.
 */
recap: RecapView | null, } | { "event": "desk", 
/**
 * New value.
 */
desk: DeskView, } | { "event": "overlay", 
/**
 * New value.
 */
overlay: OverlayStatus, } | { "event": "diagnostics", 
/**
 * New value.
 */
diagnostics: DiagnosticsView, } | { "event": "file", 
/**
 * Its name.
 */
name: string, 
/**
 * Where it was kept; `null`: the face keeps it.
 */
path: string | null, 
/**
 * Its content, base64; empty when it was kept.
 */
base64: string, } | { "event": "settings", 
/**
 * New value.
 */
settings: Settings, } | { "event": "notices", 
/**
 * New value.
 */
notices: Array<Notice>, };

export type View = { 
/**
 * Version of Hearth.
 */
version: string, 
/**
 * The gateway connection.
 */
gateway: GatewayView, 
/**
 * The scan.
 */
scan: ScanView, 
/**
 * Remembered devices.
 */
devices: Array<DeviceView>, 
/**
 * The group.
 */
group: GroupView | null, 
/**
 * The stage of the session.
 */
stage: StageView, 
/**
 * The heat chart.
 */
chart: ChartView, 
/**
 * The chat of this group, oldest first, at most 200 lines.
 */
chat: Array<ChatLine>, 
/**
 * The logs that were read.
 */
logs: Array<DeviceLogView>, 
/**
 * The lobby.
 */
lobby: LobbyView, 
/**
 * The community gateways.
 */
community: CommunityView, 
/**
 * The service of one of them that is looked at.
 */
feed: ServiceFeed | null, 
/**
 * The channel of one of them that is open.
 */
room: RoomView | null, 
/**
 * Voice.
 */
voice: VoiceView, 
/**
 * The history, once it was asked for.
 */
history: HistoryView | null, 
/**
 * The sesh that is looked at again.
 */
recap: RecapView | null, 
/**
 * The desktop.
 */
desk: DeskView, 
/**
 * The overlay.
 */
overlay: OverlayStatus, 
/**
 * What is connected to what.
 */
diagnostics: DiagnosticsView, 
/**
 * The settings.
 */
settings: Settings, 
/**
 * What the person should know.
 */
notices: Array<Notice>, };

export type GatewayView = { 
/**
 * Its address; `local` for the one in this program.
 */
url: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * The gateway in this program, with simulated friends.
 */
simulatedFriends: boolean, 
/**
 * State.
 */
state: GatewayState, 
/**
 * Round-trip time, ms.
 */
latencyMs: number | null, 
/**
 * The owner of a group can choose how long it counts down; elsewhere the gateway counts 3-2-1.
 */
choosesCountdown: boolean, 
/**
 * When the next try comes, while connecting or reconnecting.
 */
retryAt: number | null, 
/**
 * Gateways to choose from.
 */
choices: Array<GatewayChoice>, };

export type GatewayChoice = { 
/**
 * Address; `local` for the one in this program.
 */
url: string, 
/**
 * Name for people.
 */
name: string, };

export type GatewayState = "offline" | "connecting" | "connected" | "reconnecting" | "resumed" | "refused";

export type ScanView = { 
/**
 * Under way.
 */
scanning: boolean, 
/**
 * Since when.
 */
startedAt: number | null, 
/**
 * Bluetooth of this computer.
 */
bluetooth: BluetoothState, 
/**
 * The adapters, when there is something to choose: several, or another one than was asked for.
 */
adapters: Array<AdapterView>, 
/**
 * The adapter that was asked for, also while it is not there; `null`: whichever works.
 */
adapterChosen: string | null, 
/**
 * What was found, strongest first.
 */
found: Array<FoundDevice>, };

export type BluetoothState = "unknown" | "on" | "off" | "missing" | "not_allowed";

export type AdapterView = { 
/**
 * For [`Command::UseAdapter`](super::Command::UseAdapter).
 */
id: string, 
/**
 * Name ("hci0").
 */
name: string, 
/**
 * Switched on.
 */
on: boolean, 
/**
 * The one in use.
 */
inUse: boolean, };

export type FoundDevice = { 
/**
 * For [`Command::ConnectDevice`].
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * What it probably is.
 */
model: string, 
/**
 * Signal strength, dBm.
 */
rssi: number | null, 
/**
 * Not real.
 */
simulated: boolean, 
/**
 * Remembered already.
 */
known: boolean, 
/**
 * Paired with this computer.
 */
paired: boolean, };

export type DeviceView = { 
/**
 * Id.
 */
id: string, 
/**
 * Ids under which it was known before, oldest first: it came back under another one and was recognised.
 * Commands that name one of them reach it.
 */
formerIds: Array<string>, 
/**
 * Name.
 */
name: string, 
/**
 * Product ("Peak Pro").
 */
model: string, 
/**
 * Not real.
 */
simulated: boolean, 
/**
 * Its button can be pressed with [`Command::PressButton`](super::Command::PressButton): it is simulated
 * in this program.
 */
pressable: boolean, 
/**
 * It is the one that heats with the group.
 */
inUse: boolean, 
/**
 * The link.
 */
link: LinkView, 
/**
 * What it is doing.
 */
activity: Activity, 
/**
 * Charge, percent.
 */
battery: number | null, 
/**
 * Taking charge.
 */
charging: boolean, 
/**
 * Seconds to full.
 */
chargeEtaS: number | null, 
/**
 * Chamber temperature.
 */
celsius: number | null, 
/**
 * Target of the running heat, or of the selected profile.
 */
targetCelsius: number | null, 
/**
 * Seconds in this activity.
 */
elapsedS: number | null, 
/**
 * Planned seconds of this activity.
 */
totalS: number | null, 
/**
 * Chamber ("3D XL").
 */
chamber: Said | null, 
/**
 * Selected profile.
 */
profile: number | null, 
/**
 * The profiles.
 */
profiles: Array<ProfileView>, 
/**
 * The vapour intensities that its profiles can be given; none where it has none.
 */
intensities: Array<number>, 
/**
 * Lifetime heats.
 */
totalDabs: number | null, 
/**
 * Heats left on this charge.
 */
dabsLeft: number | null, 
/**
 * Light, `#rrggbb`.
 */
led: string | null, 
/**
 * Firmware letters ("AW").
 */
firmware: string | null, 
/**
 * Last three characters of the serial number.
 */
serialEnd: string | null, 
/**
 * Signal strength at the last advertisement, dBm.
 */
rssi: number | null, 
/**
 * When the values were true, while there is no link; ms since 1970.
 */
seenAt: number | null, 
/**
 * Where power comes from ("USB"), while it does.
 */
chargeSource: Said | null, 
/**
 * Charging stops at 80 %, which spares the battery.
 */
preservesBattery: boolean | null, 
/**
 * Its lights.
 */
lights: LightsView, 
/**
 * What it is, and how it is inside.
 */
facts: DeviceFacts, 
/**
 * What is being changed, or was just now.
 */
edits: Array<EditView>, };

export type ProfileView = { 
/**
 * 0..=3.
 */
slot: number, 
/**
 * Name.
 */
name: string, 
/**
 * Target.
 */
celsius: number, 
/**
 * Hold time.
 */
seconds: number, 
/**
 * `#rrggbb`.
 */
color: string | null, 
/**
 * Its light; `null` when it has one that is not understood.
 */
light: LightView | null, 
/**
 * Vapour intensity: 0, 0.5, 1 or 1.5; `null` when the device has none.
 */
intensity: number | null, 
/**
 * What a boost adds to the target, °C.
 */
boostCelsius: number | null, 
/**
 * What a boost adds to the hold time.
 */
boostSeconds: number | null, 
/**
 * A change of it can be taken back.
 */
undoable: boolean, };

export type LightView = { 
/**
 * How it moves.
 */
pattern: LightPattern, 
/**
 * `#rrggbb`, at most six.
 */
colors: Array<string>, 
/**
 * How fast, 0..=1.
 */
tempo: number, };

export type LightPattern = "steady" | "fade" | "breathe" | "spin" | "disco" | "split_gradient" | "slideshow" | "confetti" | "lava" | "other";

export type LightsView = { 
/**
 * The lantern shines.
 */
lanternOn: boolean | null, 
/**
 * The lantern's light.
 */
lantern: LightView | null, 
/**
 * How long the lantern shines, seconds.
 */
lanternSeconds: number | null, 
/**
 * How long it still shines, seconds.
 */
lanternLeft: number | null, 
/**
 * Brightness of base, middle, glass and logo, percent.
 */
brightness: [number, number, number, number] | null, 
/**
 * Heats without light.
 */
stealth: boolean | null, 
/**
 * The patterns that this device can be given.
 */
patterns: Array<LightPattern>, 
/**
 * Those of them that move between several colours; the others have one.
 */
manyColors: Array<LightPattern>, 
/**
 * It takes up to this many colours.
 */
mostColors: number, 
/**
 * It can be told how fast a pattern moves.
 */
takesTempo: boolean, };

export type DeviceFacts = { 
/**
 * How it is spoken to ("Lorax, decimal numbers, colour documents").
 */
protocol: Said | null, 
/**
 * Model code, raw.
 */
modelCode: number | null, 
/**
 * Hardware revision.
 */
hardware: number | null, 
/**
 * Boot loader revision.
 */
bootloader: number | null, 
/**
 * Git hash of the firmware.
 */
gitHash: string | null, 
/**
 * API revision in letters.
 */
api: string | null, 
/**
 * Last three characters of the MAC address.
 */
macEnd: string | null, 
/**
 * Day it was first used; ms since 1970.
 */
birthday: number | null, 
/**
 * How far its clock is off, seconds; `null` when not known.
 */
clockOffS: number | null, 
/**
 * Its clock was never set.
 */
clockUnset: boolean, 
/**
 * Seconds since it booted.
 */
uptimeS: number | null, 
/**
 * Heats a day.
 */
dabsPerDay: number | null, 
/**
 * Heats of this trip.
 */
tripDabs: number | null, 
/**
 * Lifetime seconds of heat.
 */
heatSeconds: number | null, 
/**
 * Battery voltage.
 */
batteryVolts: number | null, 
/**
 * Battery current, A; negative when discharging.
 */
batteryAmps: number | null, 
/**
 * Battery temperature.
 */
batteryCelsius: number | null, 
/**
 * Learned capacity.
 */
batteryMah: number | null, 
/**
 * Heater resistance, Ω.
 */
heaterOhms: number | null, 
/**
 * The link in numbers.
 */
link: LinkFacts, };

export type LinkFacts = { 
/**
 * Links opened.
 */
links: number, 
/**
 * Commands sent.
 */
roundTrips: number, 
/**
 * Commands that got no answer in time.
 */
unanswered: number, 
/**
 * Frames and values that made no sense; each cost only itself.
 */
badFrames: number, 
/**
 * How long answers take on the present link; `null` before the first one.
 */
pace: PaceView | null, };

export type PaceView = { 
/**
 * The last one.
 */
lastMs: number, 
/**
 * Half of them at most this.
 */
usualMs: number, 
/**
 * All but the slowest twentieth at most this.
 */
slowMs: number, };

export type EditView = { 
/**
 * What it is about.
 */
part: EditPart, 
/**
 * Counts up with each change that is asked of the device: the number of the newest one of this part. Tells
 * a face whether `state` is about what it asked for last.
 */
number: number, 
/**
 * How far it is.
 */
state: EditState, };

export type EditPart = { "part": "profile", 
/**
 * 0..=3.
 */
slot: number, } | { "part": "name" } | { "part": "lantern" } | { "part": "brightness" } | { "part": "stealth" } | { "part": "battery" } | { "part": "clock" };

export type EditState = { "state": "saving", 
/**
 * Values that the device has confirmed.
 */
done: number, 
/**
 * Values to write.
 */
of: number, } | { "state": "saved" } | { "state": "kept", 
/**
 * Which values, a sentence for each.
 */
words: Array<Said>, } | { "state": "failed", 
/**
 * Why and what to do, in a sentence or two.
 */
words: Said, };

export type ProfileChanges = { 
/**
 * Name, 1..=29 bytes.
 */
name?: string, 
/**
 * Target, 204..=327 °C.
 */
celsius?: number, 
/**
 * Hold time, 15..=120.
 */
seconds?: number, 
/**
 * Light.
 */
light?: LightView, 
/**
 * Vapour intensity: 0, 0.5, 1 or 1.5.
 */
intensity?: number, 
/**
 * What a boost adds to the target, 0..=20 °C.
 */
boostCelsius?: number, 
/**
 * What a boost adds to the hold time, 0..=60.
 */
boostSeconds?: number, };

export type DeviceChange = { "change": "name", 
/**
 * New name.
 */
name: string, } | { "change": "lantern", 
/**
 * On.
 */
on: boolean, } | { "change": "lantern_light", 
/**
 * New light.
 */
light: LightView, } | { "change": "lantern_seconds", 
/**
 * 60..=28800.
 */
seconds: number, } | { "change": "brightness", 
/**
 * Base, middle, glass, logo; percent.
 */
levels: [number, number, number, number], } | { "change": "stealth", 
/**
 * On.
 */
on: boolean, } | { "change": "preserve_battery", 
/**
 * On.
 */
on: boolean, } | { "change": "clock" };

export type DeviceLogView = { 
/**
 * Which device.
 */
device: string, 
/**
 * Which log.
 */
log: LogName, 
/**
 * How far it is.
 */
state: LogState, 
/**
 * Its entries.
 */
entries: Array<LogLine>, };

export type LogName = "activity" | "faults";

export type LogState = { "state": "reading", 
/**
 * Entries read.
 */
done: number, 
/**
 * Entries to read; 0 while that is not known.
 */
of: number, } | { "state": "ready", 
/**
 * When; ms since 1970.
 */
at: number, } | { "state": "failed", 
/**
 * Why and what to do.
 */
words: Said, };

export type LogLine = { 
/**
 * Its number on the device.
 */
index: number, 
/**
 * When; ms since 1970; `null` when the device's clock was not set.
 */
at: number | null, 
/**
 * What happened ("Reached temperature").
 */
title: Said, 
/**
 * More of it in words; may be empty.
 */
details: Said, 
/**
 * A heat that reached its temperature.
 */
dab: DabView | null, };

export type DabView = { 
/**
 * Profile, 0..=3; `null` for a heat without one.
 */
profile: number | null, 
/**
 * Highest temperature that was written down.
 */
peakCelsius: number | null, 
/**
 * Seconds until it was hot.
 */
heatUpSeconds: number | null, 
/**
 * Seconds at temperature.
 */
heldSeconds: number | null, 
/**
 * More heat was asked for.
 */
boosted: boolean, 
/**
 * It was stopped before its time.
 */
stopped: boolean, };

export type LinkView = { "state": "off" } | { "state": "setting_up", 
/**
 * Which try, from 1.
 */
attempt: number, 
/**
 * 0 connect, 1 authenticate, 2 read, 3 watch.
 */
step: number, 
/**
 * Values read and to read, in step 2.
 */
progress: [number, number] | null, 
/**
 * Seconds that each finished step took.
 */
times: Array<number>, } | { "state": "ready" } | { "state": "resting" } | { "state": "waiting", 
/**
 * When.
 */
retryAt: number, 
/**
 * Why the last try ended.
 */
problem: ProblemView, } | { "state": "away" } | { "state": "failed", 
/**
 * What is wrong.
 */
problem: ProblemView, 
/**
 * The step it failed in.
 */
step: number, };

export type ProblemView = { 
/**
 * Stable code (`pairing_needed`).
 */
code: string, 
/**
 * What happened.
 */
title: Said, 
/**
 * What to do.
 */
advice: Said, 
/**
 * Technical words, for "Copy details".
 */
details: string | null, };

export type Activity = "unknown" | "off" | "asleep" | "idle" | "selecting" | "preheat" | "active" | "fade" | "pairing" | "busy";

export type GroupView = { 
/**
 * The code that friends join by.
 */
code: string, 
/**
 * Name.
 */
name: string, 
/**
 * Listed for everyone.
 */
public: boolean, 
/**
 * Seshes so far.
 */
seshCounter: number, 
/**
 * From the decision to start until devices heat, ms, as the owner chose; `null` where the gateway counts 3-2-1.
 */
countdownMs: number | null, 
/**
 * Whether this person owns it.
 */
own: boolean, 
/**
 * Why this person is away; `null` when they are not.
 */
awayBecause: AwayReason | null, 
/**
 * Everybody, this person included; seshers first.
 */
members: Array<MemberView>, };

export type AwayReason = "asked" | "device" | "locked" | "idle";

export type MemberView = { 
/**
 * Session id.
 */
id: string, 
/**
 * Name: account, device or "Guest".
 */
name: string, 
/**
 * This person.
 */
me: boolean, 
/**
 * Owner of the group.
 */
owner: boolean, 
/**
 * Has a device.
 */
sesher: boolean, 
/**
 * Ready.
 */
ready: boolean, 
/**
 * Away.
 */
away: boolean, 
/**
 * On a phone.
 */
mobile: boolean, 
/**
 * In the voice room of the group.
 */
inVoice: boolean, 
/**
 * The gateway lost them; since when.
 */
lostSince: number | null, 
/**
 * What is in the bowl.
 */
strain: string | null, 
/**
 * Product.
 */
model: string | null, 
/**
 * What the device does.
 */
activity: Activity, 
/**
 * Chamber temperature.
 */
celsius: number | null, 
/**
 * Target.
 */
targetCelsius: number | null, 
/**
 * Seconds left at temperature.
 */
leftS: number | null, 
/**
 * Charge, percent.
 */
battery: number | null, 
/**
 * Chamber.
 */
chamber: Said | null, 
/**
 * Light, `#rrggbb`.
 */
led: string | null, };

export type StageView = { 
/**
 * Stage.
 */
stage: Stage, 
/**
 * Seshers that are ready, and that count.
 */
ready: number, 
/**
 * Seshers that count: with a device, not away.
 */
counted: number, 
/**
 * This person is ready.
 */
meReady: boolean, 
/**
 * Who asked to start, while awaiting.
 */
askedBy: string | null, 
/**
 * It was this person.
 */
askedByMe: boolean, 
/**
 * When devices start, in the countdown.
 */
startAt: number | null, 
/**
 * The countdown that the owner chose, before 3-2-1: whoever is not ready any more calls it off.
 */
callsOff: boolean, 
/**
 * This person's device is armed: it will heat at the end of the countdown.
 */
armed: boolean, 
/**
 * Devices that take part, in countdown and sesh.
 */
devices: number, 
/**
 * When the sesh began, while seshing.
 */
since: number | null, 
/**
 * Between the first and the last preheat, ms, once all have begun.
 */
skewMs: number | null, 
/**
 * When the last sesh ended.
 */
lastEndedAt: number | null, 
/**
 * The last sesh as the history has it, for [`Command::OpenRecap`](super::Command::OpenRecap); `None` while it
 * is under way, and when none is kept.
 */
lastSesh: string | null, };

export type Stage = "alone" | "joining" | "chilling" | "awaiting" | "countdown" | "seshing";

export type ChartView = { 
/**
 * When it starts; `null` before the first heat.
 */
startedAt: number | null, 
/**
 * Points are being added.
 */
live: boolean, 
/**
 * One curve a member.
 */
curves: Array<Curve>, };

export type Curve = { 
/**
 * Session id.
 */
member: string, 
/**
 * Name.
 */
name: string, 
/**
 * This person.
 */
me: boolean, 
/**
 * Light, `#rrggbb`.
 */
led: string | null, 
/**
 * Target.
 */
targetCelsius: number | null, 
/**
 * Points: ms since the start, °C.
 */
points: Array<[number, number]>, };

export type ChatLine = { 
/**
 * Counts up.
 */
id: number, 
/**
 * When.
 */
at: number, 
/**
 * Author's session id; `null` for system lines, and for who speaks from outside the group: its community on
 * another front of the gateway.
 */
by: string | null, 
/**
 * Author's name; `null` for system lines.
 */
name: string | null, 
/**
 * Author's light.
 */
led: string | null, 
/**
 * This person.
 */
me: boolean, 
/**
 * What.
 */
kind: ChatKind, 
/**
 * What the author wrote, or the emoji; empty in system lines.
 */
text: string, 
/**
 * What happened; `null` where somebody wrote.
 */
happened: Said | null, };

export type ChatKind = "message" | "reaction" | "people" | "away" | "sesh";

export type LobbyView = { 
/**
 * Public groups of the gateway in use, in the order of the gateway.
 */
groups: Array<LobbyGroup>, 
/**
 * When the gateway told them last; `null` before it did.
 */
asOf: number | null, 
/**
 * Groups that this person was in, latest first.
 */
recent: Array<RecentGroup>, 
/**
 * Gateways that others host in this network.
 */
network: Array<LanGateway>, 
/**
 * The gateway that this computer hosts.
 */
host: HostView, };

export type LobbyGroup = { 
/**
 * The code to join by.
 */
code: string, 
/**
 * Name.
 */
name: string, 
/**
 * `chilling`, `awaiting` or `seshing`.
 */
stage: Stage, 
/**
 * Seshes so far.
 */
seshCounter: number, 
/**
 * Members with a device.
 */
seshers: number, 
/**
 * Members without.
 */
watchers: number, };

export type RecentGroup = { 
/**
 * Address of its gateway.
 */
gateway: string, 
/**
 * Name of its gateway.
 */
gatewayName: string, 
/**
 * The code to join by.
 */
code: string, 
/**
 * Name.
 */
name: string, 
/**
 * When this person was in it last.
 */
at: number, };

export type LanGateway = { 
/**
 * Names it while it is there.
 */
id: string, 
/**
 * Name that the host gave it.
 */
name: string, 
/**
 * The host's computer.
 */
host: string, 
/**
 * Address for [`Command::UseGateway`](super::Command::UseGateway).
 */
url: string, 
/**
 * Its public groups, when it tells.
 */
groups: number | null, 
/**
 * People on it, when it tells.
 */
people: number | null, };

export type HostView = { 
/**
 * State.
 */
state: HostState, 
/**
 * Name that others see.
 */
name: string, 
/**
 * Addresses to give to others, the likeliest first.
 */
addresses: Array<string>, 
/**
 * The first address as a QR code: an SVG path in a square of `qr_size` modules, quiet zone included.
 */
qr: string | null, 
/**
 * See [`HostView::qr`].
 */
qrSize: number, 
/**
 * People on it, this one not counted.
 */
guests: number, 
/**
 * Programs on it.
 */
scripts: HostScripts, 
/**
 * Why it does not run.
 */
problem: ProblemView | null, };

export type HostScripts = { 
/**
 * They can come, while it runs.
 */
on: boolean, 
/**
 * The address to give to them, the likeliest of several; `null` while they cannot come.
 */
address: string | null, 
/**
 * They need a secret.
 */
secret: boolean, 
/**
 * The keychain does not give the secret: nobody is let in until there is another one or none.
 */
secretLost: boolean, };

export type HostState = "off" | "starting" | "running" | "stopping" | "failed";

export type HistoryView = { 
/**
 * The range.
 */
range: HistoryRange, 
/**
 * Being read; the rest is of before.
 */
loading: boolean, 
/**
 * Dabs of every local day of the range, oldest first, days without any included (`all`: from the first).
 */
days: Array<HistoryDay>, 
/**
 * Dabs.
 */
dabs: number, 
/**
 * Dabs a day.
 */
perDay: number, 
/**
 * Median seconds from the start to the target.
 */
timeToTempS: number | null, 
/**
 * The profile used most.
 */
favourite: Said | null, 
/**
 * Share of dabs in groups, 0..=1.
 */
inGroups: number | null, 
/**
 * Profiles, most used first.
 */
profiles: Array<ProfileHistory>, 
/**
 * Seshes, latest first.
 */
seshes: Array<SeshRow>, 
/**
 * There are older seshes in the range: [`Command::MoreSeshes`](super::Command::MoreSeshes).
 */
more: boolean, 
/**
 * Why there is none.
 */
problem: ProblemView | null, };

export type HistoryRange = "days14" | "days90" | "all";

export type HistoryDay = { 
/**
 * `2026-11-21`.
 */
day: string, 
/**
 * Dabs.
 */
dabs: number, };

export type ProfileHistory = { 
/**
 * Its name when it was used, or its place where the device did not tell it.
 */
name: Said, 
/**
 * Dabs.
 */
dabs: number, 
/**
 * Median seconds to the target.
 */
timeToTempS: number | null, };

export type SeshRow = { 
/**
 * For [`Command::OpenRecap`](super::Command::OpenRecap).
 */
id: string, 
/**
 * Name of the group.
 */
name: string, 
/**
 * Number of the sesh in its group.
 */
number: number, 
/**
 * When it began.
 */
at: number, 
/**
 * How long it was, seconds.
 */
seconds: number, 
/**
 * Who took part.
 */
people: Array<SeshPerson>, };

export type SeshPerson = { 
/**
 * Name.
 */
name: string, 
/**
 * This person.
 */
me: boolean, 
/**
 * Light, `#rrggbb`.
 */
led: string | null, };

export type RecapView = { 
/**
 * Its row.
 */
sesh: SeshRow, 
/**
 * Between the first and the last preheat, ms.
 */
skewMs: number | null, 
/**
 * Everybody who took part.
 */
members: Array<RecapMember>, 
/**
 * Reactions, most frequent first.
 */
reactions: Array<RecapReaction>, 
/**
 * What was written, oldest first.
 */
chat: Array<RecapLine>, };

export type RecapMember = { 
/**
 * Who.
 */
person: SeshPerson, 
/**
 * Product.
 */
model: string | null, 
/**
 * Target.
 */
targetCelsius: number | null, 
/**
 * First preheat after the first of all, ms.
 */
beganMs: number | null, 
/**
 * Seconds from the start to the target.
 */
timeToTempS: number | null, 
/**
 * Highest temperature.
 */
peakCelsius: number | null, 
/**
 * Points: ms since the start, °C. Empty when no curve is kept.
 */
points: Array<[number, number]>, };

export type RecapReaction = { 
/**
 * Who.
 */
name: string, 
/**
 * Emoji.
 */
emoji: string, 
/**
 * How often.
 */
count: number, };

export type RecapLine = { 
/**
 * When.
 */
at: number, 
/**
 * Who; `null` for system lines.
 */
name: string | null, 
/**
 * Their light.
 */
led: string | null, 
/**
 * What.
 */
kind: ChatKind, 
/**
 * What was written; empty in system lines.
 */
text: string, 
/**
 * What happened; `null` where somebody wrote.
 */
happened: Said | null, };

export type ExportFormat = "csv" | "json";

export type DeskView = { 
/**
 * There is a window to manage; a browser has none, and nothing of the rest either.
 */
window: boolean, 
/**
 * A tray that shows Hearth.
 */
tray: boolean, 
/**
 * Hearth can start at login.
 */
autostart: boolean, 
/**
 * Notifications can be shown.
 */
notifications: boolean, 
/**
 * Keys can be heard while another window is in front.
 */
shortcuts: boolean, 
/**
 * Secrets are kept in the system's keychain; otherwise only until Hearth quits.
 */
keychain: boolean, 
/**
 * The mini window is open.
 */
mini: boolean, 
/**
 * Why the shortcut does not work, when one is set.
 */
shortcutProblem: ProblemView | null, 
/**
 * Notifications are muted until Hearth ends or [`Command::Mute`](super::Command::Mute) says otherwise.
 */
muted: boolean, 
/**
 * An invite that was opened outside of Hearth: to be shown in the lobby's join field, where a person decides.
 */
invite: InviteView | null, 
/**
 * Where the window should go; a new `id` is a new wish.
 */
visit: VisitView | null, };

export type InviteView = { 
/**
 * Tells it from an earlier one with the same code.
 */
id: number, 
/**
 * The group's code: 1..=64 of `A-Z`, `a-z`, `0-9`, `-` and `_`.
 */
code: string, };

export type VisitView = { 
/**
 * Counts up.
 */
id: number, 
/**
 * Which page.
 */
page: Page, };

export type Page = "session" | "lobby" | "settings";

export type OverlayStatus = { 
/**
 * Its address, with its key, while it is served.
 */
url: string | null, 
/**
 * Pages that show it now.
 */
pages: number, 
/**
 * Why it is not served.
 */
problem: ProblemView | null, };

export type DiagnosticsView = { 
/**
 * One line for each part: gateway, Bluetooth, each device, keychain, history, overlay, tray.
 */
parts: Array<PartView>, 
/**
 * What failed of late, latest first, at most 50.
 */
failures: Array<FailureView>, 
/**
 * Where the log files are; `null` when none are written.
 */
logFolder: string | null, 
/**
 * The bundle that was put together and not saved yet.
 */
bundle: BundleView | null, };

export type PartView = { 
/**
 * Stable name (`gateway`, `bluetooth`, `device`, `keychain`, `history`, `overlay`, `tray`).
 */
part: string, 
/**
 * What it is, such as the device's name.
 */
name: Said, 
/**
 * How well it is.
 */
health: Health, 
/**
 * State in a few words.
 */
state: Said, 
/**
 * Since when.
 */
since: number | null, 
/**
 * How long its answers take, while it is connected.
 */
pace: PaceView | null, 
/**
 * How far its clock is ahead of this computer's, ms; negative when it is behind. Only of a gateway that tells it.
 */
clockAheadMs: number | null, 
/**
 * More facts: name and value.
 */
facts: Array<[Said, Said]>, };

export type Health = "good" | "fair" | "bad" | "off";

export type FailureView = { 
/**
 * When.
 */
at: number, 
/**
 * What happened.
 */
title: Said, 
/**
 * The next step.
 */
advice: Said, 
/**
 * The technical cause, redacted.
 */
details: string | null, };

export type BundleView = { 
/**
 * Its files.
 */
files: Array<BundleFile>, };

export type BundleFile = { 
/**
 * Name.
 */
name: string, 
/**
 * Size.
 */
bytes: number, 
/**
 * What is in it.
 */
about: Said, 
/**
 * Its beginning, as it will be saved; at most 4,000 characters.
 */
preview: string, };

export type Settings = { 
/**
 * Look.
 */
theme: Theme, 
/**
 * Unit of temperatures.
 */
unit: Unit, 
/**
 * Language.
 */
language: Language, 
/**
 * Size of texts.
 */
textSize: TextSize, 
/**
 * Less movement, also where the system does not ask for it.
 */
reduceMotion: boolean, 
/**
 * More contrast, also where the system does not ask for it.
 */
moreContrast: boolean, 
/**
 * Away from the group while the device in use sleeps or is gone.
 */
awayWithoutDevice: boolean, 
/**
 * Away from the group while this computer is locked.
 */
awayWhenLocked: boolean, 
/**
 * Away from the group after so many minutes without a key or the mouse; `null`: never.
 */
awayWhenIdleMin: number | null, 
/**
 * The gateway may start heats for this person's account (facts/puff-gateway.md §7); stops always get through.
 */
remoteActions: boolean, 
/**
 * A battery check at the device (three clicks) asks the group to start, and a second one starts.
 */
askByDevice: boolean, 
/**
 * Chat servers on which people are seen in a certain way are told what this person does: "In a sesh", and not to be
 * disturbed while the device heats.
 */
shareActivity: boolean, 
/**
 * What is notified.
 */
notify: Notify, 
/**
 * Nothing is notified within these hours.
 */
quiet: QuietHours | null, 
/**
 * Start at login.
 */
startAtLogin: boolean, 
/**
 * A start at login opens no window.
 */
startHidden: boolean, 
/**
 * Closing the window keeps Hearth in the tray.
 */
closeToTray: boolean, 
/**
 * Keys for "I'm ready" and "Start" while another window is in front, such as `Ctrl+Alt+H`; `null`: none.
 */
shortcut: string | null, 
/**
 * The overlay for streams.
 */
overlay: OverlaySettings, 
/**
 * Voice.
 */
voice: VoiceSettings, 
/**
 * Name of the gateway that this computer hosts; empty: the computer's.
 */
hostName: string, 
/**
 * The first-run steps were gone through or skipped.
 */
welcomed: boolean, };

export type Theme = "system" | "dark" | "light";

export type Unit = "fahrenheit" | "celsius";

export type Language = "system" | "en" | "de";

export type TextSize = "small" | "normal" | "large";

export type Notify = { 
/**
 * Somebody asks everyone to get ready.
 */
asked: boolean, 
/**
 * The countdown runs, and this person's device takes part.
 */
countdown: boolean, 
/**
 * The device is at its temperature.
 */
atTemperature: boolean, 
/**
 * Somebody joined the group.
 */
joined: boolean, 
/**
 * The device's battery is low.
 */
batteryLow: boolean, 
/**
 * The device is charged.
 */
charged: boolean, };

export type QuietHours = { 
/**
 * Minutes after midnight, 0..1440.
 */
from: number, 
/**
 * Minutes after midnight, 0..1440.
 */
to: number, };

export type OverlaySettings = { 
/**
 * Served.
 */
on: boolean, 
/**
 * Arrangement.
 */
layout: OverlayLayout, 
/**
 * Names of members are left out.
 */
hideNames: boolean, 
/**
 * The name of the group is left out.
 */
hideGroup: boolean, };

export type OverlayLayout = "strip" | "single" | "chart";

export type VoiceSettings = { 
/**
 * Name of the microphone; `null`, and while there is none of that name: the system's choice.
 */
microphone: string | null, 
/**
 * Name of the speaker; `null`, and while there is none of that name: the system's choice.
 */
speaker: string | null, 
/**
 * This person is heard only while a key is held.
 */
pushToTalk: boolean, 
/**
 * What the speakers play is taken out of what the microphone hears; not needed with headphones.
 */
cleanEcho: boolean, 
/**
 * Fans, streets and hiss are taken out; not for music.
 */
cleanNoise: boolean, 
/**
 * Everything goes by a relay, so that nobody in the room learns this computer's address. Counts from the next join.
 */
relayOnly: boolean, 
/**
 * Servers that help to reach others, at most four. Changed by
 * [`Command::AddVoiceServer`](super::Command::AddVoiceServer) and
 * [`Command::RemoveVoiceServer`](super::Command::RemoveVoiceServer) alone:
 * [`Command::SetSettings`](super::Command::SetSettings) leaves them as they are. Count from the next join.
 */
servers: Array<VoiceServer>, };

export type VoiceServer = { 
/**
 * `stun:host[:port]` tells this computer's address, `turn:host[:port]` passes sound on; over UDP.
 */
url: string, 
/**
 * Who asks a `turn` server; empty for the other kind. The password is in the keychain.
 */
username: string, };

export type Notice = { 
/**
 * For [`Command::DismissNotice`].
 */
id: number, 
/**
 * Kind.
 */
kind: NoticeKind, 
/**
 * Stable code (`no_such_group`); the window never matches on text.
 */
code: string, 
/**
 * What happened.
 */
title: Said, 
/**
 * What to do; may be empty.
 */
advice: Said, 
/**
 * The device that it is about; `null` where that is plain or there is none.
 */
device: string | null, };

export type NoticeKind = "info" | "success" | "warning" | "error";

export type CommunityView = { 
/**
 * In the order in which they were added.
 */
gateways: Array<CommunityGateway>, 
/**
 * The kinds that can be added, in the order in which they are offered.
 */
kinds: Array<CommunityOffer>, };

export type CommunityOffer = { 
/**
 * Which.
 */
kind: CommunityKind, 
/**
 * How one is let in.
 */
account: AccountKind, };

export type AccountKind = "secret" | "password" | "token";

export type CommunityGateway = { 
/**
 * Names it in commands; stays the same between starts.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * Address.
 */
url: string, 
/**
 * The name that this person has there.
 */
me: string, 
/**
 * How one is let in.
 */
account: AccountKind, 
/**
 * A secret for it is kept: the password or the token, where it is an account.
 */
hasSecret: boolean, 
/**
 * State.
 */
state: CommunityState, 
/**
 * What there is on it, as it was told last.
 */
content: CommunityContent, };

export type CommunityContent = { "kind": "concierge" } & BrokerView | { "kind": "together" } & ChatView | { "kind": "emagine" } & ChatView | { "kind": "i386chat" } & ChatView;

export type CommunityKind = "concierge" | "together" | "emagine" | "i386chat";

export type CommunityState = { "state": "off" } | { "state": "connecting" } | { "state": "connected", 
/**
 * Since when.
 */
since: number, 
/**
 * Round-trip time, ms.
 */
latencyMs: number | null, } | { "state": "waiting", 
/**
 * When.
 */
retryAt: number, } | { "state": "refused", 
/**
 * Why.
 */
why: CommunityRefusal, };

export type CommunityRefusal = "name_taken" | "bad_name" | "bad_secret" | "wrong_password" | "suspended" | "registration_closed" | "crowded" | "sign_in_again" | "version" | "protocol";

export type BrokerView = { 
/**
 * Its services, by name.
 */
services: Array<ServiceView>, 
/**
 * Who is there, by name.
 */
clients: Array<BrokerClient>, 
/**
 * What came for this person, newest first, at most 30. Told at most five times a second.
 */
inbox: Array<DirectMessage>, 
/**
 * This person's devices as services there.
 */
sharing: SharingView, };

export type ServiceView = { 
/**
 * Its name: anything, spaces and nothing included.
 */
name: string, 
/**
 * The name that it shows to people.
 */
nickname: string | null, 
/**
 * Name of the client that owns it.
 */
owner: string, 
/**
 * It is one of this person's devices.
 */
mine: boolean, 
/**
 * Clients that follow it.
 */
subscribers: number, 
/**
 * This person does.
 */
subscribed: boolean, 
/**
 * Messages a second, over the last ten seconds; 0 while not followed.
 */
rate: number, };

export type BrokerClient = { 
/**
 * Names it in commands, as long as it is there.
 */
uuid: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The name that it shows to people.
 */
nickname: string | null, 
/**
 * Its tags.
 */
tags: Array<string>, 
/**
 * It is this program.
 */
me: boolean, 
/**
 * What this person lets it do.
 */
allowed: Permission | null, };

export type DirectMessage = { 
/**
 * Counts up; those that were passed over in a flood are counted too.
 */
number: number, 
/**
 * When it came.
 */
at: number, 
/**
 * Who sent it.
 */
from: string, 
/**
 * From [`BrokerClient::uuid`], as long as the sender is there.
 */
uuid: string, 
/**
 * How it was addressed.
 */
to: DirectTarget, 
/**
 * Its data as JSON, the first 500 characters of it.
 */
text: string, 
/**
 * How long it is, bytes.
 */
bytes: number, };

export type DirectTarget = { "to": "me" } | { "to": "everybody" } | { "to": "service", 
/**
 * From [`SharedDevice::service`].
 */
service: string, };

export type SharingView = { 
/**
 * Devices are offered.
 */
on: boolean, 
/**
 * The services that are offered now, by device.
 */
services: Array<SharedDevice>, 
/**
 * Who may send commands, by name; those who are not there too.
 */
allowed: Array<AllowedName>, };

export type SharedDevice = { 
/**
 * The device.
 */
device: string, 
/**
 * Its service: `hearth.` and the name of the device, with a number when there is one of that name.
 */
service: string, 
/**
 * Clients that follow it.
 */
subscribers: number, };

export type AllowedName = { 
/**
 * Name of a client; exactly, case included.
 */
name: string, 
/**
 * What it may do.
 */
permission: Permission, };

export type Permission = "take" | "heat";

export type ServiceFeed = { 
/**
 * From [`CommunityGateway::id`].
 */
gateway: string, 
/**
 * From [`ServiceView::name`].
 */
service: string, 
/**
 * Messages a second, for each of the last 60 seconds, oldest first.
 */
rates: Array<number>, 
/**
 * Size of the last message, bytes.
 */
bytes: number | null, 
/**
 * From the owner to here, ms; only where the message tells when it was sent.
 */
latencyMs: number | null, 
/**
 * What a Hearth told last of its device; `null` for services of other programs.
 */
telemetry: TelemetryView | null, 
/**
 * Newest first, at most 50.
 */
messages: Array<ServiceMessage>, };

export type ServiceMessage = { 
/**
 * Counts up in a feed.
 */
number: number, 
/**
 * When it came.
 */
at: number, 
/**
 * Who sent it.
 */
from: string, 
/**
 * This person sent it.
 */
mine: boolean, 
/**
 * Its data as JSON, the first 2,000 characters of it.
 */
text: string, 
/**
 * How long it is, bytes.
 */
bytes: number, };

export type TelemetryView = { 
/**
 * Name of the device.
 */
name: string, 
/**
 * Product.
 */
model: string, 
/**
 * What it does.
 */
activity: Activity, 
/**
 * Temperature of the chamber, °C.
 */
celsius: number | null, 
/**
 * What it heats to, °C.
 */
targetCelsius: number | null, 
/**
 * Battery, 0..=100.
 */
battery: number | null, 
/**
 * It charges.
 */
charging: boolean, 
/**
 * Colour of its light, `#rrggbb`.
 */
colour: string | null, 
/**
 * Name of the group that it is in.
 */
group: string | null, 
/**
 * Stage of that group.
 */
stage: Stage | null, };

export type MessageTo = { "to": "service", 
/**
 * Its name.
 */
name: string, } | { "to": "client", 
/**
 * From [`BrokerClient::uuid`].
 */
uuid: string, };

export type ChatView = { 
/**
 * What can be done there.
 */
can: ChatCan, 
/**
 * How this person is seen there.
 */
status: PersonStatus, 
/**
 * What this person says of themselves there.
 */
customStatus: string | null, 
/**
 * What the server said to everybody, last.
 */
notice: string | null, 
/**
 * Where this person is a member, in the order of the gateway; where it lists none, those that are remembered.
 */
servers: Array<ChatServer>, 
/**
 * [`ChatServer::id`] of the one that this person is in now, where one is in one at a time ([`ChatCan::many`]).
 */
here: string | null, };

export type ChatCan = { 
/**
 * Change a line ([`Command::EditLine`](super::Command::EditLine)).
 */
edit: boolean, 
/**
 * Take a line back ([`Command::DeleteLine`](super::Command::DeleteLine)).
 */
delete: boolean, 
/**
 * Answer a line.
 */
reply: boolean, 
/**
 * Tell that one is writing, and see who is.
 */
typing: boolean, 
/**
 * Be seen in a certain way, and see how others are ([`ChatPerson::status`]).
 */
status: boolean, 
/**
 * Voice rooms.
 */
voice: boolean, 
/**
 * Read what was said before one came.
 */
past: boolean, 
/**
 * Communities have channels, which their owners make. Where not, each is one room: its only channel has its id.
 */
channels: boolean, 
/**
 * Be in several communities at once. Where not, joining one leaves the one of before, and only in
 * [`ChatView::here`] can be talked.
 */
many: boolean, 
/**
 * Make a community as a stream.
 */
streams: boolean, 
/**
 * Make a community that nobody finds by its name.
 */
hidden: boolean, 
/**
 * What names a community that one wants to join.
 */
join: JoinBy, 
/**
 * How long a line may be.
 */
line: LongestLine, };

export type JoinBy = "code" | "number" | "number_or_name";

export type LongestLine = { 
/**
 * Characters.
 */
characters: number, 
/**
 * Bytes of it as a JSON text, without its quotes.
 */
bytes: number | null, };

export type PersonStatus = "online" | "idle" | "dnd" | "offline";

export type ChatServer = { 
/**
 * Names it in commands.
 */
id: string, 
/**
 * Name; that of the group where it is the community of one.
 */
name: string, 
/**
 * This person owns it: may make channels and take back what others said, where these can be done.
 */
mine: boolean, 
/**
 * This person may leave it, or have it forgotten where the gateway lists none.
 */
mayLeave: boolean, 
/**
 * How many members it has, where that is known.
 */
memberCount: number | null, 
/**
 * The code of the group that it is the community of.
 */
sesh: string | null, 
/**
 * Lines that this person has not read.
 */
unread: number, 
/**
 * Its channels and members are here; else [`Command::OpenServer`](super::Command::OpenServer) brings them.
 */
loaded: boolean, 
/**
 * In their order.
 */
channels: Array<ChatChannel>, 
/**
 * Those who are there first, then by name; at most 500.
 */
members: Array<ChatPerson>, };

export type ChatChannel = { 
/**
 * Names it in commands.
 */
id: string, 
/**
 * Name, without `#`.
 */
name: string, 
/**
 * It has a voice room as well.
 */
voice: boolean, 
/**
 * About it.
 */
topic: string | null, 
/**
 * The heading that it stands under.
 */
category: string | null, 
/**
 * Lines of others that this person has not read; 100: that many or more.
 */
unread: number, 
/**
 * Names of those who are writing, this person not included.
 */
typing: Array<string>, 
/**
 * Who is in its voice room, in the order of joining.
 */
inVoice: Array<VoicePerson>, };

export type ChatPerson = { 
/**
 * Stays the same.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * This person.
 */
me: boolean, 
/**
 * How they are seen.
 */
status: PersonStatus, 
/**
 * What they say of themselves.
 */
customStatus: string | null, };

export type VoicePerson = { 
/**
 * As [`ChatPerson::id`].
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * This person.
 */
me: boolean, 
/**
 * Is not heard.
 */
muted: boolean, 
/**
 * Does not hear.
 */
deafened: boolean, };

export type RoomView = { 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id).
 */
gateway: string, 
/**
 * From [`ChatServer::id`].
 */
server: string, 
/**
 * From [`ChatChannel::id`].
 */
channel: string, 
/**
 * Oldest first, at most 500; what this person just said last.
 */
lines: Array<RoomLine>, 
/**
 * There are older ones; [`Command::OlderLines`](super::Command::OlderLines) brings them.
 */
more: boolean, 
/**
 * Some are being read.
 */
loading: boolean, 
/**
 * Why they could not be read.
 */
failed: Said | null, 
/**
 * The first line that was new when the room was opened, or when a face looked at it again.
 */
newFrom: string | null, };

export type RoomLine = { 
/**
 * Names it in commands. That of a line that is being said changes when it has been said.
 */
id: string, 
/**
 * When; that of a line that is being said is this computer's time.
 */
at: number, 
/**
 * Name of who said it; empty where nobody knows it.
 */
author: string, 
/**
 * As [`ChatPerson::id`]; `null` for guests of a sesh and for those who are gone.
 */
authorId: string | null, 
/**
 * This person said it.
 */
mine: boolean, 
/**
 * What was said.
 */
text: string, 
/**
 * It was changed.
 */
edited: boolean, 
/**
 * The line that it answers; one that is not among these may be older, or taken back.
 */
replyTo: string | null, 
/**
 * What became of it.
 */
state: LineState, 
/**
 * This person may change it.
 */
mayEdit: boolean, 
/**
 * This person may take it back.
 */
mayDelete: boolean, };

export type LineState = { "state": "said" } | { "state": "sending" } | { "state": "failed", 
/**
 * Why.
 */
why: Said, };

export type VoiceView = { 
/**
 * The gateway has a voice room for the group that this person is in
 * ([`Command::JoinSeshVoice`](super::Command::JoinSeshVoice)); `false` outside a group.
 */
offered: boolean, 
/**
 * The room that this person is in, joins, or could not join; one at a time.
 */
place: VoicePlace | null, 
/**
 * How far it is.
 */
stage: VoiceStage, 
/**
 * The microphone.
 */
microphone: SoundState, 
/**
 * The speaker.
 */
speaker: SoundState, 
/**
 * This person is not heard: the microphone is closed.
 */
muted: boolean, 
/**
 * This person neither hears nor is heard: the microphone is closed.
 */
deafened: boolean, 
/**
 * When this person is heard.
 */
talk: VoiceTalk, 
/**
 * This person is heard just now.
 */
speaking: boolean, 
/**
 * Everybody else in the room, in the order of joining.
 */
people: Array<VoicePeer>, 
/**
 * Names of those for whom there is no place: eight hear each other at most, this person included.
 */
crowded: Array<string>, 
/**
 * A server of the settings did not help since this person joined: it does not answer, or does not take the name and
 * password.
 */
serversFail: boolean, 
/**
 * Microphones and speakers, as [`Command::LookForSound`](super::Command::LookForSound) found them.
 */
devices: SoundDevices | null, };

export type VoicePlace = { 
/**
 * From [`CommunityGateway::id`](super::CommunityGateway::id); `null`: the room of the group.
 */
community: string | null, 
/**
 * From [`ChatServer::id`](super::ChatServer::id); empty while it is not known yet.
 */
server: string, 
/**
 * From [`ChatChannel::id`](super::ChatChannel::id); empty while it is not known yet.
 */
channel: string, 
/**
 * What people call it: the channel, or the group.
 */
name: string, 
/**
 * It is the room of the group that this person is in.
 */
sesh: boolean, };

export type VoiceStage = { "stage": "off" } | { "stage": "joining" } | { "stage": "in" } | { "stage": "rejoining" } | { "stage": "failed", 
/**
 * Why.
 */
why: Said, 
/**
 * What to do; may be empty.
 */
advice: Said, };

export type SoundState = { "state": "closed" } | { "state": "open", 
/**
 * This one.
 */
name: string, } | { "state": "failed", 
/**
 * Why, and what may help.
 */
why: Said, };

export type VoiceTalk = { "talk": "open" } | { "talk": "push", 
/**
 * It is held.
 */
held: boolean, };

export type VoicePeer = { 
/**
 * As [`ChatPerson::id`](super::ChatPerson::id).
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * [`MemberView::id`](super::MemberView::id) in the room of the group, once the gateway told it.
 */
member: string | null, 
/**
 * They are heard just now.
 */
speaking: boolean, 
/**
 * They are not heard: they muted themselves.
 */
muted: boolean, 
/**
 * They do not hear.
 */
deafened: boolean, 
/**
 * How they are connected with this person.
 */
link: VoiceLink, 
/**
 * So much of what they say is lost on the way, of a hundred; `null` while it is little.
 */
lossyPercent: number | null, 
/**
 * How loud this person hears them, 0..=200; 100 is as they are. Lasts until Hearth ends.
 */
volume: number, };

export type VoiceLink = "connecting" | "direct" | "relayed" | "lost" | "unreachable";

export type SoundDevices = { 
/**
 * To speak into.
 */
microphones: Array<string>, 
/**
 * To hear from.
 */
speakers: Array<string>, };
