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

/** The JSON schema of an experiment as it is written; a named thing is text, or an object with the options of its family. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(detailedSchema, { io: 'input', target: 'draft-7' })
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => [
    key,
    isNamedKey(key) ? namedSchema(key, property as Schema) : property
  ])
  const whole = { ...schema, title: 'A Murmuration experiment', properties: Object.fromEntries(properties) }
  return `${JSON.stringify(whole, null, 2)}\n`
}

function namedSchema(key: NamedKey, { anyOf, ...rest }: Schema): Schema {
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
  return {
    ...rest,
    anyOf: [
      { type: 'string', enum: names },
      { type: 'string', pattern: `^(${names.join('|')}):` },
      ...(numberStandsFor(families) === undefined ? [] : [{ type: 'number' }]),
      ...objects
    ]
  }
}

if (import.meta.main) writeFileSync(new URL('experiment.schema.json', import.meta.url), jsonSchema())
