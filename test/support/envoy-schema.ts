import { fileURLToPath } from 'node:url';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

interface Field {
  readonly name: string;
  readonly type: string;
  readonly typeName: string;
  readonly label: string;
}

interface Descriptor {
  readonly name: string;
  readonly field: readonly Field[];
  readonly nestedType: readonly Descriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly options?: { readonly mapEntry?: boolean } | null;
}

interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly { readonly name: string }[];
}

const deps = new URL('../../deps/', import.meta.resolve('@grpc/grpc-js-xds'));
const includeDirs = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((folder) =>
  fileURLToPath(new URL(folder, deps)),
);
const loaded: PackageDefinition = loadSync(
  [
    'envoy/config/bootstrap/v3/bootstrap.proto',
    'envoy/extensions/filters/http/ext_authz/v3/ext_authz.proto',
    'envoy/extensions/filters/http/router/v3/router.proto',
    'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
    'envoy/extensions/transport_sockets/tls/v3/tls.proto',
    'envoy/extensions/upstreams/http/v3/http_protocol_options.proto',
  ],
  { includeDirs, keepCase: true },
);

/**
 * Members of a bootstrap configuration that Envoy's own protocol files do not have, by path. Whether a value is in its range is
 * Envoy's to say.
 */
export function unknownMembers(config: unknown): string[] {
  const problems: string[] = [];
  check(config, 'envoy.config.bootstrap.v3.Bootstrap', '', problems);
  return problems;
}

function check(value: unknown, typeName: string, path: string, problems: string[]): void {
  if (typeName === 'google.protobuf.Any') return checkAny(value, path, problems);
  // Durations, wrappers and structs are written as plain JSON.
  if (typeName.startsWith('google.protobuf.')) return;
  const descriptor = found(typeName) as Descriptor;
  if (typeof value !== 'object' || value === null) {
    problems.push(`${path} is no message`);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const field = descriptor.field.find((one) => one.name === name);
    const at = `${path}.${name}`;
    if (!field) problems.push(at);
    else if (field.label === 'LABEL_REPEATED') checkMany(member, field, typeName, at, problems);
    else checkOne(member, field, typeName, at, problems);
  }
}

function checkMany(
  value: unknown,
  field: Field,
  owner: string,
  path: string,
  problems: string[],
): void {
  const type = field.type === 'TYPE_MESSAGE' ? resolved(field.typeName, owner) : '';
  const entry = isKnown(type) ? (found(type) as Descriptor) : undefined;
  if (entry?.options?.mapEntry) {
    const of = entry.field.find(({ name }) => name === 'value') as Field;
    for (const [name, member] of Object.entries(value as object))
      checkOne(member, of, type, `${path}[${name}]`, problems);
  } else if (!Array.isArray(value)) problems.push(`${path} is no list`);
  else {
    value.forEach((one, index) => checkOne(one, field, owner, `${path}[${index}]`, problems));
  }
}

function checkOne(
  value: unknown,
  field: Field,
  owner: string,
  path: string,
  problems: string[],
): void {
  if (field.type === 'TYPE_MESSAGE') check(value, resolved(field.typeName, owner), path, problems);
  if (field.type === 'TYPE_ENUM') {
    const { value: values } = found(resolved(field.typeName, owner)) as EnumDescriptor;
    if (!values.some(({ name }) => name === value)) problems.push(`${path}: ${String(value)}`);
  }
}

function checkAny(value: unknown, path: string, problems: string[]): void {
  const { '@type': url, ...content } = value as Record<string, unknown>;
  check(content, String(url).replace('type.googleapis.com/', ''), path, problems);
}

/** A name as a protocol file writes it, from the innermost scope outwards. */
function resolved(name: string, owner: string): string {
  if (name.startsWith('.')) return name.slice(1);
  if (name.startsWith('google.protobuf.')) return name;
  const scope = owner.split('.');
  for (let depth = scope.length; depth >= 0; depth -= 1) {
    const full = [...scope.slice(0, depth), name].join('.');
    if (isKnown(full)) return full;
  }
  throw new Error(`Envoy has no ${name} in ${owner}`);
}

function isKnown(name: string): boolean {
  return found(name) !== undefined;
}

/** A type by its full name; one inside another is in the description of that one. */
function found(name: string): Descriptor | EnumDescriptor | undefined {
  const top = loaded[name] as { readonly type?: Descriptor } | undefined;
  if (top?.type) return top.type;
  const dot = name.lastIndexOf('.');
  if (dot < 0) return undefined;
  const outer = found(name.slice(0, dot)) as Descriptor | undefined;
  const inner = [...(outer?.nestedType ?? []), ...(outer?.enumType ?? [])];
  return inner.find((one) => one.name === name.slice(dot + 1));
}
