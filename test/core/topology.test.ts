import { describe, expect, it } from 'vitest';
import { topologyOf } from '../../lib/core/topology.ts';

const node = (labels: Record<string, string>) => ({ metadata: { labels } });
const inZone = (zone: string, region = 'eu-north-1') =>
  node({ 'topology.kubernetes.io/region': region, 'topology.kubernetes.io/zone': zone });

describe('topologyOf', () => {
  it.each([
    ['https://ABC.gr7.eu-west-1.eks.amazonaws.com', 'eu-west-1'],
    ['https://ABC.yl4.cn-north-1.eks.amazonaws.com.cn', 'cn-north-1'],
    ['https://abc.gr7.us-gov-west-1.eks.amazonaws.com:443', 'us-gov-west-1'],
    ['https://abc.eks-cluster.ap-southeast-2.api.aws', 'ap-southeast-2'],
    ['https://10.0.0.1:6443', undefined],
    ['https://eks.amazonaws.com.example.com', undefined],
  ])('reads the Region off %s', (apiEndpoint, region) => {
    expect(topologyOf({ spec: { apiEndpoint } })).toEqual(region === undefined ? {} : { region });
  });

  it('believes spec.eks first, then the endpoint, then the nodes', () => {
    const apiEndpoint = 'https://ABC.gr7.eu-west-1.eks.amazonaws.com';
    const eks = { region: 'us-east-1' };
    const nodes = [inZone('eu-north-1a')];

    expect(topologyOf({ spec: { apiEndpoint, eks } }, nodes).region).toBe('us-east-1');
    expect(topologyOf({ spec: { apiEndpoint } }, nodes).region).toBe('eu-west-1');
    expect(topologyOf({ spec: {} }, nodes).region).toBe('eu-north-1');
  });

  it('sorts zones and names each once', () => {
    const nodes = [inZone('b'), node({}), inZone('a'), inZone('b'), inZone('')];

    expect(topologyOf({}, nodes)).toEqual({ region: 'eu-north-1', zones: ['a', 'b'] });
  });

  it('knows nothing of a cluster that tells nothing', () => {
    expect(topologyOf({}, [node({})])).toEqual({});
  });
});
