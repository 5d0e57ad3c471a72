import { inOnePiece } from './canonical-text.js';

/** The text of one thing, for as long as the same thing comes again and again, as in the questions of one batch. */
export class LastText<T extends object> {
  private last: T | undefined;
  private text = '';
  private isOnePiece = false;

  constructor(private readonly write: (thing: T) => string) {}

  textOf(thing: T): string {
    if (thing !== this.last) {
      this.text = this.write(thing);
      this.last = thing;
      this.isOnePiece = false;
    } else if (!this.isOnePiece) {
      this.text = inOnePiece(this.text);
      this.isOnePiece = true;
    }
    return this.text;
  }
}
