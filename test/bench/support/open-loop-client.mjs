/**
 * Sends requests when they are due, whether or not earlier ones were answered, and measures each from the moment it was due: a stall of
 * the server, or of this client, is paid for by every request that it delays, none is left out ("coordinated omission").
 * Argument: JSON `{ url, bodies, token, rate, seconds, connections }`. A message ends it before its seconds are over. Sends its result over IPC.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const { url, bodies, token, rate, seconds, connections } = JSON.parse(process.argv[2]);
const drainMs = 30_000;
const { hostname, port, pathname } = new URL(url);
const requests = readFileSync(bodies, 'utf8').trim().split('\n').map(requestOf);
let count = Math.round(rate * seconds);
const latenciesMs = new Float64Array(count);
const latenessMs = new Float64Array(count);
const failures = [];
const free = [];
let [next, answered] = [0, 0];

for (let n = 0; n < connections; n += 1) await openConnection();
process.on('message', endNow).on('disconnect', () => process.exit());
const startMs = performance.now() + 5;
const dueMs = (n) => startMs + (n * 1_000) / rate;
const ticker = startTicker(sendDue);
const late = () => finish(`${count - answered} of ${count} were never answered`);
setTimeout(late, seconds * 1_000 + drainMs).unref();

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
  const connection = { socket, turn: -1, received: '' };
  socket.on('data', (chunk) => receive(connection, chunk));
  let problem = 'the connection was closed';
  socket.on('error', (error) => (problem = error.message));
  socket.on('close', () => replace(connection, problem));
  await once(socket, 'connect').catch(() => {});
  if (!socket.destroyed) free.push(connection);
}

/** A connection that broke takes its request with it; the next request gets a new one. */
function replace(connection, problem) {
  if (free.includes(connection)) free.splice(free.indexOf(connection), 1);
  if (connection.turn >= 0) answer(connection, problem);
  setTimeout(openConnection, 10);
}

function receive(connection, chunk) {
  connection.received += chunk.toString('latin1');
  const end = connection.received.indexOf('\r\n\r\n');
  if (end === -1) return;
  const head = connection.received.slice(0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (connection.received.length < end + 4 + length) return;
  answer(connection, /^HTTP\/1\.1 2/.test(head) ? undefined : connection.received);
  free.push(connection);
  sendDue();
}

function answer(connection, problem) {
  latenciesMs[connection.turn] = performance.now() - dueMs(connection.turn);
  connection.turn = -1;
  connection.received = '';
  answered += 1;
  if (problem !== undefined) failures.push(problem);
  if (answered === count) finish();
}

/** What is due by now is still sent. */
function endNow() {
  const due = Math.floor(((performance.now() - startMs) * rate) / 1_000);
  count = Math.min(count, Math.max(next, due));
  if (answered === count) finish();
}

function finish(aborted) {
  const result = {
    aborted,
    failures: failures.length,
    failure: failures[0],
    startedAtMs: performance.timeOrigin + startMs,
    latenciesMs: [...latenciesMs.subarray(0, count)],
    latenessMs: [...latenessMs.subarray(0, count)],
  };
  process.send(result, async () => {
    await ticker.terminate();
    process.exit();
  });
}
