import type { OpenAnswers } from '../connect/open-answers.ts';
import type { DnsView, RecordView } from './dns-view.ts';

/** Who is said to ask; Route 53's own resolver in us-east-1 when nothing is said. */
export interface Asker {
  readonly resolverIp?: string;
  /** an address in the network of the client */
  readonly clientIp?: string;
}

export interface Question {
  readonly zoneId: string;
  readonly dnsName: string;
  readonly type: string;
}

/** A question, and the answer or why there is none. */
export interface Asked extends Question, Asker {
  /** a DNS response code such as NOERROR */
  readonly code?: string;
  readonly values: readonly string[];
  /** those known by the addresses in the answer; that of an alias cannot be told */
  readonly clusters: readonly string[];
  readonly error?: string;
}

/** Only these are about the one question; after any other error the next one would fail as well. */
const OF_ONE_QUESTION: ReadonlySet<string> = new Set(['InvalidInput', 'NoSuchHostedZone']);

/**
 * Asks for each name and type once in each zone that it is in, one after the other: Route 53 takes five questions a second.
 *
 * @returns the answers in the order of the view; the last one is an error when Route 53 could not be asked
 */
export async function askAll(view: DnsView, answers: OpenAnswers, asker: Asker): Promise<Asked[]> {
  const zoneNames = new Map<string, Promise<string>>();
  const zoneNameOf = (zoneId: string) => {
    const name = zoneNames.get(zoneId) ?? answers.zoneName(zoneId);
    zoneNames.set(zoneId, name);
    return name;
  };
  const asked: Asked[] = [];
  for (const { record, question } of view.records.flatMap(eachQuestion)) {
    const told = await attempt(async () => {
      if (!isIn(question.dnsName, await zoneNameOf(question.zoneId))) return undefined;
      const { code, values } = await answers.answer(question, asker);
      return { code, values, clusters: clustersAt(record, values) };
    });
    if (told !== undefined && 'thrown' in told) {
      const { name, message } = told.thrown;
      const none = { values: [], clusters: [], error: `${name}: ${message}` };
      asked.push({ ...question, ...asker, ...none });
      if (!OF_ONE_QUESTION.has(name)) return asked;
    } else if (told !== undefined) asked.push({ ...question, ...asker, ...told });
  }
  return asked;
}

async function attempt<T>(ask: () => Promise<T>): Promise<T | { readonly thrown: Error }> {
  try {
    return await ask();
  } catch (thrown) {
    return { thrown: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }
}

function eachQuestion(record: RecordView) {
  return questionsOf(record).map((question) => ({ record, question }));
}

/** @returns each name and type once for each zone that the record has anything in */
export function questionsOf({ names, zones }: RecordView): Question[] {
  const questions = names.flatMap(({ dnsName, type }) =>
    zones.filter(({ records }) => records > 0).map(({ zoneId }) => ({ zoneId, dnsName, type })),
  );
  const byText = new Map(questions.map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}

function isIn(dnsName: string, zoneName: string): boolean {
  return dnsName === zoneName || dnsName.endsWith(`.${zoneName}`);
}

function clustersAt({ clusters }: RecordView, values: readonly string[]): string[] {
  const found = new Set(values.map((value) => value.toLowerCase().replace(/\.$/, '')));
  return clusters
    .filter(({ addresses }) => addresses.some((address) => found.has(address)))
    .map(({ cluster }) => cluster);
}
