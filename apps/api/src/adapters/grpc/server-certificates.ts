import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { FaultReporter } from '../../platform/fault-reporter.js';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Every client must have a certificate of one of these authorities; undefined: none is asked for. */
  readonly clientCaFile: string | undefined;
}

/** SPIFFE's certificates live for an hour: files are looked at this often. */
const REREAD_MS = 60_000;

interface Identity {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

interface Authorities {
  readonly caCertificate: Buffer;
}

type Listener<T> = (update: T | null) => void;

/** The certificates of the server, read again while it runs. Files that are no longer good change nothing, and are reported. */
export class ServerCertificates {
  private identity: Identity;
  private authorities: Authorities | null;
  private readonly identityListeners = new Set<Listener<Identity>>();
  private readonly authorityListeners = new Set<Listener<Authorities>>();
  private readonly timer: NodeJS.Timeout;

  /** Throws when the files are not good. */
  constructor(
    private readonly files: CertificateFiles,
    private readonly faults: FaultReporter,
  ) {
    [this.identity, this.authorities] = read(files);
    this.timer = setInterval(() => this.reread(), REREAD_MS).unref();
  }

  credentials(): ServerCredentials {
    const hasClients = this.files.clientCaFile !== undefined;
    // Whatever its parameters are called: the server's own certificate first, then the clients' authorities.
    return experimental.createCertificateProviderServerCredentials(
      this,
      hasClients ? this : null,
      hasClients,
    );
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Reads the files again, now. */
  reread(): void {
    try {
      [this.identity, this.authorities] = read(this.files);
    } catch (error) {
      this.faults.report('grpc-certificates-not-read', error);
      return;
    }
    for (const listener of this.authorityListeners) listener(this.authorities);
    for (const listener of this.identityListeners) listener(this.identity);
  }

  addIdentityCertificateListener(listener: Listener<Identity>): void {
    this.identityListeners.add(listener);
    // Not at once: the server that is to be told is only then listening to its listener.
    queueMicrotask(() => listener(this.identity));
  }

  removeIdentityCertificateListener(listener: Listener<Identity>): void {
    this.identityListeners.delete(listener);
  }

  addCaCertificateListener(listener: Listener<Authorities>): void {
    this.authorityListeners.add(listener);
    queueMicrotask(() => listener(this.authorities));
  }

  removeCaCertificateListener(listener: Listener<Authorities>): void {
    this.authorityListeners.delete(listener);
  }
}

function read({
  certFile,
  keyFile,
  clientCaFile,
}: CertificateFiles): [Identity, Authorities | null] {
  const identity = { certificate: readFileSync(certFile), privateKey: readFileSync(keyFile) };
  const ca = clientCaFile === undefined ? undefined : readFileSync(clientCaFile);
  // Throws where a file is no PEM, or the key is another's.
  createSecureContext({ cert: identity.certificate, key: identity.privateKey, ca });
  return [identity, ca ? { caCertificate: ca } : null];
}
