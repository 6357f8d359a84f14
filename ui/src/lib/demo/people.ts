// The cast of the fixtures and how their devices heat: sample data, for pictures and tests only.

import type { Curve, DeviceFacts, DeviceView, LightsView, LightView, MemberView, ProfileView } from '../contract'
import { toCelsius } from '../temperature'

/** The moment at which all fixtures stand still. */
export const NOW = new Date(2026, 10, 21, 21, 9, 40).getTime()

export const AMBIENT = toCelsius(76)

interface Person {
  name: string
  model: string
  led: string
  chamber: string
  /** °F */
  target: number
  /** s */
  hold: number
  tau: number
  /** ms */
  skew: number
  battery: number
  strain: string
  mobile?: boolean
}

export const PEOPLE = {
  me: { name: 'Rowan', model: 'Peak Pro', led: '#ff6a14', chamber: '3D XL', target: 545, hold: 40, tau: 6.6, skew: 0, battery: 82, strain: 'Papaya Cake' },
  mika: { name: 'Mika', model: 'Peak Pro', led: '#10d8c4', chamber: '3D', target: 520, hold: 36, tau: 6.1, skew: 41, battery: 64, strain: 'Blue Dream' },
  theo: { name: 'Theo', model: 'Peak Pro Storm', led: '#7a45ff', chamber: 'Classic', target: 505, hold: 44, tau: 7.6, skew: 84, battery: 38, strain: 'Garlic Juice' },
  june: { name: 'June', model: 'Peak Pro', led: '#ff3d92', chamber: '3D XL', target: 575, hold: 30, tau: 6.4, skew: 22, battery: 91, strain: 'Lemon Tree' },
  sol: { name: 'Sol', model: 'Proxy', led: '#5fe04a', chamber: 'Classic', target: 490, hold: 38, tau: 8.2, skew: 63, battery: 57, strain: 'Sour Diesel', mobile: true },
} satisfies Record<string, Person>

export type Id = keyof typeof PEOPLE
export const ORDER: readonly Id[] = ['me', 'mika', 'theo', 'june', 'sol']

const rise = (person: Person) => person.tau * 2.9

/** Chamber temperature `second`s after the start, °C. */
export function temperature(id: Id, second: number): number {
  const person = PEOPLE[id]
  const target = toCelsius(person.target)
  const s = second - person.skew / 1000
  const span = target - AMBIENT
  if (s <= 0) return AMBIENT
  const share = (x: number) => (1 - Math.exp(-((x / person.tau) ** 1.32))) / (1 - Math.exp(-(2.9 ** 1.32)))
  if (s < rise(person)) return AMBIENT + span * share(s)
  const held = s - rise(person)
  if (held < person.hold) return target + 1.3 * Math.sin(held * 0.9 + person.tau) * Math.exp(-held / 30)
  return AMBIENT + span * Math.exp(-(held - person.hold) / 34)
}

export type Phase = { activity: 'idle' | 'preheat' | 'active' | 'fade'; elapsed: number; total: number }

/** What a device does `second`s after the start. */
export function phase(id: Id, second: number): Phase {
  const person = PEOPLE[id]
  const s = second - person.skew / 1000
  const reach = rise(person)
  if (s <= 0) return { activity: 'idle', elapsed: 0, total: 0 }
  if (s < reach) return { activity: 'preheat', elapsed: s, total: reach }
  if (s < reach + person.hold) return { activity: 'active', elapsed: s - reach, total: person.hold }
  return { activity: 'fade', elapsed: s - reach - person.hold, total: 12 }
}

const steady = (color: string): LightView => ({ pattern: 'steady', colors: [color], tempo: 0.5 })

const profile = (slot: number, name: string, fahrenheit: number, seconds: number, color: string, boost: [number, number]): ProfileView => ({
  slot,
  name,
  celsius: toCelsius(fahrenheit),
  seconds,
  color,
  light: steady(color),
  intensity: 0.5,
  boostCelsius: (boost[0] * 5) / 9,
  boostSeconds: boost[1],
  undoable: false,
})

export const PROFILES: ProfileView[] = [
  profile(0, 'Low', 490, 45, '#2f7dff', [10, 10]),
  profile(1, 'Medium', 515, 40, '#22c55e', [10, 10]),
  profile(2, 'Slow burn', 545, 40, '#ff6a14', [15, 15]),
  profile(3, 'High', 590, 25, '#f4f0ea', [20, 10]),
]

export const LIGHTS: LightsView = {
  lanternOn: false,
  lantern: { pattern: 'breathe', colors: ['#ff6a14'], tempo: 0.4 },
  lanternSeconds: 7200,
  lanternLeft: null,
  brightness: [70, 70, 70, 70],
  stealth: false,
  patterns: ['steady', 'fade', 'breathe', 'spin', 'disco', 'split_gradient', 'slideshow', 'confetti', 'lava'],
  manyColors: ['fade', 'breathe', 'spin', 'disco', 'split_gradient', 'slideshow', 'confetti', 'lava'],
  mostColors: 6,
  takesTempo: true,
}

export const FACTS: DeviceFacts = {
  protocol: { text: '{protocol}, {numbers}, {lights}', args: { protocol: 'Lorax', numbers: { text: 'decimal numbers' }, lights: { text: 'colour documents' } } },
  modelCode: 21,
  hardware: 8,
  bootloader: 12,
  gitHash: '4f1c9ae',
  api: 'AT',
  macEnd: '3F1',
  birthday: new Date(2023, 2, 3).getTime(),
  clockOffS: 2,
  clockUnset: false,
  uptimeS: 187_400,
  dabsPerDay: 5.8,
  tripDabs: 37,
  heatSeconds: 61_240,
  batteryVolts: 3.94,
  batteryAmps: -0.05,
  batteryCelsius: 25.4,
  batteryMah: 1700,
  heaterOhms: 0.412,
  link: { links: 3, roundTrips: 1482, unanswered: 2, badFrames: 0, pace: { lastMs: 61, usualMs: 58, slowMs: 140 } },
}

/** What is known of a device that was never read. */
export const NO_LIGHTS: LightsView = { lanternOn: null, lantern: null, lanternSeconds: null, lanternLeft: null, brightness: null, stealth: null, patterns: [], manyColors: [], mostColors: 0, takesTempo: false }
export const NO_FACTS: DeviceFacts = {
  protocol: null,
  modelCode: null,
  hardware: null,
  bootloader: null,
  gitHash: null,
  api: null,
  macEnd: null,
  birthday: null,
  clockOffS: null,
  clockUnset: false,
  uptimeS: null,
  dabsPerDay: null,
  tripDabs: null,
  heatSeconds: null,
  batteryVolts: null,
  batteryAmps: null,
  batteryCelsius: null,
  batteryMah: null,
  heaterOhms: null,
  link: { links: 0, roundTrips: 0, unanswered: 0, badFrames: 0, pace: null },
}

export function device(change: Partial<DeviceView> = {}): DeviceView {
  return {
    id: 'ember',
    formerIds: [],
    name: 'Ember',
    model: 'Peak Pro',
    simulated: false,
    pressable: false,
    inUse: true,
    link: { state: 'ready' },
    activity: 'idle',
    battery: 82,
    charging: false,
    chargeEtaS: null,
    celsius: toCelsius(77),
    targetCelsius: toCelsius(545),
    elapsedS: null,
    totalS: null,
    chamber: { text: '3D XL|chamber' },
    profile: 2,
    profiles: PROFILES,
    intensities: [0, 0.5, 1, 1.5],
    totalDabs: 1204,
    dabsLeft: 18,
    led: '#ff6a14',
    firmware: 'AF',
    serialEnd: '89A',
    rssi: -48,
    seenAt: null,
    chargeSource: null,
    preservesBattery: false,
    lights: LIGHTS,
    facts: FACTS,
    edits: [],
    ...change,
  }
}

export const POCKET: DeviceView = device({
  id: 'pocket',
  name: 'Pocket',
  model: 'Proxy',
  inUse: false,
  link: { state: 'away' },
  activity: 'asleep',
  battery: null,
  celsius: null,
  chamber: { text: 'Classic|chamber' },
  totalDabs: 312,
  dabsLeft: null,
  led: '#3d7bff',
  rssi: null,
  profiles: [],
  intensities: [],
  profile: null,
  seenAt: NOW - 2 * 3600_000,
  preservesBattery: null,
  lights: NO_LIGHTS,
  facts: NO_FACTS,
})

export function member(id: Id, change: Partial<MemberView> = {}): MemberView {
  const person: Person = PEOPLE[id]
  return {
    id,
    name: person.name,
    me: id === 'me',
    owner: id === 'me',
    sesher: true,
    ready: false,
    away: id === 'june',
    mobile: person.mobile ?? false,
    inVoice: false,
    lostSince: null,
    strain: person.strain,
    model: person.model,
    activity: 'idle',
    celsius: AMBIENT + ((person.tau * 3) % 4),
    targetCelsius: toCelsius(person.target),
    leftS: null,
    battery: person.battery,
    chamber: { text: `${person.chamber}|chamber` },
    led: person.led,
    ...change,
  }
}

export const watcher = (id: string, name: string): MemberView => ({
  ...member('sol', { mobile: false, strain: null, model: null, celsius: null, targetCelsius: null, battery: null, chamber: null, led: null }),
  id,
  name,
  sesher: false,
})

/** A member `second`s into a sesh. */
export function heating(id: Id, second: number): MemberView {
  if (id === 'june') return member(id)
  const { activity, elapsed, total } = phase(id, second)
  return member(id, { activity, celsius: temperature(id, second), leftS: activity === 'active' ? total - elapsed : null })
}

/** Curves until `second`, four samples a second. */
export function curves(second: number): Curve[] {
  return ORDER.filter((id) => id !== 'june').map((id) => {
    const person = PEOPLE[id]
    const points: [number, number][] = []
    for (let ms = 0; ms <= second * 1000; ms += 250) points.push([ms + person.skew, temperature(id, ms / 1000)])
    return { member: id, name: person.name, me: id === 'me', led: person.led, targetCelsius: toCelsius(person.target), points }
  })
}
