import type { JsonObject } from '../../model/json.ts';
import { OBSERVER_GROUP, PROPAGATOR_GROUP } from '../../model/names.ts';
import type { Resource } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import { typeName } from '../types/discovery.ts';

/** One question to a member: may the functions do that there? */
export interface AccessReview {
  /** e.g. `create deployments.apps` */
  readonly what: string;
  readonly resource: Resource;
  readonly object: JsonObject;
}

const REVIEWS: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};
const SELF_REVIEWS: Resource = {
  ...REVIEWS,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
};

const WRITES = ['create', 'update', 'delete'];
const HEALTH_PATH = '/healthz';

/**
 * What to ask a member: three writes and a watch for each type, and the health path.
 *
 * An EKS member is asked about the groups that access entries give to the functions, which takes the right to ask about
 * others; any other member is entered with the token of the functions, and so about oneself.
 *
 * @param namespace the only one that is federated; absent where all are
 * Source: Kubernetes, authorization.k8s.io/v1
 */
export function accessReviews(about: {
  readonly types: readonly FederatedType[];
  readonly eks: boolean;
  readonly namespace?: string;
}): AccessReview[] {
  const within = about.namespace === undefined ? {} : { namespace: about.namespace };
  const onType = (target: Resource, verb: string): AccessReview => {
    const { group, version, plural } = target;
    const scope = target.namespaced ? within : {};
    return review(about.eks, `${verb} ${typeName(target)}`, isWrite(verb), {
      resourceAttributes: { ...scope, verb, group, version, resource: plural },
    });
  };
  return [
    ...about.types.flatMap(({ target }) =>
      [...WRITES, 'watch'].map((verb) => onType(target, verb)),
    ),
    review(about.eks, `get ${HEALTH_PATH}`, false, {
      nonResourceAttributes: { verb: 'get', path: HEALTH_PATH },
    }),
  ];
}

function review(eks: boolean, what: string, writes: boolean, attributes: JsonObject): AccessReview {
  const resource = eks ? REVIEWS : SELF_REVIEWS;
  // A real user would bring rights of its own.
  const group = writes ? PROPAGATOR_GROUP : OBSERVER_GROUP;
  const subject = { user: 'kubefed-eks:doctor', groups: [group, 'system:authenticated'] };
  const spec = { ...(eks ? subject : {}), ...attributes };
  const apiVersion = `${resource.group}/${resource.version}`;
  return { what, resource, object: { apiVersion, kind: resource.kind, spec } };
}

function isWrite(verb: string): boolean {
  return WRITES.includes(verb);
}
