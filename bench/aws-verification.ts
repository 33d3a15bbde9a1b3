import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { aws } from '../src/providers/aws/provider.ts';
import { runVerification } from '../src/providers/run-verification.ts';
import { demoKeys } from '../test/clouds/aws/demo-accounts.ts';
import { measure, type Row } from './measure.ts';

const delayMs = 80;
const probesAtOnce = 8;
/** Sign in, then 33 dry runs eight at a time: none of these can overlap with the one before. */
const chain = 1 + Math.ceil(33 / probesAtOnce);

/** Starts the local AWS and points the SDK at it. */
async function startSlowAws(answerMs: number): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['bench/aws-cloud.ts', String(answerMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function verify(): Promise<number[]> {
  const { id: accessKeyId, secret: secretAccessKey } = demoKeys.complete;
  const region = 'eu-central-1';
  const started = performance.now();
  const { verdict } = await runVerification({
    provider: aws,
    credential: { region, accessKeyId, secretAccessKey },
    target: { region },
    profileOptions: [],
  });
  if (verdict !== 'ready') throw new Error(`The verification was ${verdict}`);
  return [performance.now() - started];
}

/** One verification against the longest chain of calls that must follow one another. */
export async function awsVerification(): Promise<Row[]> {
  const cloud = await startSlowAws(delayMs);
  process.env.AWS_ENDPOINT_URL = cloud.url;
  const followEachOther = async () => {
    const started = performance.now();
    for (let call = 0; call < chain; call += 1) await (await fetch(cloud.url, { method: 'POST' })).text();
    return [performance.now() - started];
  };
  const goal = {
    name: `AWS verification, ${delayMs} ms an answer, against a chain of ${chain} calls`,
    unit: 'ms',
    bar: { atMost: 1.25 },
  };
  const rows = await measure([goal], { product: verify, baseline: followEachOther });
  await cloud.stop();
  return rows;
}
