// Dates and spans of time for people, in the language of the window.

import { dated, timeOfDay } from './figures'
import { t } from './tongue.svelte'
import { ago, span } from './words'

const sameDay = (one: number, other: number) => new Date(one).toDateString() === new Date(other).toDateString()

/** `9:02`, or with the day when that was not today. */
export const moment = (at: number, now: number): string =>
  sameDay(at, now) ? timeOfDay(at) : dated(at, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })

/** `as of 9:02` */
export const asOf = (at: number, now: number): string => t('as of {time}', { time: moment(at, now) })

/** `12 min ago`, `yesterday`, `Thursday`, `3 Mar`, `3 Mar 2023`: when something was, as people say it. */
export function recently(at: number, now: number): string {
  if (sameDay(at, now)) return ago(at, now)
  const midnight = (moment: number) => new Date(moment).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000)
  if (days === 1) return t('yesterday')
  if (days > 1 && days < 7) return dated(at, { weekday: 'long' })
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dated(at, { day: 'numeric', month: 'short' }) : day(at)
}

/** `3 Mar 2023` */
export const day = (at: number): string => dated(at, { day: 'numeric', month: 'short', year: 'numeric' })

/** `2 h`, for settings that last: whole hours and minutes. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return t('{count} min', { count: minutes })
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? t('{count} h', { count: hours }) : t('{hours} h {minutes} min', { hours, minutes: minutes % 60 })
}

/** `right`, `3 min off` */
export const clockError = (seconds: number): string => (Math.abs(seconds) < 1 ? t('right') : t('{time} off', { time: span(Math.abs(seconds) * 1000) }))
