/** The `README.md` of every evidence bundle: what is in it and how to check it, with our tool or without. */
export const BUNDLE_README = `# Evidence from a Sallyport transparency log

Everything here can be checked offline, against the people who made it if need be. Format: sallyport-evidence@v2.

| file | what |
|---|---|
| manifest.json | which log, which entries (filter in words), who exported them and when, SHA-256 of every other file |
| entries.ndjson | the entries, one per line, exactly the bytes that were logged |
| indexes.txt | only when the entries do not follow each other: the index in the log of each line, ascending |
| leaf-hashes.bin | the leaf hash of each line as the log holds it, 32 bytes each: tells which line was changed |
| proof.bin | the hashes of what lies between the entries, 32 bytes each, from left to right |
| checkpoint | the log's signed statement of its size and Merkle root (C2SP tlog-checkpoint, signed-note) |

## Check it

Run \`sallyport verify\` on this bundle and give it the log's key from a source that you trust: the operator, an earlier
export, a witness. The key in manifest.json only shows that the bundle agrees with itself.

## Check it without our tool

1. Verify the signature of \`checkpoint\` with any C2SP signed-note verifier and the log's key. Its second line is the tree
   size n, its third the root in base64.
2. The index of the first line of entries.ndjson is \`firstIndex\` in manifest.json; the others follow it one by one when
   \`contiguous\` is true, and stand in indexes.txt when it is false. There are \`count\` of them, each below n.
3. Leaf hash of a line = SHA-256(0x00, line without its newline). For the first one:
   \`{ printf '\\000'; head -n 1 entries.ndjson | tr -d '\\n'; } | sha256sum\`
4. Compute the root (RFC 9162, section 2.1.1) from left to right, with a stack of hashes and a position p = 0:
   - to reach the index i of the next line from p < i, and n after the last line: take 2^k, the largest power of two that
     divides p (any power when p is 0) and is at most i - p; add the next hash of proof.bin as a subtree of 2^k leaves;
     repeat until p = i;
   - then add the leaf hash of the line as a subtree of 1 leaf;
   - to add the hash h of a subtree of 2^k leaves: let q = p / 2^k; while q is odd, pop s from the stack, set
     h = SHA-256(0x01, s, h) and q = (q - 1) / 2; push h; add 2^k to p;
   - at the end, while the stack holds more than one hash, pop b, then a, and push SHA-256(0x01, a, b).
   The hash that is left must be the root in \`checkpoint\` (the hash of nothing when n is 0), and proof.bin must be used up.
5. If it is not: do the same with leaf-hashes.bin in place of the lines. If that gives the root, the first line whose leaf
   hash is not the one in leaf-hashes.bin was changed, moved or left out.
6. Compare the SHA-256 of every file with manifest.json. Its last member, selfSha256, is the SHA-256 of the members before
   it as JSON without spaces.

## What it does not show

An entry that is here is in the log, unchanged, at its index. When the entries were chosen by a filter, nothing here
proves that no other entry fits it. manifest.json is a statement of whoever made the export: no signature covers it.
`;
