import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { signedHeaders } from '../simulations/slack/requests.ts';
import { signingSecret } from '../simulations/slack/seed.ts';
import { createFormTokens } from '../src/access/form-token.ts';
import type { startQuickSlack } from './processes.ts';
import { percentile } from './statistics.ts';

const inFlight = 50;
/** How many commands one measurement sends. */
export const commandsSent = 1_500;

async function post(url: string, body: string): Promise<string> {
  const headers = signedHeaders(body, { secret: signingSecret });
  const answer = await fetch(`${url}/slack/events`, { method: 'POST', headers, body });
  if (answer.status !== 200) throw new Error(`A request got ${answer.status}`);
  return answer.text();
}

/** Milliseconds from sending a slash command to `views.open` reaching Slack, 50 in flight: p50 and p99. */
export async function commandToModal(
  url: string,
  slack: Awaited<ReturnType<typeof startQuickSlack>>,
): Promise<number[]> {
  const limit = pLimit(inFlight);
  const command = async (): Promise<number> => {
    const trigger = randomUUID();
    const fields = {
      command: '/xoap',
      text: 'connection add',
      trigger_id: trigger,
      team_id: 'T1',
      channel_id: 'C1',
      user_id: 'U1',
      response_url: 'http://127.0.0.1:9/',
      is_enterprise_install: 'false',
    };
    const opening = slack.opening(trigger);
    const started = performance.now();
    await post(url, new URLSearchParams(fields).toString());
    return (await opening) - started;
  };
  const times = await Promise.all(Array.from({ length: commandsSent }, () => limit(command)));
  return [percentile(times, 0.5), percentile(times, 0.99)];
}

/** Milliseconds from submitting a form to its acknowledgement, 50 in flight: p99. */
export async function submissionToAck(url: string, encryptionKey: string): Promise<number[]> {
  const formTokens = createFormTokens([Buffer.from(encryptionKey, 'base64')]);
  const token = formTokens.sign(
    { form: 'add-connection', conversationId: 'C1' },
    { workspaceId: 'slack:T1', userId: 'U1' },
  );
  const text = (id: string, value: string) => ({ [id]: { [id]: { type: 'plain_text_input', value } } });
  const select = (id: string, value: string) => ({
    [id]: { [id]: { type: 'static_select', selected_option: { value } } },
  });
  const limit = pLimit(inFlight);

  const submit = async (): Promise<number> => {
    const values = {
      ...select('type', 'cloud'),
      ...select('provider', 'aws'),
      ...text('name', `bench-${randomUUID()}`),
      ...select('aws.region', 'eu-central-1'),
      ...text('aws.accessKeyId', 'AKIAFAKEFAKEFAKEFAKE'),
      ...text('aws.secretAccessKey', 'fake/bench/'.padEnd(40, 'x')),
    };
    const view = {
      id: 'V1',
      callback_id: 'connection-form',
      private_metadata: token,
      blocks: [],
      state: { values },
    };
    const payload = { type: 'view_submission', team: { id: 'T1' }, user: { id: 'U1', team_id: 'T1' }, view };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const started = performance.now();
    const answer = await post(url, body);
    if (answer !== '') throw new Error(`A submission was refused: ${answer}`);
    return performance.now() - started;
  };
  const times = await Promise.all(Array.from({ length: commandsSent }, () => limit(submit)));
  return [percentile(times, 0.99)];
}
