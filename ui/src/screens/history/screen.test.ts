// What a person does on the history screen, and what the companion is asked for it.

import { all, click, find, key, media, press, sent, show, tidy } from '../../testing/window'
import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Command, Event } from '../../lib/contract'
import { history, recap } from '../../lib/demo/history'
import { past } from '../../lib/past.svelte'
import { hearth } from '../../lib/state.svelte'

const painted = vi.hoisted(() => ({ texts: [] as string[] }))
vi.mock('./paint', async (original) => ({
  ...(await original<typeof import('./paint')>()),
  fontsReady: () => Promise.resolve(),
  measureOn: () => (text: string, size: number) => text.length * size * 0.5,
  paint: (_: unknown, shapes: { kind: string; text?: string }[]) => (painted.texts = shapes.flatMap((shape) => shape.text ?? [])),
  pngOf: () => 'UE5H',
}))

beforeEach(() => {
  HTMLCanvasElement.prototype.getContext = (() => ({})) as never
})
afterEach(tidy)

const tell = (event: Event) => {
  hearth.take(event)
  flushSync()
}
const asked = (name: Command['command']) => sent().filter((command) => command.command === name)
const words = (name: string) => find(name)!.textContent!.replace(/\s+/g, ' ').trim()

describe('the days', () => {
  it('are asked for when the screen is shown and when the range changes', async () => {
    await show('history')
    expect(asked('show_history')).toEqual([{ command: 'show_history', range: 'days14' }])
    click(all('screen-history')[0]!.querySelectorAll<HTMLElement>('[role="radio"]')[2]!)
    expect(asked('show_history').at(-1)).toEqual({ command: 'show_history', range: 'all' })
  })

  it('stay in sight while others are read', async () => {
    await show('history')
    click(find('screen-history')!.querySelectorAll<HTMLElement>('[role="radio"]')[1]!)
    tell({ event: 'history', history: history({ range: 'days90', loading: true, days: [], dabs: 0, seshes: [] }) })
    expect(document.querySelectorAll('.skel')).toHaveLength(0)
    expect(all('day-bar').length).toBeGreaterThan(10)
    tell({ event: 'history', history: history({ range: 'days90', days: [], dabs: 0, seshes: [] }) })
    expect(find('history-empty')!.textContent).toMatch(/last 90 days/)
  })

  it('are in a table too, today by its name', async () => {
    await show('history')
    const rows = [...find('day-table')!.querySelectorAll('tbody tr')].map((row) => row.textContent)
    expect(rows).toHaveLength(14)
    expect(rows.at(-1)).toBe('Today6')
    expect(document.querySelectorAll('.bar.today')).toHaveLength(1)
  })

  it('are told one by one to who walks through them by keyboard', async () => {
    await show('history')
    const bars = find('day-bars')!
    expect(bars.getAttribute('aria-valuetext')).toBe('Today: 6 dabs')
    key({ key: 'ArrowLeft' }, bars)
    expect(bars.getAttribute('aria-valuetext')).toBe('Friday, November 20: 8 dabs')
    expect(words('pointed-day')).toBe('Friday, November 20: 8 dabs')
    key({ key: 'Home' }, bars)
    key({ key: 'ArrowLeft' }, bars)
    expect(bars.getAttribute('aria-valuenow')).toBe('1')
  })
})

it('says the four numbers and the profiles', async () => {
  await show('history')
  expect(words('history-stats')).toMatch(/Time to temp 19\.1s median .*Slow burn 60% of dabs A day 5\.2 73 dabs In groups 35of 73 48% of dabs/)
  expect([...find('history-profiles')!.querySelectorAll('tbody tr')].map((row) => row.textContent!.trim())).toEqual(
    expect.arrayContaining([expect.stringMatching(/Slow burn\s*4419\.1 s/), expect.stringMatching(/many letters\s*3–/)]),
  )
})

describe('seshes', () => {
  it('are read further on request', async () => {
    await show('history')
    press('more-seshes')
    expect(sent().at(-1)).toEqual({ command: 'more_seshes' })
    tell({ event: 'history', history: history({ more: false }) })
    expect(find('more-seshes')).toBeNull()
  })

  it('open beside the list: the latest by itself, once', async () => {
    await show('history-again')
    hearth.close()
    await show('history-loading')
    expect(asked('open_recap')).toEqual([])
    tell({ event: 'history', history: history() })
    expect(asked('open_recap')).toEqual([{ command: 'open_recap', id: '15' }])
    tell({ event: 'recap', recap: null })
    tell({ event: 'history', history: history({ dabs: 74 }) })
    expect(asked('open_recap')).toHaveLength(1)
  })

  it('take the place of the list on a narrow window, and back leads to the list', async () => {
    media.width = 400
    await show('history')
    expect(find('recap')).toBeNull()
    click(all('sesh-row')[1]!)
    expect(sent().at(-1)).toEqual({ command: 'open_recap', id: '14' })
    expect(all('sesh-row')).toHaveLength(0)
    expect(find('recap')!.dataset.id).toBeUndefined()
    tell({ event: 'recap', recap: recap({ sesh: history().seshes[1]! }) })
    expect(find('recap')!.dataset.id).toBe('14')
    expect(document.activeElement).toBe(find('recap-back'))
    press('recap-back')
    expect(sent().at(-1)).toEqual({ command: 'close_recap' })
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.id).toBe('14'))
    expect(all('sesh-row').length).toBeGreaterThan(1)
  })

  it('are deleted after a question, one at a time', async () => {
    await show('recap')
    press('sesh-menu')
    press('delete-sesh')
    expect((document.activeElement as HTMLElement).dataset.test).toBe('confirm-cancel')
    press('confirm-cancel')
    expect(asked('delete_sesh')).toEqual([])
    press('sesh-menu')
    press('delete-sesh')
    press('confirm')
    expect(asked('delete_sesh')).toEqual([{ command: 'delete_sesh', id: '15' }])
    tell({ event: 'recap', recap: null })
    expect(find('recap')!.dataset.id).toBeUndefined()
  })
})

it('is exported as a table and whole, and deleted after a question', async () => {
  await show('history')
  press('history-menu')
  press('export-csv')
  press('history-menu')
  press('export-json')
  expect(asked('export_history')).toEqual([{ command: 'export_history', format: 'csv' }, { command: 'export_history', format: 'json' }])
  press('history-menu')
  press('delete-history')
  expect(asked('delete_history')).toEqual([])
  press('confirm')
  expect(asked('delete_history')).toHaveLength(1)
})

describe('without anything to show', () => {
  it('offers to read the log of the device in use', async () => {
    await show('history-empty')
    expect(words('history-read-log')).toBe('Read the log from Ember')
    press('history-read-log')
    expect(sent().at(-1)).toEqual({ command: 'read_log', id: 'ember', log: 'activity' })
    press('history-show-all')
    expect(past.range).toBe('all')
  })

  it('offers to connect a device when there is none', async () => {
    await show('history-empty-all')
    expect(words('history-empty')).toMatch(/Nothing here yet/)
    press('history-add-device')
    expect(hearth.screen).toBe('devices')
  })

  it('is not empty while it is being read', async () => {
    await show('history-loading')
    expect(find('history-empty')).toBeNull()
    expect(document.querySelectorAll('.skel').length).toBeGreaterThan(5)
  })
})

describe('a history that cannot be used', () => {
  it.each(['history-future', 'history-damaged'])('%s: may be set aside, after a question', async (name) => {
    await show(name)
    press('set-aside')
    expect(asked('set_history_aside')).toEqual([])
    press('confirm')
    expect(asked('set_history_aside')).toHaveLength(1)
  })

  it('is tried again where a new file would not help', async () => {
    await show('history-read-only')
    expect(find('set-aside')).toBeNull()
    press('history-retry')
    expect(asked('show_history')).toHaveLength(2)
  })

  it('shows what it has and says that nothing is added', async () => {
    await show('history-full')
    expect(find('history-problem')).toBeNull()
    expect(document.querySelector('.hist .banner')!.textContent).toMatch(/No room for your history/)
    expect(all('sesh-row').length).toBeGreaterThan(1)
  })
})

describe('a recap', () => {
  it('says who started when, how fast and how hot', async () => {
    await show('recap')
    const rows = all('start').map((row) => row.textContent!.replace(/\s+/g, ' ').trim())
    expect(rows[0]).toMatch(/^You first 19\.1 s to 545° peak 547°$/)
    expect(rows[3]).toMatch(/^Theo \+84 ms 22\.0 s to 505°/)
    expect(words('skew-scale')).toBe('100 ms')
    expect(words('recap-reactions')).toMatch(/Mika ?🔥 ?×4/)
  })

  it('says so when it has no curves, and offers no picture', async () => {
    await show('recap-no-curves')
    expect(find('no-curves')).not.toBeNull()
    expect(find('save-image')).toBeNull()
  })

  it('opens from the session after a sesh', async () => {
    await show('after')
    press('open-recap')
    expect(hearth.screen).toBe('history')
    expect(asked('open_recap')).toEqual([{ command: 'open_recap', id: '15' }])
    expect(past.at).toEqual({ id: '15', chosen: true })
  })
})

describe('the picture', () => {
  async function open() {
    await show('recap')
    press('save-image')
    await vi.waitFor(() => expect(find('poster')!.dataset.ready).toBe('true'))
    flushSync()
  }

  it('is saved with names, or without', async () => {
    await open()
    expect(painted.texts).toContain('Mika')
    press('poster-names')
    expect(painted.texts).not.toContain('Mika')
    press('poster-save')
    expect(sent().at(-1)).toEqual({ command: 'save_file', name: 'hearth-sesh-15.png', base64: 'UE5H' })
    expect(find('poster')).toBeNull()
  })

  it('is kept by a browser itself', async () => {
    await open()
    const kept = downloads()
    tell({ event: 'desk', desk: { ...hearth.view!.desk, window: false } })
    press('poster-save')
    expect(asked('save_file')).toEqual([])
    expect(kept).toEqual(['hearth-sunday-slow-burn-15.png'])
  })
})

/** Names of what the browser keeps. */
function downloads(): string[] {
  const kept: string[] = []
  URL.createObjectURL = () => 'blob:x'
  URL.revokeObjectURL = () => undefined
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    kept.push(this.download)
  })
  return kept
}

describe('a file that was asked for', () => {
  const file = (path: string | null): Event => ({ event: 'file', name: 'hearth.csv', path, base64: 'YSxi' })

  it('is named where it was kept', async () => {
    await show('history')
    hearth.send({ command: 'export_history', format: 'csv' })
    tell(file('/home/rowan/Downloads/hearth.csv'))
    expect(words('toast')).toMatch(/Saved to Downloads ?\/home\/rowan\/Downloads\/hearth.csv/)
  })

  it('is kept by the browser that asked, not by others', async () => {
    await show('history')
    const kept = downloads()
    tell(file(null))
    expect(kept).toEqual([])
    hearth.send({ command: 'export_history', format: 'csv' })
    tell(file(null))
    expect(kept).toEqual(['hearth.csv'])
  })
})
