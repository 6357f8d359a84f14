import { describe, expect, it } from 'vitest'
import type { ChatLine } from './contract'
import { burst, fold } from './reactions'

let id = 0
const line = (by: string | null, kind: ChatLine['kind'], text: string, at = 0): ChatLine => ({ id: ++id, at, by, name: by, led: null, me: by === 'me', kind, text, happened: null })

describe('the log', () => {
  it('folds the same reaction of the same person', () => {
    const shown = fold([line('mika', 'reaction', '🔥'), line('mika', 'reaction', '🔥'), line('mika', 'reaction', '💨'), line('theo', 'reaction', '💨')])
    expect(shown.map(({ line, times }) => `${line.by} ${line.text} ${times}`)).toEqual(['mika 🔥 2', 'mika 💨 1', 'theo 💨 1'])
  })

  it('names an author once for what they say in one breath', () => {
    const shown = fold([line('mika', 'message', 'a'), line('mika', 'message', 'b', 1000), line('theo', 'message', 'c'), line('theo', 'message', 'd', 400_000)])
    expect(shown.map((each) => each.continued)).toEqual([false, true, false, false])
  })

  it('does not join messages across a system line', () => {
    const shown = fold([line('mika', 'message', 'a'), line(null, 'sesh', 'asked'), line('mika', 'message', 'b')])
    expect(shown.map((each) => each.continued)).toEqual([false, false, false])
  })
})

describe('reactions in the air', () => {
  const chat = [line('mika', 'reaction', '🔥', 1000), line('theo', 'reaction', '💨', 5000), line('mika', 'message', 'hm', 5100), line('mika', 'reaction', '🔥', 5200)]

  it('are those of the last two seconds, of one sender', () => {
    expect(burst(chat, (each) => each.by === 'mika', 6000).map((each) => each.at)).toEqual([5200])
    expect(burst(chat, (each) => each.by === 'mika', 9000)).toEqual([])
  })

  it('are at most three', () => {
    const many = Array.from({ length: 9 }, () => line('mika', 'reaction', '🔥', 5000))
    expect(burst(many, () => true, 5100)).toHaveLength(3)
  })
})
