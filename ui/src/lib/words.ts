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
  Unit,
} from './contract'
import { clockTime, inUnit } from './temperature'
import { msg, t } from './tongue.svelte'

/** To be said with `t`. */
export const ACTIVITY: Record<Activity, string> = {
  unknown: msg('Reading'),
  off: msg('Off'),
  asleep: msg('Asleep'),
  idle: msg('Idle'),
  selecting: msg('Choose temp'),
  preheat: msg('Preheating'),
  active: msg('At temp'),
  fade: msg('Fading'),
  pairing: msg('Pairing'),
  busy: msg('Busy'),
}

/** What a device that is busy may be doing. */
export const BUSY = msg('It starts, or shows its battery or version')

/** The heater is on. Cooling down is not heating: there is nothing left to stop. */
export const isHeating = (activity: Activity): boolean => activity === 'preheat' || activity === 'active'

/** Warm or warming: the arc of a gauge is drawn. */
export const isWarm = (activity: Activity): boolean => isHeating(activity) || activity === 'fade'

/** `As of 9:02`, from words that also stand in the middle of a sentence. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** `12 s`, `3 min`, `2 h`: how long something has been going on, for people. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return t('{count} s', { count: seconds })
  if (seconds < 3600) return t('{count} min', { count: Math.floor(seconds / 60) })
  if (seconds < 86400) return t('{count} h', { count: Math.floor(seconds / 3600) })
  return t('{count} days', { count: Math.floor(seconds / 86400) })
}

/** `just now`, `12 min ago` */
export function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return t('just now')
  if (minutes < 60) return t('{count} min ago', { count: minutes })
  if (minutes < 1440) return t('{count} h ago', { count: Math.floor(minutes / 60) })
  return t('{count} days ago', { count: Math.floor(minutes / 1440) })
}

/** Whole seconds until `at`, at least 0. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1000))

/** `Sol`, `Sol and Theo`, `Sol, Theo and 2 others` */
export function names(list: readonly string[]): string {
  const [one = '', two = '', three = ''] = list
  if (list.length <= 1) return one
  if (list.length === 2) return t('{one} and {two}', { one, two })
  if (list.length === 3) return t('{one}, {two} and {three}', { one, two, three })
  return t('{one}, {two} and {count} others', { one, two, count: list.length - 2 })
}

/** `520 degrees of 545`, for those who listen. */
export const degreesOf = (celsius: number, target: number | null, unit: Unit): string =>
  target === null
    ? t('{degrees} degrees', { degrees: inUnit(celsius, unit) })
    : t('{degrees} degrees of {target}', { degrees: inUnit(celsius, unit), target: inUnit(target, unit) })

/** What a member does, in a few words. */
export function memberStatus(member: MemberView, stage: StageView, now: number): string {
  if (member.lostSince !== null) return t('Lost signal, {time}', { time: span(now - member.lostSince) })
  if (member.away) return t('Sitting this one out')
  if (!member.sesher) return t('Watching')
  switch (member.activity) {
    case 'active':
      return member.leftS === null ? t('At temp') : t('At temp, {time} left', { time: clockTime(member.leftS) })
    case 'preheat':
    case 'fade':
    case 'asleep':
    case 'off':
      return t(ACTIVITY[member.activity])
    default:
      if (stage.stage === 'awaiting') return member.ready ? t('Ready') : t('Not ready yet')
      if (stage.stage === 'countdown') {
        if (member.ready) return t('Get ready')
        return stage.callsOff ? t('Not ready yet') : t('Sitting this one out')
      }
      return member.ready ? t('Ready') : t(ACTIVITY[member.activity])
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
  [member.name, member.owner ? t('owner') : '', member.model ?? '', status].filter(Boolean).join(', ')

/** `5 seshers, 1 away` */
export function seshers(group: GroupView): string {
  const all = group.members.filter((member) => member.sesher)
  const away = all.filter((member) => member.away).length
  const there = t('{count} seshers', { count: all.length })
  return away ? `${there}, ${t('{count} away', { count: away })}` : there
}

export const watchers = (group: GroupView): number => group.members.filter((member) => !member.sesher).length

/** The gateway connection, short. */
export function gatewayState(gateway: GatewayView, now: number): string {
  switch (gateway.state) {
    case 'offline':
      return t('Offline')
    case 'connecting':
      return t('Connecting')
    case 'connected':
      return t('Connected')
    case 'reconnecting':
      return gateway.retryAt === null || gateway.retryAt <= now ? t('Reconnecting') : t('Reconnecting in {seconds} s', { seconds: secondsUntil(gateway.retryAt, now) })
    case 'resumed':
      return t('Resumed, nothing missed')
    case 'refused':
      return t('Refused')
  }
}

/** The gateway takes commands. */
export const isOnline = (gateway: GatewayView): boolean =>
  gateway.state === 'connected' || gateway.state === 'resumed'

/** The four steps of setting a device up, to be said with `t`. */
export const SETUP_STEPS = [
  { name: msg('Connect'), what: msg('Bluetooth link open') },
  { name: msg('Authenticate'), what: msg('Unlocking with the device') },
  { name: msg('Read'), what: msg('Profiles, battery, counters') },
  { name: msg('Watch|a device'), what: msg('Live temperature') },
] as const

/** The link to a device, short, for a list. */
export function linkState(link: LinkView, now: number): string {
  switch (link.state) {
    case 'off':
      return t('not connected')
    case 'setting_up':
      return link.attempt > 1 ? t('connecting, try {number}', { number: link.attempt }) : t('connecting')
    case 'ready':
      return t('connected')
    case 'resting':
      return t('resting')
    case 'waiting':
      return t('retry in {seconds} s', { seconds: secondsUntil(link.retryAt, now) })
    case 'away':
      return t('asleep or away')
    case 'failed':
      return t('needs your help')
  }
}

/** It has no link and nothing is wrong with that: it sleeps, or its link rests. */
export const isQuiet = (device: DeviceView): boolean =>
  (device.link.state === 'away' || device.link.state === 'resting') && !isHeating(device.activity)

/** A device in a list: `Peak Pro, in use`. */
export function deviceLine(device: DeviceView, now: number): string {
  return `${device.model}, ${deviceState(device, now)}`
}

function deviceState(device: DeviceView, now: number): string {
  if (device.link.state !== 'ready') return isHeating(device.activity) ? t('still heating') : linkState(device.link, now)
  switch (device.activity) {
    case 'preheat':
      return t('preheating')
    case 'active':
      return t('at temp')
    case 'fade':
      return t('fading')
    case 'asleep':
      return t('asleep')
    default:
      return device.inUse ? t('in use') : t('connected')
  }
}

/** Bars of four for a signal strength in dBm. */
export const signalBars = (rssi: number): number => (rssi >= -55 ? 4 : rssi >= -67 ? 3 : rssi >= -80 ? 2 : 1)

/** `−48 dBm`, with a real minus. */
export const dbm = (rssi: number): string => `${rssi < 0 ? '−' : ''}${Math.abs(rssi)} dBm`

/** Nothing is wrong with it, as far as anybody looked. To be said with `t`. */
export const BLUETOOTH_ON: Record<'on' | 'unknown', { title: string; text: string }> = {
  on: { title: msg('Bluetooth is on'), text: msg('Devices are found and connected over it.') },
  unknown: { title: msg('Bluetooth was not needed yet'), text: msg('Hearth looks at it when it searches for a device.') },
}

/** What is wrong with the Bluetooth of this computer, and what helps. To be said with `t`. */
export const BLUETOOTH: Record<Exclude<BluetoothState, 'on' | 'unknown'>, { title: string; text: string; short: string }> =
  {
    off: {
      title: msg('Bluetooth is off'),
      text: msg('Turn it on in the settings of this computer. Hearth keeps watching and goes on by itself.'),
      short: msg('Bluetooth is off, so real devices cannot be found.'),
    },
    not_allowed: {
      title: msg('Hearth may not use Bluetooth yet'),
      text: msg('Allow it in the privacy settings of this computer, then come back. Nothing else is read: no location, no other devices.'),
      short: msg('Hearth may not use Bluetooth, so real devices cannot be found.'),
    },
    missing: {
      title: msg('No Bluetooth adapter'),
      text: msg('This computer has none, or its driver is missing. A USB adapter works too.'),
      short: msg('This computer has no Bluetooth adapter, so real devices cannot be found.'),
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
