import { REASONS } from '@sallyport/contracts';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type ChangeEvent, type SubmitEvent } from 'react';
import { useShortcut } from '../shell/shortcuts.js';
import { AppliedFilters } from './applied-filters.js';
import { FILTER_NAMES, readEntrySearch, type EntrySearch } from './entry-filter.js';
import { FILTER_WORDS, strings, TYPE_WORDS } from './strings.js';

type Name = keyof EntrySearch;
type Typed = Partial<Record<Name, string>>;

const TYPES = options(Object.entries(TYPE_WORDS));
const DECISIONS = options([
  ['permit', strings.permit],
  ['deny', strings.deny],
]);
const REASON_CODES = options(Object.keys(REASONS).map((code) => [code, code]));
const MORE = FILTER_NAMES.filter((name) => !['text', 'type', 'decision'].includes(name));

/** The filter: a text, the rest behind "More filters"; applied filters stand below it and can be taken away one by one. */
export function FilterForm({ search }: { readonly search: EntrySearch }) {
  const navigate = useNavigate();
  const find = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<Typed>(search);
  const apply = (next: Typed) => void navigate({ to: '/evidence', search: readEntrySearch(next) });
  useShortcut('/', () => find.current?.focus());
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    apply(typed);
  };
  const field: FieldOf = (name) => ({
    label: FILTER_WORDS[name],
    value: typed[name] ?? '',
    onChange: (event) => setTyped({ ...typed, [name]: event.currentTarget.value }),
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
          <NativeSelect {...field('type')} data={TYPES} />
          <NativeSelect {...field('decision')} data={DECISIONS} />
          <Button type="submit">{strings.apply}</Button>
        </div>
        <MoreFilters field={field} isOpen={MORE.some((name) => search[name] !== undefined)} />
      </form>
      <AppliedFilters search={search} apply={apply} />
    </div>
  );
}

type FieldOf = (name: Name) => {
  readonly label: string;
  readonly value: string;
  readonly onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void;
};

function MoreFilters({ field, isOpen }: { readonly field: FieldOf; readonly isOpen: boolean }) {
  return (
    <details open={isOpen}>
      <summary>{strings.moreFilters}</summary>
      <div className="sp-filter-more">
        {MORE.map((name) =>
          name === 'reason' ? (
            <NativeSelect key={name} {...field(name)} data={REASON_CODES} />
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
  );
}

function options(pairs: readonly (readonly [value: string, label: string])[]) {
  return [{ value: '', label: strings.any }, ...pairs.map(([value, label]) => ({ value, label }))];
}
