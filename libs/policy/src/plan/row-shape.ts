import { type DataTable, type FieldType, type JsonObject, RESOURCE_ID } from '@sallyport/contracts';
import { PlainRecord } from '../compiled/plain-values.js';
import type { Value } from '../compiled/value.js';
import { escapeKey, unescapeKey } from '../key-names.js';
import { present } from './conditions.js';
import { type Cases, type FieldOperand, known, NEVER } from './operands.js';

/** What is known of the rows of a resource type: what all of them have in common, and the fields in which they differ. */
export class RowShape {
  private readonly id: FieldOperand;
  private readonly common: PlainRecord;
  private readonly fields: ReadonlyMap<string, FieldType & { readonly required: boolean }>;

  constructor(
    readonly type: string,
    table: DataTable | undefined,
    private readonly properties: JsonObject = {},
  ) {
    this.id = { kind: 'field', name: RESOURCE_ID, type: 'entity', entity: type, required: true };
    this.common = new PlainRecord(properties);
    const columns = Object.entries(table?.columns ?? {});
    this.fields = new Map(columns.map(([name, column]) => [escapeKey(name), column]));
  }

  /** The resource itself: its id, which every row has. */
  resource(): Cases {
    return [{ when: true, operand: this.id }];
  }

  /** Undefined for an attribute of which nothing is known. */
  attribute(name: string): Cases | undefined {
    const plain = unescapeKey(name);
    if (Object.hasOwn(this.properties, plain)) return knownOrNever(this.common.get(name));
    const field = this.fields.get(name);
    if (field === undefined) return undefined;
    const { type, entity, set, required } = field;
    const operand = { kind: 'field', name: plain, type, required } as const;
    const whole = {
      ...operand,
      ...(entity === undefined ? {} : { entity }),
      ...(set ? { set } : {}),
    };
    return [{ when: required || present(plain), operand: whole }];
  }
}

function knownOrNever(value: Value | undefined): Cases {
  return value === undefined ? NEVER : known(value);
}
