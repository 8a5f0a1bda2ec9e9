import { describe, expect, it } from 'vitest';
import { openAws } from '../../../lib/cli/connect/aws.ts';

describe('openAws', () => {
  it('keeps one client per Region, with the profile that was asked for', async () => {
    const aws = openAws('prod', () => 0);

    const west = aws.eksClient('us-west-2');

    expect(aws.eksClient('us-west-2')).toBe(west);
    expect(aws.eksClient('eu-west-1')).not.toBe(west);
    expect(await west.config.region()).toBe('us-west-2');
    expect(west.config.profile).toBe('prod');
  });
});
