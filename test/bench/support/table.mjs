/** Tables for the terminal and for Markdown. */
import { rounded } from './statistics.mjs';

/** 12345.678 → `12,346`; 0.01234 → `0.0123`; what wasn't measured → `–`. */
export function shown(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return typeof value === 'number'
    ? rounded(value).toLocaleString('en-US', { maximumSignificantDigits: 15 })
    : String(value);
}

/** Columns are the keys of the first row; numbers stand to the right. */
export function textTable(rows) {
  const { columns, cells, isNumber } = layout(rows);
  const widths = columns.map((column, n) =>
    Math.max(column.length, ...cells.map((row) => row[n].length)),
  );
  const line = (row) =>
    row
      .map((cell, n) => (isNumber[n] ? cell.padStart(widths[n]) : cell.padEnd(widths[n])))
      .join('  ')
      .trimEnd();
  return [columns, widths.map((width) => '─'.repeat(width)), ...cells].map(line).join('\n');
}

export function markdownTable(rows) {
  const { columns, cells, isNumber } = layout(rows);
  const line = (row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${isNumber.map((right) => (right ? '--:' : '---')).join('|')}|`;
  return [line(columns), rule, ...cells.map(line)].join('\n');
}

function layout(rows) {
  const columns = Object.keys(rows[0] ?? {});
  return {
    columns,
    cells: rows.map((row) => columns.map((column) => shown(row[column]))),
    isNumber: columns.map((column) => rows.every((row) => typeof row[column] !== 'string')),
  };
}

/** `0.61 × (goal: at least 0.55): met`. */
export function verdictOf({ value, unit, atLeast, atMost }) {
  const goal = atLeast === undefined ? `at most ${shown(atMost)}` : `at least ${shown(atLeast)}`;
  return `${shown(value)} ${unit} (goal: ${goal}): ${isMet({ value, atLeast, atMost }) ? 'met' : 'MISSED'}`;
}

/** What couldn't be measured meets no goal. */
export function isMet({ value, atLeast = -Infinity, atMost = Infinity }) {
  return Number.isFinite(value) && value >= atLeast && value <= atMost;
}
