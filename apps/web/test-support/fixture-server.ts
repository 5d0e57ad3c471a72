import { buildSchema, execute, parse, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { WebSocketServer } from 'ws';
import { SCHEMA_TEXT } from './fixture-fetch.js';
import { PEOPLE, type Person } from './fixture-people.js';
import { FixtureApi } from './fixture-schema.js';
import { storyWorld } from './fixture-story.js';
import type { FixtureWorld, WorldEvent } from './fixture-world.js';

/** The policy under which the API serves the console. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/**
 * Lets the built console run against a world in memory: `/auth/login?as=dana` signs in (without `as`, as Dana), and
 * `/fixture/<act>` moves the world: `decide`, `publish`, `tamper/<entry id>`.
 */
export function fixtureServer(): Plugin {
  const world = storyWorld();
  const api = new FixtureApi(SCHEMA_TEXT, world);
  return {
    name: 'sallyport-fixture-api',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
        handle(api, request, response).then((isDone) => {
          if (!isDone) next();
        }, next);
      });
      serveSubscriptions(server.httpServer as Server, world);
    },
  };
}

async function handle(
  api: FixtureApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://fixture');
  const viewer = viewerOf(request);
  const { pathname } = url;
  if (pathname === '/auth/session')
    return json(
      response,
      200,
      viewer ? { signedIn: true } : { signedIn: false, tenants: ['acme'] },
    );
  if (pathname === '/auth/login') {
    const cookie = `fixture=${url.searchParams.get('as') ?? 'dana'}; Path=/`;
    response
      .writeHead(302, { location: url.searchParams.get('returnTo') ?? '/', 'set-cookie': cookie })
      .end();
    return true;
  }
  if (pathname === '/auth/logout') {
    response.writeHead(204, { 'set-cookie': 'fixture=; Path=/; Max-Age=0' }).end();
    return true;
  }
  if (pathname.startsWith('/fixture/'))
    return json(response, 200, move(api.world, pathname.split('/').slice(2)));
  if (pathname !== '/graphql' && !pathname.startsWith('/v1/')) return false;
  if (viewer === undefined)
    return json(response, 401, { error: 'unauthenticated', message: 'Sign in.' });
  if (request.headers['x-sallyport-csrf'] === undefined)
    return json(response, 403, { error: 'forbidden', message: 'No csrf header.' });
  if (pathname === '/graphql') {
    const { query, variables } = JSON.parse(await bodyOf(request)) as {
      query: string;
      variables: Record<string, unknown>;
    };
    return json(response, 200, await api.execute(viewer, query, variables));
  }
  response.writeHead(200, {
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="acme-evidence.zip"',
  });
  response.end(Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64'));
  return true;
}

function move(world: FixtureWorld, [act, id]: readonly string[]): unknown {
  if (act === 'publish') world.log.publish();
  if (act === 'tamper') world.tampered.add(id ?? '');
  if (act === 'decide') return { id: world.decide(PEOPLE[0] as Person, false) };
  return { entries: world.log.entries.map((entry) => entry['id']) };
}

function serveSubscriptions(httpServer: Server, world: FixtureWorld): void {
  const schema = buildSchema(SCHEMA_TEXT);
  const sockets = new WebSocketServer({ noServer: true });
  httpServer.on('upgrade', (request, socket, head) => {
    if (request.url === '/graphql')
      sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  });
  useServer(
    {
      schema,
      execute,
      subscribe,
      onSubscribe: (_context, _id, { query }) => {
        const document = parse(query);
        const field = /\{\s*(\w+)/.exec(query)?.[1] as WorldEvent;
        return { schema, document, rootValue: { [field]: () => eventsOf(world, field) } };
      },
    },
    sockets,
  );
}

async function* eventsOf(
  world: FixtureWorld,
  field: WorldEvent,
): AsyncGenerator<Record<string, unknown>> {
  let wake: () => void = () => undefined;
  const queue: string[] = [];
  const listener = (event: WorldEvent, id: string) => {
    if (event !== field) return;
    queue.push(id);
    wake();
  };
  world.listeners.add(listener);
  try {
    for (;;) {
      const id = queue.shift();
      if (id === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else
        yield {
          [field]: field === 'logGrew' ? { size: world.log.entries.length } : { id, version: 1 },
        };
    }
  } finally {
    world.listeners.delete(listener);
  }
}

function viewerOf(request: IncomingMessage): Person | undefined {
  const name = /fixture=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  return PEOPLE.find((person) => person.name.toLowerCase() === name);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function json(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'trace-4711' });
  response.end(JSON.stringify(body));
  return true;
}
