import { notifications } from '@mantine/notifications';

/** A short notice that something was done. It is spoken, and repeated by the screen itself, so it may leave again. */
export function notify(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 8_000 });
}
