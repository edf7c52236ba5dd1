#!/usr/bin/env node
// No imports above: an old Node must get as far as this message.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(`murmur: needs Node 24 or later, and this is ${process.versions.node}\n`)
  process.exitCode = 2
} else {
  const { hangUp } = await import('./on-signals.ts')
  type Failure = Error & { code?: string }
  // Nobody reads the progress: that is no reason to stop.
  process.stderr.on('error', (error: Failure) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })
  process.stdout.on('error', (error: Failure) => {
    // Of a terminal that has closed.
    if (error.code === 'EIO') return hangUp()
    if (error.code !== 'EPIPE') throw error
    // Whoever read our output, as `head` does, has read enough.
    process.exit()
  })
  if (process.stdout.isTTY) {
    process.stdin.on('error', (error: Failure) => {
      if (error.code !== 'EIO') throw error
      hangUp()
    })
  }
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
}
