import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

interface DialogProps {
  readonly isOpen?: boolean;
  readonly title: string;
  /** Name of the button in the corner, which changes nothing. */
  readonly closeLabel: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

/** A dialog that names itself, keeps the focus, gives it back, and adds no second banner landmark to the page. */
export function Dialog({ isOpen = true, title, closeLabel, close, children }: DialogProps) {
  return (
    <Modal.Root opened={isOpen} onClose={close}>
      <Modal.Overlay />
      <Modal.Content>
        <div className="sp-dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={closeLabel} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
