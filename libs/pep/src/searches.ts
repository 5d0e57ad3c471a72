import type { EntityRef, JsonObject } from '@sallyport/contracts';
import { type Page, readPage } from './answers/read-page.js';
import type { AuthzenEndpoint } from './discovery.js';
import type { Endpoints } from './endpoints.js';
import { AnswerMalformedError } from './errors.js';
import type { DescribedAction, DescribedEntity } from './model.js';
import { isObject, objectIn, textIn } from './read-member.js';

interface Paged {
  readonly context?: JsonObject;
  /** How many results a page may have; the decision point's own size where absent. */
  readonly pageSize?: number;
}

export interface SubjectSearch extends Paged {
  readonly subject: { readonly type: string; readonly properties?: JsonObject };
  readonly action: DescribedAction;
  readonly resource: DescribedEntity;
}

export interface ResourceSearch extends Paged {
  readonly subject?: DescribedEntity;
  readonly action: DescribedAction;
  readonly resource: { readonly type: string; readonly properties?: JsonObject };
}

export interface ActionSearch extends Paged {
  readonly subject?: DescribedEntity;
  readonly resource: DescribedEntity;
}

/** AuthZEN §8: results as they are walked over, page by page. */
export class Searches {
  constructor(private readonly endpoints: Endpoints) {}

  subjects(search: SubjectSearch, signal?: AbortSignal): AsyncGenerator<DescribedEntity> {
    const read = (result: unknown) => readEntity(result, search.subject.type);
    return this.walk('search_subject_endpoint', search, read, signal);
  }

  resources(search: ResourceSearch, signal?: AbortSignal): AsyncGenerator<DescribedEntity> {
    const read = (result: unknown) => readEntity(result, search.resource.type);
    return this.walk('search_resource_endpoint', search, read, signal);
  }

  actions(search: ActionSearch, signal?: AbortSignal): AsyncGenerator<DescribedAction> {
    return this.walk('search_action_endpoint', search, readAction, signal);
  }

  private async *walk<T>(
    endpoint: AuthzenEndpoint,
    { pageSize, ...search }: Paged,
    read: (result: unknown) => T,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<T> {
    const limit = pageSize === undefined ? {} : { limit: pageSize };
    let token: string | undefined;
    do {
      const page = token === undefined ? limit : { ...limit, token };
      const asked = Object.keys(page).length === 0 ? search : { ...search, page };
      const { json } = await this.endpoints.ask(endpoint, asked, signal);
      const { results, nextToken }: Page<T> = readPage(json, read);
      // A cursor that does not move would be followed for ever.
      if (nextToken !== undefined && nextToken === token)
        throw new AnswerMalformedError('the search does not move on');
      yield* results;
      token = nextToken;
    } while (token !== undefined);
  }
}

/** AuthZEN §8.4: results are of the type that was searched for. */
function readEntity(result: unknown, type: EntityRef['type']): DescribedEntity {
  const entity = objectIn(result, 'a result');
  const id = textIn(entity['id']);
  if (entity['type'] !== type || id === undefined)
    throw new AnswerMalformedError(`a result is not of type ${type}`);
  const { properties } = entity;
  return isObject(properties) ? { type, id, properties } : { type, id };
}

function readAction(result: unknown): DescribedAction {
  const action = objectIn(result, 'a result');
  const name = textIn(action['name']);
  if (name === undefined) throw new AnswerMalformedError('a result has no name');
  const { properties } = action;
  return isObject(properties) ? { name, properties } : { name };
}
