import { Buffer } from 'node:buffer';

// Imported by whoever leaves small buffers to the collector of the whole heap. A small buffer is a slice of a common one, and keeps all
// of it: of 64 KiB as Node 26 makes them, that is twenty requests' bodies for each. Eight is what Node had before.
Buffer.poolSize = 8 * 1_024;
