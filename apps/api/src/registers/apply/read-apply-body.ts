import { z } from 'zod';
import { parseBody } from '../../platform/http/parse-body.js';
import { parseStrictJson } from '../../platform/http/strict-json.js';

const applyBody = z.strictObject({
  files: z.record(z.string().max(512), z.string()),
  dryRun: z.boolean().default(false),
});

/** What a client wants applied, or only planned. */
export interface ApplyBody {
  readonly files: ReadonlyMap<string, string>;
  readonly dryRun: boolean;
}

/** Reads the body of `PUT /v1/tenants/:tenant`. Takes as long as parsing megabytes of JSON. Throws BadRequestError. */
export function readApplyBody(body: Uint8Array): ApplyBody {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const { files, dryRun } = parseBody(applyBody, parseStrictJson(bytes).value);
  return { files: new Map(Object.entries(files)), dryRun };
}
