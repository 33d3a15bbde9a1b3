import { expect, it } from 'vitest';
import { snippetsIn } from '../../../demo/playground/snippets.ts';

const section = (text: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
const code = (text: string) => ({ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] });
const reply = (text: string, ...elements: object[]) => ({ text, blocks: [{ type: 'rich_text', elements }] });

it('takes the snippets of the newest fix, each with the title above it', () => {
  const thread = [
    reply('❌ prod-eu cannot build images'),
    reply('Fix: old', section('Fix'), section('Old '), code('{"old":true}')),
    reply('Other ways: Terraform', section('Other ways'), section('Terraform'), code('resource "x" {}')),
    reply(
      'Fix: new',
      section('Fix'),
      section('Policy '),
      code('{"new":true}'),
      section('Attach'),
      code('aws iam'),
    ),
  ];

  expect(snippetsIn(thread)).toEqual([
    { title: 'Policy ', format: 'json', text: '{"new":true}', fixes: [] },
    { title: 'Attach', format: 'shell', text: 'aws iam', fixes: [] },
  ]);
});

it('finds none in a thread that has no fix, or one that is told in words alone', () => {
  expect(snippetsIn([reply('What was checked', section('nothing'), code('no'))])).toEqual([]);
  expect(snippetsIn([reply('Fix: ask the organisation', section('Ask whoever administers it.'))])).toEqual(
    [],
  );
});

it('takes all pages of a fix that is too long for one message, and none of what comes after it', () => {
  const thread = [
    reply('Fix: x (1 of 3)', section('Fix'), section('Policy ')),
    reply('Fix: x (2 of 3)', code('{"page":2}')),
    reply('Fix: x (3 of 3)', section('Attach'), code('aws iam')),
    reply('Other ways: y (1 of 2)', section('Terraform'), code('resource')),
  ];

  expect(snippetsIn(thread).map(({ title, text }) => [title, text])).toEqual([
    ['Policy ', '{"page":2}'],
    ['Attach', 'aws iam'],
  ]);
});

it('takes what a POSIX shell can run from the other ways, where the fix is for PowerShell', () => {
  const thread = [
    reply('Fix: a role', section('Fix'), section('With PowerCLI'), code('if (-not (Get-VIRole -Name x)) {}')),
    reply('Missing: x', section('Missing (1)')),
    reply('Other ways: govc', section('The same with govc'), code('govc role.create x')),
  ];

  expect(snippetsIn(thread)).toEqual([
    { title: 'The same with govc', format: 'shell', text: 'govc role.create x', fixes: [] },
  ]);
});
