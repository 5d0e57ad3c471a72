import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthority, type TestCertificate } from '../../../../../test/support/certificates.js';
import { type CertificateFiles, ServerCertificates } from './server-certificates.js';

const authority = createAuthority('mesh.example');
const issue = () => authority.issue({ dns: ['broker.example'] });

describe('the certificates of the server', () => {
  let folder: string;
  let files: CertificateFiles;
  let faults: string[];
  let certificates: ServerCertificates | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-certificates-'));
    const [certFile, keyFile, clientCaFile] = ['cert', 'key', 'ca'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    files = { certFile, keyFile, clientCaFile };
    writeFileSync(clientCaFile, authority.cert);
    faults = [];
  });
  afterEach(() => {
    certificates?.close();
    rmSync(folder, { recursive: true });
  });

  const put = ({ cert, key }: TestCertificate) => {
    writeFileSync(files.certFile, cert);
    writeFileSync(files.keyFile, key);
  };
  const open = () =>
    (certificates = new ServerCertificates(files, { report: (event) => void faults.push(event) }));

  test('are refused at the start where a file is missing, or the key is another’s', () => {
    expect(open).toThrow(/ENOENT/);
    put({ cert: issue().cert, key: issue().key });
    expect(open).toThrow(/key values mismatch/);
  });

  test('are those of the files, again and again; files that are not good change nothing', async () => {
    const [first, second] = [issue(), issue()];
    put(first);
    const told: string[] = [];
    open().addIdentityCertificateListener((update) => {
      told.push(update?.certificate.toString() ?? '');
    });
    await Promise.resolve();
    put(second);
    certificates?.reread();
    put({ cert: 'no certificate', key: second.key });
    certificates?.reread();
    expect(told).toEqual([first.cert, second.cert]);
    expect(faults).toEqual(['grpc-certificates-not-read']);
  });
});
