/** Forecasts of experiments as in YAML, where there must be one. */
import { resolve } from '../../src/experiment/resolve.ts'
import { type Forecast, forecastOf } from '../../src/prediction/forecast.ts'
import { isUnknown } from '../../src/prediction/subject.ts'
import { type Setting, settingOf } from '../../src/setting.ts'
import { startOf } from '../../src/start.ts'

/** An experiment as in YAML; simulated unless it says otherwise. */
export type Raw = Readonly<Record<string, unknown>>

export const simulated = (raw: Raw): Setting =>
  settingOf(resolve({ transport: 'simulated', ...raw }).experiment)

export function forecast(raw: Raw): Forecast {
  const setting = simulated(raw)
  return forecastOf(setting, startOf(setting))
}

/** What was found. Throws the reason if it is unknown. */
export function known<T extends object>(found: T): Exclude<T, { readonly unknown: string }> {
  if (isUnknown(found)) throw new Error(found.unknown)
  return found as Exclude<T, { readonly unknown: string }>
}
