// What the large gauge shows for the device in use: its arc, its number and its words. The large number is
// the chamber temperature, always, with two labelled exceptions: charging (%) and the countdown (3, 2, 1).

import type { BluetoothState, DeviceView, MemberView, StageView, Unit } from './contract'
import { LONGEST_S } from './countdown'
import { heat } from './gauge'
import { clockTime, degrees, inUnit, unitLetter } from './temperature'
import { t } from './tongue.svelte'
import { ACTIVITY, isHeating, radioTrouble, secondsUntil, SETUP_STEPS, span } from './words'

export type HeroArc =
  | 'idle'
  | 'selecting'
  | 'preheat'
  | 'active'
  | 'fade'
  | 'charging'
  /** Dotted: asleep, off, no link. */
  | 'dark'
  | 'countdown'

export interface Hero {
  arc: HeroArc
  label: string
  /** The large number, without its unit. */
  number: string
  /** Set small beside it. */
  unit: string
  sub: string
  /** Share of the hold time that is left. */
  time: number | null
  /** 0 to 1; nothing but heat glows. */
  glow: number
  muted: boolean
  breathing: boolean
  /** Values are old: the link is gone while the device heats. */
  frozen: boolean
}

const NOTHING = '–'

/** 3, 2 or 1; in a countdown that can be called off the seconds that are left. */
export const countdownNumber = (startAt: number, now: number, callsOff = false): number =>
  Math.min(callsOff ? LONGEST_S : 3, Math.max(1, secondsUntil(startAt, now)))

/** The number that counts down in a member's gauge: while the group starts, for those who are ready. */
export const memberCount = (member: MemberView, stage: StageView, now: number): number | null =>
  stage.stage === 'countdown' && member.ready && stage.startAt !== null ? countdownNumber(stage.startAt, now, stage.callsOff) : null

/** What to show for `device` now. */
export function heroOf(device: DeviceView, stage: StageView, now: number, unit: Unit, bluetooth?: BluetoothState): Hero {
  const linked = device.link.state === 'ready'
  if (!linked && isHeating(device.activity)) return { ...live(device, unit), ...lost(), glow: 0.3 }
  if (!linked) return unlinked(device, now, bluetooth)
  if (stage.stage === 'countdown' && stage.armed && stage.startAt !== null && !isHeating(device.activity)) {
    const number = String(countdownNumber(stage.startAt, now, stage.callsOff))
    const sub = stage.callsOff ? t('Can still be called off') : t('Starts by itself')
    return { ...BASE, arc: 'countdown', label: t('Get ready'), number, sub, glow: 0.8, breathing: true }
  }
  switch (device.activity) {
    case 'preheat':
    case 'active':
    case 'fade':
      return live(device, unit)
    case 'asleep':
      return { ...BASE, arc: 'dark', label: t('Asleep'), sub: t('Press its button to wake it') }
    case 'off':
      return { ...BASE, arc: 'dark', label: t('Off'), sub: t('Hold its button to turn it on') }
    case 'selecting': {
      const sub = stage.stage === 'awaiting' && stage.meReady ? t('You are ready') : target(device, unit)
      return { ...measured(device, unit), arc: 'selecting', label: t('Choose temp'), sub, glow: 0.5, muted: false, breathing: true }
    }
    case 'idle':
    case 'pairing':
    case 'busy':
    case 'unknown':
      return resting(device, stage, unit)
  }
}

const BASE: Hero = {
  arc: 'idle',
  label: '',
  number: NOTHING,
  unit: '',
  sub: '',
  time: null,
  glow: 0.16,
  muted: true,
  breathing: false,
  frozen: false,
}

const lost = () => ({ label: t('Link lost'), sub: t('Still heating'), frozen: true, breathing: false, time: null })

function measured(device: DeviceView, unit: Unit): Hero {
  if (device.celsius === null) return BASE
  return { ...BASE, number: String(inUnit(device.celsius, unit)), unit: `°${unitLetter(unit)}` }
}

const target = (device: DeviceView, unit: Unit) =>
  device.targetCelsius === null ? '' : t('Target {temperature}', { temperature: degrees(device.targetCelsius, unit) })

function live(device: DeviceView, unit: Unit): Hero {
  const hot = heat(device.celsius, device.targetCelsius)
  const left = device.totalS === null || device.elapsedS === null ? null : Math.max(0, device.totalS - device.elapsedS)
  const goal = device.targetCelsius === null ? '' : degrees(device.targetCelsius, unit)
  const base = { ...measured(device, unit), label: t(ACTIVITY[device.activity]), muted: false }
  if (device.activity === 'fade') return { ...base, arc: 'fade', sub: t('Cooling down'), glow: 0.4 }
  const glow = 0.35 + 0.65 * hot
  if (device.activity === 'preheat') {
    const soon = left !== null && left > 0 ? t('{seconds} s to {target}', { seconds: Math.ceil(left), target: goal }) : t('Heating to {target}', { target: goal })
    return { ...base, arc: 'preheat', sub: goal ? soon : '', glow, breathing: true }
  }
  const time = left === null || !device.totalS ? null : Math.min(1, left / device.totalS)
  const sub = held(left === null ? null : clockTime(left), goal)
  return { ...base, arc: 'active', sub, time, glow }
}

function held(time: string | null, target: string): string {
  if (time === null) return target ? t('Holding {target}', { target }) : ''
  return target ? t('{time} left at {target}', { time, target }) : t('{time} left', { time })
}

function resting(device: DeviceView, stage: StageView, unit: Unit): Hero {
  const base = measured(device, unit)
  if (stage.stage === 'awaiting' && !stage.meReady && device.activity === 'idle') {
    return { ...base, label: t('Waiting for you'), sub: target(device, unit), breathing: true }
  }
  if (device.charging && device.battery !== null) {
    const eta = device.chargeEtaS
    const sub = device.battery >= 100 ? t('Full') : eta === null ? t('Taking charge') : t('Full in {time}', { time: span(eta * 1000) })
    return { ...BASE, arc: 'charging', label: t('Charging'), number: String(device.battery), unit: '%', sub, muted: false }
  }
  return { ...base, label: t(ACTIVITY[device.activity]), sub: target(device, unit) }
}

function unlinked(device: DeviceView, now: number, bluetooth: BluetoothState | undefined): Hero {
  const dark = { ...BASE, arc: 'dark' as const, glow: 0 }
  // Without a radio nothing else helps, whatever failed before.
  const noRadio = radioTrouble(device, bluetooth)
  if (noRadio) return { ...dark, label: t('Not connected'), sub: t(noRadio.title) }
  switch (device.link.state) {
    case 'setting_up':
      return { ...dark, label: t('Connecting'), sub: t(SETUP_STEPS[device.link.step]?.what ?? ''), breathing: true }
    case 'waiting':
      return { ...dark, label: t('Link lost'), sub: t('Trying again in {seconds} s', { seconds: secondsUntil(device.link.retryAt, now) }) }
    case 'failed':
      return { ...dark, label: t('Not connected'), sub: t(device.link.problem.title) }
    case 'away':
      return { ...dark, label: t('Asleep'), sub: t('Press its button to wake it') }
    case 'resting':
      return { ...dark, label: t('Resting'), sub: t('Wakes when you look at it') }
    default:
      return { ...dark, label: t('Not connected'), sub: t('Connect it to heat') }
  }
}
