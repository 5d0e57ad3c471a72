/**
 * Thrown where a register that is too large for memory is asked for something that it does not hold right now: neither there nor absent,
 * but unknown. Whoever reads registers awaits `bring` and reads again; nothing may be concluded from it, least of all absence.
 */
export class NotResident extends Error {
  override readonly name = 'NotResident';

  /** Resolves when it is held, or known to be absent; rejects when that could not be found out. */
  constructor(readonly bring: () => Promise<void>) {
    super('this part of the register is not in memory');
  }
}
