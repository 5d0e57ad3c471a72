/** A service that asks with OPA's own client. Run it with `SALLYPORT` and `SALLYPORT_KEY` set. */
import { OPAClient } from '@open-policy-agent/opa';

const opa = new OPAClient(process.env.SALLYPORT ?? 'http://127.0.0.1:8080', {
  headers: { authorization: `Bearer ${process.env.SALLYPORT_KEY}` },
});
const may = await opa.evaluate('documents/allow', {
  subject: { type: 'user', id: 'dana@acme.example' },
  action: { name: 'read' },
  resource: { type: 'document', id: '42' },
});
// A path that was not declared has no result: only `true` is a permit.
process.stdout.write(may === true ? 'permitted\n' : 'denied\n');
