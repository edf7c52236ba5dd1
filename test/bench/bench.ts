/** `npm run bench`: what the product's hot paths cost on this machine, as ratios against a named rival where there is one. */
import { cpus } from 'node:os'
import { benchAveraging } from './averaging.ts'
import { benchDashboard } from './dashboard.ts'
import { benchLibp2p } from './libp2p.ts'
import { benchLocalSteps } from './local-steps.ts'
import { benchPolicyGradients } from './policy-gradients.ts'
import { benchSimulated } from './simulated.ts'

const machine = cpus()
process.stdout.write(
  `Node ${process.version}, ${machine.length} × ${machine[0]?.model}, ${new Date().toISOString().slice(0, 10)}\n\n`
)
benchLocalSteps()
benchPolicyGradients()
await benchSimulated()
benchAveraging()
await benchLibp2p()
await benchDashboard()
