import { startAwsCloud } from '../test/clouds/aws/cloud.ts';
import { demoAccounts } from '../test/clouds/aws/demo-accounts.ts';

// A local AWS in a process of its own, so that its work is not the bot's; holds each answer back for so many milliseconds.
const cloud = await startAwsCloud(demoAccounts());
cloud.delayMs = Number(process.argv[2] ?? 0);
console.log(cloud.url);
