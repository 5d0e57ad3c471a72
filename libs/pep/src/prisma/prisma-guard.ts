import type { Obligation } from '@sallyport/contracts';
import { filtered, filterOf } from './guarded-query.js';
import { Masker, type MaskSettings } from './masked-rows.js';
import { actionsOf, type GuardedAction } from './operations.js';
import { type Args, type Model, modelsOf, refuseRelations } from './prisma-models.js';
import { QueryRefusedError } from './query-refused.js';

/** What the guard needs of the answer to `POST /v1/plan`; what `PepClient.plan` gives has it. */
export interface PrismaPlan {
  readonly kind: 'always_allowed' | 'always_denied' | 'conditional';
  /** A `where`, in a conditional plan. */
  readonly filter?: unknown;
  readonly masks?: unknown;
  readonly obligations?: readonly Obligation[] | undefined;
}

export interface PrismaPlanQuestion {
  readonly action: { readonly name: string };
  readonly resource: { readonly type: string };
  readonly target: 'prisma';
}

export interface PrismaGuardOptions extends MaskSettings {
  /** Asks what the subject of this client may do: adds the subject, and the context, to the question. Whatever it throws stops the query. */
  readonly plan: (question: PrismaPlanQuestion) => Promise<PrismaPlan>;
  /** By the model's name. A model that is not here can't be touched through the guarded client. */
  readonly models: Readonly<Record<string, GuardedModel>>;
  /** Models that hold nothing to guard. */
  readonly open?: readonly string[];
  /** Fulfils obligations other than masks. Without it a plan that has some stops the query. */
  readonly fulfil?: (obligations: readonly Obligation[]) => Promise<void>;
}

export interface GuardedModel {
  /** The type of the resources that the model's rows are. */
  readonly type: string;
  /** What policies call the actions; by default `read`, `create`, `update` and `delete`. */
  readonly actions?: Partial<Readonly<Record<GuardedAction, string>>>;
}

interface Operation {
  readonly model?: string | undefined;
  readonly operation: string;
  readonly args: unknown;
  readonly query: (args: unknown) => Promise<unknown>;
}

/**
 * An extension of Prisma's client, `prismaGuard({ … })(client)`, that asks for a plan before each query, joins its filter to the query's own by
 * AND, and masks what comes back. A query that can't be guarded is not run: QueryRefusedError for raw SQL, for relations inside of a query, for a new row where
 * policy looks at the row, and for whoever would sort or search by what is masked.
 */
export function prismaGuard(options: PrismaGuardOptions) {
  return <Client extends object>(client: Client): Client => {
    const guard = new PrismaGuard(options, modelsOf(client));
    const $allOperations = (operation: Operation) => guard.run(operation);
    const extensible = client as unknown as { $extends(extension: object): Client };
    return extensible.$extends({ name: 'sallyport', query: { $allOperations } });
  };
}

class PrismaGuard {
  constructor(
    private readonly options: PrismaGuardOptions,
    private readonly models: ReadonlyMap<string, Model>,
  ) {}

  async run({ model: name, operation, args, query }: Operation): Promise<unknown> {
    if (name === undefined) throw new QueryRefusedError(`${operation}: no filter goes into it`);
    if (this.options.open?.includes(name)) return query(args);
    const model = this.models.get(name);
    const guarded = own(this.options.models, name);
    const actions = actionsOf(operation);
    const described = `${name}.${operation}`;
    if (!guarded || !model)
      throw new QueryRefusedError(`${described}: the model is not among the guarded ones`);
    if (!actions) throw new QueryRefusedError(`${described}: it can not be guarded`);
    const asked = (args ?? {}) as Args;
    refuseRelations(asked, model, described);
    const plans = await Promise.all(actions.map((action) => this.planned(guarded, action)));
    const masker = new Masker(
      plans.map(({ masks }) => masks),
      this.options,
    );
    masker.refuseProbes(asked, operation, described);
    const filters = plans.map((plan) => filterOf(plan, model));
    if (actions[0] === 'create') {
      // There is no row yet that a filter could be asked of. What it holds its maker knows.
      if (filters[0] !== undefined)
        throw new QueryRefusedError(`${described}: only where every new row is allowed`);
      return masker.mask(await query(asked));
    }
    const given = filters.filter((filter) => filter !== undefined);
    return masker.mask(await query(filtered(operation, asked, given)));
  }

  private async planned(
    { type, actions }: GuardedModel,
    action: GuardedAction,
  ): Promise<PrismaPlan> {
    const name = actions?.[action] ?? action;
    const plan = await this.options.plan({
      action: { name },
      resource: { type },
      target: 'prisma',
    });
    const obligations = plan.obligations ?? [];
    if (obligations.length === 0 || plan.kind === 'always_denied') return plan;
    if (!this.options.fulfil)
      throw new QueryRefusedError(
        `${type}: nobody fulfils ${obligations.map((one) => one.type).join(', ')}`,
      );
    await this.options.fulfil(obligations);
    return plan;
  }
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
