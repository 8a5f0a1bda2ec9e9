import { afterAll, beforeAll, describe } from 'vitest';
import { NAMESPACES } from '../../lib/model/resources.ts';
import { deletionContract } from './deletion.contract.ts';
import { namespaceContract } from './namespace.contract.ts';
import { patchContract } from './patch.contract.ts';
import { readContract } from './read.contract.ts';
import { accepted, NAMESPACE, type Subject, typed } from './subject.ts';
import { watchContract } from './watch.contract.ts';
import { createContract, replaceContract } from './write.contract.ts';

/** Everything that stages rely on in a cluster. Runs over every implementation of the port `Cluster`. */
export function clusterContract(name: string, make: () => Promise<Subject>): void {
  describe(`the contract of Cluster, ${name}`, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = await make();
      accepted(await subject.cluster.create(NAMESPACES, typed(NAMESPACES, NAMESPACE)));
    }, 180_000);
    afterAll(async () => {
      await subject?.cleanUp();
    });

    const cluster = () => subject.cluster;
    createContract(cluster);
    replaceContract(cluster);
    patchContract(cluster);
    deletionContract(cluster);
    namespaceContract(cluster);
    readContract(cluster);
    watchContract(cluster);
  });
}
