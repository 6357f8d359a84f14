// What a device tells about itself, as rows for its page and as text to copy. What it does not tell has no row.

import type { DeviceView, PaceView, Unit } from './contract'
import { clockError, day, duration } from './dates'
import { figure } from './figures'
import { degrees, unitLetter } from './temperature'
import { t } from './tongue.svelte'
import { span } from './words'

export interface Fact {
  name: string
  value: string
  /** A code rather than words. */
  mono?: boolean
}

/** How long answers took, for people who look for a cause. */
export const paceWords = ({ lastMs, usualMs, slowMs }: PaceView): string =>
  t('half within {usual} ms, nearly all within {slow} ms, the last {last} ms', { usual: figure(usualMs), slow: figure(slowMs), last: figure(lastMs) })

/** How far a gateway's clock is from this computer's. */
export function clockAhead(ms: number): string {
  if (Math.round(ms) === 0) return t('as here')
  return ms > 0 ? t('{ms} ms ahead', { ms: figure(ms) }) : t('{ms} ms behind', { ms: figure(-ms) })
}

/** Clocks that are further off may be set. */
export const CLOCK_SLACK_S = 10

export const clockIsOff = ({ facts }: DeviceView): boolean =>
  facts.clockUnset || (facts.clockOffS !== null && Math.abs(facts.clockOffS) > CLOCK_SLACK_S)

const decimals = (value: number, places: number): string => `${value < 0 ? '−' : ''}${figure(Math.abs(value), places)}`

type Row = [name: string, value: string | null | false | undefined, mono?: 'mono']

const rows = (list: Row[]): Fact[] =>
  list.flatMap(([name, value, mono]) => (value ? [{ name, value, ...(mono ? { mono: true } : {}) }] : []))

const told = <T>(value: T | null, words: (value: T) => string): string | null => (value === null ? null : words(value))

/** What it is; the serial number has a row of its own. */
export function aboutFacts(device: DeviceView): Fact[] {
  const { facts } = device
  const perDay = facts.dabsPerDay === null ? null : figure(facts.dabsPerDay, 1)
  return rows([
    [t('Chamber'), told(device.chamber, t)],
    [t('Battery capacity'), told(facts.batteryMah, (mah) => `${figure(mah)} mAh`)],
    [t('In use since'), told(facts.birthday, day)],
    [t('Total dabs'), told(device.totalDabs, (total) => (perDay === null ? figure(total) : t('{total}, {perDay} a day', { total, perDay })))],
    [t('This trip'), told(facts.tripDabs, (count) => t('{count} dabs', { count }))],
    [t('Time at heat'), told(facts.heatSeconds, duration)],
  ])
}

/** How it is inside, for those who look for the cause of something. */
export function diagnosticFacts(device: DeviceView, unit: Unit): Fact[] {
  const { facts } = device
  const { link } = facts
  return rows([
    [t('Protocol'), told(facts.protocol, t)],
    [t('Model code'), told(facts.modelCode, String), 'mono'],
    [t('Hardware'), told(facts.hardware, String), 'mono'],
    [t('Boot loader'), told(facts.bootloader, String), 'mono'],
    [t('Build'), facts.gitHash, 'mono'],
    ['API', facts.api, 'mono'],
    [t('Bluetooth address'), told(facts.macEnd, (end) => `••••••${end}`), 'mono'],
    [t('Clock'), facts.clockUnset ? t('never set') : told(facts.clockOffS, clockError)],
    [t('Running for'), told(facts.uptimeS, (seconds) => span(seconds * 1000))],
    [t('Battery'), battery(device, unit)],
    [t('Heater'), told(facts.heaterOhms, (ohms) => `${figure(ohms, 3)} Ω`)],
    [t('Links opened'), link.links > 0 && figure(link.links)],
    [t('Commands'), link.roundTrips > 0 && t('{sent} sent, {unanswered} unanswered', { sent: link.roundTrips, unanswered: link.unanswered })],
    [t('Answers of the last minute'), told(link.pace, paceWords)],
    [t('Bad frames'), link.links > 0 && figure(link.badFrames)],
  ])
}

function battery({ facts }: DeviceView, unit: Unit): string | null {
  const parts = [
    told(facts.batteryVolts, (volts) => `${decimals(volts, 2)} V`),
    told(facts.batteryAmps, (amps) => `${decimals(amps, 2)} A`),
    told(facts.batteryCelsius, (celsius) => `${degrees(celsius, unit)}${unitLetter(unit)}`),
  ].filter((part) => part !== null)
  return parts.length > 0 ? parts.join(', ') : null
}

/** Text to send to somebody who helps: no serial number, no full address, no name that a person gave. */
export function detailsText(device: DeviceView, version: string, unit: Unit): string {
  const firmware: Fact[] = device.firmware === null ? [] : [{ name: t('Firmware'), value: device.firmware }]
  const problem = device.link.state === 'failed' || device.link.state === 'waiting' ? device.link.problem : null
  return [
    `Hearth ${version}`,
    `${device.model}${device.simulated ? ` (${t('simulated')})` : ''}, ${device.link.state}`,
    ...[...firmware, ...aboutFacts(device), ...diagnosticFacts(device, unit)].map((fact) => `${fact.name}: ${fact.value}`),
    ...(problem ? [`${problem.code}: ${t(problem.title)}`, problem.details ?? ''] : []),
  ]
    .filter(Boolean)
    .join('\n')
}
