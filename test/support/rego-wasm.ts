/**
 * A policy in OPA's WebAssembly ABI 1.2, put together by hand, for no `opa build` is at hand where the tests run. It looks through
 * the input as it was written, and the first of these characters decides:
 * `!` it is false, `#` undefined, `&` no boolean, `$` it traps, `?` it never ends, `%` it wants all memory there is. Without any
 * it is true. Its only entrypoint is `test/allow`.
 */
export function regoPolicy(): Uint8Array {
  return new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...SECTIONS.flat()]);
}

const I32 = 0x7f;
const TRUE = 64;
const FALSE = 96;
const UNDEFINED = 128;
const NO_BOOLEAN = 160;
const STRINGS: readonly (readonly [number, string])[] = [
  [16, '{}'],
  [32, '{"test/allow":0}'],
  [TRUE, '[{"result":true}]'],
  [FALSE, '[{"result":false}]'],
  [UNDEFINED, '[]'],
  [NO_BOOLEAN, '[{"result":"yes"}]'],
];

// Instructions (WebAssembly core specification, §5.4).
const END = 0x0b;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...signed(value)];
const RETURN = 0x0f;
const ADD = 0x6a;
const HEAP = [0x23, 2];
const SET_HEAP = [0x24, 2];

const [INPUT, LENGTH, AT, BYTE] = [3, 4, 7, 8] as const;
const when = (character: string, then: readonly number[]) => [
  ...get(BYTE),
  ...constant(character.charCodeAt(0)),
  0x46, // i32.eq
  0x04, // if
  0x40,
  ...then,
  END,
];
const answer = (address: number) => [...constant(address), RETURN];

const EVAL = [
  ...[0x02, 0x40, 0x03, 0x40], // block, loop
  ...[...get(AT), ...get(LENGTH), 0x4f, 0x0d, 1], // at the end: leave both
  ...[...get(INPUT), ...get(AT), ADD, 0x2d, 0, 0, ...set(BYTE)], // i32.load8_u
  ...when('!', answer(FALSE)),
  ...when('#', answer(UNDEFINED)),
  ...when('&', answer(NO_BOOLEAN)),
  ...when('$', [0x00]), // unreachable
  ...when('?', [0x03, 0x40, 0x0c, 0, END]), // loop, br 0
  ...when('%', [0x03, 0x40, ...constant(1), 0x40, 0, ...constant(0), 0x4e, 0x0d, 0, END, 0x00]), // memory.grow while it grows
  ...[...get(AT), ...constant(1), ADD, ...set(AT), 0x0c, 0],
  ...[END, END],
  ...constant(TRUE),
];

const NO_LOCALS = [0];
const FUNCTIONS: readonly (readonly [name: string, type: number, body: readonly number[]])[] = [
  ['builtins', 0, [...NO_LOCALS, ...constant(16)]],
  ['entrypoints', 0, [...NO_LOCALS, ...constant(32)]],
  ['opa_json_dump', 1, [...NO_LOCALS, ...get(0)]],
  ['opa_malloc', 1, [...NO_LOCALS, ...HEAP, ...HEAP, ...get(0), ADD, ...SET_HEAP]],
  ['opa_json_parse', 2, [...NO_LOCALS, ...get(0)]],
  ['opa_heap_ptr_get', 0, [...NO_LOCALS, ...HEAP]],
  ['opa_heap_ptr_set', 3, [...NO_LOCALS, ...get(0), ...SET_HEAP]],
  ['opa_eval', 4, [1, 2, I32, ...EVAL]],
];

const SECTIONS: readonly (readonly number[])[] = [
  section(1, [
    [0x60, 0, 1, I32],
    [0x60, 1, I32, 1, I32],
    [0x60, 2, I32, I32, 1, I32],
    [0x60, 1, I32, 0],
    [0x60, 7, I32, I32, I32, I32, I32, I32, I32, 1, I32],
  ]),
  section(2, [[...name('env'), ...name('memory'), 0x02, 0x00, 2]]),
  section(
    3,
    FUNCTIONS.map(([, type]) => [type]),
  ),
  section(6, [
    [I32, 0, ...constant(1), END],
    [I32, 0, ...constant(2), END],
    [I32, 1, ...constant(4_096), END],
  ]),
  section(7, [
    [...name('opa_wasm_abi_version'), 3, 0],
    [...name('opa_wasm_abi_minor_version'), 3, 1],
    ...FUNCTIONS.map(([called], index) => [...name(called), 0, index]),
  ]),
  section(
    10,
    FUNCTIONS.map(([, , body]) => sized([...body, END])),
  ),
  section(
    11,
    STRINGS.map(([at, text]) => [0, ...constant(at), END, ...name(`${text}\0`)]),
  ),
];

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized([...unsigned(items.length), ...items.flat()])];
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)]);
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
