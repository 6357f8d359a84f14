// Fixtures of the mini window: the session's, on its own small page (`mini.html`).

import type { Fixture } from './fixture'
import { SESSION, settings } from './session'

/** Those that say something else there than on the session screen, or that must fit. */
const SHOWN = [
  'alone', 'alone-first-start', 'alone-heating', 'chilling', 'awaiting', 'awaiting-asleep', 'ready', 'countdown', 'counting-down', 'sitting-out',
  'seshing', 'active', 'fading', 'after', 'watching', 'away', 'away-device', 'reconnecting', 'refused', 'device-lost',
  'device-lost-heating', 'charging', 'asleep', 'crowd', 'celsius', 'gone',
] as const

const german = (fixture: Fixture): Fixture => ({ ...fixture, view: fixture.view && { ...fixture.view, settings: settings({ language: 'de' }) } })

export const MINI: Record<string, () => Fixture> = Object.fromEntries([
  ...SHOWN.map((name) => [`mini-${name}`, SESSION[name]!]),
  ...(['chilling', 'awaiting-asleep', 'ready', 'sitting-out', 'active', 'away-device', 'watching', 'refused', 'gone'] as const).map((name) => [`mini-german-${name}`, () => german(SESSION[name]!())]),
  ['mini-starting', () => ({ view: null })],
  ['mini-not-running', () => ({ view: null, link: { state: 'down', retryAt: 0 } })],
])
