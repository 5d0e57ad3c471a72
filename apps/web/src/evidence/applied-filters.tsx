import { Button } from '@mantine/core';
import { FILTER_NAMES, type EntrySearch } from './entry-filter.js';
import { FILTER_WORDS, strings } from './strings.js';

interface AppliedFiltersProps {
  readonly search: EntrySearch;
  readonly apply: (next: EntrySearch) => void;
}

/** What the log is filtered by; a button takes each away. */
export function AppliedFilters({ search, apply }: AppliedFiltersProps) {
  const applied = FILTER_NAMES.flatMap((name) => {
    const value = search[name];
    return value === undefined ? [] : [{ name, value }];
  });
  if (applied.length === 0) return null;
  const without = (taken: keyof EntrySearch) =>
    Object.fromEntries(Object.entries(search).filter(([name]) => name !== taken));
  return (
    <div className="sp-chips" role="group" aria-label={strings.active}>
      {applied.map(({ name, value }) => (
        <Button
          key={name}
          size="compact-sm"
          variant="light"
          rightSection={<span aria-hidden="true">✕</span>}
          aria-label={strings.remove(FILTER_WORDS[name], value)}
          onClick={() => apply(without(name))}
        >
          {FILTER_WORDS[name]}: {value}
        </Button>
      ))}
      <Button size="compact-sm" variant="subtle" onClick={() => apply({})}>
        {strings.clear}
      </Button>
    </div>
  );
}
