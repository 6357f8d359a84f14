// Which profile the device in use will heat with is chosen where the inquiry is answered, and not while it heats.

import { all, click, find, media, sent, show, tidy } from '../../testing/window'
import { afterEach, describe, expect, it } from 'vitest'

afterEach(tidy)

const picks = () => all('pick-profile')
const arrows = () => [...document.querySelectorAll('.hprof .ibtn')]

describe.each([
  ['wide', 1120],
  ['narrow', 400],
])('in a %s window', (_, width) => {
  it.each(['awaiting', 'ready', 'chilling'])('one of the four is picked with two clicks (%s)', async (name) => {
    media.width = width
    await show(name)
    click(find('hero-profile')!)
    expect(picks()).toHaveLength(4)
    const checked = picks().filter((each) => each.getAttribute('aria-checked') === 'true')
    expect(checked.map((each) => each.querySelector('b')!.textContent)).toEqual([find('hero-profile')!.querySelector('b')!.textContent])
    click(picks()[3]!)
    expect(sent()).toEqual([{ command: 'select_profile', slot: 3 }])
    expect(picks()).toEqual([])
  })

  it.each(['countdown', 'seshing', 'active', 'awaiting-asleep'])('nothing is chosen in the last seconds, in a heat and without a link (%s)', async (name) => {
    media.width = width
    await show(name)
    expect([find('hero-profile'), ...arrows()]).toEqual([null])
  })
})

it('the one that is chosen already is not written again', async () => {
  await show('awaiting')
  click(find('hero-profile')!)
  click(picks().find((each) => each.getAttribute('aria-checked') === 'true')!)
  expect(sent()).toEqual([])
})
