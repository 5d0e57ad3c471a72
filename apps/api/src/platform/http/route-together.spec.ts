import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { turn } from '../turn.js';
import { routeTogether } from './route-together.js';

let server: Server;
let routed: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    routed.push(request.url ?? '');
    response.end(request.url);
  });
  routeTogether(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());

/** A request that the server has read, without a connection. */
function arrive(url: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  server.emit('request', request, new ServerResponse(request));
  return request;
}

test('all that arrived is read before any of it is routed, then in its order', async () => {
  routed = [];
  for (const url of ['/1', '/2', '/3']) arrive(url);
  expect(routed).toEqual([]);
  await turn();
  expect(routed).toEqual(['/1', '/2', '/3']);
});

test('nobody is asked for who left meanwhile', async () => {
  routed = [];
  const [gone] = [arrive('/gone'), arrive('/there')];
  gone.destroy();
  await turn();
  expect(routed).toEqual(['/there']);
});

test('requests that a client sends without waiting are answered in their order', async () => {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const of = (url: string, more = '') => `GET ${url} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  client.end(of('/a') + of('/b') + of('/c', 'Connection: close\r\n'));
  let text = '';
  for await (const chunk of client) text += String(chunk);
  expect(text.match(/\/[abc]/g)).toEqual(['/a', '/b', '/c']);
});
