/**
 * The environment of each function. A function parses its own once, when it starts; `infra/` types what it sets with
 * the same schemas, so a name cannot be forgotten on one side.
 */
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

const seconds = z.pipe(
  z.string().check(z.regex(/^[1-9]\d*$/, 'expected a whole number of seconds')),
  z.transform(Number),
);

/** JSON of a map from stage to the ARN of its role. */
const roleArns = z.pipe(
  z.pipe(z.string(), z.transform(parseJson)),
  z.record(z.string(), text, 'expected a JSON object with a role ARN per stage'),
);

/** JSON of a Deployment. */
const deployment = z.pipe(
  z.pipe(z.string(), z.transform(parseJson)),
  z.object({
    stackName: text,
    region: text,
    /** by name; those of dead letters are called `<name>-dead` */
    queueUrls: z.record(z.string(), text),
    host: z.object({ clusterName: text, region: text, roleArn: z.exactOptional(text) }),
  }),
);

const common = {
  KUBEFED_NAMESPACE: text,
  HOST_CLUSTER_NAME: text,
  HOST_CLUSTER_REGION: text,
  /** role to take on before talking to the host; absent when the function's own role has access */
  HOST_CLUSTER_ROLE_ARN: z.exactOptional(text),
  POWERTOOLS_SERVICE_NAME: text,
  POWERTOOLS_METRICS_NAMESPACE: text,
};

/** JSON of the hosted zones that may be written to. */
const hostedZones = z.pipe(
  z.pipe(z.string(), z.transform(parseJson)),
  z.array(
    z.object({ id: text, roleArn: z.exactOptional(text) }),
    'expected a JSON list of hosted zones',
  ),
);

/** How long one invocation of watch holds the watches. The function has 60 seconds more, for the handover. */
export const DEFAULT_HOLD_SECONDS = 840;

/** Both absent without DNS. */
const zonesOfSender = {
  ZONES_QUEUE_URL: z.exactOptional(text),
  HOSTED_ZONES: z.exactOptional(hostedZones),
};

export const watchEnv = z.object({
  ...common,
  CHANGES_QUEUE_URL: text,
  OUTCOMES_QUEUE_URL: text,
  PROBES_QUEUE_URL: text,
  /** absent without DNS */
  RECORDS_QUEUE_URL: z.exactOptional(text),
  ...zonesOfSender,
  PREFERENCES_QUEUE_URL: text,
  HOLD_SECONDS: z._default(seconds, DEFAULT_HOLD_SECONDS),
});

export const planEnv = z.object({
  ...common,
  /** where it reads from; a sweep is sent on to it as one change per object */
  CHANGES_QUEUE_URL: text,
  JOBS_QUEUE_URL: text,
  OUTCOMES_QUEUE_URL: text,
});

export const applyEnv = z.object({
  ...common,
  /** where it reads from: a job to be tried later stays there, its visibility changed */
  JOBS_QUEUE_URL: text,
  OUTCOMES_QUEUE_URL: text,
});

export const statusEnv = z.object({
  ...common,
  CHANGES_QUEUE_URL: text,
  /** where it reads from */
  OUTCOMES_QUEUE_URL: text,
});

export const sweepEnv = z.object({
  ...common,
  CHANGES_QUEUE_URL: text,
  /** absent without DNS */
  RECORDS_QUEUE_URL: z.exactOptional(text),
  ...zonesOfSender,
  PREFERENCES_QUEUE_URL: text,
});

export const spreadEnv = z.object({
  ...common,
  /** where it reads from; a message about all preferences is sent on to it as one per preference */
  PREFERENCES_QUEUE_URL: text,
});

export const dnsEnv = z.object({
  ...common,
  /** where it reads from; a message about all records is sent on to it as one per record */
  RECORDS_QUEUE_URL: text,
});

export const zoneEnv = z.object({
  ...common,
  /** where it reads from, beside its schedule */
  ZONES_QUEUE_URL: text,
  /** told when a name of a record cannot be written, or can again */
  RECORDS_QUEUE_URL: text,
  HOSTED_ZONES: hostedZones,
  /** who we are in the TXT records that tell the owner of a name */
  DNS_OWNER_ID: text,
});

export const healthEnv = z.object({
  ...common,
  /** where it reads from, beside its schedule */
  PROBES_QUEUE_URL: text,
});

export const installEnv = z.object({
  ...common,
  STAGE_ROLE_ARNS: roleArns,
  /** what the command line has to know of the stack */
  DEPLOYMENT: deployment,
  /** started at the end, so that the federation lives at once and not with the next tick of the schedule */
  WATCH_FUNCTION_NAME: text,
});

export const STAGE_ENVS = {
  watch: watchEnv,
  plan: planEnv,
  apply: applyEnv,
  status: statusEnv,
  sweep: sweepEnv,
  health: healthEnv,
  dns: dnsEnv,
  zone: zoneEnv,
  spread: spreadEnv,
  install: installEnv,
} as const;

export type Stage = keyof typeof STAGE_ENVS;

const commonEnv = z.object(common);

/** What every function knows, parsed. */
export type CommonEnv = z.output<typeof commonEnv>;

/** The variables that every function has, as strings. */
export type CommonEnvironment = z.input<typeof commonEnv>;

/** The variables that a stage has beside the common ones, as strings. */
export type StageEnvironment<S extends Stage> = Omit<
  z.input<(typeof STAGE_ENVS)[S]>,
  keyof CommonEnvironment
>;

/**
 * Reads the environment of a function.
 *
 * @param env variables by name; others than those of the schema are ignored
 * @throws one Error that names every missing and every unusable variable. An empty variable counts as missing.
 */
export function parseEnv<S extends z.ZodMiniType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<S> {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  const given = new Map(set);
  const parsed = z.safeParse(schema, Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const missing = new Set<string>();
  const unusable = new Set<string>();
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0]);
    if (given.has(name)) unusable.add(`${name}: ${issue.message}`);
    else missing.add(name);
  }
  const problems = missing.size === 0 ? [] : [`missing ${[...missing].join(', ')}`];
  throw new Error(
    `The environment of this function is not usable: ${[...problems, ...unusable].join('; ')}. ` +
      'infra/federation-stack.ts sets it at deployment: deploy again.',
  );
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
