import { demoKeys, documentedActions } from '../simulations/aws/demo-accounts.ts';
import { createAwsClient } from '../src/providers/aws/client.ts';
import { createAws } from '../src/providers/aws/provider.ts';
import { runVerification } from '../src/providers/run-verification.ts';
import { measure, type Row } from './measure.ts';
import { startSlowCloud } from './slow-cloud.ts';

const aws = createAws();

const delayMs = 80;
const probesAtOnce = 8;
/** Sign in, then 33 dry runs eight at a time: none of these can overlap with the one before. */
const chain = 1 + Math.ceil(33 / probesAtOnce);

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

/** What a plain script does: sign in, then one dry run after the other. */
async function oneAfterAnother(): Promise<number[]> {
  const { id: accessKeyId, secret: secretAccessKey } = demoKeys.complete;
  const region = 'eu-central-1';
  const signal = new AbortController().signal;
  const keys = { accessKeyId, secretAccessKey };
  const client = await createAwsClient({
    region,
    keys,
    signal,
    callTimeoutMs: 10_000,
    onCall: () => undefined,
  });
  const started = performance.now();
  await client.whoAmI();
  for (const action of documentedActions) await client.probe(action, { zone: `${region}a` });
  const elapsed = performance.now() - started;
  client.close();
  return [elapsed];
}

/** One verification against the longest chain of calls that must follow one another, and a plain script against it. */
export async function awsVerification(): Promise<Row[]> {
  const cloud = await startSlowCloud('aws', delayMs);
  process.env.AWS_ENDPOINT_URL = cloud.url;
  const followEachOther = async () => {
    const started = performance.now();
    for (let call = 0; call < chain; call += 1) await (await fetch(cloud.url, { method: 'POST' })).text();
    return [performance.now() - started];
  };
  const chained = {
    name: `AWS verification, ${delayMs} ms an answer, against a chain of ${chain} calls`,
    unit: 'ms',
    bar: { atMost: 1.25 },
  };
  const scripted = {
    name: `a script that probes one after another, ${delayMs} ms an answer, against the AWS verification`,
    unit: 'ms',
    bar: { atLeast: 5 },
  };
  const rows = [
    ...(await measure([chained], { product: verify, baseline: followEachOther })),
    ...(await measure([scripted], { product: oneAfterAnother, baseline: verify })),
  ];
  await cloud.stop();
  return rows;
}
