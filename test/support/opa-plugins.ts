/** What a gateway does with its user's request after it asked. */
export interface Verdict {
  /** 200: on to the upstream. */
  readonly status: number;
  readonly upstreamHeaders: Readonly<Record<string, string>>;
  readonly message?: string;
}

/** What OPA's side answered. */
export interface OpaAnswer {
  readonly status: number;
  readonly text: string;
}

type Members = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

const stop = (status: number, message?: unknown): Verdict => ({
  status,
  upstreamHeaders: {},
  ...(typeof message === 'string' ? { message } : {}),
});

/**
 * Kong's `opa` plugin as it is documented: `true`, or an object whose `allow` is a boolean; anything else, and every status but
 * 200, is a 500 for the client.
 */
export function kongVerdict({ status, text }: OpaAnswer): Verdict {
  const result = status === 200 ? member(text, 'result') : undefined;
  if (typeof result === 'boolean') {
    return result ? { status: 200, upstreamHeaders: {} } : stop(403, 'unauthorized');
  }
  const { allow, headers, ...rest } = members(result);
  if (typeof allow !== 'boolean') return stop(500);
  if (allow) return { status: 200, upstreamHeaders: (headers ?? {}) as Headers };
  return stop((rest['status'] as number | undefined) ?? 403, rest['message'] ?? 'unauthorized');
}

/**
 * APISIX's `opa` plugin, from its source: whatever the status, the body must be JSON with a result (503 otherwise); a result that
 * cannot be indexed is a crash of the plugin (500); without a true `allow` it is `status_code` or 403. Of `headers` the upstream
 * gets those that `send_headers_upstream` lists, by their exact names.
 */
export function apisixVerdict(
  { text }: OpaAnswer,
  sendHeadersUpstream: readonly string[],
): Verdict {
  const result = member(text, 'result');
  if (result === undefined || result === null || result === false) return stop(503);
  if (typeof result !== 'object') return stop(500);
  const { allow, headers = {}, status_code: code, reason } = members(result);
  if (allow === undefined || allow === null || allow === false) {
    return stop((code as number | undefined) ?? 403, reason);
  }
  const listed = Object.entries(headers as Headers).filter(([name]) =>
    sendHeadersUpstream.includes(name),
  );
  return { status: 200, upstreamHeaders: Object.fromEntries(listed) };
}

/** opa-envoy-plugin's reading of a decision: a boolean, or an object whose `allowed` is one; anything else denies. */
export function envoyVerdict({ status, text }: OpaAnswer): Verdict {
  const result = status === 200 ? member(text, 'result') : undefined;
  if (typeof result === 'boolean') return result ? { status: 200, upstreamHeaders: {} } : stop(403);
  const { allowed, headers = {}, http_status: code = 403, body } = members(result);
  if (allowed !== true) return stop(allowed === false ? (code as number) : 500, body);
  return { status: 200, upstreamHeaders: headers as Headers };
}

function member(text: string, name: string): unknown {
  try {
    return members(JSON.parse(text))[name];
  } catch {
    return undefined;
  }
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}
