/** Whether there is a terminal to show the dashboard on, and to take keys from. */
export const hasScreen = (): boolean =>
  process.stdout.isTTY === true && process.stdin.isTTY === true && process.env.TERM !== 'dumb'
