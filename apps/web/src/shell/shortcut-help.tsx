import { Alert, Kbd, Modal, Table } from '@mantine/core';
import { useShortcutsOn } from '../preferences.js';
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
    <Modal
      opened={isOpen}
      onClose={close}
      title={strings.shortcutsTitle}
      closeButtonProps={{ 'aria-label': strings.close }}
    >
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
    </Modal>
  );
}
