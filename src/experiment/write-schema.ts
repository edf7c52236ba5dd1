/** Writes the JSON schema of experiments beside this file, for editors: `node src/experiment/write-schema.ts`. */
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { faultsSchema } from '../faults/schema.ts'
import { isNamedKey, NAMED_KEYS, type NamedKey } from './families.ts'
import { numberStandsFor } from './named.ts'
import { experimentSchema } from './schema.ts'

type Schema = Record<string, unknown>

const { faults } = experimentSchema.shape
const detailedSchema = experimentSchema.extend({
  faults: z
    .union([z.string(), faultsSchema])
    .nullable()
    .default(null)
    .describe(faults.description ?? '')
})

/** The keys whose names users may add to, with `use`. */
const OPEN_KEYS = ['topology', 'environment', 'learner', 'aggregation'] as const satisfies readonly NamedKey[]

const isOpen = (key: string): boolean => OPEN_KEYS.some(open => open === key)

/**
 * The JSON schema of an experiment as it is written; a named thing is text, or an object with the options of its family. Where
 * the experiment uses files of the user, names that we do not know are allowed beside ours.
 */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(detailedSchema, { io: 'input', target: 'draft-7' })
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const { anyOf, ...rest } = property as Schema
    if (!isNamedKey(key)) return [key, property]
    return [key, isOpen(key) ? rest : { ...rest, anyOf: namesOf(key) }]
  })
  const whole = {
    ...schema,
    title: 'A Murmuration experiment',
    properties: Object.fromEntries(properties),
    if: { required: ['use'] },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON schemas.
    then: {
      properties: byOpenKey(key => ({ anyOf: [{ $ref: `#/definitions/${key}` }, ...othersThan(key)] }))
    },
    else: { properties: byOpenKey(key => ({ $ref: `#/definitions/${key}` })) },
    definitions: byOpenKey(key => ({ anyOf: namesOf(key) }))
  }
  return `${JSON.stringify(whole, null, 2)}\n`
}

const byOpenKey = (schemaOf: (key: NamedKey) => Schema): Schema =>
  Object.fromEntries(OPEN_KEYS.map(key => [key, schemaOf(key)]))

/** What a key may say of our families. */
function namesOf(key: NamedKey): Schema[] {
  const { families } = NAMED_KEYS[key]
  const names = Object.keys(families)
  const objects = Object.entries(families).map(([name, { description, options }]) => {
    const { $schema, properties, required, ...schema } = z.toJSONSchema(options, {
      io: 'input',
      target: 'draft-7'
    })
    return {
      ...schema,
      description,
      properties: { name: { const: name }, ...properties },
      required: ['name', ...(required ?? [])]
    }
  })
  return [
    { type: 'string', enum: names },
    { type: 'string', pattern: `^(${names.join('|')}):` },
    ...(numberStandsFor(families) === undefined ? [] : [{ type: 'number' }]),
    ...objects
  ]
}

/** What a key may say of families that are not ours. */
function othersThan(key: NamedKey): Schema[] {
  const ours = Object.keys(NAMED_KEYS[key].families)
  return [
    { type: 'string', not: { pattern: `^(${ours.join('|')})(:|$)` } },
    { type: 'object', properties: { name: { type: 'string', not: { enum: ours } } }, required: ['name'] }
  ]
}

if (import.meta.main) writeFileSync(new URL('experiment.schema.json', import.meta.url), jsonSchema())
