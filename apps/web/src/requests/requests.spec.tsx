import { describe, expect, it } from '@jest/globals';
import { renderScreen } from '../../test-support/render-screen.js';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { AUDE, DANA, OMAR } from '../../test-support/fixture-people.js';
import { FixtureWorld } from '../../test-support/fixture-world.js';
import { describeStates } from '../../test-support/screen-states.js';

describeStates('the inbox', {
  address: '/requests',
  viewer: OMAR,
  operation: 'Requests',
  data: /Dana asks for prod-db-reader for 30 min/,
  empty: /No access requests wait for you/,
  topic: 'requests',
});

describeStates('the form for a new request', {
  address: '/requests/new',
  viewer: DANA,
  operation: 'Requestable',
  data: /One approval is needed/,
});

describe('inbox', () => {
  it('answers in its headline whether something waits, and counts it in the rail', async () => {
    renderScreen('/requests', OMAR);
    await screen.findByRole('heading', { name: 'One request waits for you' });
    expect(screen.getByRole('link', { name: /Requests.*1 waits for you/ })).not.toBeNull();
  });

  it('shows a request that arrives while it is open', async () => {
    const { world, live } = renderScreen('/requests', OMAR);
    await screen.findByRole('heading', { name: 'One request waits for you' });
    world.submit(DANA, 600, 'Another look at the ledger');
    live.emit('requests', { id: 'x', version: 1 });
    await screen.findByRole('heading', { name: '2 requests wait for you' });
  });

  it('moves the focus over its rows with j and k, and opens one for approval with a', async () => {
    const { world, address } = renderScreen('/requests?tab=all', OMAR);
    await screen.findAllByRole('link', { name: /Dana asks/ });
    fireEvent.keyDown(document.body, { key: 'j' });
    const [first, second] = world.requests;
    expect(document.activeElement?.getAttribute('data-row-id')).toBe(first?.id);
    fireEvent.keyDown(document.body, { key: 'j' });
    expect(document.activeElement?.getAttribute('data-row-id')).toBe(second?.id);
    fireEvent.keyDown(document.body, { key: 'k' });
    fireEvent.keyDown(document.body, { key: 'a' });
    await waitFor(() => expect(address()).toBe(`/requests/${first?.id}?tab=all&review=approve`));
  });
});

describe('going back from a request', () => {
  it('returns the focus to the row that was opened', async () => {
    const { world } = renderScreen('/requests?tab=all', OMAR);
    const [row] = await screen.findAllByRole('link', { name: /Dana asks/ });
    fireEvent.click(row as HTMLElement);
    await screen.findByRole('region', { name: 'Rules' });
    fireEvent.keyDown(document.body, { key: 'Escape' });
    await screen.findByRole('heading', { name: 'One request waits for you' });
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('data-row-id')).toBe(world.requests[0]?.id),
    );
  });
});

describe('asking for access', () => {
  it('says in text, at each field, what is missing, and keeps what was typed', async () => {
    const { asked } = renderScreen('/requests/new', DANA);
    type(await screen.findByLabelText(/For how long/), 'forever');
    type(screen.getByLabelText(/^Reason/), 'short');
    click('Submit request');
    await screen.findByText(/Write how long you need it/);
    expect(screen.getByText(/so far it has 5/)).not.toBeNull();
    expect(screen.getByLabelText(/For how long/)).toHaveProperty('value', 'forever');
    expect(asked.some(({ name }) => name === 'Submit')).toBe(false);
  });

  it('is filled in with what a gateway denied, and says so', async () => {
    const query = 'action=read&type=database&id=prod%20%2F1&decision=d-17';
    renderScreen(`/requests/new?${query}`, DANA);
    expect(await screen.findByLabelText(/^Reason/)).toHaveProperty(
      'value',
      'To read database prod /1: ',
    );
    const note = screen.getByRole('note');
    expect(within(note).getByText(/You may not read database prod \/1 right now/)).not.toBeNull();
    expect(within(note).getByText('Decision d-17')).not.toBeNull();
  });

  it.each(['action=read&type=database', `action=read&type=t&id=${'x'.repeat(1025)}`])(
    'is empty where the address holds half a question, or too long a one: %s',
    async (query) => {
      renderScreen(`/requests/new?${query}`, DANA);
      expect(await screen.findByLabelText(/^Reason/)).toHaveProperty('value', '');
      expect(screen.queryByRole('note')).toBeNull();
    },
  );

  it('sends role, duration and reason, and shows the request that came of it', async () => {
    const { asked, address } = renderScreen('/requests/new', DANA);
    type(await screen.findByLabelText(/For how long/), '45 min');
    type(screen.getByLabelText(/^Reason/), 'Compare the ledger of last night');
    click('Submit request');
    await screen.findByText(/You asked for this/);
    expect(asked.find(({ name }) => name === 'Submit')?.variables).toEqual({
      ruleId: 'prod-db-reader',
      durationSeconds: 2_700,
      reason: 'Compare the ledger of last night',
    });
    expect(address()).toMatch(/^\/requests\/req-/);
  });

  it('tells somebody who may ask for nothing why the form is not there', async () => {
    renderScreen('/requests/new', AUDE);
    await screen.findByText(/There is no role that you may ask for/);
  });
});

describe('reviewing a request', () => {
  it('has deny preselected, and the button names the effect of what is chosen', async () => {
    await openRequest(OMAR);
    expect(screen.getByRole('radio', { name: 'Deny' })).toHaveProperty('checked', true);
    expect(screen.getByRole('button', { name: 'Deny prod-db-reader' })).not.toBeNull();
    click('Approve', 'radio');
    type(screen.getByLabelText('Approve for'), '10 min');
    expect(
      screen.getByRole('button', { name: 'Approve prod-db-reader for 10 min' }),
    ).not.toBeNull();
  });

  it('sends the shortened duration, and shows the live grant', async () => {
    const { asked } = await openRequest(OMAR);
    click('Approve', 'radio');
    type(screen.getByLabelText('Approve for'), '10 min');
    type(screen.getByLabelText(/Reason for your answer/), 'Covered by the incident');
    await waitFor(() =>
      expect(
        asked.some(
          ({ name, variables }) => name === 'Effect' && variables['durationSeconds'] === 600,
        ),
      ).toBe(true),
    );
    await screen.findByText(/Computed for 10 min/);
    click('Approve prod-db-reader for 10 min');
    await screen.findByText(/omar@acme.example approved, for 10 min/);
    expect(asked.find(({ name }) => name === 'Review')?.variables).toMatchObject({
      verdict: 'APPROVE',
      durationSeconds: 600,
    });
    expect(screen.queryByRole('form', { name: 'Your review' })).toBeNull();
  });

  it('sends nothing without a reason, and says so at the field', async () => {
    const { asked } = await openRequest(OMAR);
    click('Deny prod-db-reader');
    await screen.findByText('Say why you answer so.');
    expect(asked.some(({ name }) => name === 'Review')).toBe(false);
  });

  it('wants an extra tick when the effect could not be computed', async () => {
    await openRequest(OMAR, 'Effect');
    await screen.findByText('The effect is unknown');
    click('Approve', 'radio');
    type(screen.getByLabelText(/Reason for your answer/), 'I know what I do');
    click('Approve prod-db-reader for 30 min');
    await screen.findByText(/Tick this to approve/);
    fireEvent.click(
      screen.getByRole('checkbox', { name: 'I approve although the effect is unknown' }),
    );
    click('Approve prod-db-reader for 30 min');
    await screen.findByText(/approved, for 30 min/);
  });

  it('keeps the form and what was typed when the broker refuses', async () => {
    const { answers } = await openRequest(OMAR);
    answers.set('Review', {
      kind: 'error',
      code: 'unprocessable',
      message: 'The request has already been decided.',
    });
    type(screen.getByLabelText(/Reason for your answer/), 'Not today');
    click('Deny prod-db-reader');
    await screen.findByText('The request has already been decided.');
    expect(screen.getByLabelText(/Reason for your answer/)).toHaveProperty('value', 'Not today');
  });

  it('replaces the form of one’s own request by the reason, and lets one withdraw it', async () => {
    await openRequest(DANA);
    await screen.findByText('You asked for this. Two-person rule.');
    expect(screen.queryByRole('radio')).toBeNull();
    click('Withdraw request');
    await screen.findByText('The request is cancelled');
  });

  it('shows a decision that somebody else took meanwhile, instead of the form', async () => {
    const { world, live } = await openRequest(OMAR);
    world.review(OMAR, pendingOf(world).id, 'DENY', 'Taken elsewhere');
    live.emit('requests', {});
    await screen.findByText('The request is denied');
    expect(screen.queryByRole('radio')).toBeNull();
  });

  it('closes the form when the request expires while it is open', async () => {
    const clock = { nowMs: Date.now() - 86_400_000 + 1_500 };
    const world = new FixtureWorld(() => clock.nowMs);
    const request = world.submit(DANA, 600, 'Compare the ledger');
    clock.nowMs = Date.now();
    renderScreen(`/requests/${request.id}`, OMAR, undefined, world);
    const submit = await screen.findByRole('button', { name: /^Deny prod-db-reader/ });
    await screen.findByText(/This request has expired/, undefined, { timeout: 15_000 });
    expect(submit.closest('fieldset')).toHaveProperty('disabled', true);
  });

  it('shows what is known about the requester, with the age of each fact', async () => {
    await openRequest(OMAR);
    const card = within(screen.getByRole('region', { name: 'What we know' }));
    expect(card.getByText('dana-laptop')).not.toBeNull();
    expect(card.getByText('disk encrypted')).not.toBeNull();
    expect(card.getByText('10 min ago')).not.toBeNull();
  });
});

async function openRequest(viewer: typeof OMAR, failing?: string) {
  const world = new FixtureWorld();
  const request = world.submit(DANA, 1_800, 'Check an order that was charged twice');
  const shown = renderScreen(
    `/requests/${request.id}`,
    viewer,
    ({ answers }) =>
      failing &&
      answers.set(failing, { kind: 'error', code: 'internal', message: 'the broker failed' }),
    world,
  );
  await screen.findByRole('heading', { level: 1, name: /Dana asks for prod-db-reader for 30 min/ });
  return shown;
}

function pendingOf(world: FixtureWorld) {
  const request = world.requests.find(({ state }) => state === 'pending');
  if (request === undefined) throw new Error('nothing is pending');
  return request;
}

function type(field: HTMLElement, value: string): void {
  fireEvent.change(field, { target: { value } });
}

function click(name: string, role: 'button' | 'radio' = 'button'): void {
  fireEvent.click(screen.getByRole(role, { name }));
}
