import { join } from 'node:path';
import type { Scene } from './steps.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples', 'first-steps');

/** What is applied already has nothing to do (exit code 0); what is not has (2), and nothing is written. */
export async function planExamples({ kubefedEks }: Scene): Promise<string> {
  const planned = (file: string) => kubefedEks('plan', '-f', join(EXAMPLES, file));
  await planned('03-federated-deployment.yaml');
  const answer = await planned('04-dotted-path.yaml').catch((error: unknown) => String(error));
  const summary = answer.split('\n').find((line) => line.startsWith('Plan: '));
  if (!answer.includes('exited with 2') || !summary?.startsWith('Plan: 2 to create in members')) {
    throw new Error(answer);
  }
  return summary;
}
