import { expect, it } from 'vitest'
import { device } from './demo/people'
import { RAIL_PLACES, railDevices } from './rail'

const devices = (count: number, inUse = 0) => Array.from({ length: count }, (_, i) => device({ id: `d${i}`, inUse: i === inUse }))
const ids = (count: number, inUse?: number) => {
  const { shown, more } = railDevices(devices(count, inUse))
  return [shown.map((each) => each.id).join(' '), more]
}

it('shows all devices where they fit', () => {
  expect(ids(0)).toEqual(['', 0])
  expect(ids(RAIL_PLACES)).toEqual(['d0 d1 d2 d3 d4', 0])
})

it('tells how many are left out in the last place, and never takes more of them', () => {
  expect(ids(6)).toEqual(['d0 d1 d2 d3', 2])
  expect(ids(40)).toEqual(['d0 d1 d2 d3', 36])
})

it('does not leave out the one in use', () => {
  expect(ids(7, 6)).toEqual(['d0 d1 d2 d6', 3])
  expect(ids(7, 2)).toEqual(['d0 d1 d2 d3', 3])
})
