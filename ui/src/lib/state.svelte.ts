// What the window knows: the view that the companion told, the link to it, and where the person is in the
// window. Components read it and call `send`; nothing here decides what a command means.

import { untrack } from 'svelte'
import { MediaQuery } from 'svelte/reactivity'
import { accent, type Ground } from './accent'
import { type Backend, type Connect, type Link, NotDelivered } from './backend'
import type { Command, Event, FoundDevice, Notice, NoticeKind, Said, Settings, View } from './contract'
import { editing } from './editing.svelte'
import { download, folderOf } from './kept-file'
import { namedChart, namedChat, namedDevices, namedGateway, namedGroup, namedLobby, namedScan } from './names'
import { Parts } from './parts.svelte'
import { past } from './past.svelte'
import { unreadOf } from './rooms'
import { amHeating, inUse } from './stage'
import { inARow, NOTHING, say, speak, t, verbatim } from './tongue.svelte'
import { apply } from './view'

/** In the order of the navigation, which is also that of the keys 1, 2, 3 … */
export const SCREENS = ['session', 'lobby', 'devices', 'history', 'community', 'settings'] as const
export type Screen = (typeof SCREENS)[number]
/** The add flow with the device that is being set up in it, or a device by its id; `null` shows the first. */
export type DevicesPane = { add: true; chosen?: FoundDevice } | { device: string } | null
/** A gateway of the community screen, and a service or a channel of it; `null` is the list on a narrow window, and the first one on a wide one. */
export type CommunityPane = { gateway: string; service?: string; channel?: string } | null
export type SettingsPane = 'gateways' | 'bluetooth' | 'automation' | 'notifications' | 'appearance' | 'sound' | 'startup' | 'overlay' | 'diagnostics'
/** What the owner of the group is asked before it happens; a member is named by their id. */
export type OwnerDialog = { about: 'edit' } | { about: 'delete' } | { about: 'owner' | 'kick'; member: string } | null

/** Refusals of an attempt to get into a group: over once the person is in one. */
const ENTRY_REFUSALS = ['no_such_group', 'rate_limited', 'not_in_group']

/** A gateway that lets people in at once shows them no screen that waits. */
const SLOW_TO_JOIN_MS = 400

/** What nobody pressed a button for: it is said again when the companion is back. */
const BY_ITSELF: Command['command'][] = ['look', 'look_around', 'look_at_service', 'open_room', 'open_server', 'older_lines', 'typing', 'look_for_sound', 'show_history', 'close_recap']

/** What a file comes after, and for how long one is expected: other faces may have asked for theirs. */
const FOR_A_FILE: Command['command'][] = ['export_history', 'save_file', 'finish_bundle']
const FILE_MS = 120_000

/** How long a serial number or a secret stays readable. */
export const SERIAL_MS = 20_000

class Hearth {
  /** The view as it was told. */
  #told: View | null = null
  #parts = $state.raw<Parts | null>(null)
  link = $state.raw<Link>({ state: 'connecting' })
  screen = $state<Screen>('session')
  devicesPane = $state.raw<DevicesPane>(null)
  /** `null` is the index on a narrow window, and the first section on a wide one. */
  settingsPane = $state<SettingsPane | null>(null)
  communityPane = $state.raw<CommunityPane>(null)
  gatewayDialog = $state(false)
  /** The list of everybody in the group is open. */
  people = $state(false)
  ownerDialog = $state.raw<OwnerDialog>(null)
  /** What leads into another group or to another gateway: the person is asked whether to leave this group for it. */
  leaveFor = $state.raw<Command | null>(null)
  /** Sent once the group is left. */
  #afterLeaving: Command | null = null
  /** Where the person waited to be let in, to come back to. */
  #waitedAt: Screen | null = null
  #slowToJoin: ReturnType<typeof setTimeout> | undefined
  /** Which of the first steps is shown. */
  welcomeStep = $state<1 | 2 | 3>(1)
  /** What was typed to join or to create a group: kept until it worked, also while the gateway is asked. */
  draft = $state({ join: '', create: '' })
  /** The serial number that the person asked to see, for a short while. */
  serial = $state.raw<{ device: string; text: string } | null>(null)
  /** The secret of what this computer hosts, likewise. */
  hostSecret = $state.raw<string | null>(null)
  #hideSerial: ReturnType<typeof setTimeout> | undefined
  #hideHostSecret: ReturnType<typeof setTimeout> | undefined
  /** The last invite and the last wish of the desktop that were followed. */
  #invited: number | null = null
  #visited: number | null = null
  /** When this window asked for a file. */
  #fileAskedAt = -Infinity
  /** Notices of this window itself; their ids are negative. */
  #own = $state.raw<Notice[]>([])
  #backend: Backend | null = null
  #nextOwn = -1

  /** One column and a tab bar. */
  #narrow = new MediaQuery('max-width: 719px')
  #light = new MediaQuery('prefers-color-scheme: light')

  community = $derived(this.view?.community ?? null)
  room = $derived(this.view?.room ?? null)
  voice = $derived(this.view?.voice ?? null)
  /** Lines of chat rooms that were not read. */
  unread = $derived(unreadOf(this.community?.gateways ?? []))
  gateway = $derived(this.view ? namedGateway(this.view.gateway) : null)
  lobby = $derived(this.view ? namedLobby(this.view.lobby) : null)
  /** The first steps stand before everything else. */
  welcoming = $derived(this.view?.settings.welcomed === false)
  devices = $derived(namedDevices(this.view?.devices ?? []))
  group = $derived(this.view?.group ? namedGroup(this.view.group) : null)
  stage = $derived(this.view?.stage ?? null)
  chart = $derived(this.view ? namedChart(this.view.chart) : null)
  chat = $derived(namedChat(this.view?.chat ?? []))
  scan = $derived(this.view ? namedScan(this.view.scan) : null)
  unit = $derived(this.view?.settings.unit ?? 'fahrenheit')
  device = $derived(inUse(this.devices))
  heating = $derived(amHeating(this.devices))
  /** The device that the devices screen shows; `null` in the add flow, and without any. */
  shown = $derived.by(() => {
    const pane = this.devicesPane
    if (pane && 'add' in pane) return null
    return this.devices.find((device) => device.id === pane?.device) ?? this.device ?? this.devices[0] ?? null
  })
  me = $derived(this.group?.members.find((member) => member.me) ?? null)
  notices = $derived([...this.#own, ...(this.view?.notices ?? [])])
  ground: Ground = $derived.by(() => {
    const theme = this.view?.settings.theme ?? 'system'
    return theme === 'system' ? (this.#light.current ? 'light' : 'dark') : theme
  })
  /** The window's one accent: the light of the device in use. */
  accent = $derived(accent(this.device?.led, this.ground))

  get narrow(): boolean {
    return this.#narrow.current
  }

  /** What the companion told; each of its parts is watched by itself. */
  get view(): View | null {
    return this.#parts?.view ?? null
  }

  #show(told: View | null): void {
    if (told === this.#told) return
    this.#told = told
    if (!told) this.#parts = null
    else if (!untrack(() => this.#parts)?.follow(told)) this.#parts = new Parts(told)
  }

  open(connect: Connect): void {
    this.#backend?.close()
    this.#backend = connect(
      (event) => this.take(event),
      (link) => {
        if (link.state === 'down') {
          editing.lostTrack()
          this.#afterLeaving = null
        }
        this.link = link
      },
    )
  }

  close(): void {
    this.#backend?.close()
    this.#backend = null
    this.#show(null)
    this.#own = []
    this.people = false
    this.ownerDialog = null
    this.leaveFor = null
    this.#afterLeaving = null
    this.#waitedAt = null
    clearTimeout(this.#slowToJoin)
    this.#fileAskedAt = -Infinity
    this.#invited = null
    this.#visited = null
    this.hideSerial()
    this.hideHostSecret()
    editing.close()
  }

  take(event: Event): void {
    const known = this.view !== null
    const code = this.group?.code
    const joining = this.stage?.stage === 'joining'
    if (event.event === 'serial') this.#showSerial(event.id, event.serial)
    if (event.event === 'host_secret') this.#showHostSecret(event.secret)
    if (event.event === 'file') this.#keepFile(event)
    past.take(event, this.view?.recap ?? null)
    this.#show(apply(this.#told, event))
    if (this.view && (event.event === 'view' || event.event === 'settings')) speak(this.view.settings.language)
    if (event.event === 'view' || event.event === 'desk') this.#followDesk()
    if (event.event === 'view' || event.event === 'devices') this.#followDevices()
    // Edits of a device that was forgotten elsewhere are edits of nothing.
    if (editing.at && !this.devices.some((device) => device.id === editing.at?.device)) editing.abandon()
    if (known && this.group !== null && this.group.code !== code) this.#entered()
    else if (known) this.#followJoining(joining)
    this.#followGroup(code)
    if (this.group === null) this.#left()
  }

  /** The tray or a link leads to a page; the code of an invite waits in its field until the person joins. */
  #followDesk(): void {
    const { invite, visit } = this.view?.desk ?? {}
    if (invite && invite.id !== this.#invited) {
      this.#invited = invite.id
      this.draft.join = invite.code
    }
    if (visit && visit.id !== this.#visited) {
      this.#visited = visit.id
      this.go(visit.page)
    }
  }

  /** What was asked about a group that is gone, or that somebody else owns now, is not asked any more. */
  #followGroup(before: string | undefined): void {
    const same = this.group !== null && this.group.code === before
    if (!same) this.people = false
    const asked = this.ownerDialog
    if (asked === null) return
    const someone = !('member' in asked) || this.group?.members.some((member) => member.id === asked.member)
    if (!same || !this.group?.own || !someone) this.ownerDialog = null
  }

  /** A page follows its device when that is known under another id; edits that were left find their device. */
  #followDevices(): void {
    const pane = this.devicesPane
    if (pane && 'device' in pane && !this.devices.some((device) => device.id === pane.device)) {
      const same = this.devices.find((device) => device.formerIds.includes(pane.device))
      if (same) this.devicesPane = { device: same.id }
    }
    for (const { device, profile, outcome, words } of editing.followLeft(this.devices)) {
      const [kind, title, more] =
        outcome === 'failed'
          ? (['error', say('Saving {profile} on {device} did not work', { profile: profile.name, device: device.name }), [say('Your changes wait on its page.')]] as const)
          : (['warning', say('{device} kept {profile} a little differently', { profile: profile.name, device: device.name }), []] as const)
      this.tell(kind, title, inARow([...words, ...more]), outcome === 'failed' ? 'edits_left' : 'edits_kept', device.id)
    }
  }

  #showHostSecret(secret: string): void {
    this.hideHostSecret()
    this.hostSecret = secret
    this.#hideHostSecret = setTimeout(() => this.hideHostSecret(), SERIAL_MS)
  }

  hideHostSecret(): void {
    clearTimeout(this.#hideHostSecret)
    this.hostSecret = null
  }

  #showSerial(device: string, text: string): void {
    this.hideSerial()
    this.serial = { device, text }
    this.#hideSerial = setTimeout(() => this.hideSerial(), SERIAL_MS)
  }

  #keepFile({ name, path, base64 }: Extract<Event, { event: 'file' }>): void {
    if (performance.now() - this.#fileAskedAt > FILE_MS) return
    if (path === null) download(name, base64)
    else this.tell('success', say('Saved to {folder}', { folder: folderOf(path) }), verbatim(path), 'saved')
  }

  /** Keeps a file that the window made. A browser keeps it by itself: its companion has no downloads to keep it among. */
  saveFile(name: string, base64: string): void {
    if (this.view?.desk.window === false) download(name, base64)
    else this.send({ command: 'save_file', name, base64 })
  }

  /** Looks at a sesh again, on the history screen. */
  openRecap(id: string): void {
    this.go('history')
    past.open(id, true, this.view?.recap ?? null, this.view?.notices)
    this.send({ command: 'open_recap', id })
  }

  hideSerial(): void {
    clearTimeout(this.#hideSerial)
    this.serial = null
  }

  /** The group was left for another one, which is asked for now. */
  #left(): void {
    this.leaveFor = null
    const next = this.#afterLeaving
    this.#afterLeaving = null
    if (next) this.send(next)
  }

  /**
   * Whoever joins from the lobby waits there, or on the session screen when it takes long; whoever is not let in
   * is back in the lobby.
   */
  #followJoining(before: boolean): void {
    const now = this.stage?.stage === 'joining'
    if (now === before) return
    clearTimeout(this.#slowToJoin)
    if (now && this.screen === 'lobby') {
      this.#slowToJoin = setTimeout(() => {
        if (this.screen !== 'lobby') return
        this.#waitedAt = 'lobby'
        this.go('session')
      }, SLOW_TO_JOIN_MS)
    } else if (!now && this.#waitedAt !== null) {
      if (this.screen === 'session') this.go(this.#waitedAt)
      this.#waitedAt = null
    }
  }

  /** Into a group or onto a gateway; out of the present group only when the person agrees. */
  enter(command: Command): void {
    if (this.group === null) this.send(command)
    else if ((command.command === 'join_group' || command.command === 'rejoin') && command.code === this.group.code) this.go('session')
    else this.leaveFor = command
  }

  /** The person agreed to leave. */
  leaveAndEnter(): void {
    const command = this.leaveFor
    this.leaveFor = null
    if (!command) return
    // With another gateway the group is left in any case.
    if (this.group === null || command.command === 'use_gateway' || command.command === 'host_here') return this.send(command)
    this.#afterLeaving = command
    this.send({ command: 'leave_group' })
  }

  /** The first steps are over, and do not come again. */
  welcomed(screen: Screen = 'session'): void {
    this.devicesPane = null
    this.screen = screen
    this.welcomeStep = 1
    this.set({ welcomed: true })
  }

  /** Changes settings; shown at once, so that the next change builds on this one. */
  set(change: Partial<Settings>): void {
    if (!this.#told) return
    const settings = { ...this.#told.settings, ...change }
    this.#show({ ...this.#told, settings })
    speak(settings.language)
    this.send({ command: 'set_settings', settings })
  }

  #entered(): void {
    clearTimeout(this.#slowToJoin)
    this.#waitedAt = null
    this.#afterLeaving = null
    if (this.screen === 'lobby') this.go('session')
    this.draft = { join: '', create: '' }
    for (const notice of this.notices) if (ENTRY_REFUSALS.includes(notice.code)) this.dismiss(notice)
  }

  /** Sends a command. What could not be delivered is told and not tried again: it may be a heat. */
  send(command: Command): void {
    if (!this.#backend) return
    if (FOR_A_FILE.includes(command.command)) this.#fileAskedAt = performance.now()
    this.#backend.send(command).catch((problem: unknown) => {
      if (BY_ITSELF.includes(command.command)) return
      if (command.command === 'edit_profile') this.#editNotDelivered(command.id, command.slot)
      const undelivered = problem instanceof NotDelivered
      const advice =
        command.command === 'stop_heat'
          ? say('Stop the heat with the button of your device.')
          : undelivered
            ? problem.words
            : verbatim(String(problem))
      this.tell('error', say('That did not reach Hearth'), advice, 'not_delivered')
    })
  }

  /** Edits that did not arrive are unsaved again, wherever the person is by now. */
  #editNotDelivered(id: string, slot: number): void {
    if (!editing.notDelivered(id, slot)) return
    const device = this.devices.find((each) => each.id === id)
    const profile = device?.profiles.find((each) => each.slot === slot)
    const title = device && profile ? say('Saving {profile} on {device} did not work', { profile: profile.name, device: device.name }) : say('Saving a profile did not work')
    this.tell('error', title, say('Your changes wait on its page.'), 'edits_left', id)
  }

  /** Opens the mini window, or closes it. */
  toggleMini(): void {
    if (this.view?.desk.window) this.send({ command: 'mini', open: !this.view.desk.mini })
  }

  retry(): void {
    this.#backend?.retry()
  }

  /** A notice of the window itself. */
  tell(kind: NoticeKind, title: Said, advice: Said = NOTHING, code = 'window', device: string | null = null): void {
    this.#own = [{ id: this.#nextOwn--, kind, code, title, advice, device }, ...this.#own.filter((each) => t(each.title) !== t(title))]
  }

  /** Takes what this window said of a device away: it holds no more. */
  settle(code: string, device: string): void {
    const over = (notice: Notice) => notice.code === code && notice.device === device
    if (untrack(() => this.#own).some(over)) this.#own = untrack(() => this.#own).filter((each) => !over(each))
  }

  dismiss(notice: Notice): void {
    if (notice.id < 0) this.#own = this.#own.filter((each) => each.id !== notice.id)
    else this.send({ command: 'dismiss_notice', id: notice.id })
  }

  async copy(text: string, done: Said): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      this.tell('success', done)
    } catch {
      this.tell('warning', say('Could not copy'), say('Select and copy it yourself: {text}', { text }))
    }
  }

  /** Another screen. With edits of a profile the person is asked first. */
  go(screen: Screen): void {
    if (this.screen === screen) return
    editing.leave(() => {
      // Coming back later starts with the devices, not with a scan.
      if (this.screen === 'devices' && this.devicesPane && 'add' in this.devicesPane) this.devicesPane = null
      this.screen = screen
    })
  }

  /** Opens the page of a device, which may be known under another id by now. */
  showDevice(named: string): void {
    const id = this.devices.find((device) => device.id === named || device.formerIds.includes(named))?.id ?? named
    if (this.screen === 'devices' && this.shown?.id === id) return
    this.#open({ device: id })
  }

  addDevice(): void {
    this.#open({ add: true })
  }

  #open(pane: DevicesPane): void {
    editing.leave(() => {
      this.devicesPane = pane
      this.screen = 'devices'
    })
  }
}

export const hearth = new Hearth()
