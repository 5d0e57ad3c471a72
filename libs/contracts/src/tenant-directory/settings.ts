import type { EntityRef, JsonObject } from '../decision.js';

/** tenant.yaml with every default filled in. */
export interface TenantSettings {
  /** The tenant's id: `^[a-z0-9][a-z0-9-]{0,62}$`. */
  readonly name: string;
  /** For people; `name` where the file has none. */
  readonly displayName: string;
  readonly issuers: readonly IssuerSettings[];
  readonly console?: ConsoleSettings;
  readonly location: LocationSettings;
  readonly posture: PostureSettings;
  readonly tokens: TokenSettings;
  readonly browser?: BrowserSettings;
  readonly rego?: RegoSettings;
}

/** tenant.yaml alone: what a compiled Rego policy consists of stands in files of its own. */
export type SettingsFile = Omit<TenantSettings, 'rego'> & {
  readonly rego?: Pick<RegoSettings, 'entrypoint'>;
};

/** Rego as a further condition: what Cedar permits must be permitted here too. */
export interface RegoSettings {
  /** Path of the decision, as `opa build -e` was told. */
  readonly entrypoint: string;
  /** `rego/policy.wasm`, what `opa build -t wasm` makes, in base64. */
  readonly wasm: string;
  /** `rego/data.json`. */
  readonly data: JsonObject;
}

/** A token issuer whose subjects this tenant knows. */
export interface IssuerSettings {
  /** `builtin` (the development provider) or the issuer's URL: https, or http on a loopback address. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subjectType: string;
  readonly subjectClaim: string;
  readonly deviceClaim: string;
  readonly jwksUri?: string;
}

/** Who may sign in to the console, and as what; every other known subject is a member. */
export interface ConsoleSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Name of the environment variable that holds the client secret. */
  readonly clientSecretEnv?: string;
  readonly roles: { readonly admin: readonly EntityRef[]; readonly auditor: readonly EntityRef[] };
}

/** Two sightings further apart than `minDistanceKm` at more than `maxSpeedKmh` are impossible travel. */
export interface LocationSettings {
  readonly maxSpeedKmh: number;
  readonly minDistanceKm: number;
}

export interface PostureSettings {
  /** A posture record older than this is stale. */
  readonly maxAgeSeconds: number;
  /** What a device must have to be compliant; an empty record asks for nothing. */
  readonly requirements: PostureRequirements;
}

export interface PostureRequirements {
  readonly managed?: boolean;
  readonly diskEncrypted?: boolean;
  readonly screenLock?: boolean;
  readonly firewall?: boolean;
  /** Operating system (lower case) to its oldest acceptable version. */
  readonly minOsVersion?: Readonly<Record<string, string>>;
}

export interface TokenSettings {
  readonly maxTtlSeconds: number;
  /** Audiences that tokens may be issued for. */
  readonly audiences: readonly string[];
}

/** Where gateways may send a browser whose request was refused. */
export interface BrowserSettings {
  /** Sign-in page of the applications; `{url}` stands for the percent-encoded address to come back to. */
  readonly signIn: string;
  /** Origins of the applications: nobody is sent back to another. */
  readonly origins: readonly string[];
}
