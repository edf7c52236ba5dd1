import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    // What modules of users import is what is tested, and not what was built last.
    alias: [
      { find: /^@murmuration\/swarm$/, replacement: here('src/index.ts') },
      { find: /^@murmuration\/swarm\/contracts$/, replacement: here('test/contracts/index.ts') }
    ]
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
