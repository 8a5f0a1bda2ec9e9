import type { LoadBalancerAnswer, LoadBalancerQuestion, LoadBalancers } from '../../ports.ts';

/** Stands for the zone of an alias that could not be looked up. */
export const UNKNOWN_ZONE = 'unknown';

/** What is said where the caller may not ask: the functions may, so the record set is shown. */
const ASSUMED: LoadBalancerAnswer = {
  found: true,
  facts: { hostedZoneId: UNKNOWN_ZONE, ipv4: true, ipv6: false },
};

/** @param known what the DNSEndpoint says, by host name: it goes before what is assumed */
export type PlannedLoadBalancers = (
  known: ReadonlyMap<string, LoadBalancerAnswer>,
) => LoadBalancers;

/**
 * Load balancers as a plan sees them, which may have to do without AWS: what cannot be looked up with the caller's
 * credentials is told in a note, and shown as an alias over IPv4 in an unknown zone. An account and Region that refused
 * once is not asked again.
 */
export function plannedLoadBalancers(
  real: LoadBalancers,
  note: (text: string) => void,
): PlannedLoadBalancers {
  const refusals = new Map<string, LoadBalancerAnswer>();

  async function ask(question: LoadBalancerQuestion) {
    const place = `${question.roleArn ?? ''} ${question.region}`;
    const refusal = refusals.get(place);
    if (refusal !== undefined) return new Map(question.hostnames.map((name) => [name, refusal]));
    const answers = await real.lookUp(question);
    const refused = [...answers.values()].find((answer) => !answer.found && answer.refused);
    if (refused !== undefined) refusals.set(place, refused);
    return answers;
  }

  return (known) => ({
    async lookUp(question) {
      const answers = new Map(await ask(question));
      for (const [name, answer] of answers) {
        if (answer.found) continue;
        const isKnown = known.get(name)?.found === true;
        note(noteOf(name, answer, isKnown));
        if (answer.refused && !isKnown) answers.set(name, ASSUMED);
      }
      return answers;
    },
  });
}

function noteOf(
  name: string,
  { message, refused }: Extract<LoadBalancerAnswer, { found: false }>,
  isKnown: boolean,
): string {
  const shown = isKnown
    ? 'the one in the DNSEndpoint is taken'
    : refused
      ? `shown as "${UNKNOWN_ZONE}", and without AAAA`
      : 'it gets no record set';
  return `alias zone of ${name} not looked up, ${shown}: ${message}`;
}
