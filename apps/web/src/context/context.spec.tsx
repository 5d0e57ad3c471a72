import { DANA } from '../../test-support/fixture-people.js';
import { describeStates } from '../../test-support/screen-states.js';

describeStates('my context', {
  address: '/me',
  viewer: DANA,
  operation: 'MyContext',
  data: /dana-laptop/,
  topic: 'grants',
});
