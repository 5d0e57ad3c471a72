import { Alert, Kbd, Table } from '@mantine/core';
import { useShortcutsOn } from '../preferences.js';
import { Dialog } from '../ui/dialog.js';
import { SHORTCUT_HELP, strings } from './strings.js';

/** The list behind `?`. */
export function ShortcutHelp({
  isOpen,
  close,
}: {
  readonly isOpen: boolean;
  readonly close: () => void;
}) {
  const isOn = useShortcutsOn();
  return (
    <Dialog isOpen={isOpen} title={strings.shortcutsTitle} closeLabel={strings.close} close={close}>
      {!isOn && (
        <Alert color="yellow" mb="sm">
          {strings.shortcutsOff}
        </Alert>
      )}
      <Table aria-label={strings.shortcutsTitle}>
        <Table.Tbody>
          {SHORTCUT_HELP.map(([keys, does]) => (
            <Table.Tr key={keys}>
              <Table.Th scope="row">
                <Kbd>{keys}</Kbd>
              </Table.Th>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
