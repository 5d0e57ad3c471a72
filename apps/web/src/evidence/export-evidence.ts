import { CSRF_HEADERS, type Problem } from '../graphql.js';
import type { EntryFilter } from '../graphql-types.js';

export type ExportOutcome =
  | { readonly ok: true; readonly zip: Blob; readonly fileName: string }
  | { readonly ok: false; readonly problem: Problem };

/** Asks the broker for the zip of what the filter selects. Never throws. */
export async function exportEvidence(tenant: string, filter: EntryFilter): Promise<ExportOutcome> {
  try {
    const response = await fetch(`/v1/tenants/${encodeURIComponent(tenant)}/exports`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { ...CSRF_HEADERS, 'content-type': 'application/json' },
      body: JSON.stringify({ filter }),
    });
    if (!response.ok) return { ok: false, problem: await problemOfResponse(response) };
    return { ok: true, zip: await response.blob(), fileName: fileNameOf(response, tenant) };
  } catch {
    return {
      ok: false,
      problem: { kind: 'unreachable', message: 'The broker could not be reached.' },
    };
  }
}

/** Hands a file that was made in the browser to the person. */
export function saveFile(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function problemOfResponse(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as {
    message?: unknown;
    requestId?: unknown;
  };
  const isForbidden = response.status === 403 || response.status === 404;
  const traceId =
    typeof body.requestId === 'string' ? body.requestId : response.headers.get('x-request-id');
  return {
    kind: isForbidden ? 'forbidden' : 'failed',
    message:
      typeof body.message === 'string'
        ? body.message
        : `The broker answered with status ${response.status}.`,
    ...(traceId !== null && { traceId }),
  };
}

function fileNameOf(response: Response, tenant: string): string {
  const told = /filename="?([A-Za-z0-9._-]+)"?/.exec(
    response.headers.get('content-disposition') ?? '',
  )?.[1];
  return told ?? `sallyport-${tenant}.zip`;
}
