/**
 * One engine on one subject, in a process of its own: what V8 made of one subject's types would decide what the next one costs. Its argument is
 * `{ engine, subject, artifact }` as JSON; `artifact` is the file of a compiled set. Sends µs of CPU per decision over IPC.
 */
import { readFile } from 'node:fs/promises';
import { deserialize } from 'node:v8';
import { CedarWasmEngine, CompiledEngine } from '@sallyport/policy';
import { subjects } from './engine-subjects.mjs';
import { microsPerDecision } from './engine-timing.mjs';

// The compiler of WebAssembly takes two seconds of CPU time for cedar-wasm, V8's for ours half of one.
const warmUpMs = 2_500;
const cpuMs = 500;

const { engine, subject, artifact } = JSON.parse(process.argv[2]);
const { bundle, questions } = subjects[subject];
const policy =
  engine === 'compiled'
    ? new CompiledEngine().loadArtifact('bench', deserialize(await readFile(artifact)))
    : new CedarWasmEngine().load('bench', await bundle());
const asked = await questions();
microsPerDecision(policy, asked, { cpuMs: warmUpMs });
process.send(microsPerDecision(policy, asked, { cpuMs }));
