import { describe, expect, it } from 'vitest';
import { isRecoverable, PROPAGATION_CODES } from '../../lib/model/propagation.ts';

describe('isRecoverable', () => {
  it('tells refusals of a moment from what only an edit or a probe can change', () => {
    expect(PROPAGATION_CODES.filter((code) => !isRecoverable(code))).toEqual([
      'OK',
      'WaitingForRemoval',
      'ClusterNotReady',
      'Paused',
      'ClusterPaused',
      'CachedRetrievalFailed',
      'ComputeResourceFailed',
      'ApplyOverridesFailed',
      'AlreadyExists',
      'FieldRetentionFailed',
      'VersionRetrievalFailed',
      'ManagedLabelFalse',
    ]);
  });
});
