// Dabs per day as bars: how many days a bar stands for, how high it is, which of them have a label.

import type { HistoryDay } from '../../lib/contract'
import { t } from '../../lib/tongue.svelte'
import { dayMonth, figure, monthName, monthYear, weekdayLetter, wholeDay } from './when'

/** What one bar stands for: with years of days, single ones could not be seen. */
export type Step = 'day' | 'week' | 'month'

export interface Span {
  /** First day, `2026-11-21`. */
  from: string
  /** Last day. */
  to: string
  dabs: number
  /** Today is in it. */
  today: boolean
}

/** More bars than this are too thin to point at. */
const MOST_BARS = 92

export const stepOf = (days: number): Step => (days <= MOST_BARS ? 'day' : days <= 7 * MOST_BARS ? 'week' : 'month')

/** The days in bars, oldest first. Weeks are counted back from the last day, months are those of the calendar. */
export function spans(days: readonly HistoryDay[], today: string): Span[] {
  const step = stepOf(days.length)
  const made: Span[] = []
  days.forEach(({ day, dabs }, i) => {
    const last = made.at(-1)
    const fresh = step === 'day' || (step === 'week' ? (days.length - i) % 7 === 0 : last?.to.slice(0, 7) !== day.slice(0, 7))
    if (last && !fresh) Object.assign(last, { to: day, dabs: last.dabs + dabs, today: last.today || day === today })
    else made.push({ from: day, to: day, dabs, today: day === today })
  })
  return made
}

/** Marks of the axis of dabs: whole numbers, from 0 to at least the highest, at most four. */
export function marks(highest: number): number[] {
  let step = 1
  for (let power = 1; ; power *= 10) {
    const fits = [1, 2, 5].find((each) => Math.max(highest, 1) / (each * power) <= 3)
    if (fits === undefined) continue
    step = fits * power
    break
  }
  return Array.from({ length: Math.ceil(Math.max(highest, 1) / step) + 1 }, (_, i) => i * step)
}

/** `Saturday, 21 November`, `9 Nov – 15 Nov`, `November 2026` */
export function spanName(span: Span, step: Step): string {
  if (step === 'month') return monthYear(span.from)
  if (step === 'week' && span.from !== span.to) return `${dayMonth(span.from)} – ${dayMonth(span.to)}`
  return span.today ? t('Today') : wholeDay(span.from)
}

export interface Bar extends Span {
  x: number
  y: number
  width: number
  height: number
  label: string | null
}

export interface Plot {
  bars: Bar[]
  lines: { y: number; mark: number }[]
  /** Where the bars stand. */
  ground: number
  left: number
  right: number
}

const TOP = 16
const BOTTOM = 20
/** Room that a date needs. */
const LABEL = 68

export function plot(list: readonly Span[], step: Step, width: number, height: number): Plot {
  const scale = marks(Math.max(0, ...list.map((span) => span.dabs)))
  const highest = scale.at(-1) ?? 1
  const left = 12 + 7 * figure(highest).length
  const right = width - 2
  const ground = height - BOTTOM
  const y = (dabs: number) => TOP + (ground - TOP) * (1 - dabs / highest)
  const pitch = (right - left) / Math.max(list.length, 1)
  const thick = Math.max(1.5, Math.min(26, pitch >= 18 ? pitch - 8 : pitch * 0.68))
  const letters = step === 'day' && list.length <= 14
  // Counted back from the last, which is today.
  const every = letters ? 1 : Math.max(1, Math.ceil(LABEL / pitch))
  const bars = list.map((span, i) => {
    const named = (list.length - 1 - i) % every === 0 && (letters || left + pitch * (i + 0.5) > left + LABEL / 3)
    const label = span.today && step === 'day' ? (pitch < 26 && letters ? t('Now') : t('Today')) : letters ? weekdayLetter(span.from) : step === 'month' ? monthName(span.from) : dayMonth(span.from)
    return { ...span, x: left + pitch * (i + 0.5) - thick / 2, y: y(span.dabs), width: thick, height: ground - y(span.dabs), label: named ? label : null }
  })
  return { bars, lines: scale.map((mark) => ({ y: y(mark), mark })), ground, left, right }
}

/** A bar with a rounded head, as an SVG path. */
export function barPath({ x, y, width, height }: Bar, round = 5): string {
  const r = Math.min(round, width / 2, height)
  return `M${x} ${y + height}V${y + r}a${r} ${r} 0 0 1 ${r} ${-r}h${width - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}V${y + height}Z`
}
