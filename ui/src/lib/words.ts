// The words for what devices, members, links and gateways do. One place, so that the same thing has the
// same name everywhere. Sentences of the stage bar are in stage.ts, those of the large gauge in hero.ts.

import type {
  Activity,
  BluetoothState,
  DeviceView,
  GatewayView,
  GroupView,
  LinkView,
  MemberView,
  StageView,
} from './contract'
import { clockTime } from './temperature'

export const ACTIVITY: Record<Activity, string> = {
  unknown: 'Reading',
  off: 'Off',
  asleep: 'Asleep',
  idle: 'Idle',
  selecting: 'Choose temp',
  preheat: 'Preheating',
  active: 'At temp',
  fade: 'Fading',
  pairing: 'Pairing',
  busy: 'Busy',
}

/** What a device that is busy may be doing. */
export const BUSY = 'It starts, or shows its battery or version'

/** The heater is on. Cooling down is not heating: there is nothing left to stop. */
export const isHeating = (activity: Activity): boolean => activity === 'preheat' || activity === 'active'

/** Warm or warming: the arc of a gauge is drawn. */
export const isWarm = (activity: Activity): boolean => isHeating(activity) || activity === 'fade'

/** `As of 9:02`, from words that also stand in the middle of a sentence. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** `1 sesher`, `2 seshers` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** `12 s`, `3 min`, `2 h`: how long something has been going on, for people. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`
  return counted(Math.floor(seconds / 86400), 'day')
}

/** `just now`, `12 min ago` */
export const ago = (at: number, now: number): string => (now - at < 60_000 ? 'just now' : `${span(now - at)} ago`)

/** Whole seconds until `at`, at least 0. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1000))

/** `Sol`, `Sol and Theo`, `Sol, Theo and 2 others` */
export function names(list: readonly string[]): string {
  if (list.length <= 1) return list[0] ?? ''
  if (list.length === 2) return `${list[0]} and ${list[1]}`
  if (list.length === 3) return `${list[0]}, ${list[1]} and ${list[2]}`
  return `${list[0]}, ${list[1]} and ${list.length - 2} others`
}

/** What a member does, in a few words. */
export function memberStatus(member: MemberView, stage: StageView, now: number): string {
  if (member.lostSince !== null) return `Lost signal, ${span(now - member.lostSince)}`
  if (member.away) return 'Sitting this one out'
  if (!member.sesher) return 'Watching'
  switch (member.activity) {
    case 'active':
      return member.leftS === null ? 'At temp' : `At temp, ${clockTime(member.leftS)} left`
    case 'preheat':
    case 'fade':
    case 'asleep':
    case 'off':
      return ACTIVITY[member.activity]
    default:
      if (stage.stage === 'awaiting') return member.ready ? 'Ready' : 'Not ready yet'
      if (stage.stage === 'countdown') return member.ready ? 'Get ready' : 'Sitting this one out'
      return member.ready ? 'Ready' : ACTIVITY[member.activity]
  }
}

/** What colour a member's status has: `accent` while it matters, `attention` when something is wrong. */
export function memberTone(member: MemberView): 'accent' | 'attention' | 'plain' {
  if (member.lostSince !== null) return 'attention'
  if (member.away) return 'plain'
  return member.ready || isHeating(member.activity) ? 'accent' : 'plain'
}

/** A member in one line, for those who listen: `Mika, owner, Peak Pro, Ready` */
export const memberLabel = (member: MemberView, status: string): string =>
  `${member.name}${member.owner ? ', owner' : ''}${member.model ? `, ${member.model}` : ''}, ${status}`

/** `5 seshers, 1 away` */
export function seshers(group: GroupView): string {
  const all = group.members.filter((member) => member.sesher)
  const away = all.filter((member) => member.away).length
  return counted(all.length, 'sesher') + (away ? `, ${away} away` : '')
}

export const watchers = (group: GroupView): number => group.members.filter((member) => !member.sesher).length

/** The gateway connection, short. */
export function gatewayState(gateway: GatewayView, now: number): string {
  switch (gateway.state) {
    case 'offline':
      return 'Offline'
    case 'connecting':
      return 'Connecting'
    case 'connected':
      return 'Connected'
    case 'reconnecting':
      return gateway.retryAt === null || gateway.retryAt <= now ? 'Reconnecting' : `Reconnecting in ${secondsUntil(gateway.retryAt, now)} s`
    case 'resumed':
      return 'Resumed, nothing missed'
    case 'refused':
      return 'Refused'
  }
}

/** The gateway takes commands. */
export const isOnline = (gateway: GatewayView): boolean =>
  gateway.state === 'connected' || gateway.state === 'resumed'

/** The four steps of setting a device up. */
export const SETUP_STEPS = [
  { name: 'Connect', what: 'Bluetooth link open' },
  { name: 'Authenticate', what: 'Unlocking with the device' },
  { name: 'Read', what: 'Profiles, battery, counters' },
  { name: 'Watch', what: 'Live temperature' },
] as const

/** The link to a device, short, for a list. */
export function linkState(link: LinkView, now: number): string {
  switch (link.state) {
    case 'off':
      return 'not connected'
    case 'setting_up':
      return link.attempt > 1 ? `connecting, try ${link.attempt}` : 'connecting'
    case 'ready':
      return 'connected'
    case 'resting':
      return 'resting'
    case 'waiting':
      return `retry in ${secondsUntil(link.retryAt, now)} s`
    case 'away':
      return 'asleep or away'
    case 'failed':
      return 'needs your help'
  }
}

/** It has no link and nothing is wrong with that: it sleeps, or its link rests. */
export const isQuiet = (device: DeviceView): boolean =>
  (device.link.state === 'away' || device.link.state === 'resting') && !isHeating(device.activity)

/** A device in a list: `Peak Pro, in use`. */
export function deviceLine(device: DeviceView, now: number): string {
  if (device.link.state !== 'ready') return `${device.model}, ${isHeating(device.activity) ? 'still heating' : linkState(device.link, now)}`
  if (isWarm(device.activity)) return `${device.model}, ${ACTIVITY[device.activity].toLowerCase()}`
  if (device.activity === 'asleep') return `${device.model}, asleep`
  return `${device.model}, ${device.inUse ? 'in use' : 'connected'}`
}

/** Bars of four for a signal strength in dBm. */
export const signalBars = (rssi: number): number => (rssi >= -55 ? 4 : rssi >= -67 ? 3 : rssi >= -80 ? 2 : 1)

/** `−48 dBm`, with a real minus. */
export const dbm = (rssi: number): string => `${rssi < 0 ? '−' : ''}${Math.abs(rssi)} dBm`

/** Nothing is wrong with it, as far as anybody looked. */
export const BLUETOOTH_ON: Record<'on' | 'unknown', { title: string; text: string }> = {
  on: { title: 'Bluetooth is on', text: 'Devices are found and connected over it.' },
  unknown: { title: 'Bluetooth was not needed yet', text: 'Hearth looks at it when it searches for a device.' },
}

/** What is wrong with the Bluetooth of this computer, and what helps. */
export const BLUETOOTH: Record<Exclude<BluetoothState, 'on' | 'unknown'>, { title: string; text: string; short: string }> =
  {
    off: {
      title: 'Bluetooth is off',
      text: 'Turn it on in the settings of this computer. Hearth keeps watching and goes on by itself.',
      short: 'Bluetooth is off, so real devices cannot be found.',
    },
    not_allowed: {
      title: 'Hearth may not use Bluetooth yet',
      text: 'Allow it in the privacy settings of this computer, then come back. Nothing else is read: no location, no other devices.',
      short: 'Hearth may not use Bluetooth, so real devices cannot be found.',
    },
    missing: {
      title: 'No Bluetooth adapter',
      text: 'This computer has none, or its driver is missing. A USB adapter works too.',
      short: 'This computer has no Bluetooth adapter, so real devices cannot be found.',
    },
  }

/** What is wrong with the radio that this device needs; `null` when nothing is, or when it needs none. */
export const radioTrouble = (device: DeviceView, bluetooth: BluetoothState | undefined) =>
  device.simulated || device.link.state === 'ready' || bluetooth === undefined || bluetooth === 'on' || bluetooth === 'unknown'
    ? null
    : BLUETOOTH[bluetooth]

/** Which drawing stands for a model. One that only says its maker, or a number, may be either. */
export const shapeOf = (model: string): 'pipe' | 'rig' | 'unknown' =>
  /proxy/i.test(model) ? 'pipe' : /peak/i.test(model) ? 'rig' : 'unknown'
