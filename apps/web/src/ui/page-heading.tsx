import { Title } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { takeFocusReturn } from './focus-return.js';

/**
 * The headline. After a navigation the focus goes to it, so that a screen reader starts at the top of the new screen; going
 * back to a list, the focus returns to the row that was opened instead. The first page load leaves the focus alone.
 */
export function PageHeading({ children }: { readonly children: ReactNode }) {
  const path = useLocation({ select: (location) => location.pathname });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!takeFocusReturn(path)) heading.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <Title order={1} ref={heading} tabIndex={-1} className="sp-headline">
      {children}
    </Title>
  );
}
