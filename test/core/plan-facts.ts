import type { PlanFacts } from '../../lib/model/messages.ts';

/** @returns the facts of a plan for an object that stays, with nothing to do but what is given */
export function planFacts(facts: Partial<PlanFacts> = {}): PlanFacts {
  return {
    uid: 'uid-1',
    generation: 1,
    resourceVersion: '10',
    planned: [],
    selected: [],
    known: [],
    templateVersion: 't1',
    overridesVersion: 'o1',
    deleting: false,
    fresh: false,
    ...facts,
  };
}
