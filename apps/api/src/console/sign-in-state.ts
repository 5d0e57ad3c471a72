import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';

const signInState = z.object({
  tenant: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});

/** What has to survive the journey to the identity provider and back, in a cookie that only we can read. */
export type SignInState = z.output<typeof signInState>;

export const SIGN_IN_SECONDS = 600;

/** Seals the state with a key derived from the master key; AES-256-GCM, ten minutes. */
export class SignInStates {
  private readonly key: Uint8Array;

  constructor(masterKey: Uint8Array) {
    this.key = new Uint8Array(hkdfSync('sha256', masterKey, '', 'sallyport sign-in state', 32));
  }

  seal(state: SignInState): Promise<string> {
    return new EncryptJWT({ ...state })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${SIGN_IN_SECONDS}s`)
      .encrypt(this.key);
  }

  /** The state, or undefined when the cookie is absent, foreign, changed or too old. */
  async open(sealed: string | undefined): Promise<SignInState | undefined> {
    if (sealed === undefined) return undefined;
    try {
      const { payload } = await jwtDecrypt(sealed, this.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return signInState.parse(payload);
    } catch {
      return undefined;
    }
  }
}
