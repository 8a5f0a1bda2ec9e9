/** How a function becomes one file: esbuild, run on this machine. */
import { join } from 'node:path';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * ESM with the AWS SDK inside. CommonJS packages in an ESM bundle call `require`: the banner gives them one, and
 * `module` before `main` picks the ESM build where a package has both.
 *
 * @param folder of the project; it goes beside the bundle, under the same name
 */
export function bundling(folder: string | undefined): BundlingOptions {
  return {
    format: OutputFormat.ESM,
    target: 'node24',
    mainFields: ['module', 'main'],
    bundleAwsSDK: true,
    minify: true,
    keepNames: true,
    sourceMap: true,
    sourcesContent: false,
    logLevel: LogLevel.WARNING,
    banner:
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    ...(folder === undefined ? {} : { commandHooks: copying(folder) }),
  };
}

/** Node itself copies, so that it works in every shell. */
function copying(folder: string) {
  const copy = "require('node:fs').cpSync(process.argv[1], process.argv[2], { recursive: true })";
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (from: string, to: string) => [
      `node -e "${copy}" "${join(from, folder)}" "${join(to, folder)}"`,
    ],
  };
}
