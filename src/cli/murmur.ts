#!/usr/bin/env node
// No imports above: an old Node must get as far as this message.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(`murmur: needs Node 24 or later, and this is ${process.versions.node}\n`)
  process.exitCode = 2
} else {
  // Nobody reads the progress: that is no reason to stop.
  process.stderr.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPIPE') throw error
  })
  // Whoever read our output, as `head` does, has read enough.
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
}
