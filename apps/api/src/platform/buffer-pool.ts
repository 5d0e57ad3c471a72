import { Buffer } from 'node:buffer';

// Imported by whoever leaves small buffers to the collector of the whole heap. A small buffer is a slice of a common one, and keeps all
// of it: 64 KiB as Node 26 makes them, with the bodies of many requests. Eight is what Node 20 has.
Buffer.poolSize = 8 * 1_024;
