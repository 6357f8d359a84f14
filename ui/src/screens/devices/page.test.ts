// The device page over fixtures: what can be pressed there, and what reaches the device.

import { all, click, find, key, looks, press, redraw, sent, show, tell, tidy, type } from '../../testing/window'
import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Command, EditState } from '../../lib/contract'
import { PROFILES } from '../../lib/demo/people'
import { hearth, SERIAL_MS } from '../../lib/state.svelte'
import { toCelsius } from '../../lib/temperature'

afterEach(tidy)

const state = () => find('profile-state')!.dataset.state
const sliders = () => [...document.querySelectorAll<HTMLInputElement>('.pedit input[type="range"]')]
const temperature = () => sliders()[0]!
const button = (label: string) => document.querySelector<HTMLElement>(`[aria-label="${label}"]`)!
const card = (slot: number) => click(all('profile-card')[slot]!)

describe('the editor of a profile', () => {
  it('sends only what was touched, and only when it is saved', async () => {
    await show('device')
    expect(state()).toBe('clean')
    type(temperature(), '551')
    expect(temperature().value).toBe('550')
    expect(state()).toBe('dirty')
    expect(sent()).toEqual([])
    press('profile-save')
    expect(sent()).toEqual([{ command: 'edit_profile', id: 'ember', slot: 2, changes: { celsius: toCelsius(550) } }])
  })

  it('steps with the keyboard from where the device is', async () => {
    await show('device')
    tell({ profiles: PROFILES.map((each) => ({ ...each, celsius: toCelsius(547) })) })
    expect(temperature().getAttribute('aria-valuetext')).toBe('547°F')
    key({ key: 'ArrowRight' }, temperature())
    expect(temperature().getAttribute('aria-valuetext')).toBe('550°F')
    key({ key: 'PageDown' }, temperature())
    expect(temperature().getAttribute('aria-valuetext')).toBe('525°F')
  })

  it('follows the device where nothing was touched', async () => {
    await show('device')
    type('profile-name', 'Dusk')
    tell({ profiles: PROFILES.map((each) => ({ ...each, seconds: 90, name: 'Other' })) })
    expect(sliders()[1]!.value).toBe('90')
    expect((find('profile-name') as HTMLInputElement).value).toBe('Dusk')
  })

  it('does not save a name that the device cannot keep', async () => {
    await show('device-too-long')
    expect(find('profile-name')!.getAttribute('aria-invalid')).toBe('true')
    press('profile-save')
    expect(sent()).toEqual([])
  })

  it('takes edits back field by field with Ctrl Z, and all of them with Revert', async () => {
    await show('device')
    type(temperature(), '550')
    type(temperature(), '560')
    type(sliders()[1]!, '60')
    key({ key: 'z', ctrlKey: true })
    expect(sliders()[1]!.value).toBe('40')
    expect(temperature().value).toBe('560')
    press('profile-revert')
    expect(state()).toBe('clean')
    expect(temperature().value).toBe('545')
  })

  it('leaves Ctrl Z in a text field to the field', async () => {
    await show('device')
    type(temperature(), '550')
    key({ key: 'z', ctrlKey: true }, find('profile-name')!)
    expect(temperature().value).toBe('550')
  })

  it('shows how far the saving is and is clean when the device has it', async () => {
    await show('device-dirty')
    press('profile-save')
    const edits = (state: 'saving' | 'saved') => [
      { part: { part: 'profile' as const, slot: 2 }, number: 1, state: state === 'saving' ? { state, done: 2, of: 6 } : { state } },
    ]
    tell({ edits: edits('saving') })
    expect(find('profile-state')!.textContent).toMatch(/Saving 3 of 6/)
    expect((find('profile-save') as HTMLButtonElement).disabled).toBe(true)
    tell({ edits: edits('saved'), profiles: PROFILES.map((each) => ({ ...each, celsius: toCelsius(550) })) })
    expect(find('profile-state')!.textContent).toMatch(/Matches the device/)
  })

  it('does not save while the device heats or is not there, and says so', async () => {
    for (const change of [{ activity: 'preheat' as const }, { link: { state: 'away' as const } }]) {
      await show('device-dirty')
      tell(change)
      expect(find('profile-state')!.textContent).toMatch(/Not saved yet\. (Save it after the heat|Connect it to save)/)
      expect((find('profile-save') as HTMLButtonElement).disabled).toBe(true)
    }
  })

  it('takes the last save back', async () => {
    await show('device-undo')
    press('profile-undo')
    expect(sent()).toEqual([{ command: 'undo_profile', id: 'ember', slot: 2 }])
  })

  it('gives a light as many colours as it takes', async () => {
    await show('device-colors')
    expect(document.querySelectorAll('.sw.colors')).toHaveLength(4)
    press('add-color')
    press('profile-save')
    const { changes } = sent()[0] as Extract<Command, { command: 'edit_profile' }>
    expect(changes.light!.colors).toHaveLength(5)
    expect(Object.keys(changes)).toEqual(['light'])
  })

  it('offers a second colour where the pattern moves between colours', async () => {
    await show('device')
    expect(find('add-color')).toBeNull()
    const pattern = find('light-pattern') as HTMLSelectElement
    pattern.value = 'fade'
    pattern.dispatchEvent(new Event('change', { bubbles: true }))
    flushSync()
    press('add-color')
    expect(document.querySelectorAll('.sw.colors')).toHaveLength(2)
    expect(document.querySelectorAll('.sw.colors')[1]!.getAttribute('aria-checked')).toBe('true')
  })

  it('has no row for what a device does not have', async () => {
    await show('device-legacy')
    expect(document.querySelector('.pedit')!.textContent).not.toMatch(/Boost|Intensity|Speed/)
  })

  it('speaks the unit of the person', async () => {
    await show('device-celsius')
    expect(temperature().getAttribute('aria-valuetext')).toBe('285°C')
    type(temperature(), '290')
    press('profile-save')
    expect(sent()).toEqual([{ command: 'edit_profile', id: 'ember', slot: 2, changes: { celsius: 290 } }])
  })
})

describe('leaving edits', () => {
  const dialog = () => document.querySelector('[role="dialog"]')

  it('is asked about for another profile, another device, another screen', async () => {
    const ways = [() => card(0), () => click(document.querySelectorAll<HTMLElement>('.ditem')[1]!), () => press('nav-session')]
    for (const way of ways) {
      await show('device-dirty')
      way()
      expect(dialog()!.textContent).toMatch(/Slow burn is not saved yet/)
      expect(temperature().value).toBe('550')
      key({ key: 'Escape' }, dialog()!.querySelector('button')!)
      expect(dialog()).toBeNull()
      expect(temperature().value).toBe('550')
    }
  })

  it('goes on after they were discarded or saved', async () => {
    await show('device-dirty')
    press('nav-session')
    press('edits-discard')
    expect(find('screen-session')).not.toBeNull()
    expect(sent()).toEqual([])
    await show('device-dirty')
    card(0)
    press('edits-save')
    expect(sent()).toMatchObject([{ command: 'edit_profile', slot: 2 }])
    expect(all('profile-card')[0]!.getAttribute('aria-checked')).toBe('true')
  })

  it('tells of a save that fails after they were left, and shows them again', async () => {
    const told = (state: EditState) => tell({ edits: [{ part: { part: 'profile', slot: 2 }, number: 1, state }] })
    for (const leave of [() => press('nav-session'), () => card(0)]) {
      await show('device-dirty')
      leave()
      press('edits-save')
      told({ state: 'saving', done: 0, of: 1 })
      expect(find('toast')).toBeNull()
      told({ state: 'failed', words: { text: 'The link broke.' } })
      expect(find('toast')!.textContent).toMatch(/Saving Slow burn on Ember did not work.*The link broke\. Your changes wait on its page\./s)
      press('toast-show')
      if (hearth.screen !== 'devices') throw new Error('its page is not shown')
      if (temperature().value !== '550') card(2)
      expect(temperature().value).toBe('550')
      expect(find('toast')).toBeNull()
      press('nav-session')
      expect(dialog()).not.toBeNull()
    }
  })

  it('lets them wait on their page when they cannot be saved now', async () => {
    await show('device-dirty')
    tell({ link: { state: 'away' } })
    card(0)
    press('edits-keep')
    expect(sent()).toEqual([])
    expect(all('profile-card')[2]!.textContent).toMatch(/Not saved yet/)
    press('nav-session')
    expect(dialog()).toBeNull()
    press('nav-devices')
    card(2)
    expect(temperature().value).toBe('550')
    expect(all('profile-card')[2]!.textContent).not.toMatch(/Not saved yet/)
  })

  it('follows a device that is known under another id from now on', async () => {
    await show('device-dirty')
    const heading = document.querySelector('.ddetail')
    tell({ id: 'fern', name: 'Fern', inUse: true }, { id: 'ember-again', formerIds: ['ember'], inUse: false })
    expect(hearth.devicesPane).toEqual({ device: 'ember-again' })
    expect(temperature().value).toBe('550')
    expect(document.querySelector('.ddetail')!.textContent).toMatch(/Ember/)
    expect(heading).not.toBeNull()
    press('profile-save')
    expect(sent()).toMatchObject([{ command: 'edit_profile', id: 'ember-again' }])
  })

  it('asks nothing about a device that was forgotten elsewhere', async () => {
    await show('device-dirty')
    tell({ id: 'fern', name: 'Fern' })
    press('nav-session')
    expect(dialog()).toBeNull()
    expect(find('screen-session')).not.toBeNull()
  })

  it('does not lose them to a window that is drawn anew', async () => {
    await show('device-dirty')
    await redraw()
    expect(temperature().value).toBe('550')
    expect(state()).toBe('dirty')
  })
})

it('saves with Ctrl Enter, and stops a heat with it instead while one runs', async () => {
  await show('device-dirty')
  key({ key: 'Enter', ctrlKey: true })
  expect(sent()).toMatchObject([{ command: 'edit_profile' }])
  await show('device-dirty')
  tell({ activity: 'active' })
  key({ key: 'Enter', ctrlKey: true })
  expect(sent()).toEqual([{ command: 'stop_heat' }])
})

describe('profiles', () => {
  it('are put in use by a button, not by looking at them', async () => {
    await show('device')
    card(0)
    expect(sent()).toEqual([])
    press('use-profile')
    expect(sent()).toEqual([{ command: 'select_profile', id: 'ember', slot: 0 }])
  })

  it('are not switched during a heat', async () => {
    await show('devices-heating')
    card(0)
    expect(find('use-profile')).toBeNull()
  })
})

describe('lights and battery', () => {
  it('change at once, and show what the device has', async () => {
    await show('device')
    press('lantern')
    press('stealth')
    press('preserve-battery')
    expect(sent()).toEqual([
      { command: 'change_device', id: 'ember', change: { change: 'lantern', on: true } },
      { command: 'change_device', id: 'ember', change: { change: 'stealth', on: true } },
      { command: 'change_device', id: 'ember', change: { change: 'preserve_battery', on: true } },
    ])
    expect(find('lantern')!.getAttribute('aria-checked')).toBe('false')
    tell({ edits: [{ part: { part: 'lantern' }, number: 1, state: { state: 'saving', done: 0, of: 1 } }] })
    press('lantern')
    expect(sent()).toHaveLength(3)
  })

  it('show what the device has when a change is refused at once', async () => {
    await show('device')
    const slider = button('Brightness') as HTMLInputElement
    const had = slider.value
    type(slider, '40')
    slider.dispatchEvent(new Event('change', { bubbles: true }))
    tell({ edits: [{ part: { part: 'brightness' }, number: 1, state: { state: 'failed', words: { text: 'It is not connected.' } } }] })
    expect((button('Brightness') as HTMLInputElement).value).toBe(had)
  })

  it('send a brightness when the slider is let go', async () => {
    await show('device')
    const slider = button('Brightness') as HTMLInputElement
    type(slider, '40')
    expect(sent()).toEqual([])
    slider.dispatchEvent(new Event('change', { bubbles: true }))
    expect(sent()).toEqual([{ command: 'change_device', id: 'ember', change: { change: 'brightness', levels: [40, 40, 40, 40] } }])
  })
})

describe('what a device tells about itself', () => {
  it('shows the serial number for twenty seconds', async () => {
    await show('device')
    vi.useFakeTimers()
    expect(find('serial')!.textContent).toBe('•••••••••89A')
    press('reveal-serial')
    expect(find('serial')!.textContent).toBe('P0123456789A')
    vi.advanceTimersByTime(SERIAL_MS)
    flushSync()
    expect(find('serial')!.textContent).toBe('•••••••••89A')
  })

  it('hides the serial number when the page is left', async () => {
    await show('device')
    press('reveal-serial')
    press('nav-session')
    expect(hearth.serial).toBeNull()
  })

  it('is renamed in place', async () => {
    await show('device')
    press('device-rename')
    type('device-name', 'Glut')
    ;(find('device-name')!.closest('form') as HTMLFormElement).requestSubmit()
    expect(sent()).toEqual([{ command: 'change_device', id: 'ember', change: { change: 'name', name: 'Glut' } }])
  })

  it('keeps the focus on its rename button while the name is saved', async () => {
    await show('device')
    press('device-rename')
    type('device-name', 'Glut')
    ;(find('device-name')!.closest('form') as HTMLFormElement).requestSubmit()
    await new Promise(requestAnimationFrame)
    tell({ edits: [{ part: { part: 'name' }, number: 1, state: { state: 'saving', done: 0, of: 1 } }] })
    expect(document.activeElement).toBe(find('device-rename'))
    press('device-rename')
    expect(find('device-name')).toBeNull()
  })

  it('reads out no seconds that run', async () => {
    for (const fixture of ['device-waiting', 'log-reading']) {
      await show(fixture)
      for (const live of document.querySelectorAll('[role="alert"], [role="status"], [aria-live]')) {
        expect(live.textContent, fixture).not.toMatch(/\d+ s\b|\d of \d/)
      }
    }
  })

  it('reads a log when asked, shows how far it is, and its heats', async () => {
    await show('device')
    expect(find('log')!.dataset.state).toBe('unread')
    press('read-log')
    expect(sent()).toEqual([{ command: 'read_log', id: 'ember', log: 'activity' }])
    hearth.take({ event: 'log', log: { device: 'ember', log: 'activity', state: { state: 'reading', done: 214, of: 1000 }, entries: [] } })
    flushSync()
    expect(find('log')!.textContent).toMatch(/Reading 214 of 1,000/)
    await show('log-ready')
    expect(document.querySelectorAll('.tbl.dabs tbody tr')).toHaveLength(20)
  })

  it('sets a clock that is off', async () => {
    await show('device')
    press('device-menu')
    expect(find('set-clock')).toBeNull()
    await show('device-menu')
    press('set-clock')
    expect(sent()).toEqual([{ command: 'change_device', id: 'ember', change: { change: 'clock' } }])
  })
})

it('chooses among several adapters, not one that is off, and whichever works again', async () => {
  await show('settings-bluetooth')
  const checked = () => all('adapter').map((adapter) => adapter.getAttribute('aria-checked'))
  expect(checked()).toEqual(['true', 'false', 'false', 'false'])
  for (const adapter of all('adapter')) click(adapter)
  expect(sent()).toEqual(['hci0', 'hci1'].map((id) => ({ command: 'use_adapter', id })))
  hearth.take({ event: 'scan', scan: { ...hearth.scan!, adapterChosen: 'hci9' } })
  flushSync()
  expect(checked()).toEqual(['false', 'false', 'false', 'false', 'true'])
  expect(all('adapter')[4]!.textContent).toMatch(/Not plugged in/)
  click(all('adapter')[0]!)
  expect(sent().at(-1)).toEqual({ command: 'use_adapter', id: null })
})

it('offers the intensities that the device takes, and the one it has', async () => {
  await show('device')
  const names = () => [...document.querySelectorAll('[aria-label="Intensity"] [role="radio"]')].map((each) => each.textContent?.trim())
  expect(names()).toEqual(['Standard', 'High', 'Max', 'XL'])
  tell({ intensities: [0, 0.5, 1] })
  expect(names()).toEqual(['Standard', 'High', 'Max'])
  tell({ intensities: [0, 0.5, 1], profiles: PROFILES.map((each) => ({ ...each, intensity: 1.5 })) })
  expect(names()).toEqual(['Standard', 'High', 'Max', 'XL'])
})

it('tells the companion which page is looked at', async () => {
  await show('device')
  press('nav-session')
  expect(looks()).toEqual([
    { command: 'look', visible: true, device: 'ember' },
    { command: 'look', visible: true, device: null },
  ])
})
