/**
 * One engine on one subject, in a process of its own: what V8 made of one subject's types would decide what the next one costs. Its argument is
 * `{ engine, subject, artifact }` as JSON; `artifact` is the file of a compiled set. Sends µs of CPU per decision over IPC, of
 * each of some slices: what the machine's host takes, it takes from some more than from others.
 */
import { readFile } from 'node:fs/promises';
import { deserialize } from 'node:v8';
import { CedarWasmEngine, CompiledEngine } from '@sallyport/policy';
import { subjects } from './engine-subjects.mjs';
import { microsPerDecision } from './engine-timing.mjs';

// The compiler of WebAssembly takes two seconds of CPU time for cedar-wasm, V8's for ours half of one.
const warmUpMs = 2_500;
const slices = 8;
const sliceMs = 60;

const { engine, subject, artifact } = JSON.parse(process.argv[2]);
const { bundle, questions } = subjects[subject];
const policy =
  engine === 'compiled'
    ? new CompiledEngine().loadArtifact('bench', deserialize(await readFile(artifact)))
    : new CedarWasmEngine().load('bench', await bundle());
const asked = await questions();
microsPerDecision(policy, asked, { cpuMs: warmUpMs });
const time = () => microsPerDecision(policy, asked, { cpuMs: sliceMs });
process.send(Array.from({ length: slices }, time));
