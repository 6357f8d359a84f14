// What the stage bar says and offers: the one primary action of the session, always in the same place.
// While the device in use heats, that action is to stop it, whatever the group or the gateway does.

import { awayWords } from './away'
import type { Command, DeviceView, GatewayView, GroupView, StageView, Unit, View } from './contract'
import { spokenSeconds } from './countdown'
import { countdownNumber } from './hero'
import { namedPerson } from './names'
import { clockTime, degrees } from './temperature'
import { msg, t } from './tongue.svelte'
import { ago, isHeating, isOnline, names, radioTrouble } from './words'

export interface Action {
  id: 'ask' | 'ready' | 'start' | 'stop-waiting' | 'sit-out' | 'stop-heat' | 'back' | 'connect' | 'heat-now'
  label: string
  /** A second, smaller line. */
  hint?: string
  icon?: 'flame' | 'square' | 'bluetooth' | 'check'
  /** Filled with the accent. */
  filled: boolean
  disabled?: boolean
  /** What it sends; without one, `connect` opens the devices. */
  command?: Command
}

export interface StageBar {
  message: string
  sub: string
  /** `sub` is what the person can do, and is shown whole. */
  explains?: boolean
  /** `sub` says that something is wrong. */
  warns?: boolean
  /** Position in chilling, awaiting, 3-2-1, seshing. */
  step: number
  primary: Action | null
  secondary: Action | null
  /** What a screen reader hears when it changes; no running times in it. */
  announcement: string
}

/** The steps of a session, as the bar shows them, to be said with `t`. */
export const STEPS = [msg('Chilling'), msg('Awaiting'), msg('3-2-1'), msg('Seshing')] as const

/** How long the bar speaks of the sesh that just ended. */
const AFTERGLOW_MS = 120_000

const stopHeat = (): Action => ({
  id: 'stop-heat',
  label: t('Stop my heat'),
  icon: 'square',
  filled: false,
  command: { command: 'stop_heat' },
})

/** The device that heats with the group. */
export const inUse = (devices: readonly DeviceView[]): DeviceView | null =>
  devices.find((device) => device.inUse) ?? null

/** My device is heating as far as anybody knows; also while its link is lost. */
export const amHeating = (devices: readonly DeviceView[]): boolean => {
  const mine = inUse(devices)
  return mine !== null && isHeating(mine.activity)
}

/** Whether a heat or a ready could be sent to it now. */
export const canHeat = (device: DeviceView | null): boolean =>
  device !== null &&
  device.link.state === 'ready' &&
  (device.activity === 'idle' || device.activity === 'selecting' || device.activity === 'fade')

/** Nobody tries to reach it: it is connected only when the person asks for it. */
const isLeft = (device: DeviceView): boolean => device.link.state === 'off' || device.link.state === 'failed'

/** Connects the device in use, or leads to the devices when there is none. */
const connectAction = (device: DeviceView | null): Action => ({
  id: 'connect',
  label: device ? t('Connect my device') : t('Connect a device'),
  icon: 'bluetooth',
  filled: false,
  ...(device ? { command: { command: 'connect_device' as const, id: device.id } } : {}),
})

/** Why it is not connected, where the radio is the cause: then nothing else helps. */
function notConnected(view: View, device: DeviceView): string {
  const noRadio = radioTrouble(device, view.scan.bluetooth)
  return noRadio ? t(noRadio.title) : t('{name} is not connected', { name: device.name })
}

/** The bar for the view at `now`. */
export function stageBar(view: View, now: number): StageBar {
  const bar = view.group ? inGroup(view, view.group, now) : alone(view)
  const device = inUse(view.devices)
  if (!device || !isHeating(device.activity)) return bar
  const lost = device.link.state === 'ready' ? {} : { sub: heatingLine(device, view.settings.unit), warns: true }
  return { ...bar, ...lost, primary: stopHeat(), secondary: null }
}

function alone(view: View): StageBar {
  const device = inUse(view.devices)
  const base = { message: t('On your own'), step: 0, secondary: null, announcement: '' }
  if (!device) return { ...base, sub: t('No device connected'), primary: connectAction(null) }
  if (isLeft(device)) return { ...base, sub: notConnected(view, device), primary: connectAction(device) }
  const primary: Action = {
    id: 'heat-now',
    label: t('Heat now'),
    icon: 'flame',
    filled: false,
    disabled: !canHeat(device),
    command: { command: 'heat_now' },
  }
  return { ...base, sub: profileLine(device, view.settings.unit), primary }
}

/** `Slow burn, 545° for 0:40` */
export function profileLine(device: DeviceView, unit: Unit): string {
  const profile = device.profiles.find((each) => each.slot === device.profile)
  if (profile) return t('{profile}, {temperature} for {time}', { profile: profile.name, temperature: degrees(profile.celsius, unit), time: clockTime(profile.seconds) })
  return device.targetCelsius === null ? device.model : t('Target {temperature}', { temperature: degrees(device.targetCelsius, unit) })
}

function inGroup(view: View, group: GroupView, now: number): StageBar {
  const { stage, gateway } = view
  const bar = whatGoesOn(view, group, now)
  if (!isOnline(gateway)) return { ...bar, ...offline(gateway, bar) }
  const device = inUse(view.devices)
  const me = group.members.find((member) => member.me)
  if (me?.away && stage.stage !== 'seshing') return { ...bar, ...whileAway(view, group, bar) }
  if ((!device || isLeft(device)) && stage.stage !== 'seshing' && stage.stage !== 'countdown') {
    const primary = connectAction(device)
    const message = stage.stage === 'chilling' ? t('You are watching') : bar.message
    return { ...bar, message, sub: device ? notConnected(view, device) : t('Connect a device to join in'), primary }
  }
  return bar
}

/** Why one is away takes the place of what goes on only where nothing does. */
function whileAway(view: View, group: GroupView, bar: StageBar): Partial<StageBar> {
  const device = inUse(view.devices)
  const reason = group.awayBecause ?? 'asked'
  const { title, back } = awayWords(reason, device)
  const quiet = view.stage.stage === 'chilling'
  const words = quiet ? { message: title, sub: back } : { sub: `${title}. ${back}` }
  const imBack: Action = { id: 'back', label: t('I’m back'), icon: 'check', filled: true, command: { command: 'set_away', away: false } }
  const unconnected = reason === 'device' && (!device || isLeft(device))
  const actions = unconnected
    ? { primary: { ...connectAction(device), filled: true }, secondary: { ...imBack, filled: false } }
    : { primary: imBack, secondary: null }
  return { ...words, ...actions, explains: true, announcement: quiet ? title : bar.announcement }
}

/** Group actions wait for the gateway; a local heat does not come through here. */
function offline(gateway: GatewayView, bar: StageBar): Partial<StageBar> {
  const sub = gateway.state === 'refused' ? t('The gateway refused the connection') : t('Waiting for the gateway')
  return { sub, primary: bar.primary && { ...bar.primary, disabled: true }, secondary: null }
}

function whatGoesOn(view: View, group: GroupView, now: number): StageBar {
  switch (view.stage.stage) {
    case 'awaiting':
      return awaiting(view, group)
    case 'countdown':
      return countdown(view, now)
    case 'seshing':
      return seshing(view, group, now)
    default:
      return chilling(view.stage, group, now)
  }
}

const skew = (stage: StageView) => (stage.skewMs === null ? null : t('Started within {ms} ms', { ms: stage.skewMs }))

function chilling(stage: StageView, group: GroupView, now: number): StageBar {
  const primary: Action = { id: 'ask', label: t('Start a sesh'), icon: 'flame', filled: true, command: { command: 'ask_to_start' } }
  const base = { step: 0, primary, secondary: null }
  const ended = stage.lastEndedAt
  if (ended !== null && now - ended < AFTERGLOW_MS) {
    const message = t('That was sesh {number}', { number: group.seshCounter })
    return { ...base, message, sub: skew(stage) ?? t('Everyone is chilling'), announcement: message }
  }
  const others = group.members.some((member) => !member.me)
  const message = others ? t('Everyone is chilling') : t('Nobody else is here yet')
  const sub = ended !== null ? t('Last sesh {when}', { when: ago(ended, now) }) : others ? t('No sesh yet') : t('Share the code to heat together')
  return { ...base, message, sub, announcement: message }
}

function awaiting(view: View, group: GroupView): StageBar {
  const { stage } = view
  const message = t('{ready} of {all} ready', { ready: stage.ready, all: stage.counted })
  const secondary: Action = { id: 'stop-waiting', label: t('Stop waiting'), filled: false, command: { command: 'stop_waiting' } }
  const asked = stage.askedByMe ? t('You asked to start') : stage.askedBy ? t('{name} asked to start', { name: namedPerson(stage.askedBy) }) : t('Somebody asked to start')
  const base = { message, step: 1, secondary, announcement: stage.ready === 0 ? `${asked}. ${message}` : message }
  if (stage.meReady) {
    const missing = group.members.filter((each) => each.sesher && !each.away && !each.ready && !each.me)
    const who = names(missing.map((each) => namedPerson(each.name)))
    const sub = who ? t('Starts by itself once {names} are ready', { names: who, count: missing.length }) : t('Starts by itself')
    const label = t('Start with ready ({count})', { count: stage.ready })
    return { ...base, sub, primary: { id: 'start', label, filled: true, command: { command: 'start_with_ready' } } }
  }
  const device = inUse(view.devices)
  const ready: Action = { id: 'ready', label: t('I’m ready'), filled: true, command: { command: 'ready' } }
  if (device && !canHeat(device)) {
    const hint = device.link.state === 'ready' && device.activity !== 'asleep' ? t('your device is busy') : t('wake your device first')
    return { ...base, sub: asked, primary: { ...ready, hint, disabled: true } }
  }
  return { ...base, sub: asked, primary: { ...ready, hint: t('or press your device’s button') } }
}

/** The countdown that the owner chose, before 3-2-1. */
function calledOffByAnyone(view: View, now: number): StageBar {
  const { stage } = view
  const left = countdownNumber(stage.startAt ?? now, now, true)
  const message = t('Starting in {seconds}', { seconds: left })
  const secondary: Action = { id: 'stop-waiting', label: t('Stop waiting'), filled: false, command: { command: 'stop_waiting' } }
  const whole = t('Whoever is not ready calls it off')
  const announcement = left > 3 ? `${t('Starting within {seconds} seconds', { seconds: spokenSeconds(left) })}. ${whole}` : message
  const base = { message, step: 2, secondary, announcement }
  if (stage.meReady) {
    const primary: Action = { id: 'sit-out', label: t('I’m not ready'), filled: false, command: { command: 'sit_out' } }
    return { ...base, sub: whole, primary }
  }
  const device = inUse(view.devices)
  const primary: Action = { id: 'ready', label: t('I’m ready'), filled: true, command: { command: 'ready' } }
  return { ...base, sub: t('Without you, unless you get ready'), primary: device && canHeat(device) ? primary : null }
}

function countdown(view: View, now: number): StageBar {
  const { stage } = view
  if (stage.callsOff) return calledOffByAnyone(view, now)
  const message = stage.startAt === null ? t('Get ready') : t('Starting in {seconds}', { seconds: countdownNumber(stage.startAt, now) })
  const base = { message, step: 2, secondary: null, announcement: message }
  if (!stage.armed) return { ...base, sub: t('Sitting this one out'), primary: null }
  const primary: Action = { id: 'sit-out', label: t('Sit this one out'), filled: false, command: { command: 'sit_out' } }
  return { ...base, sub: t('{count} devices armed', { count: stage.devices }), primary }
}

function seshing(view: View, group: GroupView, now: number): StageBar {
  const { stage } = view
  const message = stage.since === null ? t('Seshing') : t('Seshing, {time}', { time: clockTime((now - stage.since) / 1000) })
  const mine = inUse(view.devices)
  const over = mine !== null && !isHeating(mine.activity)
  const others = group.members.filter((each) => !each.me && isHeating(each.activity)).length
  const notMine = others > 0 ? t('{count} devices heating, yours is not', { count: others }) : t('Your device is not heating')
  const sub = skew(stage) ?? (over ? notMine : t('{count} devices', { count: stage.devices }))
  return { message, sub, step: 3, primary: null, secondary: null, announcement: t('Seshing') }
}

/** For the strip on other screens: `Ember is heating, 492°`. */
export function heatingLine(device: DeviceView, unit: Unit): string {
  const { name } = device
  if (device.link.state !== 'ready') return t('{name}: link lost, still heating', { name })
  return device.celsius === null ? t('{name} is heating', { name }) : t('{name} is heating, {temperature}', { name, temperature: degrees(device.celsius, unit) })
}

/** How long until a device's own heat is over, for screen readers: `At temp, 40 seconds`. */
export function heatAnnouncement(device: DeviceView | null): string {
  if (!device) return ''
  if (device.link.state !== 'ready') return isHeating(device.activity) ? t('Link lost, still heating') : ''
  if (device.activity === 'preheat') return t('Preheating')
  if (device.activity === 'fade') return t('Fading')
  if (device.activity !== 'active') return ''
  return device.totalS === null ? t('At temp') : t('At temp, {count} seconds', { count: Math.round(device.totalS) })
}
