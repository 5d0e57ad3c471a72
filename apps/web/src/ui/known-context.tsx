import { Badge } from '@mantine/core';
import type { DeviceView, MyContext, PlaceView } from '../graphql-types.js';
import { listText } from './entity-text.js';
import { TimeLeft } from './time-left.js';
import { When } from './when.js';

const words = {
  groups: 'Groups',
  devices: 'Devices',
  place: 'Last place',
  grants: 'Live grants',
  none: 'none',
  noDevices: 'no device is known',
  noPlace: 'no place is known',
  unknownCountry: 'unknown country',
  checked: 'checked',
  tooOld: 'too old to count',
  encrypted: ['disk encrypted', 'disk not encrypted', 'disk encryption unknown'],
  managed: ['managed', 'not managed', 'management unknown'],
  compliant: ['compliant', 'not compliant', 'compliance unknown'],
} as const;

/** What the broker knows about a person, as a list of facts with their age. Unknown is said, never guessed. */
export function KnownContext({ context }: { readonly context: MyContext }) {
  return (
    <dl className="sp-facts">
      <dt>{words.groups}</dt>
      <dd>{listText(context.groups, words.none)}</dd>
      <dt>{words.devices}</dt>
      <dd>
        {context.devices.length === 0 && words.noDevices}
        {context.devices.map((device) => (
          <Device key={device.id} device={device} />
        ))}
      </dd>
      <dt>{words.place}</dt>
      <dd>{context.lastPlace === null ? words.noPlace : <Place place={context.lastPlace} />}</dd>
      <dt>{words.grants}</dt>
      <dd>
        {context.grants.length === 0 && words.none}
        {context.grants.map((grant) => (
          <div key={grant.id}>
            {grant.role.id} <TimeLeft startsAt={grant.startsAt} endsAt={grant.endsAt} />
          </div>
        ))}
      </dd>
    </dl>
  );
}

function Device({ device }: { readonly device: DeviceView }) {
  return (
    <div className="sp-device">
      <strong>{device.id}</strong> {[device.os, device.osVersion].filter(Boolean).join(' ')}
      <div className="sp-badges">
        <Fact value={device.diskEncrypted} text={words.encrypted} />
        <Fact value={device.compliant} text={words.compliant} />
        <Fact value={device.managed} text={words.managed} />
      </div>
      <span className="sp-dim">
        {words.checked} <When at={device.checkedAt} />
        {!device.fresh && `, ${words.tooOld}`}
      </span>
    </div>
  );
}

function Place({ place }: { readonly place: PlaceView }) {
  return (
    <>
      {place.country ?? words.unknownCountry}
      {place.ip !== null && (
        <>
          {' '}
          <code>{place.ip}</code>
        </>
      )}
      , <When at={place.at} />
    </>
  );
}

interface FactProps {
  readonly value: boolean | null;
  /** Words for true, false and unknown. */
  readonly text: readonly [string, string, string];
}

function Fact({ value, text }: FactProps) {
  const [color, shape, word] =
    value === null
      ? (['gray', '?', text[2]] as const)
      : value
        ? (['green', '✓', text[0]] as const)
        : (['red', '✕', text[1]] as const);
  return (
    <Badge
      variant="light"
      color={color}
      radius="sm"
      tt="none"
      leftSection={<span aria-hidden="true">{shape}</span>}
    >
      {word}
    </Badge>
  );
}
