import { PolicyFault } from './fault.js';
import { digits, toLong } from './long.js';
import { ExtensionValue, type Long } from './value.js';

const DECIMAL = /^(-?)([0-9]+)\.([0-9]{1,4})$/;

/** Cedar's decimal: a long that counts ten-thousandths. */
export class DecimalValue extends ExtensionValue {
  readonly typeName = 'decimal';

  constructor(readonly units: Long) {
    super();
  }

  override get key(): string {
    return String(this.units);
  }

  override toString(): string {
    const digits = String(this.units).replace('-', '').padStart(5, '0');
    return `${this.units < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
  }
}

export function parseDecimal(text: string): DecimalValue {
  const [, sign, whole, fraction] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction === undefined)
    throw new PolicyFault(`${JSON.stringify(text)} is no decimal`);
  const size = digits(whole + fraction.padEnd(4, '0'));
  const units = size === undefined ? undefined : toLong(sign === '-' ? -size : size);
  if (units === undefined) throw new PolicyFault(`the decimal ${text} overflows`);
  return new DecimalValue(units);
}
