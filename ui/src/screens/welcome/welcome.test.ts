// The first steps in a document without pixels.

import { all, find, key, press, sent, show, tidy, type } from '../../testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Event } from '../../lib/contract'
import { device } from '../../lib/demo/people'
import { group, stage } from '../../lib/demo/session'
import { first } from '../../lib/demo/welcome'
import { hearth } from '../../lib/state.svelte'

afterEach(tidy)

const take = (event: Event) => {
  hearth.take(event)
  flushSync()
}
const settle = async () => {
  await tick()
  await tick()
  flushSync()
}
const SIM = device({ id: 'sim', name: 'Hearth Peak', simulated: true, pressable: true })
const commands = () => sent().map((each) => each.command)

it('stand before everything until they were gone through, and then never again', async () => {
  await show('chilling')
  expect(find('welcome')).toBeNull()
  await show('welcome')
  expect(find('nav-session')).toBeNull()
  expect(document.querySelectorAll('h1')).toHaveLength(1)
})

it.each(['welcome', 'welcome-device', 'welcome-setting-up', 'welcome-where', 'welcome-trial'])('can be skipped in %s', async (fixture) => {
  await show(fixture)
  press('skip-welcome')
  await settle()
  expect(sent().filter((each) => each.command === 'set_settings').at(-1)).toMatchObject({ settings: { welcomed: true } })
  expect(find('screen-session')).not.toBeNull()
  expect(document.activeElement!.id).toBe('main')
})

it('say where one is, and put the focus on the heading of each step', async () => {
  await show('welcome')
  for (const [number, heading] of [[1, /Gather round/], [2, /Find your device/], [3, /Where to/]] as const) {
    const steps = [...document.querySelectorAll('.obdots li')]
    expect(steps.map((each) => each.getAttribute('aria-current'))).toEqual([1, 2, 3].map((each) => (each === number ? 'step' : null)))
    expect(document.querySelectorAll('h1')).toHaveLength(1)
    expect(document.querySelector('h1')!.textContent).toMatch(heading)
    if (number > 1) expect(document.activeElement).toBe(document.querySelector('h1'))
    if (number < 3) key({ key: 'Enter', ctrlKey: true })
    await settle()
  }
  press('welcome-back')
  expect(find('welcome')!.dataset.step).toBe('2')
})

it('apply unit, theme and language at once, each on top of the others', async () => {
  await show('welcome')
  const choose = (name: string) => [...document.querySelectorAll<HTMLElement>('[role="radio"]')].find((each) => each.textContent!.trim() === name)!.click()
  choose('°C')
  choose('Light')
  choose('English')
  flushSync()
  expect(sent().at(-1)).toMatchObject({ command: 'set_settings', settings: { unit: 'celsius', theme: 'light', language: 'en', welcomed: false } })
  expect(document.documentElement.dataset.theme).toBe('light')
})

describe('a device', () => {
  it('is looked for while that step is shown, and only then', async () => {
    await show('welcome-device')
    expect(sent()).toEqual([{ command: 'start_scan' }])
    press('welcome-next')
    expect(commands()).toEqual(['start_scan', 'stop_scan'])
  })

  it('is connected, and used from then on', async () => {
    await show('welcome-device')
    expect(find('welcome-next')!.textContent).toBe('Just watch')
    all('found-device').find((each) => each.dataset.id === 'fern')!.click()
    flushSync()
    expect(sent()).toContainEqual({ command: 'connect_device', id: 'fern' })
    take({ event: 'devices', devices: [device({ id: 'fern', name: 'Fern', inUse: false })] })
    expect(find('setup-ready')).not.toBeNull()
    expect(find('welcome-next')!.textContent).toBe('Continue')
    press('welcome-next')
    expect(sent()).toContainEqual({ command: 'use_device', id: 'fern' })
    expect(hearth.devicesPane).toBeNull()
  })

  it('that heats meanwhile can be stopped', async () => {
    await show('welcome')
    take({ event: 'devices', devices: [device({ activity: 'preheat', elapsedS: 3, totalS: 20 })] })
    key({ key: 'Enter', ctrlKey: true })
    expect(sent()).toEqual([{ command: 'stop_heat' }])
  })
})

describe('where to', () => {
  it('with a device of one’s own it is to others, else to simulated friends', async () => {
    await show('welcome-where')
    expect(find('where-public')!.getAttribute('aria-checked')).toBe('true')
    expect(find('where-public')!.textContent).toMatch(/6 groups are open on Commons/)
    await show('welcome-where-simulated')
    expect(find('where-simulated')!.getAttribute('aria-checked')).toBe('true')
  })

  it('public leads to the lobby, of a gateway with people in it', async () => {
    await show('welcome-where-watching')
    press('where-public')
    press('welcome-next')
    expect(commands()).toEqual(['use_gateway', 'set_settings'])
    expect(find('screen-lobby')).not.toBeNull()
  })

  it('a code joins, on that gateway', async () => {
    await show('welcome-where-code')
    type('welcome-code', 'no code at all')
    press('welcome-next')
    expect(commands()).not.toContain('set_settings')
    expect(find('welcome-code')!.getAttribute('aria-invalid')).toBe('true')
    type('welcome-code', 'hearth://join/q7xk2m')
    press('welcome-next')
    expect(sent()).toContainEqual({ command: 'join_group', code: 'q7xk2m' })
    expect(find('screen-session')).not.toBeNull()
    await show('welcome-where-watching')
    press('where-code')
    type('welcome-code', 'q7xk2m')
    press('welcome-next')
    expect(sent()).toContainEqual({ command: 'rejoin', gateway: 'wss://rosin.puff.social/socket', code: 'q7xk2m' })
  })

  it('hosting hosts, and shows the lobby', async () => {
    await show('welcome-where')
    press('where-host')
    press('welcome-next')
    expect(sent()[0]).toEqual({ command: 'host_here', on: true })
    expect(find('screen-lobby')).not.toBeNull()
  })
})

describe('trying it', () => {
  it('is one press to a group with simulated friends', async () => {
    await show('welcome')
    press('try-it')
    expect(sent().at(-1)).toEqual({ command: 'start_scan' })
    const { scan } = first()
    const found = [{ id: 'sim', name: 'Hearth Peak', model: 'Peak Pro', rssi: -55, simulated: true, known: false, paired: false }]
    take({ event: 'scan', scan: { ...scan, scanning: true, found } })
    expect(sent().at(-1)).toEqual({ command: 'connect_device', id: 'sim' })
    take({ event: 'devices', devices: [{ ...SIM, link: { state: 'setting_up', attempt: 1, step: 0, progress: null, times: [] } }] })
    expect(all('trial-step').map((each) => each.dataset.state)).toEqual(['done', 'now', 'next'])
    take({ event: 'devices', devices: [SIM] })
    expect(commands().slice(-2).sort()).toEqual(['create_group', 'stop_scan'])
    take({ event: 'stage', stage: stage({ stage: 'joining' }) })
    take({ event: 'group', group: group() })
    await settle()
    expect(find('screen-session')).not.toBeNull()
    expect(sent().at(-1)).toMatchObject({ command: 'set_settings', settings: { welcomed: true } })
    expect(commands().filter((each) => each === 'create_group')).toHaveLength(1)
  })

  it('goes on without a device, and says when it is stuck', async () => {
    await show('welcome')
    vi.useFakeTimers()
    press('try-it')
    vi.advanceTimersByTime(10_000)
    flushSync()
    expect(commands()).toContain('create_group')
    vi.advanceTimersByTime(10_000)
    flushSync()
    expect(document.querySelector('h1')!.textContent).toMatch(/longer than it should/)
    press('welcome-next')
    expect(commands().filter((each) => each === 'start_scan').length).toBeGreaterThanOrEqual(1)
  })

  it('can be left, and then looks for nothing any more', async () => {
    await show('welcome')
    press('try-it')
    press('welcome-back')
    expect(commands()).toEqual(['start_scan', 'stop_scan'])
  })
})
