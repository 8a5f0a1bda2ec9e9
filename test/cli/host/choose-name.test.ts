import { describe, expect, it } from 'vitest';
import { chooseName, type NameQuestion } from '../../../lib/cli/host/choose-name.ts';
import type { ClusterIdentity } from '../../../lib/cli/host/cluster-identity.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { ACCOUNT, ARN, ENDPOINT, ONPREM } from '../fixtures.ts';

const BASIC: ClusterIdentity = {
  endpoint: ENDPOINT,
  eks: { clusterName: 'basic', region: 'us-west-2', account: ACCOUNT },
};

function cluster(name: string, spec: JsonObject, account?: string): JsonObject {
  const labels = account === undefined ? {} : { 'kubefed.io/account': account };
  return { metadata: { name, labels }, spec };
}

const eks = { clusterName: 'basic', region: 'us-west-2' };

function choose(parts: Partial<NameQuestion>) {
  return chooseName({ from: ARN, hint: 'us-west-2', identity: BASIC, clusters: [], ...parts });
}

describe('chooseName', () => {
  it('takes a legal name as it is', () => {
    expect(choose({ given: 'my.cluster' })).toEqual({ name: 'my.cluster', otherNames: [] });
  });

  it('derives a name where none is given', () => {
    expect(choose({})).toEqual({ name: 'basic', note: `derived from ${ARN}`, otherNames: [] });
  });

  it.each(['nick-aws@basic.us-west-2.eksctl.io', ARN])('makes %s legal', (given) => {
    expect(choose({ given })).toEqual({
      name: 'basic',
      note: `made legal from ${given}`,
      otherNames: [],
    });
  });

  it('gives a derived name that another cluster has a hint', () => {
    const clusters = [cluster('basic', { apiEndpoint: 'https://elsewhere' })];

    expect(choose({ clusters }).name).toBe('basic-us-west-2');
  });

  it.each<[string, JsonObject]>([
    ['endpoint, in whatever case', cluster('west', { apiEndpoint: ENDPOINT.toLowerCase() })],
    ['EKS name, Region and account', cluster('west', { apiEndpoint: 'https://old', eks }, ACCOUNT)],
    ['EKS name and Region, the account unknown', cluster('west', { eks })],
  ])('keeps the name of a cluster that is known by %s', (_, existing) => {
    expect(choose({ clusters: [existing] })).toEqual({
      name: 'west',
      existing,
      note: 'it is joined under this name already',
      otherNames: [],
    });
  });

  it('tells clusters of two accounts apart', () => {
    const other = cluster('basic', { apiEndpoint: 'https://other', eks }, '444455556666');

    expect(choose({ clusters: [other] })).toMatchObject({ name: 'basic-us-west-2' });
  });

  it('tells under which names the cluster is joined beside the given one', () => {
    const clusters = [cluster('west', { eks }), cluster('cluster1', { eks })];

    expect(choose({ given: 'cluster1', clusters })).toEqual({
      name: 'cluster1',
      existing: clusters[1],
      otherNames: ['west'],
    });
  });

  it('keeps the name that an illegal one was made into before', () => {
    const existing = cluster('basic-us-west-2', { eks }, ACCOUNT);

    expect(choose({ given: 'BASIC', clusters: [existing] })).toMatchObject({
      name: 'basic-us-west-2',
      existing,
    });
  });

  it.each<[string, JsonObject, string]>([
    [
      'of EKS',
      { apiEndpoint: 'https://x', eks: { clusterName: 'x', region: 'r' } },
      'EKS cluster x in r',
    ],
    ['of another kind', { apiEndpoint: ONPREM.server }, `the cluster at ${ONPREM.server}`],
    ['that says nothing', {}, 'the cluster at an unknown endpoint'],
  ])('refuses a given name that stands for another cluster %s', (_, spec, described) => {
    const clusters = [cluster('cluster1', spec)];

    expect(() => choose({ given: 'cluster1', clusters })).toThrow(
      `KubeFedCluster cluster1 stands for another cluster already: ${described}`,
    );
  });
});
