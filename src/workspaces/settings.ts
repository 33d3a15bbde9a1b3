import { setting, wholeNumber } from '../setting.ts';

/** What the operator sets about workspaces that come and go. */
export const workspaceSettings = {
  XOAP_GRACE_DAYS: setting(
    'anywhere',
    'Days after which what is kept of a workspace is deleted that removed the bot, its credentials among it; 0 deletes it at once. Whoever installs the bot again before finds it all.',
    wholeNumber.min(0).max(3_650).default(30),
  ),
};
