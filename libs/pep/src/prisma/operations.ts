/** What a query does with rows, as policies name it. */
export type GuardedAction = 'read' | 'create' | 'update' | 'delete';

/** What an operation does: first what it is asked for, and `read` beside it where it gives rows back. */
const ACTIONS: ReadonlyMap<string, readonly GuardedAction[]> = new Map([
  ['findMany', ['read']],
  ['findFirst', ['read']],
  ['findFirstOrThrow', ['read']],
  ['findUnique', ['read']],
  ['findUniqueOrThrow', ['read']],
  ['count', ['read']],
  ['aggregate', ['read']],
  ['groupBy', ['read']],
  ['create', ['create', 'read']],
  ['createMany', ['create']],
  ['createManyAndReturn', ['create', 'read']],
  ['update', ['update', 'read']],
  ['updateMany', ['update']],
  ['updateManyAndReturn', ['update', 'read']],
  ['delete', ['delete', 'read']],
  ['deleteMany', ['delete']],
]);

/** Undefined for an operation that is not known: nobody knows then what a filter would do in it. */
export function actionsOf(operation: string): readonly GuardedAction[] | undefined {
  return ACTIONS.get(operation);
}

/** Operations whose `where` must stay what finds one row: ours goes beside it. */
export function findsOne(operation: string): boolean {
  return ['findUnique', 'findUniqueOrThrow', 'update', 'delete'].includes(operation);
}
