import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  /** The certificate and its private key, PEM. */
  cert: string
  key: string
  /** Both in one file. */
  path: string
}

/** An authority of our own, made with openssl in `directory`. */
export function createAuthority(
  directory: string,
  name: string,
): { ca: string; path: string; sign(subject: string): Certificate } {
  const file = (subject: string, ending: string) => join(directory, `${name}-${subject}.${ending}`)
  const make = (subject: string, ...options: string[]): Certificate => {
    const [certPath, keyPath] = [file(subject, 'cert.pem'), file(subject, 'key.pem')]
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${subject}`, '-keyout', keyPath, '-out', certPath, ...options],
      { stdio: 'pipe' },
    ) // prettier-ignore
    const [cert, key] = [readFileSync(certPath, 'utf8'), readFileSync(keyPath, 'utf8')]
    const path = file(subject, 'pem')
    writeFileSync(path, key + cert)
    return { cert, key, path }
  }
  const { cert } = make('authority')
  return {
    ca: cert,
    path: file('authority', 'cert.pem'),
    sign: (subject) =>
      make(
        subject,
        ...['-CA', file('authority', 'cert.pem'), '-CAkey', file('authority', 'key.pem')],
        ...[
          '-addext',
          'basicConstraints=critical,CA:FALSE',
          '-addext',
          'subjectAltName=IP:127.0.0.1,DNS:localhost',
        ],
      ),
  }
}
