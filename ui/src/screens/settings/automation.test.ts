// The switches of what happens by itself.

import { find, press, sent, show, tidy } from '../../testing/window'
import { afterEach, expect, it } from 'vitest'
import { settings } from '../../lib/demo/session'

afterEach(tidy)

const on = (name: string) => find(name)!.getAttribute('aria-checked')

it('applies at once', async () => {
  await show('settings-automation')
  expect(['away-without-device', 'away-when-locked', 'remote-actions'].map(on)).toEqual(['true', 'true', 'false'])
  press('away-without-device')
  press('away-when-locked')
  expect(sent()).toEqual([
    { command: 'set_settings', settings: settings({ awayWithoutDevice: false }) },
    { command: 'set_settings', settings: settings({ awayWithoutDevice: false, awayWhenLocked: false }) },
  ])
  expect(['away-without-device', 'away-when-locked'].map(on)).toEqual(['false', 'false'])
})

it('allows starts from afar only after a question, and takes that back without one', async () => {
  await show('settings-automation')
  press('remote-actions')
  expect(document.querySelector('[role="dialog"]')!.textContent).toMatch(/Whoever signs in to your account at the gateway/)
  expect((document.activeElement as HTMLElement).dataset.test).toBe('confirm-cancel')
  press('confirm-cancel')
  expect(sent()).toEqual([])
  expect(on('remote-actions')).toBe('false')
  press('remote-actions')
  press('confirm')
  expect(sent()).toEqual([{ command: 'set_settings', settings: settings({ remoteActions: true }) }])
  expect(on('remote-actions')).toBe('true')
  press('remote-actions')
  expect(sent().at(-1)).toEqual({ command: 'set_settings', settings: settings({ remoteActions: false }) })
})
