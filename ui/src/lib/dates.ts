// Dates and spans of time for people, in the language of this computer.

import { t } from './tongue.svelte'
import { ago, span } from './words'

const time = new Intl.DateTimeFormat(navigator.language, { hour: 'numeric', minute: '2-digit' })
const dayTime = new Intl.DateTimeFormat(navigator.language, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })
const date = new Intl.DateTimeFormat(navigator.language, { day: 'numeric', month: 'short', year: 'numeric' })

const weekday = new Intl.DateTimeFormat(navigator.language, { weekday: 'long' })
const dayOfYear = new Intl.DateTimeFormat(navigator.language, { day: 'numeric', month: 'short' })

const sameDay = (one: number, other: number) => new Date(one).toDateString() === new Date(other).toDateString()

/** `9:02`, or with the day when that was not today. */
export const moment = (at: number, now: number): string => (sameDay(at, now) ? time : dayTime).format(at)

/** `as of 9:02` */
export const asOf = (at: number, now: number): string => `as of ${moment(at, now)}`

/** `12 min ago`, `yesterday`, `Thursday`, `3 Mar`, `3 Mar 2023`: when something was, as people say it. */
export function recently(at: number, now: number): string {
  if (sameDay(at, now)) return ago(at, now)
  const midnight = (moment: number) => new Date(moment).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000)
  if (days === 1) return t('yesterday')
  if (days > 1 && days < 7) return weekday.format(at)
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? dayOfYear : date).format(at)
}

/** `3 Mar 2023` */
export const day = (at: number): string => date.format(at)

/** `2 h`, for settings that last: whole hours and minutes. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `right`, `3 min off` */
export const clockError = (seconds: number): string => (Math.abs(seconds) < 1 ? 'right' : `${span(Math.abs(seconds) * 1000)} off`)
