import { parentPort } from 'node:worker_threads';
import { ReferenceDesk, type DeskRequest } from './reference-desk.js';
import { stepBehindDecisions } from '../../platform/thread-priority.js';

stepBehindDecisions();

// The thread of ReferenceThread.
const desk = new ReferenceDesk(() => performance.now());

parentPort?.on('message', (request: DeskRequest) => parentPort?.postMessage(desk.receive(request)));
