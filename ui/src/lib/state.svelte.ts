// What the window knows: the view that the companion told, the link to it, and where the person is in the
// window. Components read it and call `send`; nothing here decides what a command means.

import { MediaQuery } from 'svelte/reactivity'
import { accent, type Ground } from './accent'
import { type Backend, type Connect, type Link, NotDelivered } from './backend'
import type { Command, Event, FoundDevice, Notice, NoticeKind, View } from './contract'
import { amHeating, inUse } from './stage'
import { apply } from './view'

export type Screen = 'session' | 'devices' | 'settings'
/** The add flow with the device that is being set up in it, or a device by its id; `null` shows the first. */
export type DevicesPane = { add: true; chosen?: FoundDevice } | { device: string } | null
export type SettingsPane = 'gateways' | 'appearance'

/** Refusals of an attempt to get into a group: over once the person is in one. */
const ENTRY_REFUSALS = ['no_such_group', 'rate_limited', 'not_in_group']

class Hearth {
  view = $state.raw<View | null>(null)
  link = $state.raw<Link>({ state: 'connecting' })
  screen = $state<Screen>('session')
  devicesPane = $state.raw<DevicesPane>(null)
  /** `null` is the index on a narrow window, and the first section on a wide one. */
  settingsPane = $state<SettingsPane | null>(null)
  gatewayDialog = $state(false)
  /** What was typed to join or to create a group: kept until it worked, also while the gateway is asked. */
  draft = $state({ join: '', create: '' })
  /** Notices of this window itself; their ids are negative. */
  #own = $state.raw<Notice[]>([])
  #backend: Backend | null = null
  #nextOwn = -1

  /** One column and a tab bar. */
  #narrow = new MediaQuery('max-width: 719px')
  #light = new MediaQuery('prefers-color-scheme: light')

  gateway = $derived(this.view?.gateway ?? null)
  devices = $derived(this.view?.devices ?? [])
  group = $derived(this.view?.group ?? null)
  stage = $derived(this.view?.stage ?? null)
  chart = $derived(this.view?.chart ?? null)
  chat = $derived(this.view?.chat ?? [])
  scan = $derived(this.view?.scan ?? null)
  unit = $derived(this.view?.settings.unit ?? 'fahrenheit')
  device = $derived(inUse(this.devices))
  heating = $derived(amHeating(this.devices))
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

  open(connect: Connect): void {
    this.#backend?.close()
    this.#backend = connect(
      (event) => this.take(event),
      (link) => (this.link = link),
    )
  }

  close(): void {
    this.#backend?.close()
    this.#backend = null
    this.view = null
    this.#own = []
  }

  take(event: Event): void {
    const outside = this.view !== null && this.group === null
    this.view = apply(this.view, event)
    if (outside && this.group !== null) this.#entered()
  }

  #entered(): void {
    this.draft = { join: '', create: '' }
    for (const notice of this.notices) if (ENTRY_REFUSALS.includes(notice.code)) this.dismiss(notice)
  }

  /** Sends a command. What could not be delivered is told and not tried again: it may be a heat. */
  send(command: Command): void {
    if (!this.#backend) return
    this.#backend.send(command).catch((problem: unknown) => {
      const undelivered = problem instanceof NotDelivered
      const advice =
        command.command === 'stop_heat'
          ? 'Stop the heat with the button of your device.'
          : undelivered
            ? problem.message
            : String(problem)
      this.tell('error', 'That did not reach Hearth', advice, 'not_delivered')
    })
  }

  retry(): void {
    this.#backend?.retry()
  }

  /** A notice of the window itself. */
  tell(kind: NoticeKind, title: string, advice = '', code = 'window'): void {
    this.#own = [{ id: this.#nextOwn--, kind, code, title, advice }, ...this.#own.filter((each) => each.title !== title)]
  }

  dismiss(notice: Notice): void {
    if (notice.id < 0) this.#own = this.#own.filter((each) => each.id !== notice.id)
    else this.send({ command: 'dismiss_notice', id: notice.id })
  }

  async copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      this.tell('success', done)
    } catch {
      this.tell('warning', 'Could not copy', `Select and copy it yourself: ${text}`)
    }
  }

  go(screen: Screen): void {
    // Coming back later starts with the devices, not with a scan.
    if (this.screen === 'devices' && screen !== 'devices' && this.devicesPane && 'add' in this.devicesPane) this.devicesPane = null
    this.screen = screen
  }

  showDevice(id: string): void {
    this.devicesPane = { device: id }
    this.screen = 'devices'
  }

  addDevice(): void {
    this.devicesPane = { add: true }
    this.screen = 'devices'
  }
}

export const hearth = new Hearth()
