import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for `localhost`, good for a day. */
export interface Certificate {
  readonly certificate: string;
  /** Certificate and key, as HAProxy reads them. */
  readonly pemPath: string;
  remove(): void;
}

export function makeCertificate(): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-tls-'));
  const keyPath = join(directory, 'key.pem');
  const certificatePath = join(directory, 'certificate.pem');
  const pemPath = join(directory, 'tollgate.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', keyPath, '-out', certificatePath], {
    stdio: 'ignore',
  });
  const certificate = readFileSync(certificatePath, 'utf8');
  writeFileSync(pemPath, certificate + readFileSync(keyPath, 'utf8'), { mode: 0o644 });
  return { certificate, pemPath, remove: () => rmSync(directory, { recursive: true }) };
}
