import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerClient } from '../../support/broker-client.js';
import { type Started, startSystem } from '../../support/npm-start.js';

export type PersonName = 'dana' | 'omar' | 'aude' | 'ada';

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** The started system with its demo tenant, as `npm start` leaves it. */
export interface Demo {
  readonly system: Started;
  readonly client: BrokerClient;
  readonly url: string;
  /** Of acme's gateway. */
  readonly key: string;
  readonly adminToken: string;
  person(name: PersonName): Person;
  /** An identity token of the development provider, as the laptop's own sign-in would get it. */
  danasToken(): Promise<string>;
  /** Signs in to the console without a browser; the cookie as `name=value`. */
  signIn(name: PersonName): Promise<string>;
  stop(): Promise<void>;
}

/** Addresses in a country of the EU, and on another continent. */
export const GERMANY = '84.128.0.1';
export const CALIFORNIA = '8.8.8.8';

export async function startDemo(): Promise<Demo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-e2e-'));
  const system = await startSystem({ dataDir }).catch((error: unknown) => {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  return demoOf(system, () => rmSync(dataDir, { recursive: true, force: true }));
}

/** A system that somebody else started; `discard` runs after it has stopped. */
export function demoOf(system: Started, discard: () => void = () => undefined): Demo {
  const client = new BrokerClient(system.baseUrl);
  const person = (name: PersonName): Person => {
    const user = system.users.find(({ email }) => email === `${name}@acme.example`);
    if (user === undefined) throw new Error(`dev.json names no ${name}`);
    return user;
  };
  return {
    system,
    client,
    url: system.baseUrl,
    key: system.pepKey,
    adminToken: system.adminToken,
    person,
    danasToken: () => {
      const { email, password } = person('dana');
      return client.idToken(email, password, 'dana-laptop');
    },
    signIn: (name) => {
      const { email, password } = person(name);
      return client.signIn(system.tenant, email, password);
    },
    stop: async () => {
      await system.stop();
      discard();
    },
  };
}
