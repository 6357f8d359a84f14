// Fixtures of the device page: what a device tells, what is being changed, and what it wrote down.

import type { DeviceLogView, DeviceView, EditState, LightView, LogLine, LogState, Said, View } from '../contract'
import { verbatim } from '../tongue.svelte'
import { toCelsius } from '../temperature'
import type { Fixture } from './fixture'
import { device, FACTS, LIGHTS, NOW, PROFILES } from './people'
import { lostIn, settings, view } from './session'

const page = (mine: Partial<DeviceView> = {}, more: Partial<Fixture> = {}, rest: Partial<View> = {}): Fixture => ({
  view: view({ devices: [device(mine), OTHER], ...rest }),
  screen: 'devices',
  devicesPane: { device: 'ember' },
  ...more,
})

const proxyLights = { ...LIGHTS, brightness: null, lantern: null, lanternSeconds: null, lanternOn: null }
const PROXY: Partial<DeviceView> = {
  id: 'fern',
  name: 'Fern',
  model: 'Proxy',
  inUse: false,
  led: '#5fe04a',
  battery: 57,
  dabsLeft: 9,
  chamber: null,
  firmware: 'AK',
  serialEnd: '41C',
  totalDabs: 312,
  rssi: -61,
  profile: 1,
  profiles: PROFILES.map((profile) => ({ ...profile, intensity: null })),
  intensities: [],
  lights: proxyLights,
  facts: { ...FACTS, protocol: { text: '{protocol}, {numbers}, {lights}', args: { protocol: 'Lorax', numbers: { text: 'whole numbers' }, lights: { text: 'colour documents' } } }, modelCode: 71, batteryMah: null, tripDabs: null, dabsPerDay: 1.2 },
}
const OTHER = device({ ...PROXY, link: { state: 'away' }, activity: 'asleep', seenAt: NOW - 7 * 60_000 })

/** The older generation: one colour, no boost of its own, no intensity. */
const LEGACY: Partial<DeviceView> = {
  firmware: 'V',
  profiles: PROFILES.map((profile) => ({ ...profile, intensity: null, boostCelsius: null, boostSeconds: null })),
  intensities: [],
  preservesBattery: null,
  lights: { ...LIGHTS, patterns: ['steady', 'breathe', 'spin'], manyColors: [], mostColors: 1, takesTempo: false, lanternLeft: null },
  facts: { ...FACTS, protocol: verbatim('Legacy'), hardware: null, gitHash: null, api: null, heaterOhms: null, batteryAmps: null, clockOffS: null, clockUnset: true },
}

const edit = (state: EditState): Partial<DeviceView> => ({ edits: [{ part: { part: 'profile', slot: 2 }, number: 1, state }] })
const HOTTER: Partial<Fixture> = { type: ['.pedit input[type="range"]', '550'] }
const withLight = (light: LightView | null): DeviceView['profiles'] =>
  PROFILES.map((profile) => (profile.slot === 2 ? { ...profile, light, color: light?.colors[0] ?? profile.color } : profile))

const minutes = (count: number) => NOW - count * 60_000
const heat = (index: number, ago: number, slot: number, fahrenheit: number, seconds: number, more: { boosted?: boolean; stopped?: boolean } = {}): LogLine => ({
  index,
  at: minutes(ago),
  title: { text: more.stopped ? 'Stopped at temperature' : 'Heat complete' },
  details: { text: '{profile}, after {time}', args: { profile: { text: 'Profile {number}', args: { number: slot + 1 } }, time: `0:${seconds}` } },
  dab: {
    profile: slot,
    peakCelsius: toCelsius(fahrenheit),
    heatUpSeconds: 18 + (index % 7) * 0.4,
    heldSeconds: seconds,
    boosted: more.boosted ?? false,
    stopped: more.stopped ?? false,
  },
})
const line = (index: number, ago: number | null, title: string, details: Said = { text: '' }): LogLine => ({ index, at: ago === null ? null : minutes(ago), title: { text: title }, details, dab: null })

const ENTRIES: LogLine[] = [
  heat(1204, 1, 2, 546, 40),
  line(1203, 60, 'Fully charged', { text: '{minutes} min, {mah} mAh, {from} to {to} V', args: { minutes: 41, mah: 1340, from: 3.62, to: 4.18 } }),
  heat(1202, 89, 2, 546, 55, { boosted: true }),
  heat(1201, 131, 1, 516, 40),
  heat(1200, 289, 2, 507, 22, { stopped: true }),
  line(1199, 300, 'Started up', verbatim('Power-on')),
  heat(1198, 474, 0, 491, 45),
  ...Array.from({ length: 40 }, (_, i) => heat(1197 - i, 1500 + 190 * i, i % 4, [490, 516, 545, 590][i % 4]!, 40)),
  line(1100, null, 'Clock set'),
]
const FAULTS: LogLine[] = [
  line(31, 2900, 'Safety stop: heater too hot'),
  line(30, 8200, 'Heater open circuit'),
  line(29, null, 'Battery voltage too low', { text: '{volts} V', args: { volts: 3.21 } }),
]
const log = (state: LogState, entries: LogLine[] = []): Partial<View> => ({ logs: [{ device: 'ember', log: 'activity', state, entries }] satisfies DeviceLogView[] })
const AT_LOG: Partial<Fixture> = { scroll: '.logs' }
const ADAPTERS = [
  { id: 'hci0', name: 'hci0', on: true, inUse: true },
  { id: 'hci1', name: 'hci1', on: true, inUse: false },
  { id: 'hci2', name: 'hci2', on: false, inUse: false },
]
const RADIOS: Partial<View> = { scan: { scanning: true, startedAt: NOW - 6000, bluetooth: 'on', adapters: ADAPTERS, adapterChosen: null, found: [] } }
const LOST = { code: 'link_lost', title: { text: 'The link to the device broke' }, advice: { text: 'Keep it near this computer. Hearth connects again by itself.' }, details: 'supervision timeout' }
const offline: Partial<DeviceView> = { activity: 'asleep', seenAt: NOW - 7 * 60_000, celsius: null }

export const PAGES: Record<string, () => Fixture> = {
  device: () => page(),
  'device-celsius': () => page({}, {}, { settings: settings({ unit: 'celsius' }) }),
  'device-dirty': () => page({}, HOTTER),
  'device-too-long': () => page({}, { type: ['[data-test="profile-name"]', 'Slow and golden, for the evening 🔥'] }),
  'device-saving': () => page(edit({ state: 'saving', done: 2, of: 6 }), HOTTER),
  'device-kept': () => page(edit({ state: 'kept', words: [{ text: 'The device kept {kept} instead of {wanted}.', args: { kept: { text: '{degrees}{unit}', args: { degrees: 547, unit: '°F' } }, wanted: { text: '{degrees}{unit}', args: { degrees: 550, unit: '°F' } } } }] })),
  'device-save-failed': () => page({}, { ...HOTTER, tap: '[data-test="profile-save"]', then: { event: 'devices', devices: [device(edit({ state: 'failed', words: { text: 'The device is heating, so nothing was changed. Save again when the heat is over.' } })), OTHER] } }),
  'device-undo': () => page({ ...edit({ state: 'saved' }), profiles: PROFILES.map((each) => ({ ...each, undoable: each.slot === 2 })) }),
  'device-leave': () => page({}, { ...HOTTER, tap: '[data-test="profile-card"][data-slot="0"]' }),
  'device-leave-later': () => page({ ...offline, link: { state: 'away' } }, { ...HOTTER, tap: '[data-test="profile-card"][data-slot="0"]' }),
  'device-other-profile': () => page({}, { tap: '[data-test="profile-card"][data-slot="0"]' }),
  'device-colors': () => page({ profiles: withLight({ pattern: 'lava', colors: ['#ff6a14', '#ff3d92', '#7a45ff', '#ffc400'], tempo: 0.6 }) }),
  'device-unknown-light': () => page({ profiles: withLight(null) }),
  'device-rename': () => page({}, { tap: '[data-test="device-rename"]' }),
  'device-menu': () => page({ facts: { ...FACTS, clockOffS: 340 } }, { tap: '[data-test="device-menu"]' }),
  'device-resting': () => page({ ...offline, link: { state: 'resting' } }),
  'device-offline': () => page({ ...offline, link: { state: 'away' } }),
  'device-waiting': () => page({ ...offline, link: { state: 'waiting', retryAt: NOW + 2600, problem: LOST } }),
  'device-trying-again': () => ({
    ...page({ ...offline, link: { state: 'waiting', retryAt: NOW, problem: LOST } }),
    then: { event: 'devices', devices: [device({ ...offline, link: { state: 'setting_up', attempt: 2, step: 0, progress: null, times: [] } }), OTHER] },
  }),
  'device-again': () => page({ seenAt: NOW - 1000, link: { state: 'setting_up', attempt: 1, step: 2, progress: [9, 31], times: [0.4, 0.2] } }),
  'device-heat-lost': () => ({ view: lostIn(34), screen: 'devices' }),
  'device-heat-again': () => ({ view: lostIn(34, { state: 'setting_up', attempt: 2, step: 0, progress: null, times: [] }), screen: 'devices' }),
  'device-heat-away': () => ({ view: lostIn(34, { state: 'away' }), screen: 'devices' }),
  'device-no-bluetooth': () => page({ ...offline, link: { state: 'away' } }, {}, { scan: { scanning: false, startedAt: null, bluetooth: 'off', adapters: [], adapterChosen: null, found: [] } }),
  'device-legacy': () => page(LEGACY),
  'device-proxy': () => ({ view: view({ devices: [device(), device(PROXY)] }), screen: 'devices', devicesPane: { device: 'fern' } }),
  'device-other-heat': () => ({
    view: view({
      devices: [device(), device({ ...PROXY, activity: 'active', celsius: toCelsius(488), targetCelsius: toCelsius(490) })],
      notices: [{ id: 1, kind: 'warning', code: 'stray_heats', title: { text: '{name} is still heating', args: { name: 'Fern' } }, advice: { text: 'It is not the device in use, but Hearth started this heat and can stop it.' }, device: 'fern' }],
    }),
    screen: 'devices',
    devicesPane: { device: 'fern' },
  }),
  'device-other-lost': () => ({
    view: view({ devices: [device(), device({ ...PROXY, activity: 'active', celsius: toCelsius(488), targetCelsius: toCelsius(490), link: { state: 'away' }, seenAt: NOW - 3000 })] }),
    screen: 'devices',
    devicesPane: { device: 'fern' },
  }),
  'device-lights': () => page({ lights: { ...LIGHTS, lanternOn: true, lanternLeft: 4310, brightness: [90, 70, 40, 0] } }, { tap: '.foldrow', scroll: '.dgrid' }),
  'device-cards': () => page({ charging: true, chargeSource: { text: 'USB' }, chargeEtaS: 1500, preservesBattery: true, battery: 64, edits: [{ part: { part: 'stealth' }, number: 1, state: { state: 'failed', words: { text: 'It was called off. Save again.' } } }] }, { scroll: '.dgrid' }),
  'device-diagnostics': () => page({ facts: { ...FACTS, clockOffS: 340 } }, { tap: '[data-test="diagnostics"]', scroll: '[aria-label="About this device"]' }),
  'device-serial': () => page({}, { tap: '[data-test="reveal-serial"]', scroll: '.dgrid' }),
  'log-unread': () => page({}, AT_LOG),
  'log-reading': () => page({}, AT_LOG, log({ state: 'reading', done: 214, of: 1000 })),
  'log-ready': () => page({}, AT_LOG, log({ state: 'ready', at: minutes(2) }, ENTRIES)),
  'log-activity': () => page({}, { ...AT_LOG, tap: '[data-tab="activity"]' }, log({ state: 'ready', at: minutes(2) }, ENTRIES)),
  'log-faults': () => page({}, { ...AT_LOG, tap: '[data-tab="faults"]' }, { logs: [{ device: 'ember', log: 'faults', state: { state: 'ready', at: minutes(2) }, entries: FAULTS }] }),
  'log-empty': () => page({}, AT_LOG, log({ state: 'ready', at: minutes(2) })),
  'log-failed': () => page({}, AT_LOG, log({ state: 'failed', words: { text: 'The device is not connected. Press its button to wake it, then read the log again.' } })),
  'add-adapters': () => ({ view: view(RADIOS), screen: 'devices', devicesPane: { add: true } }),
  'settings-bluetooth': () => ({ view: view(RADIOS), screen: 'settings', settingsPane: 'bluetooth' }),
  'settings-bluetooth-off': () => ({ view: view({ scan: { scanning: false, startedAt: null, bluetooth: 'off', adapters: [], adapterChosen: null, found: [] } }), screen: 'settings', settingsPane: 'bluetooth' }),
}
