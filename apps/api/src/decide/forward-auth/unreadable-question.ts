import type { Question } from '../question.js';
import type { RequestLine } from './request-line.js';
import { MAX_ID_LENGTH } from './route-match.js';

/** What the log shows of a request that is no question. */
export function unreadable({ method, path, clientIp }: RequestLine): Question {
  return {
    action: { name: method.slice(0, 32) || 'unknown' },
    resource: { type: 'path', id: path.slice(0, MAX_ID_LENGTH) || 'unknown' },
    context: clientIp === undefined ? {} : { ip: clientIp },
  };
}
