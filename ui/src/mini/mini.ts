// What the mini window says: the stage bar's action, in the words that fit beside a gauge. While the device in
// use heats, the words are those of its heat and the action stops it.

import type { View } from '../lib/contract'
import { type Hero, heroOf } from '../lib/hero'
import { type Action, inUse, stageBar } from '../lib/stage'
import { msg, t } from '../lib/tongue.svelte'
import { capital, isHeating, isWarm } from '../lib/words'

export interface Mini {
  hero: Hero | null
  title: string
  sub: string
  warns: boolean
  action: Action | null
  /** What a screen reader hears when it changes; no running times in it. */
  announcement: string
}

/** Labels that are shorter here than on the stage bar. */
const SHORT: Partial<Record<Action['id'], string>> = {
  back: msg('I’m back'),
  connect: msg('Connect'),
  'heat-now': msg('Heat now'),
  'stop-heat': msg('Stop the heat'),
  'sit-out': msg('Sit this out'),
}

/** What to show at `now`. `gone`: the companion cannot be reached, so what is known of the device is old. */
export function miniOf(view: View, now: number, gone: boolean): Mini {
  const device = inUse(view.devices)
  const heats = device !== null && isHeating(device.activity)
  const seen = device && gone ? { ...device, link: { state: 'off' as const } } : device
  const hero = seen ? heroOf(seen, view.stage, now, view.settings.unit, view.scan.bluetooth) : null
  const bar = stageBar(view, now)
  const action = bar.primary && shorter(bar.primary, view, gone)
  if (gone) {
    const sub = heats ? t('Stop with its button') : t('Trying again')
    return { hero, title: t('No connection'), sub, warns: true, action, announcement: t('No connection to Hearth') }
  }
  const own = device !== null && hero !== null && (isWarm(device.activity) || view.stage.stage === 'alone' || hero.arc === 'countdown')
  if (own && !(bar.warns && !heats)) {
    return { hero, title: hero.label, sub: hero.sub, warns: hero.frozen, action, announcement: bar.announcement || hero.label }
  }
  // Why it cannot be pressed; where it can, the button says enough.
  const hint = bar.primary?.disabled ? bar.primary.hint : undefined
  return { hero, title: bar.message, sub: hint ? capital(hint) : bar.sub, warns: bar.warns ?? false, action, announcement: bar.announcement || bar.message }
}

function shorter(action: Action, view: View, gone: boolean): Action {
  const { hint: _, ...rest } = action
  // Whoever is not ready calls the countdown off for all; that is no sitting out.
  const short = view.stage.callsOff && action.id === 'sit-out' ? undefined : SHORT[action.id]
  const label = action.id === 'start' ? t('Start with {count}', { count: view.stage.ready }) : short === undefined ? action.label : t(short)
  const disabled = action.disabled || (gone && action.id !== 'stop-heat')
  return { ...rest, label, ...(disabled ? { disabled } : {}) }
}
