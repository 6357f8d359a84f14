// The few words of the overlay. They are in the catalogues with all the others; the build draws only these from there
// (tools/overlay-words.mjs), because the catalogues are far larger than this whole page.

import catalogues from 'virtual:overlay-words'
import { clockTime } from '../lib/temperature'
import type { OverlayActivity, OverlayMember, OverlayStage, OverlayTongue } from './contract'

const msg = <T extends string>(text: T): T => text

const STAGE: Record<OverlayStage, string> = {
  alone: 'Hearth',
  chilling: msg('Chilling'),
  awaiting: msg('Getting ready'),
  countdown: msg('Starting|sesh'),
  seshing: msg('Seshing'),
  ended: msg('That was it'),
}

const ACTIVITY: Record<OverlayActivity, string> = {
  unknown: msg('Here|present'),
  asleep: msg('Asleep'),
  lost: msg('Lost signal'),
  idle: msg('Idle'),
  selecting: msg('Choosing'),
  preheat: msg('Heating|device'),
  active: msg('At temp'),
  fade: msg('Fading'),
}

const AWAY = msg('Away')
const READY = msg('Ready')
const WAITING = msg('Not yet')
const GET_READY = msg('Get ready')
const LEFT = msg('{time} left|short')
const TARGET = msg('Target {temperature}')
const OF = msg('{ready} of {counted}')
const SESH = msg('Sesh {number}')
const WITHIN = msg('{ms} ms apart')

/** In a language, with `{name}` replaced by `args.name`. */
function said(tongue: OverlayTongue, text: string, args: Record<string, string | number> = {}): string {
  return (catalogues[tongue][text] ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole))
}

export const stageWord = (tongue: OverlayTongue, stage: OverlayStage): string => said(tongue, STAGE[stage])
export const activityWord = (tongue: OverlayTongue, activity: OverlayActivity): string => said(tongue, ACTIVITY[activity])
export const getReady = (tongue: OverlayTongue): string => said(tongue, GET_READY)
/** `time` at temperature that is left. */
export const timeLeft = (tongue: OverlayTongue, time: string): string => said(tongue, LEFT, { time })
export const target = (tongue: OverlayTongue, temperature: string): string => said(tongue, TARGET, { temperature })
export const readyOf = (tongue: OverlayTongue, ready: number, counted: number): string => said(tongue, OF, { ready, counted })
export const seshWord = (tongue: OverlayTongue, number: number): string => said(tongue, SESH, { number })
/** Between the first start and the last. */
export const apart = (tongue: OverlayTongue, ms: number): string => said(tongue, WITHIN, { ms })

/** What a member is doing, in a word or a time. `left` is in seconds. */
export function status(member: OverlayMember, stage: OverlayStage, left: number | null, tongue: OverlayTongue): string {
  const { activity } = member
  if (member.away) return said(tongue, AWAY)
  if (activity === 'asleep' || activity === 'lost') return activityWord(tongue, activity)
  if (activity === 'active' && left !== null) return clockTime(left)
  if (activity === 'preheat' || activity === 'active' || activity === 'fade') return activityWord(tongue, activity)
  if (stage === 'countdown' && member.ready) return getReady(tongue)
  if (stage === 'awaiting') return said(tongue, member.ready ? READY : WAITING)
  return activityWord(tongue, activity)
}
