// The picture of a sesh that is saved and shown around: where everything on it goes. Pure; paint.ts draws the
// shapes, and the caller says how wide a text is.

import { accent, type Ground } from '../../lib/accent'
import { dashed, drawOrder, xEnd, xMarks, Y_RANGE, yMarks } from '../../lib/chart'
import type { RecapMember, RecapView, Unit } from '../../lib/contract'
import { spread } from '../../lib/labels'
import { clockTime, degrees } from '../../lib/temperature'
import { t } from '../../lib/tongue.svelte'
import { chartOf, emojis, heated, inOrder, shortTime, start, toTemp } from './recap'
import { figure, fullDate, lasted } from './when'

export const WIDTH = 1200
export const HEIGHT = 630
/** Nothing that is read comes nearer to the edge. */
export const MARGIN = 48

export interface Palette {
  bg: string
  s1: string
  line: string
  text: string
  text2: string
  text3: string
  /** Strength of the light, 0..1. */
  glow: number
}

/** As in tokens.css: the picture does not change with the contrast that one person needs. */
export const PALETTES: Record<Ground, Palette> = {
  dark: { bg: '#171513', s1: '#1f1c19', line: 'rgba(255, 238, 220, 0.07)', text: '#f4eee7', text2: '#c3b9ae', text3: '#9d9388', glow: 0.2 },
  light: { bg: '#f6f3ee', s1: '#fefdfb', line: 'rgba(64, 44, 24, 0.11)', text: '#261f19', text2: '#574d44', text3: '#665c52', glow: 0.13 },
}

export interface Text {
  kind: 'text'
  text: string
  x: number
  /** Baseline. */
  y: number
  size: number
  weight: number
  fill: string
  align: 'left' | 'right' | 'center'
}

export type Shape =
  | Text
  | { kind: 'ground'; fill: string }
  | { kind: 'glow'; x: number; y: number; radius: number; color: string; opacity: number }
  | { kind: 'card'; x: number; y: number; width: number; height: number; radius: number; fill: string; stroke: string }
  | { kind: 'line'; points: [number, number][]; stroke: string; width: number; dash?: number[]; opacity?: number }
  | { kind: 'dot'; x: number; y: number; radius: number; fill: string; ring?: string }
  | { kind: 'mark'; x: number; y: number; size: number; stroke: string; fill: string }

/** How wide a text is, px. */
export type Measure = (text: string, size: number, weight: number) => number

export interface Poster {
  recap: RecapView
  /** Names of people and of the group are on it. */
  names: boolean
  unit: Unit
  ground: Ground
  /** Light of the device in use. */
  led: string | null
}

const CARD = { x: 32, y: 214, width: WIDTH - 64, height: 292, radius: 24 }
const PLOT = { left: 118, top: CARD.y + 26, bottom: CARD.y + CARD.height - 48 }
/** Members in the row below the chart; with more, the last place counts the others. */
const PLACES = 5
const RIGHT = WIDTH - MARGIN

export function layout(poster: Poster, measure: Measure): Shape[] {
  const colors = PALETTES[poster.ground]
  const light = accent(poster.recap.members.find((member) => member.person.me)?.person.led ?? poster.led, poster.ground)
  return [
    { kind: 'ground', fill: colors.bg },
    { kind: 'glow', x: WIDTH / 2, y: HEIGHT + 90, radius: 760, color: light.led, opacity: colors.glow * 1.4 },
    { kind: 'mark', x: MARGIN - 4, y: 36, size: 40, stroke: colors.text, fill: light.arc },
    { kind: 'text', text: 'Hearth', x: MARGIN + 48, y: 65, size: 24, weight: 600, fill: colors.text, align: 'left' },
    { kind: 'text', text: fullDate(poster.recap.sesh.at), x: RIGHT, y: 64, size: 20, weight: 450, fill: colors.text2, align: 'right' },
    ...heading(poster, colors, light.acc, measure),
    ...chart(poster, colors, measure),
    ...members(poster, colors, measure),
  ]
}

/** The longest of the texts that fits, the last one cut if it must be. */
function fitted(texts: readonly string[], width: number, size: number, weight: number, measure: Measure): string {
  const fits = texts.find((text) => measure(text, size, weight) <= width)
  if (fits !== undefined) return fits
  let letters = [...(texts.at(-1) ?? '')]
  while (letters.length > 1 && measure(`${letters.join('').trimEnd()}…`, size, weight) > width) letters = letters.slice(0, -1)
  return `${letters.join('').trimEnd()}…`
}

function heading({ recap, names }: Poster, colors: Palette, acc: string, measure: Measure): Shape[] {
  const { sesh, skewMs, reactions } = recap
  const shapes: Shape[] = []
  let room = RIGHT - MARGIN
  if (skewMs !== null) {
    const value = shortTime(skewMs)
    const caption = t('from the first start to the last')
    shapes.push(
      { kind: 'text', text: value, x: RIGHT, y: 146, size: 52, weight: 600, fill: acc, align: 'right' },
      { kind: 'text', text: caption, x: RIGHT, y: 184, size: 20, weight: 450, fill: colors.text2, align: 'right' },
    )
    room -= Math.max(measure(value, 52, 600), measure(caption, 20, 450)) + 40
  }
  const number = sesh.number > 0 ? `#${sesh.number}` : ''
  const wide = number === '' ? 0 : measure(number, 46, 450) + 16
  const title = fitted([names ? sesh.name : t('Sesh')], room - wide, 46, 600, measure)
  shapes.push({ kind: 'text', text: title, x: MARGIN, y: 144, size: 46, weight: 600, fill: colors.text, align: 'left' })
  if (number !== '') {
    shapes.push({ kind: 'text', text: number, x: MARGIN + measure(title, 46, 600) + 16, y: 144, size: 46, weight: 450, fill: colors.text3, align: 'left' })
  }
  const devices = heated(recap).length
  const facts = [t('{count} devices', { count: devices }), lasted(sesh.seconds)]
  const sent = emojis(reactions).slice(0, 3).map(({ emoji, count }) => `${emoji} ${count}`)
  const line = (parts: string[]) => parts.join('  ·  ')
  const below = fitted([line([...facts, ...sent]), line(facts)], room, 22, 450, measure)
  shapes.push({ kind: 'text', text: below, x: MARGIN, y: 184, size: 22, weight: 450, fill: colors.text2, align: 'left' })
  return shapes
}

function chart({ recap, names, unit, ground }: Poster, colors: Palette, measure: Measure): Shape[] {
  const view = chartOf(recap)
  const curves = drawOrder(view.curves)
  const dashes = dashed(curves)
  const label = 20
  const widest = names ? Math.max(0, ...curves.map((curve) => measure(curve.name, label, 600))) : 0
  const right = RIGHT - 12 - (names ? Math.min(widest, 150) + 16 : 0)
  const end = xEnd(view)
  const [low, high] = Y_RANGE
  const x = (second: number) => PLOT.left + ((right - PLOT.left) * second) / end
  const y = (celsius: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * (Math.min(high, Math.max(low, celsius)) - low)) / (high - low)
  const shapes: Shape[] = [{ kind: 'card', ...CARD, fill: colors.s1, stroke: colors.line }]
  for (const mark of yMarks(unit, PLOT.bottom - PLOT.top)) {
    shapes.push(
      { kind: 'line', points: [[PLOT.left, y(mark)], [right, y(mark)]], stroke: colors.line, width: 1.5 },
      { kind: 'text', text: degrees(mark, unit), x: PLOT.left - 16, y: y(mark) + 6, size: 17, weight: 450, fill: colors.text3, align: 'right' },
    )
  }
  for (const second of xMarks(end, (right - PLOT.left) / 1.6)) {
    shapes.push({ kind: 'text', text: clockTime(second), x: x(second), y: PLOT.bottom + 30, size: 17, weight: 450, fill: colors.text3, align: 'center' })
  }
  curves.forEach((curve, i) => {
    const points = curve.points.map(([ms, celsius]): [number, number] => [x(Math.max(0, ms) / 1000), y(celsius)])
    shapes.push({ kind: 'line', points, stroke: accent(curve.led, ground).arc, width: curve.me ? 5 : 3.25, ...(dashes[i] ? { dash: [12, 9] } : {}) })
  })
  const ends = curves.map((curve) => {
    const [ms, celsius] = curve.points.at(-1)!
    return { curve, x: x(Math.max(0, ms) / 1000), y: y(celsius), colors: accent(curve.led, ground) }
  })
  const rows = spread(ends, 25, PLOT.top + 4, PLOT.bottom)
  ends.forEach(({ curve, x: at, y: height, colors: own }, i) => {
    shapes.push({ kind: 'dot', x: at, y: height, radius: curve.me ? 8 : 6.5, fill: own.arc, ring: colors.s1 })
    if (!names) return
    const row = rows[i] ?? height
    // Lines that ended early have their name near their end, not over the others.
    const from = at + 20
    if (Math.abs(row - height) > 8) shapes.push({ kind: 'line', points: [[at + 9, height], [from - 3, row]], stroke: own.arc, width: 1.5, opacity: 0.5 })
    const name = fitted([curve.name], Math.max(RIGHT - 8 - from, 20), label, 600, measure)
    shapes.push({ kind: 'text', text: name, x: from, y: row + 7, size: label, weight: curve.me ? 700 : 600, fill: own.acc, align: 'left' })
  })
  return shapes
}

function members({ recap, names, unit, ground }: Poster, colors: Palette, measure: Measure): Shape[] {
  const all = inOrder(heated(recap))
  const shown = all.length > PLACES ? all.slice(0, PLACES - 1) : all
  const places = Math.min(Math.max(all.length, 3), PLACES)
  const width = (RIGHT - MARGIN) / places
  const shapes = shown.flatMap((member, i): Shape[] => {
    const x = MARGIN + i * width
    const room = width - 40
    const own = accent(member.person.led, ground)
    const name = fitted([nameOf(member, names)], room, 21, 600, measure)
    const facts = [start(member), toTemp(member, unit)].filter((fact) => fact !== null)
    const short = [start(member), member.timeToTempS === null ? null : t('{seconds} s', { seconds: figure(member.timeToTempS, 1) })].filter((fact) => fact !== null)
    return [
      { kind: 'dot', x: x + 8, y: 549, radius: 8, fill: own.arc },
      { kind: 'text', text: name, x: x + 28, y: 556, size: 21, weight: 600, fill: colors.text, align: 'left' },
      { kind: 'text', text: fitted([facts.join('  ·  '), short.join('  ·  ')], room, 18, 450, measure), x: x + 28, y: 585, size: 18, weight: 450, fill: colors.text2, align: 'left' },
    ]
  })
  if (all.length > shown.length) {
    const text = t('and {count} more', { count: all.length - shown.length })
    shapes.push({ kind: 'text', text, x: MARGIN + shown.length * width, y: 556, size: 21, weight: 450, fill: colors.text2, align: 'left' })
  }
  return shapes
}

const nameOf = ({ person, model }: RecapMember, names: boolean): string => (names ? person.name : (model ?? t('Device')))

/** `hearth-sunday-slow-burn-14.png` */
export function fileName({ sesh }: RecapView, names: boolean): string {
  const plain = names ? sesh.name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40) : ''
  return ['hearth', plain || 'sesh', sesh.number > 0 ? sesh.number : ''].filter((part) => part !== '').join('-') + '.png'
}
