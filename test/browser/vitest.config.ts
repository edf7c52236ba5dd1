import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: what needs a browser, and is no part of `npm test`. */
export default defineConfig({
  test: { include: ['test/browser/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 }
})
