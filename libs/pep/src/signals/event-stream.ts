/** One event of a stream. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** No event of ours comes near it. */
const MAX_CHARACTERS = 65_536;

/** Reads Server-Sent Events (HTML Living Standard §9.2.6) from text that comes in pieces. Throws RangeError at an endless event. */
export class EventStreamReader {
  private rest = '';
  private event = '';
  private id = '';
  private data: string[] = [];

  read(text: string): readonly StreamEvent[] {
    this.rest += text;
    const events: StreamEvent[] = [];
    for (;;) {
      // A CR at the end may be half of a CRLF.
      const end = /\r\n|\n|\r(?!$)/.exec(this.rest);
      if (!end) break;
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      const event = line === '' ? this.dispatch() : this.field(line);
      if (event) events.push(event);
    }
    if (this.rest.length > MAX_CHARACTERS) throw new RangeError('an event without end');
    return events;
  }

  private field(line: string): undefined {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event = value;
    if (name === 'id' && !value.includes('\0')) this.id = value;
    if (name === 'data') this.data.push(value);
    if (this.data.length > MAX_CHARACTERS) throw new RangeError('an event without end');
  }

  private dispatch(): StreamEvent | undefined {
    const { event, id, data } = this;
    this.event = '';
    this.data = [];
    return data.length === 0 ? undefined : { event, id, data: data.join('\n') };
  }
}
