// Fixtures of the first steps.

import type { FoundDevice, ScanView, View } from '../contract'
import type { Fixture } from './fixture'
import { lobby } from './lobby'
import { device, NOW } from './people'
import { settings, stage, view } from './session'

const FOUND: FoundDevice[] = [
  { id: 'sim', name: 'Hearth Peak', model: 'Peak Pro', rssi: -55, simulated: true, known: false, paired: false },
  { id: 'fern', name: 'Fern', model: 'Proxy', rssi: -61, simulated: false, known: false, paired: false },
]
const scan = (found: FoundDevice[], change: Partial<ScanView> = {}): ScanView => ({
  scanning: true,
  startedAt: NOW - 6000,
  bluetooth: 'on',
  adapters: [],
  adapterChosen: null,
  found,
  ...change,
})

/** Hearth as it opens for the first time: the gateway in this program, no device, no group. */
export function first(change: Partial<View> = {}): View {
  const from = view({
    devices: [],
    group: null,
    stage: stage({ stage: 'alone', lastEndedAt: null }),
    chart: { startedAt: null, live: false, curves: [] },
    chat: [],
    lobby: lobby({ groups: [], recent: [], network: [] }),
    settings: settings({ welcomed: false }),
    ...change,
  })
  return { ...from, gateway: { ...from.gateway, url: 'local', name: 'On this computer', simulatedFriends: true, latencyMs: 1, ...change.gateway } }
}
const FERN = device({ id: 'fern', name: 'Fern', model: 'Proxy', led: '#5fe04a', battery: 57, rssi: -61 })
const SIM = device({ id: 'sim', name: 'Hearth Peak', simulated: true, pressable: true, rssi: null })

const at = (welcomeStep: 1 | 2 | 3, change: Partial<View> = {}, more: Partial<Fixture> = {}): Fixture => ({ view: first(change), welcomeStep, ...more })

export const WELCOME: Record<string, () => Fixture> = {
  welcome: () => at(1),
  'welcome-device': () => at(2, { scan: scan(FOUND) }),
  'welcome-looking': () => at(2, { scan: scan([]) }),
  'welcome-no-bluetooth': () => at(2, { scan: scan(FOUND.slice(0, 1), { bluetooth: 'missing' }) }),
  'welcome-nothing': () => at(2, { scan: scan([], { bluetooth: 'off', scanning: false }) }),
  'welcome-setting-up': () => ({
    ...at(2, { scan: scan(FOUND), devices: [{ ...FERN, link: { state: 'setting_up', attempt: 1, step: 2, progress: [14, 31], times: [0.6, 0.2] } }] }),
    tap: '[data-test="found-device"][data-id="fern"]',
  }),
  'welcome-device-ready': () => ({ ...at(2, { scan: scan(FOUND), devices: [FERN] }), tap: '[data-test="found-device"][data-id="fern"]' }),
  'welcome-where': () => at(3, { devices: [FERN], gateway: { ...view().gateway, url: 'wss://commons.example', name: 'Commons', simulatedFriends: false }, lobby: lobby() }),
  'welcome-where-code': () => ({
    ...at(3, { devices: [FERN], gateway: { ...view().gateway, url: 'wss://commons.example', name: 'Commons', simulatedFriends: false }, lobby: lobby() }),
    tap: '[data-test="where-code"]',
  }),
  'welcome-where-simulated': () => at(3, { devices: [SIM] }),
  'welcome-where-watching': () => at(3),
  'welcome-trial': () => ({ ...at(1, { scan: scan([]) }), tap: '[data-test="try-it"]' }),
}
