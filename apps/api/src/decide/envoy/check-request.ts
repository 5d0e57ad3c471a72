/** `envoy.service.auth.v3.CheckRequest`, as far as it is read, as the decoder gives it: any member may be missing. */
export interface CheckRequest {
  readonly attributes?: CheckAttributes | null;
}

export interface CheckAttributes {
  readonly source?: {
    readonly principal?: string;
    readonly address?: {
      readonly socket_address?: { readonly address?: string } | null;
    } | null;
  } | null;
  readonly request?: { readonly http?: CheckHttp | null } | null;
  readonly context_extensions?: Readonly<Record<string, string>>;
  readonly metadata_context?: CheckMetadata | null;
  readonly route_metadata_context?: CheckMetadata | null;
}

/** `path` has the query and is not decoded; `headers` or `header_map` is there, as the filter's configuration says. */
export interface CheckHttp {
  readonly id?: string;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly header_map?: {
    readonly headers?: readonly {
      readonly key?: string;
      readonly value?: string;
      readonly raw_value?: Uint8Array;
    }[];
  } | null;
}

export interface CheckMetadata {
  readonly filter_metadata?: Readonly<Record<string, ProtoStruct>>;
}

/** `google.protobuf.Struct` and `Value`; of a value, the member that is there says its kind. */
export interface ProtoStruct {
  readonly fields?: Readonly<Record<string, ProtoValue>>;
}

export interface ProtoValue {
  readonly nullValue?: number | string;
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly structValue?: ProtoStruct;
  readonly listValue?: { readonly values?: readonly ProtoValue[] };
}

/** A member of a map that is really there, whatever it is called. */
export function memberOf<T>(
  map: Readonly<Record<string, T>> | null | undefined,
  name: string,
): T | undefined {
  return map && Object.hasOwn(map, name) ? map[name] : undefined;
}
