// People who are not there, for the preview of the overlay: half a minute into a sesh.

import type { OverlayMember, OverlayMessage, OverlayTongue, OverlayUnit, Trail } from '../../overlay/contract'
import type { OverlaySettings } from '../../lib/contract'

const SECOND = 34
const PEOPLE: { name: string; led: string; target: number; late: number; hold: number; away?: boolean }[] = [
  { name: 'Rowan', led: '#ff6a14', target: 285, late: 0, hold: 40 },
  { name: 'Mika', led: '#10d8c4', target: 271, late: 0.3, hold: 40 },
  { name: 'Theo', led: '#7a45ff', target: 263, late: 0.9, hold: 50 },
  { name: 'June', led: '#ff3d92', target: 277, late: 0, hold: 40, away: true },
  { name: 'Sol', led: '#5fe04a', target: 255, late: 0.5, hold: 45 },
]

/** °C `seconds` after a start: quickly up, then around the target. */
const curve = (target: number, seconds: number) =>
  seconds <= 0 ? 24 : Math.min(target + Math.sin(seconds / 2) * 0.8, 24 + (target - 24) * (1 - Math.exp(-seconds / 6)) * 1.04)

const reached = (target: number) => {
  let seconds = 0
  while (curve(target, seconds) < target - 1) seconds += 0.1
  return seconds
}

/** What the overlay's page would hear from Hearth with these settings. */
export function sample(settings: OverlaySettings, unit: OverlayUnit, tongue: OverlayTongue): Extract<OverlayMessage, { type: 'hello' }> {
  const members = PEOPLE.map(({ name, led, target, late, hold, away }, id): OverlayMember => ({
    id,
    name: settings.hideNames ? null : name,
    me: id === 0,
    led,
    activity: away ? 'idle' : 'active',
    celsius: away ? 24 : curve(target, SECOND - late),
    targetCelsius: target,
    leftS: away ? null : hold - (SECOND - late - reached(target)),
    holdS: away ? null : hold,
    ready: !away,
    away: away ?? false,
  }))
  const trails = PEOPLE.flatMap(({ target, late, away }, member): Trail[] =>
    away ? [] : [{ member, points: Array.from({ length: SECOND * 4 }, (_, i) => [i * 250, curve(target, i / 4 - late)] as [number, number]) }],
  )
  const view = {
    stage: 'seshing' as const,
    ready: 4,
    counted: 4,
    countdownMs: null,
    elapsedS: SECOND,
    skewMs: 84,
    group: settings.hideGroup ? null : 'Sunday slow burn',
    sesh: 15,
    unit,
    tongue,
    members,
    look: {
      layout: settings.layout,
      names: !settings.hideNames,
      temperatures: true,
      countdown: true,
      accent: null,
      chips: 0.86,
      scale: 1,
      position: 'bottom_left' as const,
    },
  }
  return { type: 'hello', view, trails }
}
