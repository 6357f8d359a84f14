import { describe, expect, it } from 'vitest'
import type { OverlayLook } from './contract'
import { color, lookOf } from './look'

const LOOK: OverlayLook = {
  layout: 'strip',
  names: true,
  temperatures: true,
  countdown: true,
  accent: null,
  chips: 0.86,
  scale: 1,
  position: 'bottom_left',
}

describe('an address', () => {
  it('changes nothing when it says nothing', () => {
    expect(lookOf(LOOK, '')).toEqual(LOOK)
  })
  it('chooses for its own source', () => {
    const search = '?layout=single&names=0&temperatures=0&countdown=0&accent=00FF88&scale=1.5&position=top-right&chips=1'
    expect(lookOf(LOOK, search)).toEqual({
      layout: 'single',
      names: false,
      temperatures: false,
      countdown: false,
      accent: '#00ff88',
      chips: 1,
      scale: 1.5,
      position: 'top_right',
    })
  })
  it('cannot show what Hearth hides', () => {
    const hidden = { ...LOOK, names: false, temperatures: false, countdown: false }
    expect(lookOf(hidden, '?names=1&temperatures=1&countdown=1')).toEqual(hidden)
  })
  it('stays within what can be read', () => {
    expect(lookOf(LOOK, '?scale=99&chips=0')).toMatchObject({ scale: 3, chips: 0.7 })
    expect(lookOf(LOOK, '?scale=0&chips=9')).toMatchObject({ scale: 0.5, chips: 1 })
  })
  it('is ignored where it makes no sense', () => {
    expect(lookOf(LOOK, '?layout=wild&scale=big&accent=red;x:url(y)&position=here&chips=')).toEqual(LOOK)
  })
})

it('reads colours with and without #, short and long', () => {
  expect(['f83', '#f83', 'FF8833'].map(color)).toEqual(['#ff8833', '#ff8833', '#ff8833'])
  expect(['', 'red', '#ff88', null].map(color)).toEqual([null, null, null, null])
})
