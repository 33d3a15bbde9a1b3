type Variables = Readonly<Record<string, string | undefined>>;

/** Looks at the text as it was set, so that these problems are found even beside unreadable values. */
export function contradictions(set: Variables): string[] {
  const problems: string[] = [];
  const processKind = set.XOAP_PROCESS ?? 'all';
  const isForProviders = processKind === 'worker' && Boolean(set.XOAP_WORKER_PROVIDERS);
  const hasSlack = Boolean(set.SLACK_BOT_TOKEN ?? set.SLACK_SIGNING_SECRET ?? set.SLACK_APP_TOKEN);
  const hasTeams = Object.keys(set).some((name) => name.startsWith('TEAMS_'));
  if (!hasSlack && !hasTeams && !isForProviders)
    problems.push('SLACK_BOT_TOKEN: is missing, and so is TEAMS_CLIENT_ID; set one of them, or both');
  if (hasSlack) problems.push(...slackProblems(set, processKind));
  if (hasTeams) problems.push(...teamsProblems(set, processKind));
  if (processKind !== 'all' && !set.REDIS_URL) {
    problems.push(`REDIS_URL: is missing; XOAP_PROCESS=${processKind} shares Redis with other processes`);
  }
  return [...problems, ...productionProblems(set)];
}

function slackProblems(set: Variables, processKind: string): string[] {
  const problems: string[] = [];
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = set;
  if (!set.SLACK_BOT_TOKEN)
    problems.push('SLACK_BOT_TOKEN: is missing; the bot and its workers post with it');
  if (appToken && signingSecret)
    problems.push(
      'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET: set one of the two, for Socket Mode or for HTTP',
    );
  if (processKind !== 'worker' && !appToken && !signingSecret)
    problems.push(
      'SLACK_SIGNING_SECRET: is missing; set it to receive over HTTP, or SLACK_APP_TOKEN for Socket Mode',
    );
  return problems;
}

function teamsProblems(set: Variables, processKind: string): string[] {
  const problems: string[] = [];
  const { TEAMS_PLAYGROUND_URL: playground, TEAMS_TEST_ISSUER: issuer, XOAP_HOST: host = '127.0.0.1' } = set;
  if (!set.TEAMS_CLIENT_ID)
    problems.push('TEAMS_CLIENT_ID: is missing; requests are for it, and answers from it');
  if (!set.TEAMS_CLIENT_SECRET && !playground && !issuer)
    problems.push('TEAMS_CLIENT_SECRET: is missing; the bot and its workers post with it');
  if (processKind !== 'worker' && !set.TEAMS_ALLOWED_TENANTS)
    problems.push('TEAMS_ALLOWED_TENANTS: is missing; without it nobody could use the bot in Teams');
  if (playground && !['127.0.0.1', 'localhost', '::1'].includes(host))
    problems.push('TEAMS_PLAYGROUND_URL: takes requests without a token, so XOAP_HOST must be 127.0.0.1');
  return problems;
}

/** What is only for trying out, and refused in production. */
function productionProblems(set: Variables): string[] {
  if (set.NODE_ENV !== 'production') return [];
  const problems: string[] = [];
  const { SLACK_API_URL: apiUrl } = set;
  if (!set.XOAP_ENCRYPTION_KEYS) {
    problems.push(
      'XOAP_ENCRYPTION_KEYS: is missing; production never generates a key (openssl rand -base64 32)',
    );
  }
  if (apiUrl && !/^https:\/\/(\w+\.)*slack(-gov)?\.com\//.test(apiUrl)) {
    problems.push('SLACK_API_URL: production talks to Slack itself only');
  }
  for (const name of ['TEAMS_PLAYGROUND_URL', 'TEAMS_TEST_ISSUER'])
    if (set[name]) problems.push(`${name}: production talks to Microsoft itself only`);
  if (set.XOAP_GOOGLE_ENDPOINT) problems.push('XOAP_GOOGLE_ENDPOINT: production talks to Google itself only');
  return problems;
}
