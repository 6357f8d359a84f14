// Starts the page that a streaming program shows over its picture.

import { mount } from 'svelte'
import './overlay.css'
import { listen } from './line'
import Page from './Page.svelte'
import { Show } from './show.svelte'

const show = new Show()
const page = mount(Page, { target: document.getElementById('overlay')!, props: { show, search: location.search } })

listen(location.href, {
  hear: (message) => {
    show.take(message, performance.now())
    page.appear()
  },
  lost: () => page.vanish(),
})
