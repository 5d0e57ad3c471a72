/** The `README.md` of every evidence bundle: what is in it and how to check it, with our tool or without. */
export const BUNDLE_README = `# Evidence from a Sallyport transparency log

Everything here can be checked offline, against the people who made it if need be.

| file | what |
|---|---|
| manifest.json | which log, which entries (filter in words), who exported them and when, SHA-256 of every other file |
| entries.ndjson | the entries, one per line, exactly the bytes that were logged |
| indexes.txt | only when the entries do not follow each other: the index in the log of each line |
| checkpoint | the log's signed statement of its size and Merkle root (C2SP tlog-checkpoint, signed-note) |
| proofs/N.tlog-proof | the proof that entry N is under that root (C2SP tlog-proof) |

## Check it

Run \`sallyport verify\` on this bundle and give it the log's key from a source that you trust: the operator, an earlier
export, a witness. The key in manifest.json only shows that the bundle agrees with itself.

## Check it without our tool

1. Verify the signature of \`checkpoint\` with any C2SP signed-note verifier and the log's key.
2. For each line of entries.ndjson, without its newline: leaf hash = SHA-256(0x00, line). For the first one:
   \`{ printf '\\000'; head -n 1 entries.ndjson | tr -d '\\n'; } | sha256sum\`
3. Fold the leaf hash with the hashes in its .tlog-proof up to the root (RFC 9162, section 2.1.3.2; inner node =
   SHA-256(0x01, left, right)) and compare with the third line of \`checkpoint\`.
4. Compare the SHA-256 of every file with manifest.json.

## What it does not show

An entry that is here is in the log, unchanged, at its index. When the entries were chosen by a filter, nothing here
proves that no other entry fits it. manifest.json is a statement of whoever made the export: no signature covers it.
`;
