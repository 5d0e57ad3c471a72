import { useEffect, useEffectEvent, useState } from 'react';
import { useClient } from 'urql';
import { problemOf, type Problem } from '../graphql.js';
import type { EntryProof } from '../graphql-types.js';
import { announce } from '../shell/announcer.js';
import { PROOF, type EntryDetail } from './documents.js';
import { strings } from './proof-strings.js';
import { verifyEntry, type Verification } from './verify-entry.js';

/** How far the verification is. `pending`: no checkpoint covers the entry yet; it is tried again by itself. */
export type VerificationState =
  | { readonly at: 'idle' | 'working' | 'pending' }
  | { readonly at: 'failed'; readonly problem: Problem }
  | { readonly at: 'done'; readonly proof: EntryProof; readonly result: Verification };

const RETRY_MS = 3_000;

/** Fetches the proof of an entry and verifies it here. */
export function useVerification(entry: EntryDetail): {
  readonly state: VerificationState;
  readonly verify: () => void;
} {
  const client = useClient();
  const [state, setState] = useState<VerificationState>({ at: 'idle' });
  const [tries, setTries] = useState(0);
  const fetchAndVerify = async (): Promise<VerificationState> => {
    const { data, error } = await client
      .query(PROOF, { id: entry.id }, { requestPolicy: 'network-only' })
      .toPromise();
    if (error) return { at: 'failed', problem: problemOf(error) };
    const proof = data?.entryProof ?? null;
    if (proof === null) return { at: 'pending' };
    const result = verifyEntry(entry, proof);
    announce(result.ok ? strings.announceOk : strings.announceFail);
    return { at: 'done', proof, result };
  };
  const verify = async () => {
    setState((before) => (before.at === 'pending' ? before : { at: 'working' }));
    setState(await fetchAndVerify());
    setTries((count) => count + 1);
  };
  const retry = useEffectEvent(() => void verify());
  const isPending = state.at === 'pending';
  useEffect(() => {
    if (!isPending) return undefined;
    const timer = setTimeout(() => retry(), RETRY_MS);
    return () => clearTimeout(timer);
  }, [isPending, tries]);
  return { state, verify: () => void verify() };
}
