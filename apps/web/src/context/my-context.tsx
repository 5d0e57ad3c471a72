import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EntityRef } from '../graphql-types.js';
import { useLiveQuery } from '../live-query.js';
import { useSession } from '../shell/session-context.js';
import { entityKey, listText } from '../ui/entity-text.js';
import { KnownContext } from '../ui/known-context.js';
import { Card, Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { MY_CONTEXT } from './documents.js';
import { strings } from './strings.js';

const NO_VARIABLES = {};

/** `/me`: what the broker knows about the person who asks. */
export function MyContextScreen() {
  const { me } = useSession();
  const query = useLiveQuery(MY_CONTEXT, NO_VARIABLES, ['grants']);
  return (
    <Page title={strings.title} headline={strings.headline}>
      <Text mb="md">{strings.intro}</Text>
      <QueryView query={query}>
        {({ myContext }) => (
          <div className="sp-cards">
            <You subject={myContext.subject} />
            <Card title={strings.facts}>
              <KnownContext context={myContext} />
            </Card>
          </div>
        )}
      </QueryView>
      <Text mt="md">
        {strings.wrong}{' '}
        <Link to="/evidence" search={{ subject: query.data?.myContext.subject.id ?? me.id }}>
          {strings.myEntries}
        </Link>
      </Text>
    </Page>
  );
}

function You({ subject }: { readonly subject: EntityRef }) {
  const { me } = useSession();
  return (
    <Card title={strings.you}>
      <dl className="sp-facts">
        <dt>{strings.signedInAs}</dt>
        <dd>
          {me.name}{' '}
          {me.email !== null && me.email !== me.name && <span className="sp-dim">{me.email}</span>}
        </dd>
        <dt>{strings.knownAs}</dt>
        <dd>
          <code>{entityKey(subject)}</code>
        </dd>
        <dt>{strings.roles}</dt>
        <dd>{listText(me.roles, 'none')}</dd>
        <dt>{strings.tenant}</dt>
        <dd>{me.tenantName}</dd>
      </dl>
    </Card>
  );
}
