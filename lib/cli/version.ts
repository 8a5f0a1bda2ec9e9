import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { packageRoot } from './package-root.ts';

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** Adds `version`. */
export function addVersion(program: Command, invocation: Invocation): void {
  program
    .command('version')
    .description('print the version of this program')
    .addHelpText('after', '\nExamples:\n  kubefed-eks version')
    .action(() => invocation.terminal.result(versionLine(readVersion(), process)));
}

/** @returns one line in the form that scripts for kubefedctl read. Source: KubeFed v0.10.0, kubefedctl version */
export function versionLine(
  version: string,
  runtime: { readonly version: string; readonly platform: string; readonly arch: string },
): string {
  const { platform, arch } = runtime;
  const fields = {
    Version: `v${version}`,
    GitCommit: '',
    GitTreeState: '',
    BuildDate: '',
    GoVersion: '',
    Compiler: `node ${runtime.version}`,
    Platform: `${platform}/${GO_ARCHITECTURES[arch] ?? arch}`,
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}:"${value}"`);
  return `kubefedctl version: version.Info{${text.join(', ')}}`;
}

function readVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(packageRoot(), 'package.json'), 'utf8'),
  );
  return version;
}
