// Fixtures of the mini window: the session's, on its own small page (`mini.html`).

import type { Fixture } from './fixture'
import { SESSION } from './session'

/** Those that say something else there than on the session screen, or that must fit. */
const SHOWN = [
  'alone', 'alone-first-start', 'alone-heating', 'chilling', 'awaiting', 'awaiting-asleep', 'ready', 'countdown', 'sitting-out',
  'seshing', 'active', 'fading', 'after', 'watching', 'away', 'away-device', 'reconnecting', 'refused', 'device-lost',
  'device-lost-heating', 'charging', 'asleep', 'crowd', 'celsius', 'gone',
] as const

export const MINI: Record<string, () => Fixture> = Object.fromEntries([
  ...SHOWN.map((name) => [`mini-${name}`, SESSION[name]!]),
  ['mini-starting', () => ({ view: null })],
  ['mini-not-running', () => ({ view: null, link: { state: 'down', retryAt: 0 } })],
])
