// The device page while its link comes and goes, and while the window changes: what stays in sight.

import { all, click, find, press, resize, sent, show, tell, tidy } from '../../testing/window'
import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { NOW } from '../../lib/demo/people'

afterEach(tidy)

const temperature = () => document.querySelector<HTMLInputElement>('.pedit input[type="range"]')!

describe('a link that is lost', () => {
  const problem = { code: 'link_lost', title: { text: 'Ember lost its link' }, advice: { text: 'Keep it close.' }, details: null }
  const waiting = { state: 'waiting' as const, retryAt: NOW + 4000, problem }
  const again = { state: 'setting_up' as const, attempt: 2, step: 1, progress: null, times: [0.4] }

  it('in a heat keeps the stop in sight, and says so, until the device was heard again', async () => {
    await show('devices-heating')
    for (const link of [waiting, again, { state: 'away' as const }]) {
      tell({ activity: 'active', link })
      expect(find('stop-heat')!.closest('section')!.textContent, link.state).toMatch(/Ember: link lost, still heating/)
      expect(all('device-item')[0]?.textContent ?? '', link.state).toMatch(/still heating|^$/)
      expect(document.querySelector('.ddetail')!.textContent, link.state).not.toMatch(/Press its button/)
      press('nav-session')
      expect(find('stage-primary')!.dataset.action, link.state).toBe('stop-heat')
      expect(document.querySelector('.stage')!.textContent, link.state).toMatch(/Ember: link lost, still heating/)
      expect(find('hero-state')!.textContent, link.state).toBe('Link lost')
      press('stage-primary')
      expect(sent().at(-1)).toEqual({ command: 'stop_heat' })
      press('nav-devices')
    }
    tell({ activity: 'idle' })
    expect(find('stop-heat')).toBeNull()
  })

  it('in a heat of another device leaves its stop on its page', async () => {
    await show('device-other-lost')
    expect(find('stop-device')!.closest('section')!.textContent).toMatch(/Fern: link lost, still heating/)
    press('stop-device')
    expect(sent()).toEqual([{ command: 'stop_device', id: 'fern' }])
  })

  it('does not move the page when it is back soon', async () => {
    await show('device')
    vi.useFakeTimers()
    tell({ link: waiting })
    tell({ link: again })
    expect(find('link-problem')).toBeNull()
    expect(find('setup-step')).toBeNull()
    expect(find('device-link')!.textContent).toMatch(/Connecting, try 2/)
    tell({})
    vi.advanceTimersByTime(5000)
    tell({ link: waiting })
    expect(find('link-problem')).toBeNull()
  })

  it('is told in the page when it lasts, and stays told during the next try', async () => {
    await show('device')
    vi.useFakeTimers()
    tell({ link: waiting })
    vi.advanceTimersByTime(2000)
    flushSync()
    expect(find('link-problem')!.textContent).toMatch(/Ember lost its link\. Keep it close\..*Trying again in 4 s/)
    click(find('link-problem')!.querySelector('button')!)
    expect(sent()).toEqual([{ command: 'connect_device', id: 'ember' }])
    tell({ link: again })
    expect(find('link-problem')!.textContent).toMatch(/Ember lost its link.*Trying again/)
    click(find('link-problem')!.querySelector('button')!)
    expect(sent()).toHaveLength(1)
    tell({})
    expect(find('link-problem')).toBeNull()
  })

  it('shows the four steps of the first time only', async () => {
    await show('device-again')
    expect(find('setup-step')).toBeNull()
    tell({ profiles: [], link: again })
    expect(all('setup-step')).toHaveLength(4)
  })
})

describe('a device that is not live', () => {
  it.each(['device-resting', 'device-offline'])('says since when its values are known: %s', async (fixture) => {
    await show(fixture)
    expect(find('device-age')!.textContent).toMatch(/As of 9:02/)
    expect(find('device-doing')).toBeNull()
    expect((document.querySelector('[data-test="lantern"]') as HTMLElement).getAttribute('aria-disabled')).toBe('true')
    press('lantern')
    expect(sent()).toEqual([])
  })
})

it('stops a heat of a device that is not in use, on its page and from its notice', async () => {
  await show('device-other-heat')
  press('stop-device')
  expect(find('toast'), 'it is said in place').toBeNull()
  press('nav-session')
  press('toast-stop')
  expect(sent()).toEqual([1, 2].map(() => ({ command: 'stop_device', id: 'fern' })))
  expect(find('stop-heat')).toBeNull()
})

describe('a window that changes its width', () => {
  const fold = (label: string) => document.querySelector<HTMLElement>(`[aria-label="${label}"] .foldrow`)!

  it('leaves open what is open, and the edits', async () => {
    await show('device-dirty')
    const log = () => all('log-tab').find((tab) => tab.getAttribute('aria-selected') === 'true')!.dataset.tab
    press('diagnostics')
    click(fold('Light'))
    click(document.querySelector('[data-tab="faults"]')!)
    for (const width of [400, 1120]) {
      resize(width)
      expect(document.querySelector('.tabbar') !== null).toBe(width === 400)
      expect(log()).toBe('faults')
      expect([find('diagnostics')!, fold('Light')].map((each) => each.getAttribute('aria-expanded'))).toEqual(['true', 'true'])
      expect(temperature().value).toBe('550')
      expect(document.querySelectorAll('h1')).toHaveLength(1)
    }
  })

  it('goes on with a scan', async () => {
    await show('add-found')
    expect(sent()).toEqual([{ command: 'start_scan' }])
    resize(400)
    resize(1120)
    expect(all('found-device').length).toBeGreaterThan(0)
    expect(sent()).toEqual([{ command: 'start_scan' }])
  })
})
