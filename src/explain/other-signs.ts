import { readSigns, type Sign, spaced, type Told } from '../providers/told.ts';

// What ends builds and is nobody's refusal.

export const timeout = 'Nothing could be reached on the machine in time';

const signs: readonly Sign[] = [
  {
    pattern: spaced('[Tt]imeout waiting for (?:SSH|WinRM|IP)|Error waiting for (?:SSH|WinRM)'),
    kind: 'not-permission',
    text: `${timeout}. It is its network, its firewall or its start, unless something else that was refused stands below.`,
  },
  {
    pattern: spaced(
      'Script exited with non-zero exit status|Error executing Ansible|Error running provisioner',
    ),
    kind: 'not-permission',
    text: 'A script of the build itself failed on the machine.',
  },
  {
    pattern: spaced(
      'no such host|connection refused|i/o timeout|network is unreachable|TLS handshake timeout|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)',
    ),
    kind: 'not-permission',
    text: 'An address could not be reached from the build machine.',
  },
  {
    pattern: spaced(
      'Missing plugins|Unsupported argument|Missing required argument|Reference to undeclared|Invalid template|Failed to parse',
    ),
    kind: 'not-permission',
    text: 'The template or its plugins are wrong; nothing was asked of a provider yet.',
  },
  {
    pattern: spaced('x509: certificate|certificate verify failed|CERTIFICATE_VERIFY_FAILED'),
    kind: 'not-permission',
    text: 'The build machine does not trust the certificate of a server: give it the CA, or the right host name.',
  },
  {
    pattern: spaced('Build was cancelled|Cancelling build|interrupt signal received'),
    kind: 'not-permission',
    text: 'Somebody or something cancelled the build.',
  },
];

export const readOthers = (text: string): Told[] => readSigns(text, signs);
