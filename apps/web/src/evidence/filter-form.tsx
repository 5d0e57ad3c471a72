import { REASONS } from '@sallyport/contracts';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type SubmitEvent } from 'react';
import { useShortcut } from '../shell/shortcuts.js';
import { FILTER_NAMES, readEntrySearch, type EntrySearch } from './entry-filter.js';
import { FILTER_WORDS, strings, TYPE_WORDS } from './strings.js';

type Name = keyof EntrySearch;

/** The filter: a text, the rest behind "More filters"; applied filters stand below it and can be taken away one by one. */
export function FilterForm({ search }: { readonly search: EntrySearch }) {
  const navigate = useNavigate();
  const find = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<Partial<Record<Name, string>>>(search);
  const apply = (next: Partial<Record<Name, string>>) =>
    void navigate({ to: '/evidence', search: readEntrySearch(next) });
  useShortcut('/', () => find.current?.focus());
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    apply(typed);
  };
  const field = (name: Name) => ({
    label: FILTER_WORDS[name],
    value: typed[name] ?? '',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setTyped({ ...typed, [name]: event.currentTarget.value }),
  });
  return (
    <div role="search" aria-label={strings.filter}>
      <form onSubmit={onSubmit} className="sp-filter">
        <div className="sp-filter-first">
          <TextInput
            {...field('text')}
            label={strings.search}
            ref={find}
            aria-keyshortcuts="/"
            type="search"
          />
          <NativeSelect {...field('type')} data={options(Object.entries(TYPE_WORDS))} />
          <NativeSelect
            {...field('decision')}
            data={options([
              ['permit', strings.permit],
              ['deny', strings.deny],
            ])}
          />
          <Button type="submit">{strings.apply}</Button>
        </div>
        <details open={HIDDEN.some((name) => search[name] !== undefined)}>
          <summary>{strings.moreFilters}</summary>
          <div className="sp-filter-more">
            {HIDDEN.map((name) =>
              name === 'reason' ? (
                <NativeSelect
                  key={name}
                  {...field(name)}
                  data={options(Object.keys(REASONS).map((code) => [code, code]))}
                />
              ) : (
                <TextInput
                  key={name}
                  {...field(name)}
                  type={name === 'from' || name === 'to' ? 'datetime-local' : 'text'}
                />
              ),
            )}
          </div>
        </details>
      </form>
      <Applied search={search} apply={apply} />
    </div>
  );
}

const HIDDEN = FILTER_NAMES.filter((name) => !['text', 'type', 'decision'].includes(name));

function Applied({
  search,
  apply,
}: {
  readonly search: EntrySearch;
  readonly apply: (next: EntrySearch) => void;
}) {
  const applied = FILTER_NAMES.flatMap((name) => {
    const value = search[name];
    return value === undefined ? [] : [{ name, value }];
  });
  if (applied.length === 0) return null;
  return (
    <div className="sp-chips" role="group" aria-label={strings.active}>
      {applied.map(({ name, value }) => (
        <Button
          key={name}
          size="compact-sm"
          variant="light"
          rightSection={<span aria-hidden="true">✕</span>}
          aria-label={strings.remove(FILTER_WORDS[name], value)}
          onClick={() => apply({ ...search, [name]: undefined })}
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

function options(pairs: readonly (readonly [value: string, label: string])[]) {
  return [{ value: '', label: strings.any }, ...pairs.map(([value, label]) => ({ value, label }))];
}
