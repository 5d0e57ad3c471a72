import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { PageHeading } from './page-heading.js';

interface PageProps {
  /** Short name of the screen, for the browser's title. */
  readonly title: string;
  /** One headline that answers the reader's question in words. */
  readonly headline: ReactNode;
  /** Buttons beside the headline. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen: title of the tab, headline that takes the focus after navigation, content. */
export function Page({ title, headline, actions, children }: PageProps) {
  return (
    <article className="sp-page">
      <title>{`${title} · Sallyport`}</title>
      <header className="sp-page-head">
        <PageHeading>{headline}</PageHeading>
        {actions !== undefined && <div className="sp-actions">{actions}</div>}
      </header>
      {children}
    </article>
  );
}

interface CardProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

/** A titled section on a raised surface. */
export function Card({ title, children, actions }: CardProps) {
  return (
    <section className="sp-card" aria-label={title}>
      <div className="sp-card-head">
        <Title order={2}>{title}</Title>
        {actions}
      </div>
      {children}
    </section>
  );
}
