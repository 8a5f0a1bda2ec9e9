import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FederationStack } from '../../infra/federation-stack.ts';
import { readSettings } from '../../infra/settings.ts';

export const ACCOUNT = '111122223333';

/** The flags of the library shape the template too. */
const FLAGS: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'),
).context;

const HOST = { clusterName: 'cluster0', region: 'us-west-2' };
const MEMBERS = [
  { clusterName: 'cluster1', region: 'us-east-1' },
  { clusterName: 'cluster2', region: 'eu-west-1' },
];

/** A stack with a host and two members; `settings` replace or add, undefined takes away. Nothing is bundled. */
export function buildStack(settings: Record<string, unknown> = {}): FederationStack {
  const given = { account: ACCOUNT, host: HOST, members: MEMBERS, ...settings };
  const read = readSettings(JSON.stringify(given));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const app = new App({
    context: { ...FLAGS, 'aws:cdk:bundling-stacks': [] },
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  return new FederationStack(app, 'federation', read.settings);
}

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: string[];
  readonly Properties: Record<string, unknown>;
}

export interface Synthesized {
  readonly template: Template;
  /** resources of one type by logical id, sorted */
  ofType(type: string): [string, Resource][];
}

export function synthesize(settings: Record<string, unknown> = {}): Synthesized {
  const template = Template.fromStack(buildStack(settings));
  return {
    template,
    ofType: (type) => {
      const found: Record<string, Resource> = template.findResources(type) as never;
      return Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1));
    },
  };
}

/** Text of an ARN with `<Name>` for what only CloudFormation knows. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', '']] = Object.entries(value ?? {});
  if (name === 'Ref') return `<${withoutHash(String(argument))}>`;
  if (name === 'Fn::GetAtt') return `<${withoutHash(String(argument[0]))}.${argument[1]}>`;
  if (name === 'Fn::Join') return argument[1].map(plain).join(argument[0]);
  throw new Error(`unexpected intrinsic function ${JSON.stringify(value)}`);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
