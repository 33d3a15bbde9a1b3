import { describe, expect, it } from 'vitest';
import { plainOf, readMessage, textsToCopy } from '../../../adapters/slack/handed-message.ts';

const message = (more: Record<string, unknown>) =>
  readMessage({ message: { type: 'message', ts: '1.2', ...more } } as never);

describe('a message that is handed over in Slack', () => {
  it.each([
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
    ['<https://example.com|example.com> <https://example.org>', 'example.com https://example.org'],
    [
      '<mailto:builder@x.iam.gserviceaccount.com|builder@x.iam.gserviceaccount.com>',
      'builder@x.iam.gserviceaccount.com',
    ],
    ['<mailto:builder@example.com> <#C1|images> <@U1>', 'builder@example.com images @U1'],
  ])('%j is read as %j', (text, plain) => {
    expect(plainOf(text)).toBe(plain);
  });

  it('is its text alone where a person wrote it, whose blocks say the same', () => {
    const blocks = [{ type: 'rich_text', elements: [{ elements: [{ text: 'again' }] }] }];
    expect(message({ text: 'once', blocks })).toMatchObject({ text: 'once', threadId: '1.2', files: [] });
    expect(message({ text: '', blocks }).text).toBe('again');
  });

  it('is all that a tool posts', () => {
    const more = {
      bot_id: 'B1',
      text: 'failed',
      attachments: [{ title: 'job', fields: [{ title: 'log', value: 'denied' }] }],
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'more' } }],
    };
    expect(message(more).text.split('\n')).toEqual(['failed', 'more', 'job', 'log', 'denied']);
  });

  it('has the files that Slack describes, and none that it does not', () => {
    const files = [
      { id: 'F1', name: 'Untitled', mode: 'snippet', size: 3, url_private_download: 'https://x' },
    ];
    expect(message({ text: '', files }).files).toEqual([
      { id: 'F1', name: 'Untitled', size: 3, url_private_download: 'https://x' },
    ]);
    expect(message({ text: '', files: [{ name: 5 }] }).files).toEqual([]);
  });

  it('is one line where rich text has several parts, which hold no markup', () => {
    const elements = [
      { type: 'text', text: 'a <b> ' },
      { type: 'link', url: 'https://example.com' },
      { type: 'text', text: ' c' },
    ];
    const blocks = [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
    expect(message({ bot_id: 'B1', text: '', blocks }).text).toBe('a <b> https://example.com c');
  });

  it.each([
    [{ text: null }, ''],
    [{ text: 'x', attachments: null, blocks: 'no', files: 'no' }, 'x'],
    [{ text: undefined, ts: undefined }, ''],
  ])('that is malformed is read as far as it goes: %j', (more, text) => {
    expect(message(more)).toMatchObject({ text, files: [] });
  });

  it('loses no good file beside one that cannot be read', () => {
    const files = [{ id: 'F1', name: null, size: 3 }, { name: 'no id' }, { id: 'F2', name: 'b' }];
    expect(message({ text: '', files }).files.map(({ id }) => id)).toEqual(['F1', 'F2']);
  });

  it('tells its thread', () => {
    expect(message({ text: 'x', thread_ts: '1.1' }).threadId).toBe('1.1');
  });

  it('of ours brings what is to be copied, and nothing else', () => {
    const code = (text: string) => ({ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] });
    const blocks = [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ text: 'no' }] }, code('a'), code('b')],
      },
      { type: 'actions', elements: [{ type: 'button', value: 'no' }] },
      { type: 'divider' },
    ];
    expect(textsToCopy({ blocks })).toEqual(['a', 'b']);
    expect(textsToCopy(undefined)).toEqual([]);
  });
});
