import { notifications } from '@mantine/notifications';
import { strings } from './strings.js';

/** A short notice that something was done. It is spoken, and repeated by the screen itself, so it may leave again. */
export function notify(message: string): void {
  notifications.show({
    message,
    color: 'green',
    autoClose: 8_000,
    closeButtonProps: { 'aria-label': strings.dismiss },
  });
}
