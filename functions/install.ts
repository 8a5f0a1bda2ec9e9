import { join } from 'node:path';
import { EKSClient } from '@aws-sdk/client-eks';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { readManifests } from '../lib/adapters/files/manifests.ts';
import { installEnv, parseEnv } from '../lib/model/env.ts';
import { answerCloudFormation, type CustomResourceEvent } from '../lib/runtime/cloudformation.ts';
import { letStagesIn, letStagesOut } from '../lib/runtime/stage-entries.ts';
import { wire } from '../lib/runtime/wire.ts';
import { removeEverything } from '../lib/stages/install/remove-everything.ts';
import { install } from '../lib/stages/install.ts';

const env = parseEnv(installEnv);
const eks = new EKSClient({ region: env.HOST_CLUSTER_REGION });
const entries = { clusterName: env.HOST_CLUSTER_NAME, roleArns: env.STAGE_ROLE_ARNS };
/** A host that is entered with a role of its own lets in that role, and its account sees to that. */
const ownRoles = env.HOST_CLUSTER_ROLE_ARN === undefined;
const startWatch = { FunctionName: env.WATCH_FUNCTION_NAME, InvocationType: 'Event' } as const;

/** The custom resource of the stack: lets the stages in, puts on the host what they need, starts the watch. */
export const handler = (event: CustomResourceEvent) =>
  answerCloudFormation(event, 'kubefed-eks', async () => {
    if (ownRoles) await letStagesIn(eks, entries);
    const manifests = await readManifests(join(import.meta.dirname, 'crds'));
    const { STAGE_ROLE_ARNS: roleArns, DEPLOYMENT: deployment } = env;
    const ports = { ...(await wire(env)), roleArns, deployment, manifests };
    if (event.RequestType !== 'Delete') {
      await install(ports);
      await new LambdaClient({}).send(new InvokeCommand(startWatch));
      return;
    }
    if (event.ResourceProperties['deleteAll'] === 'true') await removeEverything(ports);
    if (ownRoles) await letStagesOut(eks, entries);
  });
