/** What can be set at deployment: the context `kubefed-eks` in cdk.json, or `-c kubefed-eks='{…}'`. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { DEFAULT_KUBEFED_NAMESPACE } from '../lib/model/names.ts';

export const SETTINGS_KEY = 'kubefed-eks';

const matching = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).regex(pattern, { error: expected });

const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

const oneOf = <T extends string>(...words: T[]) =>
  z.enum(words, { error: words.map((word) => `"${word}"`).join(' or ') });

const account = matching(/^\d{12}$/, 'an AWS account id, a string of 12 digits');
const region = matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'an AWS Region such as "us-west-2"');
const clusterName = matching(/^[0-9A-Za-z][\w-]{0,99}$/, 'the name of an EKS cluster');
const roleArn = matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'the ARN of an IAM role');
const topicArn = matching(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:.+$/, 'the ARN of an SNS topic');

const retentionDays = Object.values(RetentionDays).filter(
  (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const logRetentionDays = z.custom<RetentionDays>((days) => retentionDays.includes(days as number), {
  error: `a retention that CloudWatch Logs knows: ${retentionDays.join(', ')}`,
});

const host = z.strictObject(
  { clusterName, region, roleArn: roleArn.exactOptional() },
  { error: 'an object with the clusterName and region of the host cluster' },
);

const member = z.strictObject(
  {
    clusterName,
    region,
    /** where the cluster is, when not in the account of the stack; then it needs a roleArn too */
    accountId: account.exactOptional(),
    roleArn: roleArn.exactOptional(),
  },
  { error: 'an object with the clusterName and region of a member cluster' },
);

const idList = (prefix: string) =>
  z
    .array(matching(new RegExp(`^${prefix}-[0-9a-f]+$`), `an id such as "${prefix}-0a1b2c3d"`), {
      error: `a list of ids such as "${prefix}-0a1b2c3d"`,
    })
    .min(1, { error: 'at least one id' });

const vpc = z.strictObject(
  {
    subnetIds: idList('subnet'),
    securityGroupIds: idList('sg'),
  },
  { error: 'an object with subnetIds and securityGroupIds' },
);

const ZONE_ID =
  'the id of a hosted zone such as "Z0123456789ABCDEFGHIJ", or an object with id and roleArn';
const zoneId = matching(/^Z[0-9A-Z]{1,31}$/, ZONE_ID);
const hostedZone = z.union([zoneId, z.strictObject({ id: zoneId, roleArn })], { error: ZONE_ID });

const dns = z.strictObject(
  {
    /** the hosted zones in which records may be written, and no others; with a role where that is another one */
    zones: z
      .array(hostedZone, { error: 'a list of ids of hosted zones' })
      .min(1, { error: 'at least one hosted zone' }),
    /** role to take on before talking to Route 53, for zones of another account */
    roleArn: roleArn.exactOptional(),
    /** who we are in the TXT records that tell the owner of a name; made of the host's name when absent */
    ownerId: matching(
      /^[A-Za-z0-9._-]{1,64}$/,
      'letters, digits, dots, hyphens, at most 64',
    ).exactOptional(),
  },
  { error: 'an object with the zones, a list of ids of hosted zones' },
);

/** 2 is the least that SQS event sources allow. */
const concurrency = whole(2, 1000);

const maxConcurrency = z
  .strictObject(
    {
      plan: concurrency.default(10),
      apply: concurrency.default(20),
      status: concurrency.default(10),
    },
    { error: 'an object with numbers for plan, apply and status' },
  )
  .prefault({});

const Settings = z.strictObject(
  {
    stackName: matching(
      /^[A-Za-z][A-Za-z0-9-]{0,40}$/,
      'a stack name: letters, digits and hyphens, at most 41',
    ).default('kubefed-eks'),
    account: account.exactOptional(),
    /** where the functions run; the Region of the host when absent */
    region: region.exactOptional(),
    host,
    members: z.array(member, { error: 'a list of member clusters' }).default([]),
    kubefedNamespace: matching(
      /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
      'the name of a Kubernetes namespace',
    ).default(DEFAULT_KUBEFED_NAMESPACE),
    logRetentionDays: logRetentionDays.default(RetentionDays.TWO_WEEKS),
    sweepMinutes: whole(1, 1440).default(10),
    maxConcurrency,
    alarmTopicArn: topicArn.exactOptional(),
    vpc: vpc.exactOptional(),
    /** records in Route 53 for ServiceDNSRecords and IngressDNSRecords; none when absent */
    dns: dns.exactOptional(),
    /** whether `cdk destroy` leaves the CRDs and all federated objects on the host, or deletes them */
    destroy: oneOf('keep', 'everything').default('keep'),
    /** for a local AWS emulator: plain HTTP queues, CLI credentials, permissions that IAM does not know */
    emulated: z.boolean({ error: 'true or false' }).default(false),
  },
  { error: 'an object with at least a host; infra/settings.ts lists all settings' },
);
export type Settings = z.infer<typeof Settings>;

export type ReadSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: string[] };

/**
 * Reads the settings from the CDK context.
 *
 * @param context an object (cdk.json) or its JSON (command line)
 * @returns the settings with all defaults filled in, or every problem: one line each, with the path and what was expected
 */
export function readSettings(context: unknown): ReadSettings {
  const value = typeof context === 'string' ? parseJson(context) : { json: context };
  if ('problem' in value) return { ok: false, problems: [value.problem] };
  const parsed = Settings.safeParse(value.json, { reportInput: true });
  if (!parsed.success) {
    return { ok: false, problems: [...new Set(parsed.error.issues.flatMap(problemsOf))] };
  }
  const problems = unreachable(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings: parsed.data };
}

function parseJson(json: string): { json: unknown } | { problem: string } {
  try {
    return { json: JSON.parse(json) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `${SETTINGS_KEY}: expected JSON (${reason})` };
  }
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.reduce<string>(
    (before, key) => (typeof key === 'number' ? `${before}[${key}]` : `${before}.${String(key)}`),
    SETTINGS_KEY,
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${path}.${key}: there is no such setting`);
  }
  const got = issue.input === undefined ? 'nothing' : JSON.stringify(issue.input);
  return [`${path}: expected ${issue.message}, got ${got}`];
}

/** A cluster of another account cannot be described with our own role: EKS has no resource policies. */
function unreachable(settings: Settings): string[] {
  return settings.members.flatMap(({ accountId, roleArn }, index) =>
    accountId === undefined || accountId === settings.account || roleArn !== undefined
      ? []
      : [
          `${SETTINGS_KEY}.members[${index}].roleArn: expected the ARN of a role in account ${accountId}, ` +
            'for it is not the account of the stack (set "account" if it is), got nothing',
        ],
  );
}
