/** What is used of the global fetch. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const MAX_BYTES = 262_144;

/** A fetch that follows no redirect and reads no more than 256 KiB: what an issuer sends is input like any other. */
export function boundedFetch(fetch: Fetch): Fetch {
  return async (url, init) => {
    const response = await fetch(url, { ...init, redirect: 'error' });
    const body = await readBounded(response);
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_BYTES) throw new Error('the issuer sent too much');
    chunks.push(chunk as Uint8Array);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
