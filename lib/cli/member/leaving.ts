import type { JsonObject } from '../../model/json.ts';
import type { ObjectKey, Resource } from '../../model/resource.ts';
import type { Changes } from '../changes.ts';
import type { Side } from '../connect/side.ts';
import type { EksDescription } from './eks-description.ts';
import type { JoinPorts } from './joining.ts';

/** What both ways of leaving work with. */
export interface Leaving {
  readonly ports: JoinPorts;
  readonly changes: Changes;
  readonly namespace: string;
  readonly kubeFedCluster: JsonObject;
  readonly openMember: (description?: EksDescription) => Promise<Side>;
  removeAll(side: Side, objects: readonly { resource: Resource; key: ObjectKey }[]): Promise<void>;
}

/** One thing to do in the member; with `--force` the next ones are done even when it fails. */
export interface LeaveStep {
  /** for messages, as in `cannot …` */
  readonly what: string;
  run(): Promise<void>;
}
