import v8 from 'node:v8';

// Node 20 aborts when TurboFan inlines a JS-to-wasm call that returns an object (cedar-wasm); it must be off before that code runs hot.
// A module of its own, imported first: imports run before any statement of the file that has them.
v8.setFlagsFromString('--no-turbo-inline-js-wasm-calls');
