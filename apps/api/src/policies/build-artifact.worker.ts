import type { PolicyBundle } from '@sallyport/contracts';
import { parentPort, workerData } from 'node:worker_threads';
import { built } from './artifact-builder.js';
import { stepBehindDecisions } from '../platform/thread-priority.js';

stepBehindDecisions();

// The thread of ThreadedArtifactBuilder.
parentPort?.postMessage(built(workerData as PolicyBundle));
