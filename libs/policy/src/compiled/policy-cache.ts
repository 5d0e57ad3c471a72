import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { EntityRef } from '@sallyport/contracts';
import type { ArtifactPolicy, PolicyArtifact } from '../artifact.js';
import { type Expression, nodes } from '../expression.js';
import { ExpressionCompiler } from './compile-expression.js';
import { type CompiledPolicy, compilePolicy } from './compile-policy.js';
import { UnsupportedFeatureError } from './fault.js';
import { authzenType } from './type-names.js';

/** A compiled policy and the actions that it names. */
export interface CachedPolicy {
  readonly compiled: CompiledPolicy;
  readonly actions: readonly string[];
}

// Below this, what is left over from earlier versions is not worth compiling everything again.
const FEW_NODES = 10_000;

/**
 * The policies of one slot, by the hash of their text: from one version to the next most are the same. They share closures, so what no version needs any more
 * is dropped by starting again once it is more than half.
 */
export class PolicyCache {
  private version = '';
  private compiler = new ExpressionCompiler(authzenType);
  private before: ReadonlyMap<string, CachedPolicy> = new Map();
  private current = new Map<string, CachedPolicy>();
  /** The compiler's size when all that was in it was needed. */
  private needed = 0;

  /** Distinct subexpressions that are held. */
  get size(): number {
    return this.compiler.size;
  }

  /** To be called before the policies of a version are asked for. */
  begin({ version }: PolicyArtifact): void {
    if (version === this.version) return;
    this.version = version;
    this.before = this.current;
    this.current = new Map();
    if (this.compiler.size <= Math.max(FEW_NODES, 2 * this.needed)) return;
    this.compiler = new ExpressionCompiler(authzenType);
    this.before = new Map();
    this.needed = 0;
  }

  /** To be called after them. */
  end(): void {
    if (this.needed === 0) this.needed = this.compiler.size;
    this.before = new Map();
  }

  /** Throws `UnsupportedFeatureError`. */
  get({ id, hash, est }: ArtifactPolicy): CachedPolicy {
    const known = this.current.get(hash) ?? this.before.get(hash);
    const policy = known ?? this.compile(id, est);
    this.current.set(hash, policy);
    return policy;
  }

  private compile(id: string, est: string): CachedPolicy {
    const json = JSON.parse(est) as PolicyJson;
    return {
      compiled: compilePolicy(id, json, this.compiler, authzenType),
      actions: actionsNamed(json),
    };
  }
}

/** What stands against compiling a policy; undefined where nothing does. */
export function unsupportedFeature(id: string, est: string): string | undefined {
  try {
    compilePolicy(
      id,
      JSON.parse(est) as PolicyJson,
      new ExpressionCompiler(authzenType),
      authzenType,
    );
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) return error.feature;
    throw error;
  }
}

/** The actions that a policy names, in its scope or in a condition. */
export function actionsNamed({ action, conditions }: PolicyJson): string[] {
  const refs = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  const inScope = refs.map((ref) => ('__entity' in ref ? ref.__entity.id : ref.id));
  return inScope.concat(conditions.flatMap(({ body }) => [...actionsIn(body as Expression)]));
}

function* actionsIn(condition: Expression): Generator<string> {
  for (const [node] of nodes(condition)) {
    const value = node['Value'] as { readonly __entity?: EntityRef } | null | undefined;
    if (value?.__entity?.type === 'Action') yield value.__entity.id;
  }
}
