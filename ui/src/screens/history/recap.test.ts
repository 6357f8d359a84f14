import { beforeEach, describe, expect, it } from 'vitest'
import type { RecapLine } from '../../lib/contract'
import { recap } from '../../lib/demo/history'
import { speak } from '../../lib/tongue.svelte'
import { called, chartOf, emojis, heated, inOrder, said, shortTime, skewScale, start, toTemp } from './recap'

beforeEach(() => speak('en'))

const member = recap().members[0]!
const began = (...ms: (number | null)[]) => ms.map((beganMs) => ({ ...member, beganMs }))

describe('who started when', () => {
  it.each([
    [[0], 100],
    [[0, 84], 100],
    [[0, 100], 100],
    [[0, 101], 200],
    [[0, 480], 500],
    [[0, 1240], 2000],
    [[null], 100],
    [[0, 3_000_000], 5_000_000],
  ])('%j on a track of %i ms', (starts, scale) => expect(skewScale(began(...starts))).toBe(scale))

  it('puts the first on top, those who did not heat at the end', () => {
    expect(inOrder(began(63, null, 0, 41)).map((each) => each.beganMs)).toEqual([0, 41, 63, null])
  })

  it('says it shortly', () => {
    expect(began(0, 41, 1240, null).map(start)).toEqual(['first', '+41 ms', '+1.2 s', null])
    expect([84, 999, 1000].map(shortTime)).toEqual(['84 ms', '999 ms', '1.0 s'])
  })
})

it('says how fast somebody was, with the target where it is known', () => {
  expect(toTemp(member, 'fahrenheit')).toBe('19.1 s to 545°')
  expect(toTemp(member, 'celsius')).toBe('19.1 s to 285°')
  expect(toTemp({ ...member, targetCelsius: null }, 'celsius')).toBe('19.1 s')
  expect(toTemp({ ...member, timeToTempS: null }, 'celsius')).toBe('–')
})

it('draws only members with a curve, and tells two of the same name apart', () => {
  const twins = recap({ members: [member, { ...member, points: [] }, { ...member, person: { ...member.person, me: false } }] })
  expect(chartOf(twins).curves.map((curve) => curve.member)).toEqual(['0', '2'])
  expect(chartOf(twins).live).toBe(false)
})

it('counts whoever heated, also without a curve', () => {
  const three = recap({ members: [member, { ...member, points: [] }, { ...member, points: [], beganMs: null }] })
  expect(heated(three)).toHaveLength(2)
})

it('adds up reactions by emoji', () => {
  expect(emojis(recap().reactions)).toEqual([{ emoji: '🔥', count: 5 }, { emoji: '💨', count: 2 }])
})

it('calls this person You, and everybody else by name', () => {
  expect(called(recap(), 'Rowan')).toBe('You')
  expect(called(recap(), 'Mika')).toBe('Mika')
})

it('puts lines of one breath together and leaves reactions out', () => {
  const line = (at: number, name: string | null, kind: RecapLine['kind'] = 'message'): RecapLine => ({ at, name, led: null, kind, text: 'x', happened: null })
  const shown = said([line(0, 'Mika'), line(1000, 'Mika'), line(2000, 'Mika', 'reaction'), line(3000, 'Mika'), line(4000, null, 'sesh'), line(5000, 'Mika'), line(400_000, 'Mika')])
  expect(shown.map(({ continued }) => continued)).toEqual([false, true, true, false, false, false])
})
