import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/**
 * Nest wiring of a feature that a plain function puts together: the ports go in under the names that the function gives
 * them, and each part that others need comes out under its own token.
 */
export function featureParts<Dependencies, Parts>(
  name: string,
  ports: { readonly [Name in keyof Dependencies]: InjectionToken },
  create: (dependencies: Dependencies) => Parts,
): {
  readonly all: FactoryProvider<Parts>;
  readonly part: <T>(provide: InjectionToken, pick: (parts: Parts) => T) => FactoryProvider<T>;
} {
  const token = Symbol(name);
  const names = Object.keys(ports) as (keyof Dependencies)[];
  return {
    all: {
      provide: token,
      inject: names.map((port) => ports[port]),
      useFactory: (...bound: unknown[]) =>
        create(
          Object.fromEntries(names.map((port, index) => [port, bound[index]])) as Dependencies,
        ),
    },
    part: (provide, pick) => ({ provide, inject: [token], useFactory: pick }),
  };
}
