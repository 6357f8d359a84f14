import { expect, it } from 'vitest'
import { share } from './share'

it('keeps what equals, however deep, and nothing else', () => {
  const before = { id: 'a', list: [{ id: '1', n: 1 }, { id: '2', n: 2 }], none: null, deep: { x: [1, 2] } }
  expect(share(before, structuredClone(before))).toBe(before)
  const now = share(before, { ...structuredClone(before), list: [{ id: '1', n: 1 }, { id: '2', n: 3 }] })
  expect(now).toEqual({ ...before, list: [{ id: '1', n: 1 }, { id: '2', n: 3 }] })
  expect(now).not.toBe(before)
  expect(now.list[0]).toBe(before.list[0])
  expect(now.deep).toBe(before.deep)
})

it('finds those with an id at another place', () => {
  const before = [{ id: '1', n: 1 }, { id: '2', n: 2 }]
  const now = share(before, [{ id: '2', n: 2 }, { id: '3', n: 3 }])
  expect(now).toEqual([{ id: '2', n: 2 }, { id: '3', n: 3 }])
  expect(now[0]).toBe(before[1])
})

it('takes what is of another kind, shorter, or has other fields', () => {
  for (const [before, now] of [[[1], { 0: 1 }], [{ 0: 1 }, [1]], [[1, 2], [1]], [{ a: 1, b: 2 }, { a: 1 }], [{ a: 1 }, { b: 1 }], [null, { a: 1 }], [{ a: 1 }, null], [1, '1']] as const) {
    expect(share(before, structuredClone(now))).toEqual(now)
  }
})
