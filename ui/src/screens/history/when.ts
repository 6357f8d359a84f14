// Moments and spans of the past in words, in the language of the window.

import { dated, figure, timeOfDay } from '../../lib/figures'
import { locale, t } from '../../lib/tongue.svelte'

export { figure, locale, timeOfDay }

const DAY_MS = 86_400_000

/** Midnights between the two, also where a day has 23 or 25 hours. */
function daysBetween(from: number, to: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)
  return Math.round((midnight(to) - midnight(from)) / DAY_MS)
}

/** `Today, 8:57`, `Yesterday, 11:40`, `Friday, 10:12`, `3 Nov, 10:12`, `3 Nov 2025` */
export function when(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days === 0) return t('Today, {time}', { time: timeOfDay(at) })
  if (days === 1) return t('Yesterday, {time}', { time: timeOfDay(at) })
  if (days > 1 && days < 7) return `${dated(at, { weekday: 'long' })}, ${timeOfDay(at)}`
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return sameYear ? `${dated(at, { day: 'numeric', month: 'short' })}, ${timeOfDay(at)}` : dated(at, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `Saturday, 21 November 2026` */
export const fullDate = (at: number): string => dated(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

/** `1 min 24 s` */
export function lasted(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? t('{seconds} s', { seconds: whole }) : t('{minutes} min {seconds} s', { minutes: Math.floor(whole / 60), seconds: whole % 60 })
}

/** `2026-11-21` of a moment, by this computer's days. */
export function dayName(at: number): string {
  const date = new Date(at)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}

/** Noon of the day: the same day in whichever hour its clocks change. */
function noon(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date, 12).getTime()
}

/** `S` */
export const weekdayLetter = (day: string): string => dated(noon(day), { weekday: 'narrow' })
/** `21 Nov` */
export const dayMonth = (day: string): string => dated(noon(day), { day: 'numeric', month: 'short' })
/** `Nov` */
export const monthName = (day: string): string => dated(noon(day), { month: 'short' })
/** `November 2026` */
export const monthYear = (day: string): string => dated(noon(day), { month: 'long', year: 'numeric' })
/** `Saturday, 21 November` */
export const wholeDay = (day: string): string => dated(noon(day), { weekday: 'long', day: 'numeric', month: 'long' })
