import { isJsonObject, type JsonObject, type JsonValue, stringAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import { NAMESPACES } from '../../model/resources.ts';
import type { ApiError, ApiResult, Cluster } from '../../ports.ts';
import { idOf, keyOf } from './staged-host.ts';

/** What the pipeline would write into a member. */
export interface RehearsedWrite {
  readonly verb: 'create' | 'replace' | 'release' | 'delete';
  /** as it is in the member now; absent for what is created */
  readonly before?: JsonObject;
  /** as it would be: with the member's defaults and admission where its server was asked */
  readonly after?: JsonObject;
}

export interface RehearsedMember {
  readonly cluster: Cluster;
  /** @returns what was written since the last call, in order */
  take(): RehearsedWrite[];
  /** why the member's server was not asked; empty when it was, or was not to be */
  readonly notes: ReadonlySet<string>;
}

/**
 * A member that takes writes without making them, and shows them to later reads.
 *
 * @param dryRun the same member, where every write is a dry run; absent: its server is not asked. What it may not be
 *   asked (no rights, a webhook without dry runs, an object in a namespace that is not there yet) is told in `notes`.
 */
export function rehearsedMember(member: Cluster, dryRun?: Cluster): RehearsedMember {
  const seen = new Map<string, JsonObject | undefined>();
  const notes = new Set<string>();
  let writes: RehearsedWrite[] = [];

  function write(resource: Resource, object: JsonObject, made: RehearsedWrite): ApiResult {
    seen.set(idOf(resource, keyOf(object)), made.after);
    writes.push(made);
    return { ok: true, value: made.after ?? {} };
  }

  const get: Cluster['get'] = async (resource, key, ...rest) => {
    const id = idOf(resource, key);
    if (!seen.has(id)) return member.get(resource, key, ...rest);
    const value = seen.get(id);
    return value === undefined ? notFound(key.name) : { ok: true, value };
  };

  const ask: Ask = async (resource, object, send) => {
    const namespace = stringAt(object, 'metadata', 'namespace') ?? '';
    const isNew = (id: string) => seen.has(id);
    const within = resource.namespaced && isNew(idOf(NAMESPACES, { name: namespace }));
    if (dryRun === undefined || within || isNew(idOf(resource, keyOf(object)))) return undefined;
    const answer = await send(dryRun);
    if (answer.ok || !isUnanswered(answer.error)) return answer;
    notes.add(`not checked by its server: ${answer.error.message}`);
    return undefined;
  };

  const cluster: Cluster = { ...member, get, ...writeVerbs(get, ask, write) };
  return {
    cluster,
    notes,
    take() {
      const taken = writes;
      writes = [];
      return taken;
    },
  };
}

/** @returns the server's answer; undefined when it could not be asked */
type Ask = (
  resource: Resource,
  object: JsonObject,
  send: (server: Cluster) => Promise<ApiResult>,
) => Promise<ApiResult | undefined>;
type Write = (resource: Resource, object: JsonObject, made: RehearsedWrite) => ApiResult;

function writeVerbs(
  get: Cluster['get'],
  ask: Ask,
  write: Write,
): Pick<Cluster, 'create' | 'replace' | 'patch' | 'delete'> {
  const leave = (verb: 'release' | 'delete'): Cluster['delete'] => {
    return async (resource, key) => {
      const live = await get(resource, key);
      return live.ok ? write(resource, live.value, { verb, before: live.value }) : live;
    };
  };
  return {
    async create(resource, object) {
      const live = await get(resource, keyOf(object));
      if (live.ok) return alreadyExists(object);
      if (live.error.kind !== 'NotFound') return live;
      const answer = await ask(resource, object, (server) => server.create(resource, object));
      if (answer !== undefined && !answer.ok) return answer;
      return write(resource, object, { verb: 'create', after: answer?.value ?? object });
    },
    async replace(resource, object) {
      const live = await get(resource, keyOf(object));
      if (!live.ok) return live;
      const before = live.value;
      const answer = await ask(resource, object, (server) => server.replace(resource, object));
      if (answer !== undefined && !answer.ok) return answer;
      const after = answer?.value ?? withDefaultsOf(before, object);
      return write(resource, object, { verb: 'replace', before, after });
    },
    patch: leave('release'),
    delete: leave('delete'),
  };
}

function isUnanswered({ kind, message }: ApiError): boolean {
  return kind === 'Forbidden' || message.includes('does not support dry run');
}

function notFound(name: string): ApiResult {
  return { ok: false, error: { kind: 'NotFound', status: 404, message: `"${name}" not found` } };
}

function alreadyExists(object: JsonObject): ApiResult {
  const message = `"${keyOf(object).name}" already exists`;
  return { ok: false, error: { kind: 'AlreadyExists', status: 409, message } };
}

/** Maps that are wholly the user's: what is missing there is to go. */
const WHOLE_MAPS: ReadonlySet<string> = new Set(['data', 'stringData', 'binaryData', 'labels']);

/**
 * Without the server's word: what the desired object does not mention counts as one of the server's defaults and stays,
 * but for the maps that no server fills.
 */
function withDefaultsOf(live: JsonObject, desired: JsonObject): JsonObject {
  const merged: JsonObject = { ...live };
  for (const [key, wanted] of Object.entries(desired)) {
    merged[key] = WHOLE_MAPS.has(key) ? wanted : mergedValue(live[key], wanted);
  }
  for (const key of WHOLE_MAPS) if (desired[key] === undefined) delete merged[key];
  return merged;
}

function mergedValue(live: JsonValue | undefined, wanted: JsonValue | undefined) {
  if (isJsonObject(live) && isJsonObject(wanted)) return withDefaultsOf(live, wanted);
  if (!Array.isArray(live) || !Array.isArray(wanted)) return wanted;
  return wanted.map((item, i): JsonValue => {
    const before = live[i];
    return isJsonObject(before) && isJsonObject(item) ? withDefaultsOf(before, item) : item;
  });
}
