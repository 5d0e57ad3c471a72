/** A header carries visible ASCII alone; everything else is percent-encoded. */
export function headerText(text: string): string {
  return /^[\x21-\x24\x26-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
