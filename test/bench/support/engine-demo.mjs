/** The demo tenant's policies, registers and the story's question: an engineer on call, from a healthy laptop in Germany. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EntityStore } from '@sallyport/policy';
import { questions } from './engine-world.mjs';

const dir = join(import.meta.dirname, '../../../deploy/demo/acme');

export async function demoBundle() {
  const files = {};
  for (const name of await readdir(join(dir, 'policies')))
    files[`policies/${name}`] = await readFile(join(dir, 'policies', name), 'utf8');
  return { files, schema: await readFile(join(dir, 'schema.cedarschema'), 'utf8') };
}

export async function demoQuestions() {
  const entities = new EntityStore();
  for (const name of await readdir(join(dir, 'entities')))
    for (const record of JSON.parse(await readFile(join(dir, 'entities', name), 'utf8')))
      entities.put(record);
  const role = { type: 'role', id: 'prod-db-reader' };
  return questions(1).map((question) => ({
    ...question,
    principal: { ref: { type: 'user', id: 'omar@acme.example' } },
    resource: { ref: { type: 'database', id: 'prod' } },
    facts: {
      ...question.facts,
      grants: question.facts.grants.map((grant) => ({ ...grant, role })),
    },
    entities,
  }));
}
