import { setTimeout as sleep } from 'node:timers/promises';
import { kubeCluster } from '../../lib/adapters/kube/cluster.ts';
import { openConnection } from '../../lib/adapters/kube/connection.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import type { Cluster } from '../../lib/ports.ts';
import { startControlPlanes } from '../environment/control-planes.ts';
import { accepted, type Subject, WIDGETS } from './subject.ts';

const CRDS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

const WIDGET_DEFINITION: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: CRDS.kind,
  metadata: { name: `${WIDGETS.plural}.${WIDGETS.group}` },
  spec: {
    group: WIDGETS.group,
    scope: 'Namespaced',
    names: {
      plural: WIDGETS.plural,
      singular: 'widget',
      kind: WIDGETS.kind,
      listKind: 'WidgetList',
    },
    versions: [
      {
        name: WIDGETS.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};

/** A real API server that serves WIDGETS, reached as members and hosts are. */
export async function startRealCluster(): Promise<Subject> {
  const planes = await startControlPlanes({ clusters: ['contract'] });
  const plane = planes.clusters['contract'];
  if (plane === undefined) throw new Error('the control plane is missing');
  const connection = openConnection({
    url: plane.url,
    ca: Buffer.from(plane.caData, 'base64').toString(),
    authorization: () => `Bearer ${plane.adminToken}`,
  });
  const cluster = kubeCluster(connection);
  accepted(await cluster.create(CRDS, WIDGET_DEFINITION));
  await untilServed(cluster);
  return {
    cluster,
    cleanUp: async () => {
      connection.close();
      await planes.stop();
    },
  };
}

async function untilServed(cluster: Cluster): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await cluster.list(WIDGETS)).ok) return;
    await sleep(100);
  }
  throw new Error('the CustomResourceDefinition is not served after 10 s');
}
