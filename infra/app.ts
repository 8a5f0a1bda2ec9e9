/** The CDK app: `node infra/app.ts`. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FederationStack } from './federation-stack.ts';
import { readSettings, SETTINGS_KEY } from './settings.ts';

const app = new App();
const read = readSettings(app.node.tryGetContext(SETTINGS_KEY));

if (read.ok) {
  new FederationStack(app, read.settings.stackName, read.settings);
  // An emulated stack is allowed what nothing on AWS may: plain HTTP, and actions that IAM does not know.
  if (!read.settings.emulated) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} else {
  const problems = read.problems.map((problem) => `  ${problem}\n`).join('');
  process.stderr.write(
    `The settings cannot be used. Correct "context" in cdk.json, or the option -c:\n${problems}`,
  );
  process.exitCode = 1;
}
