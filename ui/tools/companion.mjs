// A companion without a window, as somebody has it who opened it for the first time: its HOME is empty, and it
// finds simulated devices only.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** Starts `program`, the built hearth-headless; `url` is where its UI is. */
export async function startCompanion(program) {
  const home = await mkdtemp(path.join(tmpdir(), 'hearth-'))
  const nowhere = `unix:path=${path.join(home, 'no-bus')}`
  const child = spawn(program, ['--ui', '127.0.0.1:0', '--no-seat', '--data', path.join(home, 'data')], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, 'config'),
      XDG_DATA_HOME: path.join(home, 'share'),
      XDG_RUNTIME_DIR: home,
      DBUS_SYSTEM_BUS_ADDRESS: nowhere,
      DBUS_SESSION_BUS_ADDRESS: nowhere,
      RUST_LOG: process.env.RUST_LOG ?? 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // It ends in either way: it could not be started, or it exits.
  const gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  const end = async () => {
    child.kill('SIGTERM')
    await gone
    await rm(home, { recursive: true, force: true })
  }
  const lines = createInterface({ input: child.stdout })
  const [said] = await Promise.race([once(lines, 'line'), gone.then(() => [''])])
  const url = /^Hearth is at (http:\S+)$/.exec(said)?.[1]
  if (url) return { url, end }
  await end()
  throw new Error(`${program} does not serve its UI: ${said || 'it ended'}`)
}
