// The logs of a device as tables: heats in columns, everything else as lines, and how far the reading is.

import type { DabView, DeviceLogView, DeviceView, LogLine, LogState, Unit } from './contract'
import { moment } from './dates'
import { figure } from './figures'
import { clockTime, degrees } from './temperature'
import { t } from './tongue.svelte'

export interface DabRow {
  index: number
  time: string
  profile: string
  peak: string
  heatUp: string
  held: string
  boosted: boolean
  stopped: boolean
}

/** Stands where a log does not say. */
export const NOTHING = '–'

/** When it was; entries from a time when the clock of the device was not set have their number. */
export const lineTime = (line: LogLine, now: number): string => (line.at === null ? `#${line.index}` : moment(line.at, now))

/** The heats of a log, newest first. */
export const dabRows = (log: DeviceLogView, device: DeviceView, unit: Unit, now: number): DabRow[] =>
  log.entries.flatMap((line) => (line.dab ? [dabRow(line, line.dab, device, unit, now)] : []))

function dabRow(line: LogLine, dab: DabView, device: DeviceView, unit: Unit, now: number): DabRow {
  return {
    index: line.index,
    time: lineTime(line, now),
    profile: profileName(dab.profile, device),
    peak: dab.peakCelsius === null ? NOTHING : degrees(dab.peakCelsius, unit),
    heatUp: dab.heatUpSeconds === null ? NOTHING : t('{seconds} s', { seconds: figure(dab.heatUpSeconds, 1) }),
    held: dab.heldSeconds === null ? NOTHING : clockTime(dab.heldSeconds),
    boosted: dab.boosted,
    stopped: dab.stopped,
  }
}

/** By the name that the profile has today: a log knows numbers only. */
function profileName(slot: number | null, device: DeviceView): string {
  if (slot === null) return t('One-off')
  return device.profiles.find((profile) => profile.slot === slot)?.name ?? t('Profile {number}', { number: slot + 1 })
}

/** `Reading 214 of 1,000` */
export function readingLine(state: Extract<LogState, { state: 'reading' }>): string {
  return state.of > 0 ? t('Reading {done} of {all}', { done: state.done, all: state.of }) : t('Asking what there is to read')
}

/** Percent for a bar; `null` while it is not known how much there is. */
export const readingShare = (state: Extract<LogState, { state: 'reading' }>): number | null =>
  state.of > 0 ? Math.min(100, (100 * state.done) / state.of) : null
