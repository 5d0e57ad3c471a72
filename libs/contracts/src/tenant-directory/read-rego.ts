import type { JsonObject } from '../decision.js';
import type { DirectoryReader } from './directory-reader.js';
import type { RegoSettings, SettingsFile, TenantSettings } from './settings.js';

const WASM = 'rego/policy.wasm';
/** A MiB, in base64. */
const MAX_WASM_CHARACTERS = 1_398_104;

/** The settings with the compiled Rego policy that they name. What is wrong with it is told to the reader. */
export function withRego(
  { rego: named, ...settings }: SettingsFile,
  reader: DirectoryReader,
): TenantSettings {
  const wasm = reader.onlyText('rego');
  const data = reader.onlyValue('rego-data') ?? {};
  if (named === undefined && wasm === undefined) return settings;
  if (named === undefined) reader.tell('tenant.yaml', `Needs rego.entrypoint beside ${WASM}.`);
  if (wasm === undefined) reader.tell(WASM, 'Missing: tenant.yaml names its entrypoint.');
  const fault = wasm === undefined ? undefined : faultOf(wasm);
  if (fault !== undefined) reader.tell(WASM, fault);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    reader.tell('rego/data.json', 'Must be an object.');
  }
  const entrypoint = named?.entrypoint ?? '';
  const rego: RegoSettings = { entrypoint, wasm: wasm ?? '', data: data as JsonObject };
  return { ...settings, rego };
}

function faultOf(wasm: string): string | undefined {
  if (wasm.length > MAX_WASM_CHARACTERS) return 'Larger than 1 MiB.';
  // Each begins with a NUL, `asm` and its version.
  const isWasm = wasm.startsWith('AGFzbQ') && /^[A-Za-z0-9+/]+={0,2}$/.test(wasm);
  return isWasm
    ? undefined
    : 'Must be WebAssembly (opa build -t wasm), in base64 where it is sent.';
}
