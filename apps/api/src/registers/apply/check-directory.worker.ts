import { CedarWasmEngine, CompiledEngine } from '@sallyport/policy';
import { parentPort, workerData } from 'node:worker_threads';
import { CedarPolicyGate } from '../../policies/cedar-policy-gate.js';
import { checkDirectory, type CheckRequest } from './check-directory.js';
import { messagesOfCheck } from './check-messages.js';
import { stepBehindDecisions } from '../../platform/thread-priority.js';

stepBehindDecisions();

// The thread of ThreadedDirectoryChecker. Each message waits until the one before was taken: Node delivers what has
// piled up in one go, and that would hold the receiver's decisions up.
const gate = new CedarPolicyGate(new CompiledEngine(), new CedarWasmEngine());
const messages = messagesOfCheck(() => checkDirectory(workerData as CheckRequest, gate));

const sendNext = (): void => {
  const { done, value } = messages.next();
  if (done) parentPort?.close();
  else parentPort?.postMessage(value);
};

parentPort?.on('message', sendNext);
sendNext();
