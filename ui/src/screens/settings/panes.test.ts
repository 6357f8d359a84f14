// The panes of the settings: every switch says what it means at once, and what is not there says so.

import { all, click, find, key, press, sent, show, tidy } from '../../testing/window'
import { flushSync } from 'svelte'
import { afterEach, expect, it, vi } from 'vitest'
import { settings } from '../../lib/demo/session'
import { hearth } from '../../lib/state.svelte'

afterEach(async () => {
  await tidy()
  for (const name of ['motion', 'contrast']) delete document.documentElement.dataset[name]
  document.documentElement.removeAttribute('style')
})

const on = (name: string) => find(name)!.getAttribute('aria-checked')
const text = () => document.querySelector('.spane')!.textContent
const notify = settings().notify

function change(name: string, value: string): void {
  const field = find(name) as HTMLInputElement | HTMLSelectElement
  field.value = value
  field.dispatchEvent(new Event('change', { bubbles: true }))
  flushSync()
}

it('wears what appearance asks for, in the whole window', async () => {
  await show('settings-appearance')
  const root = document.documentElement
  press('reduce-motion')
  press('more-contrast')
  expect(root.dataset).toMatchObject({ motion: 'less', contrast: 'more' })
  click(document.querySelector<HTMLElement>('[aria-label="Text size"] [role="radio"]:nth-child(3)')!)
  expect(root.style.getPropertyValue('zoom')).toBe('1.15')
  click(document.querySelector<HTMLElement>('[aria-label="Text size"] [role="radio"]:nth-child(2)')!)
  press('more-contrast')
  expect(root.style.getPropertyValue('zoom')).toBe('')
  expect(root.dataset.contrast).toBeUndefined()
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ reduceMotion: true }) })
})

it('calls languages by their own names', async () => {
  await show('settings-appearance')
  click(document.querySelector<HTMLElement>('[aria-label="Language"] [role="radio"]:nth-child(3)')!)
  expect(sent()).toEqual([{ command: 'set_settings', settings: settings({ language: 'de' }) }])
  expect(document.documentElement.lang).toBe('de')
})

it('goes away after minutes without a key, or never', async () => {
  await show('settings-automation-on')
  expect((find('away-idle') as HTMLSelectElement).value).toBe('10')
  change('away-idle', '0')
  change('away-idle', '30')
  expect(sent().map((command) => command.command === 'set_settings' && command.settings.awayWhenIdleMin)).toEqual([null, 30])
})

it('asks the group from the device where that is switched on', async () => {
  await show('settings-automation')
  press('ask-by-device')
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ askByDevice: true }) })
})

it('flips what is notified', async () => {
  await show('settings-notifications')
  press('notify-joined')
  press('notify-asked')
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ notify: { ...notify, joined: true, asked: false } }) })
  expect(find('no-notifications')).toBeNull()
})

it('says when notifications cannot be shown', async () => {
  await show('settings-notifications-not-shown')
  expect(find('no-notifications')!.textContent).toMatch(/Allow them for Hearth/)
  expect(find('mute')).toBeNull()
  await show('settings-notifications-browser')
  expect(find('no-notifications')!.textContent).toMatch(/A browser shows no notifications/)
})

it('keeps quiet between two times, which come back when they are switched on again', async () => {
  await show('settings-notifications-quiet')
  change('quiet-from', '22:15')
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ quiet: { from: 1335, to: 480 } }) })
  press('quiet')
  expect(find('quiet-from')).toBeNull()
  press('quiet')
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ quiet: { from: 1335, to: 480 } }) })
})

it('leaves the hours as they are when what was typed is no time', async () => {
  await show('settings-notifications-quiet')
  change('quiet-to', '')
  expect(sent()).toEqual([])
  expect((find('quiet-to') as HTMLInputElement).value).toBe('08:00')
})

it('mutes for now, which is no setting', async () => {
  await show('settings-notifications')
  press('mute')
  expect(sent()).toEqual([{ command: 'mute', on: true }])
})

it('has nothing of windows and trays in a browser', async () => {
  await show('settings-browser')
  expect(find('settings-startup')).toBeNull()
  hearth.settingsPane = 'startup'
  flushSync()
  expect(document.querySelector('h2')!.textContent).toBe('Gateways')
  hearth.go('session')
  flushSync()
  expect(find('mini-button')).toBeNull()
  key({ key: 'H', ctrlKey: true, shiftKey: true })
  expect(sent()).toEqual([])
})

it('says in words what this desktop does not offer, and flips none of it', async () => {
  await show('settings-startup-nothing')
  for (const name of ['start-at-login', 'start-hidden', 'close-to-tray']) {
    expect(on(name)).toBe('false')
    expect(find(name)!.getAttribute('aria-disabled')).toBe('true')
    press(name)
  }
  expect(find('record-shortcut')).toBeNull()
  expect(text()).toMatch(/No tray was found.*does not let Hearth hear keys/s)
  expect(sent()).toEqual([])
})

it('starts hidden only with a start at login', async () => {
  await show('settings-startup-off')
  press('start-hidden')
  expect(sent()).toEqual([])
  press('start-at-login')
  press('start-hidden')
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ startAtLogin: true, startHidden: false }) })
})

it('opens and closes the mini window, from the settings, the header and the keyboard', async () => {
  await show('settings-startup')
  press('mini-switch')
  hearth.go('session')
  flushSync()
  press('mini-button')
  key({ key: 'H', ctrlKey: true, shiftKey: true })
  expect(sent()).toEqual(Array(3).fill({ command: 'mini', open: false }))
  await show('chilling')
  press('mini-button')
  expect(sent()).toEqual([{ command: 'mini', open: true }])
})

const tap = (init: KeyboardEventInit) => key(init, find('record-shortcut')!)

it('records the keys that are pressed', async () => {
  await show('settings-startup-off')
  press('record-shortcut')
  tap({ key: 'Control', code: 'ControlLeft', ctrlKey: true })
  tap({ key: 'Alt', code: 'AltLeft', ctrlKey: true, altKey: true })
  expect(find('record-shortcut')!.textContent).toMatch(/Ctrl.*Alt/)
  tap({ key: '1', code: 'Digit1', ctrlKey: true, altKey: true })
  expect(sent()).toEqual([{ command: 'set_settings', settings: settings({ shortcut: 'Ctrl+Alt+1' }) }])
  expect(find('shortcut')!.dataset.keys).toBe('Ctrl+Alt+1')
})

it('is off until it is chosen, and suggests keys that few programs use', async () => {
  await show('settings-startup-off')
  expect(find('shortcut')).toBeNull()
  expect(find('suggested-shortcut')!.textContent).toBe('Use Ctrl Alt H')
  press('suggested-shortcut')
  expect(sent()).toEqual([{ command: 'set_settings', settings: settings({ shortcut: 'Ctrl+Alt+H' }) }])
  expect(find('shortcut')!.dataset.keys).toBe('Ctrl+Alt+H')
  expect(find('suggested-shortcut')).toBeNull()
})

it('hears keys that mean something in the window only as a shortcut', async () => {
  await show('settings-startup-off')
  press('record-shortcut')
  tap({ key: '1', code: 'Digit1', ctrlKey: true })
  expect(hearth.screen).toBe('settings')
  expect(find('shortcut-help')!.textContent).toMatch(/Many programs use Ctrl 1/)
})

it('leaves the shortcut as it was with Escape, and takes no key alone', async () => {
  await show('settings-startup')
  press('record-shortcut')
  tap({ key: 'h', code: 'KeyH' })
  expect(find('shortcut-help')!.textContent).toMatch(/H alone would be missing everywhere else/)
  tap({ key: 'Escape', code: 'Escape' })
  expect(sent()).toEqual([])
  press('clear-shortcut')
  expect(sent().at(-1)).toMatchObject({ settings: { shortcut: null } })
})

it('says why a shortcut does not work', async () => {
  await show('settings-shortcut-taken')
  expect(find('shortcut-help')!.textContent).toMatch(/Another program has these keys\. Choose others/)
})

it('serves the overlay and shows its address only while it does', async () => {
  await show('settings-overlay-off')
  expect(find('overlay-url')).toBeNull()
  press('overlay-on')
  expect(sent()).toEqual([{ command: 'set_settings', settings: settings({ overlay: { on: true, layout: 'strip', hideNames: false, hideGroup: false } }) }])
  await show('settings-overlay')
  expect((find('overlay-url') as HTMLInputElement).value).toMatch(/^http:\/\/127\.0\.0\.1:7708\//)
  expect(find('overlay-pages')!.textContent).toContain('1 page')
})

it('makes a new key only after a question', async () => {
  await show('settings-overlay')
  press('overlay-key')
  press('confirm-cancel')
  expect(sent()).toEqual([])
  press('overlay-key')
  press('confirm')
  expect(sent()).toEqual([{ command: 'new_overlay_key' }])
})

it('says why the overlay is not served', async () => {
  await show('settings-overlay-failed')
  expect(find('overlay-problem')!.textContent).toMatch(/use the overlay's ports/)
  expect(find('overlay-url')).toBeNull()
})

it('previews the overlay as it will be', async () => {
  await show('settings-overlay')
  const names = () => [...find('overlay-preview')!.querySelector('.ovhold')!.shadowRoot!.querySelectorAll('[data-test="name"]')].map((name) => name.textContent)
  expect(names()).toEqual(['Rowan', 'Mika', 'Theo', 'June', 'Sol'])
  press('overlay-names')
  expect(sent().at(-1)).toMatchObject({ settings: { overlay: { hideNames: true } } })
  expect(names()).toEqual([])
})

it('says how each part is, and shows more when asked', async () => {
  await show('settings-diagnostics')
  expect(all('part').map((part) => `${part.dataset.part} ${part.dataset.health}`)).toEqual([
    'gateway good', 'bluetooth good', 'device fair', 'device off', 'keychain good', 'history bad', 'overlay off',
  ])
  expect(text()).not.toContain('Clock offset')
  const details = all('part')[0]!.querySelector('details')!
  details.open = true
  details.dispatchEvent(new Event('toggle'))
  flushSync()
  expect(text()).toContain('nearly all within 74 ms')
  press('open-logs')
  expect(sent()).toEqual([{ command: 'open_log_folder' }])
})

it('shows what failed with the next step, a few at first', async () => {
  await show('settings-diagnostics')
  expect(all('failure-row')).toHaveLength(4)
  expect(all('failure-row')[1]!.textContent).toMatch(/No room for your history.*Make room on the disk/)
  click([...document.querySelectorAll('button')].find((button) => /Show all/.test(button.textContent))!)
  expect(all('failure-row')).toHaveLength(5)
})

it('prepares a bundle once, and again when nothing came of it', async () => {
  await show('settings-diagnostics')
  vi.useFakeTimers()
  press('prepare-bundle')
  press('prepare-bundle')
  expect(sent()).toEqual([{ command: 'prepare_bundle' }])
  vi.advanceTimersByTime(8000)
  flushSync()
  press('prepare-bundle')
  expect(sent()).toHaveLength(2)
})

it('saves a bundle only after it was shown, or drops it', async () => {
  await show('settings-bundle')
  expect(all('bundle-file')).toHaveLength(4)
  expect(text()).toMatch(/hearth\.log.*The log of the last two starts.*1\.2 MB/s)
  press('save-bundle')
  press('drop-bundle')
  expect(sent()).toEqual([{ command: 'finish_bundle', save: true }, { command: 'finish_bundle', save: false }])
})

it('says that sign-ins are not kept where there is no keychain', async () => {
  await show('settings-no-keychain')
  expect(find('no-keychain')).not.toBeNull()
  await show('settings-gateways')
  expect(find('no-keychain')).toBeNull()
})

it('looks at the device for the mini window, too', async () => {
  await show('settings-startup')
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
  document.dispatchEvent(new Event('visibilitychange'))
  flushSync()
  expect(window.looks!.at(-1)).toMatchObject({ visible: true })
  hearth.take({ event: 'desk', desk: { ...hearth.view!.desk, mini: false } })
  flushSync()
  expect(window.looks!.at(-1)).toMatchObject({ visible: false })
  Reflect.deleteProperty(document, 'visibilityState')
})
