// The whole window over fixtures, in a document without pixels: what is there to press, and what it sends.

import { all, close, find, key, media, press, sent, show, tidy, type } from './testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event, Notice } from './lib/contract'
import { FIXTURES } from './lib/demo/fixture'
import { device } from './lib/demo/people'
import { hearth } from './lib/state.svelte'
import { t } from './lib/tongue.svelte'
import { isHeating } from './lib/words'

afterEach(tidy)

const stops = () =>
  [...document.querySelectorAll('button')].filter((button) => button.textContent.includes(t('Stop my heat')) && !button.disabled)

describe.each([
  ['wide', 1120],
  ['medium', 860],
  ['narrow', 400],
])('a %s window', (_, size) => {
  beforeEach(() => {
    media.width = size
  })

  it.each(Object.keys(FIXTURES))('shows %s', async (fixture) => {
    await show(fixture)
    expect(document.querySelectorAll('h1')).toHaveLength(1)
    expect(find('failure')).toBeNull()
  })

  const heats = Object.keys(FIXTURES).filter((name) => {
    const mine = FIXTURES[name]!().view?.devices.find((each) => each.inUse)
    return mine !== undefined && isHeating(mine.activity)
  })

  it.each(heats)('stops my heat with one press on every screen of %s', async (fixture) => {
    for (const screen of ['session', 'lobby', 'devices', 'history', 'community', 'settings'] as const) {
      await show(fixture, screen)
      expect(stops().length, screen).toBeGreaterThan(0)
      // What lies over everything has it too.
      const dialog = document.querySelector('[role="dialog"]')
      if (dialog) expect(dialog.textContent).toContain(t('Stop my heat'))
      stops().at(-1)!.click()
      expect(sent().at(-1)).toEqual({ command: 'stop_heat' })
      await close()
    }
  })
})

it('stops my heat from the chat of a narrow window', async () => {
  media.width = 400
  await show('chat')
  expect(find('chat-input')).not.toBeNull()
  expect(stops()).toHaveLength(1)
})

describe('the hooks for tests of the whole system', () => {
  it('tell the stage, the code and the counter and no more', async () => {
    for (const size of [1120, 400]) {
      media.width = size
      await show('active')
      expect(find('app')!.dataset.stage).toBe('seshing')
      expect(find('group-code')!.textContent).toBe('q7xk2m')
      expect(find('sesh-counter')!.textContent).toBe('14')
      expect(find('hero-temperature')!.textContent).toBe('546°F')
      expect(Number(find('hero-celsius')!.dataset.celsius)).toBeCloseTo(285.3, 0)
      expect(find('hero-state')!.textContent).toBe('At temp')
      expect(all('member').map((each) => each.dataset.memberId)).toEqual(['mika', 'theo', 'june', 'sol'])
      const mika = find('member')!
      expect(mika.dataset.activity).toBe('active')
      expect(mika.querySelector('[data-test="member-temperature"]')!.textContent).toBe('521°')
      expect(mika.querySelector('[data-test="member-status"]')!.textContent).toBe('At temp, 0:19 left')
      await close()
    }
  })
})

describe('groups', () => {
  it('are joined by whatever a friend sent', async () => {
    await show('alone')
    type('join-code', 'come: hearth://join/q7xk2m')
    press('join-confirm')
    expect(sent().at(-1)).toEqual({ command: 'join_group', code: 'q7xk2m' })
  })

  it('are not joined by something that is no code', async () => {
    await show('alone')
    type('join-code', 'not a code!')
    press('join-confirm')
    expect(sent()).toEqual([])
    expect(find('join-code')!.getAttribute('aria-invalid')).toBe('true')
  })

  it('are created with a name', async () => {
    await show('alone')
    press('create-group')
    type('group-name', '  Sunday slow burn ')
    press('create-confirm')
    expect(sent().at(-1)).toEqual({ command: 'create_group', name: 'Sunday slow burn', public: false })
    expect(document.querySelector('[role="dialog"]')).toBeNull()
  })

  it('hear what is said, once', async () => {
    await show('chilling')
    type('chat-input', ' hello ')
    press('chat-send')
    expect(sent().at(-1)).toEqual({ command: 'send_message', text: 'hello' })
    expect((find('chat-input') as HTMLInputElement).value).toBe('')
    expect((find('chat-send') as HTMLButtonElement).disabled).toBe(true)
  })

  it('keep what was typed while the gateway is away', async () => {
    await show('reconnecting')
    type('chat-input', 'hello')
    ;(find('chat-send')!.closest('form') as HTMLFormElement).requestSubmit()
    expect(sent()).toEqual([])
    expect((find('chat-input') as HTMLInputElement).value).toBe('hello')
  })
})

describe('devices', () => {
  it('are looked for while the add flow is open, and only then', async () => {
    await show('add-found')
    expect(sent()).toEqual([{ command: 'start_scan' }])
    hearth.devicesPane = null
    flushSync()
    expect(sent().at(-1)).toEqual({ command: 'stop_scan' })
  })

  it('are connected by choosing one; known ones are not offered', async () => {
    await show('add-found')
    expect(all('found-device').map((each) => each.dataset.id)).toEqual(['fern', 'sim', 'p7c2a'])
    press('found-device')
    expect(sent().slice(-2)).toContainEqual({ command: 'connect_device', id: 'fern' })
    expect(all('setup-step').map((each) => each.dataset.state)).toEqual(['now', 'next', 'next', 'next'])
  })

  it('go through their steps until they are ready', async () => {
    await show('add-setting-up')
    expect(all('setup-step').map((each) => each.dataset.state)).toEqual(['done', 'done', 'now', 'next'])
    hearth.take({ event: 'devices', devices: [device(), device({ id: 'fern', name: 'Fern', inUse: false })] })
    flushSync()
    expect(find('setup-ready')!.textContent).toMatch(/Fern is ready/)
  })

  it('say which step failed', async () => {
    await show('add-failed')
    expect(all('setup-step').map((each) => each.dataset.state)).toEqual(['done', 'fail', 'next', 'next'])
  })

  it('have a button to press only when simulated', async () => {
    await show('devices')
    expect(find('press-button')).toBeNull()
    await close()
    await show('devices-simulated')
    press('press-button')
    expect(sent().at(-1)).toEqual({ command: 'press_button', id: 'ember' })
  })

  it('do not change profile while they heat', async () => {
    await show('devices-heating')
    document.querySelectorAll<HTMLElement>('.pcard')[0]!.click()
    expect(sent()).toEqual([])
  })

  it('are forgotten and powered off at the second press', async () => {
    for (const [name, command] of [['forget-device', 'forget_device'], ['power-off', 'power_off']] as const) {
      await show('device')
      press('device-menu')
      press(name)
      expect(sent()).toEqual([])
      press(name)
      expect(sent()).toEqual([{ command, id: 'ember' }])
      await close()
    }
  })
})

describe('notices', () => {
  const notice = (id: number, kind: Notice['kind']): Notice => ({ id, kind, code: `c${id}`, title: `n${id}`, advice: '', device: null })
  const give = (...notices: Notice[]) => {
    hearth.take({ event: 'notices', notices } satisfies Event)
    flushSync()
  }

  it('are three at most, one on a narrow window, the newest first', async () => {
    await show('chilling')
    give(notice(1, 'error'), notice(2, 'error'), notice(3, 'error'), notice(4, 'error'))
    expect(all('toast').map((each) => each.dataset.code)).toEqual(['c4', 'c3', 'c2'])
  })

  it('leave by themselves when they are good news, and stay when they are not', async () => {
    await show('chilling')
    vi.useFakeTimers()
    give(notice(1, 'success'), notice(2, 'error'))
    vi.advanceTimersByTime(6000)
    expect(sent()).toEqual([{ command: 'dismiss_notice', id: 1 }])
  })

  it('tell a command that did not arrive, and how to stop a heat without Hearth', async () => {
    await show('seshing')
    hearth.open((onEvent) => {
      onEvent({ event: 'view', view: FIXTURES.seshing!().view! })
      return { send: () => Promise.reject(new Error('gone')), retry: () => undefined, close: () => undefined }
    })
    flushSync()
    stops()[0]!.click()
    await tick()
    await tick()
    flushSync()
    expect(find('toast')!.textContent).toMatch(/button of your device/)
  })
})

describe('keys', () => {
  it('go to screens', async () => {
    await show('chilling')
    key({ key: '3', ctrlKey: true })
    expect(find('screen-devices')).not.toBeNull()
    key({ key: '1', metaKey: true })
    expect(find('screen-session')).not.toBeNull()
  })

  it('press the primary action, unless it is disabled', async () => {
    await show('awaiting')
    key({ key: 'Enter', ctrlKey: true })
    expect(sent()).toEqual([{ command: 'ready' }])
    await close()
    await show('awaiting-asleep')
    key({ key: 'Enter', ctrlKey: true })
    expect(sent()).toEqual([])
  })

  it('react, and go away', async () => {
    await show('chilling')
    key({ key: '2', altKey: true })
    key({ key: 'j', ctrlKey: true })
    expect(sent()).toEqual([
      { command: 'react', emoji: '💨' },
      { command: 'set_away', away: true },
    ])
  })

  it('belong to a dialog while one is open', async () => {
    await show('create-group')
    key({ key: '3', ctrlKey: true })
    expect(find('screen-devices')).toBeNull()
    find('group-name')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))
    flushSync()
    expect(document.querySelector('[role="dialog"]')).toBeNull()
  })
})

it('says what is simulated', async () => {
  await show('awaiting-simulated')
  expect(document.body.textContent).toMatch(/Simulated friends/)
  expect(document.querySelector('.hero')!.textContent).toMatch(/Simulated/)
})

it('says when Hearth is not running', async () => {
  await show('gone')
  expect(find('banner')!.textContent).toMatch(/Hearth is not running.*button of your device/s)
})

it('tells in the rail that there are more devices, and leads to them', async () => {
  await show('devices-many', 'session')
  expect(document.querySelectorAll('.devs button')).toHaveLength(5)
  expect(find('more-devices')!.getAttribute('aria-label')).toBe('3 more devices')
  press('more-devices')
  expect(all('device-item')).toHaveLength(7)
  await show('devices')
  expect(find('more-devices')).toBeNull()
})
