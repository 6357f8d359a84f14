// Opens a fixture in place of the companion, with the clock stopped: `?fixture=NAME&theme=light&language=de`. Only
// settings answer; every command is kept in `window.commands` for whoever looks.

import { tick } from 'svelte'
import type { Backend } from '../backend'
import { clock } from '../clock.svelte'
import type { Command, Language, Theme, View } from '../contract'
import { past } from '../past.svelte'
import { hearth } from '../state.svelte'
import { type Fixture, FIXTURES } from './fixture'
import { NOW } from './people'

declare global {
  interface Window {
    commands?: Command[]
    /** What the person looks at, told apart from what they do. */
    looks?: Command[]
    fixtures?: string[]
    drawn?: boolean
  }
}

/** What follows from where somebody looks, and not from what they press. */
const LOOKS: Command['command'][] = ['look', 'look_around', 'look_at_service', 'open_room']

export function openFixture(name: string, theme = new URLSearchParams(location.search).get('theme')): void {
  const make = FIXTURES[name]
  if (!make) throw new Error(`No fixture ${name}. There are: ${Object.keys(FIXTURES).join(', ')}`)
  const fixture = make()
  clock.stop(NOW)
  window.commands = []
  window.looks = []
  window.fixtures = Object.keys(FIXTURES)
  hearth.screen = fixture.screen ?? 'session'
  hearth.devicesPane = fixture.devicesPane ?? null
  hearth.settingsPane = fixture.settingsPane ?? null
  hearth.communityPane = fixture.communityPane ?? null
  hearth.gatewayDialog = fixture.gatewayDialog ?? false
  past.range = fixture.historyRange ?? 'days14'
  past.at = null
  hearth.open((onEvent, onLink): Backend => {
    onLink(fixture.link ?? { state: 'up' })
    if (fixture.view) onEvent({ event: 'view', view: dressed(fixture.view, theme) })
    return {
      async send(command) {
        if (LOOKS.includes(command.command)) {
          window.looks?.push(command)
          return
        }
        window.commands?.push(command)
        if (command.command === 'reveal_serial') onEvent({ event: 'serial', id: command.id, serial: 'P0123456789A' })
        if (command.command === 'set_settings') onEvent({ event: 'settings', settings: command.settings })
      },
      retry: () => undefined,
      close: () => undefined,
    }
  })
  // The view came just now, and with another group nothing stays open.
  hearth.people = fixture.people ?? false
  hearth.ownerDialog = fixture.ownerDialog ?? null
  hearth.leaveFor = fixture.leaveFor ?? null
  hearth.welcomeStep = fixture.welcomeStep ?? 1
  void act(fixture)
}

function dressed(view: View, theme: string | null): View {
  const language = new URLSearchParams(location.search).get('language')
  const wanted = { ...(theme ? { theme: theme as Theme } : {}), ...(language ? { language: language as Language } : {}) }
  return { ...view, settings: { ...view.settings, ...wanted } }
}

async function act({ type, focus, tap, then, scroll }: Fixture) {
  await tick()
  await tick()
  if (type) {
    const field = document.querySelector<HTMLInputElement>(type[0])
    if (field) field.value = type[1]
    field?.dispatchEvent(new Event('input', { bubbles: true }))
    await tick()
  }
  if (focus) {
    document.querySelector<HTMLElement>(focus)?.focus()
    await tick()
    // What scrolled to be in sight stands still by then.
    for (let frames = 0; frames < 2; frames++) await new Promise((drawn) => requestAnimationFrame(drawn))
  }
  for (const each of [tap ?? []].flat()) {
    document.querySelector<HTMLElement>(each)?.click()
    await tick()
  }
  if (then) hearth.take(then)
  await tick()
  if (scroll) document.querySelector(scroll)?.scrollIntoView?.({ block: 'start' })
  window.drawn = true
}
