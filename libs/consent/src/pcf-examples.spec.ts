import { describe, expect, it } from '@jest/globals';
import {
  coding,
  directive,
  labels,
  purposes,
  query,
  r4,
  r5,
  recipient,
  TPO,
} from '../test/fixtures.js';
import type { ConsentQuery } from './consent-query.js';
import { decideConsent } from './decide-consent.js';

type Case = [string, unknown, unknown, [Partial<ConsentQuery>, string][]];

const DATA_2022 = { dataPeriod: { start: '2022-01', end: '2022-12' } };
const in2022 = { dataAtMs: Date.parse('2022-12-31T23:59:59.999Z') };
const in2023 = { dataAtMs: Date.parse('2023-01-01T00:00:00Z') };
const project = { purpose: [coding('FooBar', 'https://example.org/purposes')] };
const fooBar = 'https://example.org/purposes|FooBar';
const researcher = recipient('Organization/research-house');

// Each line: what the patient said, in R4 and in R5, and the answers to some questions under it.
const cases: Case[] = [
  [
    'basic-treat: treatment, payment and operations',
    r4({ type: 'permit', ...TPO }),
    r5('deny', [TPO]),
    [
      [{}, 'permit'],
      [{ purpose: 'ETREAT' }, 'permit'],
      [{ purpose: 'BTG' }, 'permit'],
      [{ purpose: 'HLEGAL' }, 'permit'],
    ],
  ],
  [
    'reject: no treatment, payment and operations',
    r4({ type: 'deny', ...TPO }),
    r5('permit', [TPO]),
    [
      [{}, 'deny'],
      [{ purpose: 'BTG' }, 'deny'],
    ],
  ],
  [
    'dissent with break-glass: nothing but BTG',
    r4({ type: 'deny', ...TPO, provision: [{ type: 'permit', ...purposes('BTG') }] }),
    r5('deny', [purposes('BTG')]),
    [
      [{}, 'deny'],
      [{ purpose: 'ETREAT' }, 'deny'],
      [{ purpose: 'BTG' }, 'permit'],
    ],
  ],
  [
    'research: all but clinical research',
    r4({
      type: 'permit',
      ...purposes('HRESCH'),
      provision: [{ type: 'deny', ...purposes('CLINTRCH') }],
    }),
    r5('deny', [{ ...purposes('HRESCH'), provision: [purposes('CLINTRCH')] }]),
    [
      [{ purpose: 'HRESCH' }, 'permit'],
      [{ purpose: 'BIORCH' }, 'permit'],
      [{ purpose: 'CLINTRCH' }, 'deny'],
    ],
  ],
  [
    'timeframe: only data of 2022',
    r4({ type: 'permit', ...TPO, ...DATA_2022 }),
    r5('deny', [{ ...TPO, ...DATA_2022 }]),
    [
      [in2022, 'permit'],
      [{ dataAtMs: Date.parse('2022-01-01T00:00:00Z') }, 'permit'],
      [{}, 'unknown'],
    ],
  ],
  [
    'not-timeframe: all but data of 2022',
    r4({ type: 'permit', ...TPO, provision: [{ type: 'deny', ...DATA_2022 }] }),
    r5('deny', [{ ...TPO, provision: [DATA_2022] }]),
    [
      [in2022, 'deny'],
      [in2023, 'permit'],
      [{}, 'unknown'],
    ],
  ],
  [
    'purpose of its own for one organization',
    r4({ type: 'permit', ...project, ...researcher }),
    r5('deny', [{ ...project, ...researcher }]),
    [
      [{ purpose: fooBar, actor: ['Practitioner/7', 'Organization/research-house'] }, 'permit'],
      [{ purpose: fooBar }, 'unknown'],
    ],
  ],
  [
    'normal data only, restricted data for one practitioner',
    r4({
      type: 'permit',
      ...TPO,
      provision: [
        {
          type: 'deny',
          ...labels('R'),
          provision: [{ type: 'permit', ...recipient('Practitioner/7') }],
        },
      ],
    }),
    r5('deny', [
      { ...TPO, provision: [{ ...labels('R'), provision: [recipient('Practitioner/7')] }] },
    ]),
    [
      [{ securityLabels: ['N'] }, 'permit'],
      [{ securityLabels: ['R'], actor: 'Practitioner/9' }, 'deny'],
      [{ securityLabels: ['V'], actor: 'Practitioner/9' }, 'deny'],
      [{ securityLabels: ['R'], actor: 'Practitioner/7' }, 'permit'],
      [{ securityLabels: ['R'] }, 'unknown'],
      [{ actor: 'Practitioner/7' }, 'permit'],
      [{}, 'unknown'],
    ],
  ],
  [
    'one class of resources withheld from disclosure',
    r4({
      type: 'permit',
      provision: [
        {
          type: 'deny',
          class: [coding('Observation', 'http://hl7.org/fhir/resource-types')],
          action: [{ coding: [{ code: 'disclose' }] }],
        },
      ],
    }),
    r5('permit', [
      {
        resourceType: [coding('Observation', 'http://hl7.org/fhir/fhir-types')],
        action: [{ coding: [{ code: 'disclose' }] }],
      },
    ]),
    [
      [{ resourceClass: 'Observation', action: 'disclose' }, 'deny'],
      [{ resourceClass: 'Observation', action: 'access' }, 'permit'],
      [{ resourceClass: 'Patient' }, 'permit'],
      [{ resourceClass: 'Observation' }, 'unknown'],
      [{ action: 'disclose' }, 'unknown'],
    ],
  ],
  [
    'one instance withheld, which is a criterion beyond us',
    r4({ type: 'permit', provision: [{ type: 'deny', data: [{ meaning: 'instance' }] }] }),
    r5('permit', [{ data: [{ meaning: 'instance' }] }]),
    [[{}, 'unknown']],
  ],
];

describe.each(cases)('%s', (_name, resourceR4, resourceR5, answers) => {
  it.each(answers)('answers %j with %s in R4 and in R5', (question, status) => {
    const inR4 = decideConsent([directive(resourceR4)], query(question));
    const inR5 = decideConsent([directive(resourceR5)], query(question));
    expect([inR4.status, inR5.status]).toEqual([status, status]);
  });
});
