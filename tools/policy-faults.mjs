/**
 * Faults for `tools/mutate-policy.mjs`: what could be wrong in the compiled engine and look right. Each replaces one text that stands once in a file of
 * `libs/policy/src/compiled`. A fault that changes no verdict has no place here.
 */
export const faults = [
  // Decision and errors
  {
    name: 'a forbid that holds does not deny',
    file: 'evaluate-set.ts',
    find: 'forbids.length === 0 && permits.length > 0',
    replace: 'permits.length > 0',
  },
  {
    name: 'permits determine beside forbids',
    file: 'evaluate-set.ts',
    find: 'forbids.length > 0 ? forbids : permits',
    replace: '[...forbids, ...permits]',
  },
  {
    name: 'a forbid that fails denies',
    file: 'evaluate-set.ts',
    find: '(failed ??= []).push(',
    replace:
      "if (policy.effect === 'forbid') forbids.push(candidate);\n      (failed ??= []).push(",
  },
  {
    name: 'a permit that fails permits',
    file: 'evaluate-set.ts',
    find: '(failed ??= []).push(',
    replace:
      "if (policy.effect === 'permit') permits.push(candidate);\n      (failed ??= []).push(",
  },
  {
    name: 'failures go unreported where something is forbidden',
    file: 'evaluate-set.ts',
    find: 'failed: failed === undefined ?',
    replace: 'failed: failed === undefined || forbids.length > 0 ?',
  },
  {
    name: 'unless means when',
    file: 'compile-policy.ts',
    find: "kind === 'when' ?",
    replace: "kind !== 'neither' ?",
  },
  {
    name: 'a condition after one that is false is evaluated',
    file: 'compile-policy.ts',
    find: 'for (const condition of conditions) if (!condition.holds(environment)) return false;\n    return true;',
    replace: 'return conditions.map((condition) => condition.holds(environment)).every(Boolean);',
  },
  {
    name: 'a shared condition keeps what it said of the question before',
    file: 'condition.ts',
    find: 'if (this.askedBy !== number) return',
    replace: 'if (this.askedBy === 0) return',
  },
  {
    name: 'what was read for the question before is read for this one',
    file: 'compile-expression.ts',
    find: 'if (number === askedBy) return read;',
    replace: 'if (askedBy !== 0) return read;',
  },
  {
    name: 'what was read of the context before is read of this one',
    file: 'compile-expression.ts',
    find: 'isOfContext ? environment.contextNumber : environment.number',
    replace: 'isOfContext && askedBy !== 0 ? askedBy : environment.number',
  },
  {
    name: 'what was read and failed is what was read before',
    file: 'compile-expression.ts',
    find: 'const value = run(environment);\n    if (number === undefined) return value;',
    replace:
      'if (number !== undefined) askedBy = number;\n    const value = run(environment);\n    if (number === undefined) return value;',
  },
  {
    name: 'a shared condition that fails is false',
    file: 'condition.ts',
    find: 'if (error instanceof PolicyFault) return error;',
    replace: 'if (error instanceof PolicyFault) return false;',
  },
  {
    name: 'of joined conditions the first counts',
    file: 'compile-policy.ts',
    find: '[...conjuncts(joined.left), ...conjuncts(joined.right)]',
    replace: '[...conjuncts(joined.left)]',
  },
  {
    name: 'a failure in a constant is folded to false',
    file: 'compile-expression.ts',
    find: 'if (error instanceof PolicyFault) return undefined;',
    replace: 'if (error instanceof PolicyFault) return false;',
  },
  // Operators
  {
    name: '< means <=',
    file: 'operators.ts',
    find: 'isOrdered(left, right, (a, b) => a < b)',
    replace: 'isOrdered(left, right, (a, b) => a <= b)',
  },
  {
    name: 'a datetime can be compared with a duration',
    file: 'operators.ts',
    find: 'if (left instanceof DatetimeValue && right instanceof DatetimeValue)',
    replace:
      'if (left instanceof DatetimeValue && (right instanceof DatetimeValue || right instanceof DurationValue))',
  },
  {
    name: 'the right operand of && may be of any type',
    file: 'operators.ts',
    find: 'asBoolean(left(environment)) && asBoolean(right(environment))',
    replace: 'asBoolean(left(environment)) && right(environment)',
  },
  {
    name: '|| evaluates its right operand always',
    file: 'operators.ts',
    find: 'asBoolean(left(environment)) || asBoolean(right(environment))',
    replace: '[asBoolean(left(environment)), asBoolean(right(environment))].includes(true)',
  },
  {
    name: 'if evaluates both branches',
    file: 'operators.ts',
    find: '(asBoolean(condition(environment)) ? yes(environment) : no(environment))',
    replace: '[no(environment), yes(environment)][Number(asBoolean(condition(environment)))]',
  },
  {
    name: '== with a constant compares objects by identity',
    file: 'plans.ts',
    find: "if (operator === '==' && constant !== undefined && typeof constant !== 'object')",
    replace: "if (operator === '==' && constant !== undefined)",
  },
  {
    name: '+ takes anything that JavaScript adds',
    file: 'operators.ts',
    find: 'add(asLong(left), asLong(right))',
    replace: 'add(left, right)',
  },
  {
    name: 'a call with too many arguments ignores the rest',
    file: 'plans.ts',
    find: 'args.length !== parameters.length ||',
    replace: 'args.length < parameters.length ||',
  },
  // Integers
  {
    name: 'sums beyond 2^53 are rounded',
    file: 'long.ts',
    find: 'if (Number.isSafeInteger(sum)) return sum;',
    replace: 'return sum;',
  },
  {
    name: 'integers overflow in silence',
    file: 'long.ts',
    find: "if (long === undefined) throw new PolicyFault('integer overflow');\n  return long;",
    replace: 'return long ?? BigInt.asIntN(64, exact);',
  },
  {
    name: 'the least integer can be negated',
    file: 'long.ts',
    find: ': checked(-a)',
    replace: ': -a',
  },
  {
    name: 'a bigint within 2^53 stays a bigint',
    file: 'long.ts',
    find: 'return Number.isSafeInteger(near) ? near : big;',
    replace: "return typeof integer === 'bigint' ? big : near;",
  },
  {
    name: 'durations are divided towards minus infinity',
    file: 'long.ts',
    find: 'return (a - (a % b)) / b + 0;',
    replace: 'return Math.floor(a / b);',
  },
  {
    name: 'the time of day before 1970 is negative',
    file: 'long.ts',
    find: 'return ((a % b) + b) % b;',
    replace: 'return a % b;',
  },
  // like
  {
    name: 'like finds its last piece inside the one before',
    file: 'like.ts',
    find: 'text.length - last.length >= at && ',
    replace: '',
  },
  {
    name: 'like looks for each piece from the start',
    file: 'like.ts',
    find: 'text.indexOf(piece, at)',
    replace: 'text.indexOf(piece)',
  },
  {
    name: 'like without a wildcard matches a beginning',
    file: 'like.ts',
    find: 'text === first',
    replace: 'text.startsWith(first)',
  },
  // Sets, records, equality
  {
    name: 'containsAll overlooks compound members',
    file: 'value.ts',
    find: 'for (const key of other.compound.keys()) if (!this.compound.has(key)) return false;',
    replace: '',
  },
  {
    name: 'containsAny overlooks compound members',
    file: 'value.ts',
    find: 'for (const key of less.compound.keys()) if (more.compound.has(key)) return true;',
    replace: '',
  },
  {
    name: 'sets within sets are compared in order',
    file: 'value.ts',
    find: '[...value].map(canonicalKey).sort()',
    replace: '[...value].map(canonicalKey)',
  },
  {
    name: 'records are compared in order',
    file: 'value.ts',
    find: '[...value.names()].sort()',
    replace: '[...value.names()]',
  },
  {
    name: 'equal means contained',
    file: 'value.ts',
    find: 'a.size === b.size && a.hasAll(b)',
    replace: 'a.hasAll(b)',
  },
  {
    name: 'the text of a number equals the number in a nested set',
    file: 'value.ts',
    find: 'return `i${String(value)};`',
    replace: 'return `s${sized(String(value))}`',
  },
  {
    name: 'entities are told apart by their ids alone',
    file: 'value.ts',
    find: 'this.id === other.id && this.type === other.type',
    replace: 'this.id === other.id',
  },
  {
    name: 'extension values of different types are equal',
    file: 'value.ts',
    find: 'a.typeName === b.typeName && a.key === b.key',
    replace: 'a.key === b.key',
  },
  // Sharing of equal expressions
  {
    name: 'expressions are shared whatever attribute they read',
    file: 'plans.ts',
    find: '(run) => build(run, attr), JSON.stringify(attr))',
    replace: "(run) => build(run, attr), '')",
  },
  {
    name: 'expressions are shared whatever pattern they match',
    file: 'plans.ts',
    find: 'likeRun(runOf(text), matches), JSON.stringify(pattern))',
    replace: "likeRun(runOf(text), matches), '')",
  },
  {
    name: 'records are shared whatever their members are called',
    file: 'plans.ts',
    find: 'build,\n        JSON.stringify(names),',
    replace: "build,\n        '',",
  },
  {
    name: 'operands count in any order in the key of an expression',
    file: 'compile-expression.ts',
    find: 'operands.map(({ number }) => number).join()',
    replace: 'operands.map(({ number }) => number).sort().join()',
  },
  // has, attributes and tags
  {
    name: 'a has path is judged by its first step',
    file: 'entity-operators.ts',
    find: 'for (const name of path) {',
    replace: 'for (const name of path.slice(0, 1)) {',
  },
  {
    name: 'a has path through a value without attributes is false',
    file: 'entity-operators.ts',
    find: 'const record = value instanceof RecordValue ? value : attributesOf(value, environment);\n      const member = record?.get(name);',
    replace:
      'const record = value instanceof RecordValue ? value : value instanceof EntityValue ? attributesOf(value, environment) : undefined;\n      const member = record?.get(name);',
  },
  {
    name: 'tags and attributes are the same',
    file: 'json-entities.ts',
    find: "decodeMembers(json['tags'])",
    replace: "decodeMembers({ ...json['tags'], ...json['attrs'] })",
  },
  {
    name: 'hasTag fails on an entity that does not exist',
    file: 'entity-operators.ts',
    find: 'environment.entities.tagsOf(entity)?.get(name) !== undefined',
    replace: "getTag(left, right)(environment) !== undefined || name === ''",
  },
  {
    name: 'an attribute that is missing in the context is false',
    file: 'entity-operators.ts',
    find: 'const member = context.get(name);\n    if (member === undefined)',
    replace: 'const member = context.get(name) ?? false;\n    if (member === undefined)',
  },
  // Hierarchy
  {
    name: 'an entity is not in itself',
    file: 'entity-operators.ts',
    find: 'entity.equals(ancestor) || entities.isBelow(entity, ancestor)',
    replace: 'entities.isBelow(entity, ancestor)',
  },
  {
    name: 'only parents are ancestors',
    file: 'json-entities.ts',
    find: 'for (const ancestor of this.ascend(above, open).values()) ancestors.set(ancestor, ancestor);',
    replace: 'this.ascend(above, open);',
  },
  {
    name: 'a parent that does not exist is none',
    file: 'json-entities.ts',
    find: 'ancestors.set(parent, parent);',
    replace: 'if (this.nodes.get(parent) !== undefined) ancestors.set(parent, parent);',
  },
  {
    name: 'circles of parents are taken',
    file: 'json-entities.ts',
    find: 'if (open.has(above))\n        throw',
    replace: 'if (open.has(above)) continue;\n      if (open.size < 0)\n        throw',
  },
  {
    name: 'in overlooks members of a set that are no entities',
    file: 'entity-operators.ts',
    find: '[...above].map(asEntity)',
    replace: '[...above].filter((member) => member instanceof EntityValue)',
  },
  {
    name: 'in a constant set means in each of its members',
    file: 'entity-operators.ts',
    find: 'return ancestors.some(',
    replace: 'return ancestors.every(',
  },
  {
    name: 'is compares the last part of a type name',
    file: 'entity-operators.ts',
    find: 'asEntity(left(environment)).type === type',
    replace: "asEntity(left(environment)).type.split('::').pop() === type.split('::').pop()",
  },
  // Scope and index
  {
    name: 'a scope that names an entity matches what is below it',
    file: 'scope.ts',
    find: "return { kind: 'equals', entity: entityOf(written, typeNames, slots) };",
    replace: "return { kind: 'within', entities: [entityOf(written, typeNames, slots)] };",
  },
  {
    name: 'of a list of actions the first counts',
    file: 'scope.ts',
    find: 'written.entities.map(',
    replace: 'written.entities.slice(0, 1).map(',
  },
  {
    name: 'a slot takes the value of the principal',
    file: 'scope.ts',
    find: 'slots[written.slot]',
    replace: "(slots['?principal'] ?? slots[written.slot])",
  },
  {
    name: 'a link goes by the name of its template',
    file: 'authorize.ts',
    find: 'return compilePolicy(id, template',
    replace: 'return compilePolicy(templateId, template',
  },
  {
    name: 'the index forgets the type in `is T in e`',
    file: 'scope-index.ts',
    find: "constraint.kind === 'within' && constraint.type !== undefined",
    replace: "constraint.kind === 'type'",
  },
  {
    name: 'the index looks under one ancestor',
    file: 'scope-index.ts',
    find: 'if (bucket === undefined || bucket === found) continue;',
    replace: 'if (bucket === undefined || found !== undefined) continue;',
  },
  {
    name: 'the index finds a policy once for each way up',
    file: 'scope-index.ts',
    find: 'else for (const each of bucket) all.add(each);',
    replace: 'else offer(bucket, environment, visit);',
  },
  {
    name: 'the index forgets policies about types of principals',
    file: 'scope-index.ts',
    find: 'offer(this.principalTypes.get(principal.type), environment, visit);',
    replace:
      'if (this.resourceTypes.size === 0) offer(this.principalTypes.get(principal.type), environment, visit);',
  },
  // Extensions
  {
    name: 'decimals take five digits',
    file: 'decimal.ts',
    find: '[0-9]{1,4}',
    replace: '[0-9]{1,5}',
  },
  {
    name: 'digits of a decimal are filled up in front',
    file: 'decimal.ts',
    find: "fraction.padEnd(4, '0')",
    replace: "fraction.padStart(4, '0')",
  },
  {
    name: 'a wider range is in a narrower one',
    file: 'ip.ts',
    find: ' || this.prefix < range.prefix',
    replace: '',
  },
  {
    name: 'ranges are equal whatever their prefix',
    file: 'ip.ts',
    find: "return `${this.groups.join('.')}/${String(this.prefix)}`;",
    replace: "return this.groups.join('.');",
  },
  {
    name: 'IPv4 takes leading zeros',
    file: 'ip.ts',
    find: 'if (digits > 0 && byte === 0) return undefined;',
    replace: '',
  },
  {
    name: ':: may stand for no group',
    file: 'ip.ts',
    find: 'missing < 1',
    replace: 'missing < 0',
  },
  {
    name: 'a range wider than 127/8 is loopback',
    file: 'ip.ts',
    find: 'first >> 8 === 127 && this.prefix >= 8',
    replace: 'first >> 8 === 127',
  },
  {
    name: 'a range wider than multicast is multicast',
    file: 'ip.ts',
    find: 'first >> 8 === 0xff && this.prefix >= 8',
    replace: 'first >> 8 === 0xff',
  },
  {
    name: 'days that no calendar has roll over',
    file: 'time.ts',
    find: 'return isDay ? date.getTime() / DAY_MS : undefined;',
    replace: 'return date.getTime() / DAY_MS;',
  },
  {
    name: 'time zones go the other way',
    file: 'time.ts',
    find: "(match[5] === '-' ? -1 : 1)",
    replace: "(match[5] === '-' ? 1 : -1)",
  },
  {
    name: 'an offset of 24 hours is taken',
    file: 'time.ts',
    find: 'offsetHours > 23',
    replace: 'offsetHours > 24',
  },
  {
    name: 'the sum of a duration overflows in silence',
    file: 'time.ts',
    find: 'if (isTooLarge || toLong(total) === undefined)',
    replace: 'if (isTooLarge)',
  },
  {
    name: 'a pair names no entity',
    file: 'literal.ts',
    find: 'parts.length === 2 ?',
    replace: 'parts.length === 3 ?',
  },
  {
    name: 'a longer list names an entity',
    file: 'literal.ts',
    find: 'parts.length === 2 ?',
    replace: 'parts.length >= 2 ?',
  },
];
