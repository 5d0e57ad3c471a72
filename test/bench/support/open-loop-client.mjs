/**
 * Sends requests when they are due, whether or not earlier ones were answered, and measures each from the moment it was due: a stall of
 * the server, or of this client, is paid for by every request that it delays, none is left out ("coordinated omission").
 * Argument: JSON `{ url, bodies, token, rate, seconds, connections }`; sends `{ latenciesMs, latenessMs }` over IPC.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const { url, bodies, token, rate, seconds, connections } = JSON.parse(process.argv[2]);
const drainMs = 15_000;
const { hostname, port, pathname } = new URL(url);
const requests = readFileSync(bodies, 'utf8').trim().split('\n').map(requestOf);
const count = Math.round(rate * seconds);
const latenciesMs = new Float64Array(count);
const latenessMs = new Float64Array(count);
const free = [];
let [next, answered] = [0, 0];

for (let n = 0; n < connections; n += 1) free.push(await openConnection());
const startMs = performance.now() + 5;
const dueMs = (n) => startMs + (n * 1_000) / rate;
const ticker = startTicker(sendDue);
setTimeout(
  () => fail(`${count - answered} of ${count} were never answered`),
  seconds * 1_000 + drainMs,
).unref();

function requestOf(body) {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  const length = Buffer.byteLength(body);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n`;
  return Buffer.from(`${head}${authorization}Content-Length: ${length}\r\n\r\n${body}`);
}

/** Timers of Node keep to whole milliseconds; a thread that sleeps on a futex is woken to a fraction of one. */
function startTicker(onTick) {
  const source = `
    const { parentPort } = require('node:worker_threads');
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (;;) { Atomics.wait(cell, 0, 0, 0.4); parentPort.postMessage(0); }`;
  return new Worker(source, { eval: true }).on('message', onTick);
}

function sendDue() {
  const now = performance.now();
  while (next < count && dueMs(next) <= now && free.length > 0) send(free.pop(), now);
}

function send(connection, now) {
  connection.turn = next;
  latenessMs[next] = now - dueMs(next);
  connection.socket.write(requests[next % requests.length]);
  next += 1;
}

async function openConnection() {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const connection = { socket, turn: -1, received: '' };
  socket.on('data', (chunk) => receive(connection, chunk));
  socket.on('close', () => fail('a connection was closed'));
  socket.on('error', (error) => fail(error.message));
  return connection;
}

function receive(connection, chunk) {
  connection.received += chunk.toString('latin1');
  const end = connection.received.indexOf('\r\n\r\n');
  if (end === -1) return;
  const head = connection.received.slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined || !/^HTTP\/1\.1 2/.test(head)) return fail(connection.received);
  if (connection.received.length < end + 4 + Number(length)) return;
  const now = performance.now();
  connection.received = '';
  latenciesMs[connection.turn] = now - dueMs(connection.turn);
  answered += 1;
  if (answered === count) return finish();
  free.push(connection);
  sendDue();
}

function finish() {
  process.send({ latenciesMs: [...latenciesMs], latenessMs: [...latenessMs] }, end);
}

function fail(message) {
  if (answered < count) process.send({ failed: message }, end);
}

async function end() {
  await ticker?.terminate();
  process.exit();
}
