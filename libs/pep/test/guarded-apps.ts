import { Controller, Get, type INestApplication, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import express from 'express';
import fastify from 'fastify';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pepGuard } from '../src/express/index.js';
import { pepPlugin } from '../src/fastify/index.js';
import { type Asked, type GuardOptions, NOBODY } from '../src/guard/judge.js';
import type { PepClient } from '../src/index.js';
import { Ask, type HttpRequest, Open, OPEN, PepGuard } from '../src/nest/index.js';

/** A running application with a guarded `/records/42`, an open `/open`, a `/broken` whose mapping throws, and an undeclared `/forgotten`. */
export interface Application {
  readonly url: string;
  close(): Promise<unknown>;
}
export type Start = (client: PepClient, options: GuardOptions) => Promise<Application>;

function question(path: string, method: string, user: unknown): Asked {
  if (path === '/open') return OPEN;
  if (path === '/broken') throw new Error('no such mapping');
  if (!path.startsWith('/records/')) return undefined;
  if (typeof user !== 'string') return NOBODY;
  const id = user;
  return {
    subject: { type: 'user', id },
    action: { name: method },
    resource: { type: 'record', id: path.slice('/records/'.length) },
  };
}

const listening = async (server: Server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const startExpress: Start = async (client, options) => {
  const app = express();
  app.use(
    pepGuard(
      client,
      (request, method) => question(request.path, method, request.headers['x-user']),
      options,
    ),
  );
  app.get(
    '/{*path}',
    (_, response) =>
      void response.json({ let: 'through', decision: response.locals['decision']?.decisionId }),
  );
  app.post('/{*path}', (_, response) => void response.json({ let: 'through' }));
  const server = createServer(app);
  return { url: await listening(server), close: () => closed(server) };
};

export const startFastify: Start = async (client, options) => {
  const app = fastify();
  await app.register(pepPlugin, {
    client,
    ask: (request, method) => question(request.url, method, request.headers['x-user']),
    ...options,
  });
  app.get('/*', (request) => ({ let: 'through', decision: request.decision?.decisionId }));
  app.post('/*', () => ({ let: 'through' }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    close: () => app.close(),
  };
};

const asRecord = (request: HttpRequest, method: string) =>
  question(`/records/${(request.params as { id: string }).id}`, method, request.headers['x-user']);

class Records {
  read(): object {
    return { let: 'through' };
  }
  write(): object {
    return { let: 'through' };
  }
  open(): object {
    return { let: 'through' };
  }
  broken(): object {
    return { let: 'through' };
  }
  forgotten(): object {
    return { let: 'through' };
  }
}
decorate('read', Get('records/:id'), Ask(asRecord));
decorate('write', Post('records/:id'), Ask(asRecord));
decorate('open', Get('open'), Open());
decorate(
  'broken',
  Get('broken'),
  Ask(() => question('/broken', 'GET', undefined)),
);
decorate('forgotten', Get('forgotten'));
Controller()(Records);
class App {}
Module({ controllers: [Records] })(App);

export const startNest: Start = async (client, options) => {
  const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), {
    logger: false,
  });
  return guarded(app, client, options);
};

function decorate(name: keyof Records, ...decorators: readonly MethodDecorator[]): void {
  const method = Object.getOwnPropertyDescriptor(Records.prototype, name);
  if (!method) throw new Error(name);
  for (const decorator of decorators) decorator(Records.prototype, name, method);
}

async function guarded(
  app: INestApplication,
  client: PepClient,
  options: GuardOptions,
): Promise<Application> {
  app.useGlobalGuards(new PepGuard(client, options));
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), close: () => app.close() };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
