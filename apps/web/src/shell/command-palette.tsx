import { TextInput } from '@mantine/core';
import { useId, useState, type ChangeEvent, type KeyboardEvent } from 'react';
import { Dialog } from '../ui/dialog.js';
import { usePaletteActions, type PaletteAction } from './palette-actions.js';
import { strings } from './strings.js';

interface CommandPaletteProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly showShortcuts: () => void;
}

/** Ctrl/Cmd-K: every area and act by name; what is typed can also be an entry's id or a text to find in the log. */
function CommandPalette({ isOpen, close, showShortcuts }: CommandPaletteProps) {
  return (
    <Dialog isOpen={isOpen} title={strings.search} closeLabel={strings.close} close={close}>
      <Palette close={close} showShortcuts={showShortcuts} />
    </Dialog>
  );
}

// eslint-disable-next-line no-restricted-exports -- React.lazy takes a default export
export default CommandPalette;

function Palette({ close, showShortcuts }: Omit<CommandPaletteProps, 'isOpen'>) {
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [selected, setSelected] = useState(0);
  const actions = usePaletteActions(typed, showShortcuts);
  const at = Math.min(selected, actions.length - 1);
  const run = (action: PaletteAction | undefined) => {
    if (action === undefined) return;
    close();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setSelected((at + step + actions.length) % actions.length);
    else if (event.key === 'Enter') run(actions[at]);
    else return;
    event.preventDefault();
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    setTyped(event.currentTarget.value);
    setSelected(0);
  };
  // A combobox with a list: ARIA Authoring Practices, "Editable combobox with list autocomplete".
  const combobox = {
    role: 'combobox',
    'aria-label': strings.search,
    'aria-expanded': true,
    'aria-controls': listId,
    'aria-autocomplete': 'list',
    'aria-activedescendant': actions[at] ? optionId(listId, at) : undefined,
    autoComplete: 'off',
  } as const;
  return (
    <>
      <TextInput
        {...combobox}
        data-autofocus
        value={typed}
        onKeyDown={onKeyDown}
        onChange={onChange}
      />
      <Options listId={listId} actions={actions} at={at} run={run} hover={setSelected} />
    </>
  );
}

interface OptionsProps {
  readonly listId: string;
  readonly actions: readonly PaletteAction[];
  readonly at: number;
  readonly run: (action: PaletteAction) => void;
  readonly hover: (index: number) => void;
}

function Options({ listId, actions, at, run, hover }: OptionsProps) {
  return (
    <ul role="listbox" id={listId} aria-label={strings.search} className="sp-palette">
      {actions.map((action, index) => (
        // The keyboard acts on the list through the combobox.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <li
          key={action.id}
          id={optionId(listId, index)}
          role="option"
          aria-selected={index === at}
          onClick={() => run(action)}
          onMouseMove={() => hover(index)}
        >
          {action.label}
        </li>
      ))}
    </ul>
  );
}

function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}
