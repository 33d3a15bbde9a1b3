import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsCloud, startAwsCloud } from '../../simulations/aws/cloud.ts';
import { demoAccounts, demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { until } from '../../simulations/until.ts';
import { runXoap } from '../support/xoap.ts';

let cloud: AwsCloud;
beforeAll(async () => {
  cloud = await startAwsCloud(demoAccounts());
});
afterAll(() => cloud.close());

const { id, secret } = demoKeys.partial;
const input = JSON.stringify({ region: 'eu-central-1', accessKeyId: id, secretAccessKey: secret });
const waiting = 'Waits for the credential as one JSON object on standard input';

/** A program on a terminal of its own; what it writes on either output comes together. */
function onTerminal(command: string, environment: Record<string, string> = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH, HOME, TERM: 'xterm-256color', ...environment },
  });
  let shown = '';
  child.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  return { child, shown: () => shown };
}

// The command of util-linux; that of other systems takes other arguments.
describe.runIf(process.platform === 'linux')('xoap verify on a terminal', () => {
  const command = `${process.execPath} src/cli/cli.ts verify aws`;

  it('says what it waits for at once, and takes what is typed up to Ctrl+D', async () => {
    const { child, shown } = onTerminal(`stty -echo; ${command}`, { AWS_ENDPOINT_URL: cloud.url });
    await until('the sentence', () => shown().includes(`${waiting}; Ctrl+D ends it.`));

    child.stdin.write(`${input}\n\u0004`);
    const [status] = await once(child, 'exit');

    expect(status).toBe(1);
    expect(shown()).toContain('ec2:CreateImage');
  });

  it('draws in colour, and without it where NO_COLOR is set', async () => {
    const piped = `echo '${input}' | ${command} --quiet`;
    const run = async (more: Record<string, string>) => {
      const { child, shown } = onTerminal(piped, { AWS_ENDPOINT_URL: cloud.url, ...more });
      await once(child, 'close');
      return shown();
    };
    const [colored, plain, forced] = await Promise.all([
      run({}),
      run({ NO_COLOR: '1' }),
      run({ NO_COLOR: '1', FORCE_COLOR: '1' }),
    ]);

    expect(colored).toContain('\u001B[31m❌ missing');
    for (const text of [plain, forced]) {
      expect(text).toContain('❌ missing');
      expect(text).not.toContain('\u001B[');
    }
  });
});

describe('xoap verify on a pipe', () => {
  it('says that it waits where nothing comes for a while', async () => {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['src/cli/cli.ts', 'verify', 'aws'], {
      env: { PATH, HOME, AWS_ENDPOINT_URL: cloud.url },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const output = text(child.stdout);
    await until('the sentence', () => errors.includes(waiting));

    child.stdin.end(input);
    const [status] = await once(child, 'exit');

    expect(status).toBe(1);
    expect(await output).toContain('— missing');
  });
});

describe('output that cannot be written', () => {
  const shell = (command: string) =>
    runXoap(['-c', command], '', {
      command: 'bash',
      before: [],
      environment: { AWS_ENDPOINT_URL: cloud.url, CREDENTIAL: input },
    });
  const verify = `printf %s "$CREDENTIAL" | ${process.execPath} src/cli/cli.ts verify aws`;

  it('has a status that is no verdict, and no trace of the program', async () => {
    const [gone, full] = await Promise.all([
      shell(`${verify} | true; echo "status \${PIPESTATUS[1]}"`),
      shell(`${verify} > /dev/full; echo "status $?"`),
    ]);

    expect(gone.output).toBe('status 141\n');
    expect(full.output).toBe('status 70\n');
    expect(full.errors).toContain('The answer could not be written: ENOSPC.');
    expect(gone.errors + full.errors).not.toContain('    at ');
  });

  it('keeps the verdict where it is said on standard error only', async () => {
    const { output } = await shell(`${verify} --json 2> /dev/full > /dev/null; echo "status $?"`);
    expect(output).toBe('status 1\n');
  });
});

describe('where nothing is reached', () => {
  const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };

  it('the status is 3, and the reason comes first', async () => {
    const { output, status } = await runXoap(['verify', 'aws'], input, { environment });

    expect(status).toBe(3);
    expect(output).toMatch(/^aws eu-central-1 — failed\nAWS \(127\.0\.0\.1\) gave no answer/);
    expect(output).not.toContain('inconclusive');
  });

  it.each(['google', 'azure'])('the process ends with its time, whatever %s holds open', async (provider) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const credential =
      provider === 'google' ? keyFileOf('complete') : JSON.stringify(azureCredential('reader'));
    const { output, status } = await runXoap(['verify', provider, '--timeout', '1'], credential, {
      environment: {
        XOAP_GOOGLE_ENDPOINT: `http://127.0.0.1:${port}`,
        XOAP_AZURE_AUTHORITY_HOST: `https://127.0.0.1:${port}`,
      },
    });
    silent.close();

    expect(status).toBe(3);
    expect(output).toContain('told nothing within 1 s');
  });

  it('the same holds where the time is over before anything was told', async () => {
    cloud.trouble.set('GetCallerIdentity', ['hangs']);
    const { output, status } = await runXoap(['verify', 'aws', '--timeout', '1'], input, {
      environment: { AWS_ENDPOINT_URL: cloud.url },
    });

    expect(status).toBe(3);
    expect(output).toMatch(/^aws eu-central-1 — failed\nAWS told nothing within 1 s\./);
  });
});
