import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatEntityReference, parseEntityReference } from './entity-reference.js';
import { escapeTypeName, unescapeTypeName } from './entity-type.js';

const tricky = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '_',
      'x',
      '0',
      'a',
      'F',
      ':',
      '::',
      'in',
      '-',
      '\ud800',
      '_x0041_',
      '_x00000_',
    ),
  }),
);

describe('type names', () => {
  it('keeps what Cedar allows and escapes the rest', () => {
    const pairs = [
      ['user', 'user'],
      ['App::record_2', 'App::record_2'],
      ['todo-item', 'todo_x002d_item'],
      ['in', '_x0069_n'],
      ['2fa', '_x0032_fa'],
      ['a:b', 'a_x003a_b'],
      ['_x0041_', '_x005f_x0041_'],
    ] as const;
    for (const [type, name] of pairs) expect([type, escapeTypeName(type)]).toEqual([type, name]);
  });

  it('can be turned back, whatever the type', () => {
    fc.assert(
      fc.property(tricky, (type) => unescapeTypeName(escapeTypeName(type)) === type),
      { numRuns: 2000 },
    );
  });

  it('are always identifiers joined by ::', () => {
    fc.assert(
      fc.property(tricky, (type) => /^[A-Za-z_]\w*(::[A-Za-z_]\w*)*$/.test(escapeTypeName(type))),
      { numRuns: 2000 },
    );
  });
});

describe('entity references', () => {
  it('are read in Cedar’s way, in AuthZEN’s words, and bare where a type is understood', () => {
    expect(parseEntityReference('group::"on call"')).toEqual({ type: 'group', id: 'on call' });
    expect(parseEntityReference('App::group::oncall')).toEqual({
      type: 'App::group',
      id: 'oncall',
    });
    expect(parseEntityReference('group:oncall')).toEqual({ type: 'group', id: 'oncall' });
    expect(parseEntityReference('dana@acme.example', 'user')).toEqual({
      type: 'user',
      id: 'dana@acme.example',
    });
    for (const text of ['', 'oncall', '::x', 'group::', ':x'])
      expect(parseEntityReference(text)).toBeUndefined();
  });

  it('read back as what was written', () => {
    fc.assert(
      fc.property(tricky, fc.string({ unit: 'binary', minLength: 1 }), (type, id) => {
        fc.pre(type !== '');
        expect(parseEntityReference(formatEntityReference({ type, id }))).toEqual({ type, id });
      }),
    );
  });
});
