import { clusterContract } from './cluster.contract.ts';
import { startMemoryCluster } from './memory-cluster.ts';

clusterContract('in memory', startMemoryCluster);
