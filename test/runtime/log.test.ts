import { afterEach, describe, expect, it, vi } from 'vitest';
import { powertoolsLog } from '../../lib/runtime/log.ts';
import { captureOutput } from './captured-output.ts';

afterEach(() => vi.restoreAllMocks());

describe('powertoolsLog', () => {
  it.each([
    ['info', 'INFO'],
    ['warn', 'WARN'],
    ['error', 'ERROR'],
  ] as const)('writes %s as one line of JSON', (method, level) => {
    const written = captureOutput();
    powertoolsLog('apply')[method]('applied', { cluster: 'east' });
    powertoolsLog('apply')[method]('bare');

    expect(written()).toMatchObject([
      { level, service: 'apply', message: 'applied', cluster: 'east' },
      { level, message: 'bare' },
    ]);
  });

  it('unfolds errors', () => {
    const written = captureOutput();
    powertoolsLog('apply').warn('failed', { error: new TypeError('why') });

    expect(written()).toMatchObject([{ error: { name: 'TypeError', message: 'why' } }]);
  });

  it('is silent about details unless asked', () => {
    const written = captureOutput();
    powertoolsLog('apply').debug('detail');

    expect(written()).toEqual([]);
  });
});
