// Fixtures of the devices screen and of settings: pairing from the first look to ready, and what can go wrong.

import type { FoundDevice, ScanView } from '../contract'
import type { Fixture } from './fixture'
import { device, NO_FACTS, NO_LIGHTS, NOW, POCKET } from './people'
import { seshing, settings, view } from './session'

const scan = (change: Partial<ScanView> = {}): ScanView => ({
  scanning: true,
  startedAt: NOW - 6000,
  bluetooth: 'on',
  adapters: [],
  adapterChosen: null,
  found: [],
  ...change,
})

const FOUND: FoundDevice[] = [
  { id: 'fern', name: 'Fern', model: 'Proxy', rssi: -61, simulated: false, known: false, paired: false },
  { id: 'sim', name: 'Hearth Peak', model: 'Peak Pro', rssi: -55, simulated: true, known: false, paired: false },
  { id: 'p7c2a', name: 'Peak Pro 7C2A', model: 'Peak Pro', rssi: -72, simulated: false, known: false, paired: false },
  { id: 'ember', name: 'Ember', model: 'Peak Pro', rssi: -48, simulated: false, known: true, paired: true },
]

const FERN = device({ id: 'fern', name: 'Fern', model: 'Proxy', inUse: false, led: '#5fe04a', battery: 57, rssi: -61 })
const EMPTY = { battery: null, celsius: null, targetCelsius: null, profiles: [], profile: null, chamber: null, totalDabs: null, dabsLeft: null, firmware: null, serialEnd: null, preservesBattery: null, lights: NO_LIGHTS, facts: NO_FACTS, activity: 'unknown' as const }
const PROBLEM = {
  code: 'unlock_refused',
  title: { text: 'The device did not let Hearth in' },
  advice: { text: 'Switch it off and on, then try again.' },
  details: 'lorax: unlock answered 0x05',
}

const add = (change: Parameters<typeof view>[0]): Fixture => ({ view: view(change), screen: 'devices', devicesPane: { add: true } })
const settingUp = (link: (typeof FERN)['link'], change = {}): Fixture => ({
  ...add({ scan: scan({ found: FOUND }), devices: [device(), POCKET, { ...FERN, ...EMPTY, ...change, link }] }),
  tap: '[data-test="found-device"][data-id="fern"]',
})

export const DEVICES: Record<string, () => Fixture> = {
  'devices-none': () => ({ view: view({ devices: [] }), screen: 'devices' }),
  devices: () => ({ view: view(), screen: 'devices' }),
  'devices-many': () => ({
    view: view({
      devices: [
        device(),
        POCKET,
        FERN,
        device({ id: 'storm', name: 'Storm', model: 'Peak Pro Storm', inUse: false, led: '#7a45ff', battery: 38 }),
        device({ id: 'desk', name: 'Desk', model: 'Peak Pro Opal', inUse: false, led: '#ff3d92', link: { state: 'resting' }, activity: 'unknown', seenAt: NOW - 3600_000 }),
        device({ id: 'haze', name: 'Haze', model: 'Proxy Haze', inUse: false, led: '#ffc400', link: { state: 'away' }, activity: 'unknown', seenAt: NOW - 3600_000 }),
        device({ id: 'm90', name: 'New one', model: 'Model 90', inUse: false, led: '#10d8c4', battery: 71 }),
      ],
    }),
    screen: 'devices',
  }),
  'devices-asleep': () => ({ view: view(), screen: 'devices', devicesPane: { device: 'pocket' } }),
  'devices-simulated': () => ({ view: view({ devices: [device({ simulated: true, pressable: true, name: 'Hearth Peak', rssi: -52 })] }), screen: 'devices' }),
  'devices-heating': () => ({ view: seshing(34), screen: 'devices' }),
  'devices-failed': () => ({
    view: view({ devices: [device(), { ...FERN, ...EMPTY, link: { state: 'failed', problem: PROBLEM, step: 1 } }] }),
    screen: 'devices',
    devicesPane: { device: 'fern' },
  }),
  'add-bluetooth-off': () => add({ scan: scan({ bluetooth: 'off', scanning: false }) }),
  'add-not-allowed': () => add({ scan: scan({ bluetooth: 'not_allowed', scanning: false }) }),
  'add-no-adapter': () => add({ scan: scan({ bluetooth: 'missing', scanning: false }) }),
  'add-scanning': () => add({ scan: scan() }),
  'add-found': () => add({ scan: scan({ found: FOUND }) }),
  'add-found-unknown': () =>
    add({
      scan: scan({
        found: [
          { id: 'x1', name: 'Puffco 3F1A', model: 'Puffco', rssi: -58, simulated: false, known: false, paired: false },
          ...FOUND.filter((each) => !each.simulated && !each.known),
          { id: 'x2', name: 'Kitchen', model: 'Perhaps a Puffco', rssi: -81, simulated: false, known: false, paired: false },
        ],
      }),
    }),
  'add-found-simulated': () => add({ devices: [], scan: scan({ bluetooth: 'missing', found: FOUND.filter((each) => each.simulated) }) }),
  'add-setting-up': () => settingUp({ state: 'setting_up', attempt: 1, step: 2, progress: [14, 31], times: [0.6, 0.2] }),
  'add-failed': () => settingUp({ state: 'failed', problem: PROBLEM, step: 1 }),
  'add-waiting': () => settingUp({ state: 'waiting', retryAt: NOW + 2500, problem: { ...PROBLEM, code: 'timeout', title: { text: 'The device did not answer in time' }, advice: { text: 'Keep it near and make sure that no phone is connected to it, then try again.' } } }),
  'add-ready': () => settingUp({ state: 'ready' }, FERN),
  'settings-index': () => ({ view: view(), screen: 'settings' }),
  'settings-gateways': () => ({ view: view(), screen: 'settings', settingsPane: 'gateways' }),
  'settings-appearance': () => ({ view: view(), screen: 'settings', settingsPane: 'appearance' }),
  'settings-automation': () => ({ view: view(), screen: 'settings', settingsPane: 'automation' }),
  'settings-remote': () => ({ view: view({ settings: settings({ remoteActions: true, awayWhenLocked: false }) }), screen: 'settings', settingsPane: 'automation' }),
  'settings-remote-ask': () => ({ view: view(), screen: 'settings', settingsPane: 'automation', tap: '[data-test="remote-actions"]' }),
  'settings-heating': () => ({ view: seshing(34), screen: 'settings', settingsPane: 'gateways' }),
  'gateway-dialog': () => ({ view: seshing(34), gatewayDialog: true }),
  'gateway-address': () => ({ view: view(), gatewayDialog: true, tap: '[data-url="own"]' }),
  starting: () => ({ view: null }),
  'not-running': () => ({ view: null, link: { state: 'down', retryAt: NOW + 1800 } }),
}
