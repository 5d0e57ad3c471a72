import { describe, expect, it } from '@jest/globals';
import '../test-support/dom.js';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  parse,
  print,
  validate,
  type DocumentNode,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { SCHEMA_TEXT } from '../test-support/fixture-fetch.js';
import * as access from './requests/documents.js';
import * as context from './context/documents.js';
import * as evidence from './evidence/documents.js';
import * as grants from './grants/documents.js';
import * as settings from './settings/documents.js';
import * as shell from './shell/documents.js';
import { SUBSCRIPTIONS } from './shell/live-socket.js';

const schema = buildSchema(SCHEMA_TEXT);
const documents = Object.entries({
  ...access,
  ...context,
  ...evidence,
  ...grants,
  ...settings,
  ...shell,
});

describe('the contract of docs/schema.graphql', () => {
  it.each(documents)('allows %s', (_name, document) => {
    // urql's parser and graphql-js's make the same tree, but each checks for its own.
    expect(validate(schema, parse(print(document as DocumentNode)))).toEqual([]);
  });

  it.each(Object.entries(SUBSCRIPTIONS))('allows the subscription %s', (_name, query) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  it.each(declaredMembers())(
    'has %s.%s as the console declares it: %s',
    (type, member, declared) => {
      expect(schemaMember(type, member)).toBe(declared.replace(/\b(ID|DateTime)\b/g, 'string'));
    },
  );

  it('has the values of the console’s unions', () => {
    const values = (name: string) => {
      const type = schema.getType(name);
      return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
    };
    expect(values('RequestTab')).toEqual(
      expect.arrayContaining(['FOR_ME', 'MINE', 'ALL', 'DECIDED']),
    );
    expect(values('GrantFilter')).toEqual(expect.arrayContaining(['ACTIVE', 'ENDED', 'ALL']));
    expect(values('Verdict')).toEqual(expect.arrayContaining(['APPROVE', 'DENY']));
  });
});

const SCALARS: Readonly<Record<string, string>> = {
  String: 'string',
  ID: 'string',
  DateTime: 'string',
  Int: 'number',
  Boolean: 'boolean',
  JSON: 'unknown',
};

/** Members of the interfaces in graphql-types.ts. */
function declaredMembers(): [type: string, member: string, declared: string][] {
  const text = readFileSync(new URL('./graphql-types.ts', import.meta.url), 'utf8');
  return [...text.matchAll(/export interface (\w+) \{([^}]*)\}/g)].flatMap(
    ([, type = '', body = '']) =>
      [...body.matchAll(/readonly (\w+)(\??): ([^;]+);/g)].map(
        ([, member = '', optional, declared = '']): [string, string, string] => [
          type,
          member,
          optional === '?' ? `${declared} | null` : declared,
        ],
      ),
  );
}

/** The schema's type of a member, in TypeScript's words. */
function schemaMember(typeName: string, member: string): string {
  const type = schema.getType(typeName);
  const fields = isObjectType(type) || isInputObjectType(type) ? type.getFields() : {};
  const found = fields[member];
  if (found === undefined) return 'nothing';
  return inTypeScript(String(found.type));
}

function inTypeScript(type: string): string {
  if (!type.endsWith('!')) return `${inTypeScript(`${type}!`)} | null`;
  const inner = type.slice(0, -1);
  if (inner.startsWith('[')) return `readonly ${inTypeScript(inner.slice(1, -1))}[]`;
  return SCALARS[inner] ?? inner;
}
