/** `node join-members.ts NAME=ARN…`: joins clusters as the command line does, in one process, which loads it only once. */
import { main } from '../../lib/cli/main.ts';

const { argv, env, stdout, stderr } = process;
const { signal } = new AbortController();
const options = { stdout, stderr, env, signal, startedAs: 'kubefed-eks' };

for (const member of argv.slice(2)) {
  const [name = '', arn = ''] = member.split('=');
  const code = await main(['join', name, '--cluster-arn', arn], options);
  if (code !== 0) process.exit(code);
}
