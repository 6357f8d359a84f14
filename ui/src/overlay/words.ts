// The few words of the overlay, in its languages. They are here and not in the window's catalogues, which are
// far larger than this whole page.

import { clockTime } from '../lib/temperature'
import type { OverlayActivity, OverlayMember, OverlayStage, OverlayTongue } from './contract'

interface Words {
  stage: Record<OverlayStage, string>
  activity: Record<OverlayActivity, string>
  away: string
  ready: string
  waiting: string
  getReady: string
  left: string
  target: string
  of: (ready: number, counted: number) => string
  sesh: (number: number) => string
  within: (ms: number) => string
}

export const WORDS: Record<OverlayTongue, Words> = {
  en: {
    stage: { alone: 'Hearth', chilling: 'Chilling', awaiting: 'Getting ready', countdown: 'Starting', seshing: 'Seshing', ended: 'That was it' },
    activity: { unknown: 'Here', asleep: 'Asleep', lost: 'Lost signal', idle: 'Idle', selecting: 'Choosing', preheat: 'Heating', active: 'At temp', fade: 'Fading' },
    away: 'Away',
    ready: 'Ready',
    waiting: 'Not yet',
    getReady: 'Get ready',
    left: 'left',
    target: 'Target',
    of: (ready, counted) => `${ready} of ${counted}`,
    sesh: (number) => `Sesh ${number}`,
    within: (ms) => `${ms} ms apart`,
  },
  de: {
    stage: { alone: 'Hearth', chilling: 'Entspannt', awaiting: 'Bereit machen', countdown: 'Gleich geht’s los', seshing: 'Sesh läuft', ended: 'Das war’s' },
    activity: { unknown: 'Da', asleep: 'Schläft', lost: 'Kein Signal', idle: 'Ruht', selecting: 'Wählt', preheat: 'Heizt', active: 'Heiß', fade: 'Kühlt ab' },
    away: 'Abwesend',
    ready: 'Bereit',
    waiting: 'Noch nicht',
    getReady: 'Mach dich bereit',
    left: 'übrig',
    target: 'Ziel',
    of: (ready, counted) => `${ready} von ${counted}`,
    sesh: (number) => `Sesh ${number}`,
    within: (ms) => `${ms} ms Abstand`,
  },
}

/** What a member is doing, in a word or a time. `left` is in seconds. */
export function status(member: OverlayMember, stage: OverlayStage, left: number | null, tongue: OverlayTongue): string {
  const words = WORDS[tongue]
  if (member.away) return words.away
  if (member.activity === 'asleep' || member.activity === 'lost') return words.activity[member.activity]
  if (member.activity === 'active' && left !== null) return clockTime(left)
  if (member.activity === 'preheat' || member.activity === 'active' || member.activity === 'fade') return words.activity[member.activity]
  if (stage === 'countdown' && member.ready) return words.getReady
  if (stage === 'awaiting') return member.ready ? words.ready : words.waiting
  return words.activity[member.activity]
}
