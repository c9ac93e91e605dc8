import type { Platform } from './platforms.ts';

/** Version of the Go toolchain that is fetched where there is none; no module under `tools/` asks for a newer one. */
export const goVersion = '1.26.8';

/**
 * Content hash of the toolchain for each platform.
 *
 * Go publishes the same tree in two containers: the module `golang.org/toolchain` and the archive of go.dev/dl. The module
 * lacks the folders `api`, `doc`, `misc` and `test`, and names each `go.mod` `_go.mod` (`cmd/distpack` in Go's source). The
 * hash is independent of that: SHA-256 over a line for each file outside of those folders, sorted by path, with its own
 * SHA-256 and its path below GOROOT, as in a `go.sum`. So one value checks both.
 *
 * The values were computed from the modules, whose own hashes (`h1:`) are those in Go's checksum database. For another
 * version, do the same: a toolchain that does not match is refused with the hash that it has.
 */
export const goHashes: Readonly<Record<string, string>> = {
  'linux-x64': '323040291d76c3078f29d9e5da4be740e4a0453a932fe555632cbeeaa7703392',
  'linux-arm64': 'ea7699aa747e0008691c632c8dfb8e87b0feb78caf8910fff8596835ef6e74a5',
  'darwin-x64': 'f37f488395eba1524c3b59d6643b176b1a7da7568f6758e00b7946ebc7d63e73',
  'darwin-arm64': 'fbe8e23677d4930f6628d13061ff710f04c76cd15a4eb8af7033071b5bf3bf35',
};

/** Most that an unpacked toolchain may take, in bytes: what is larger is not one. */
export const largestToolchain = 4e8;

/** About what is downloaded, in bytes. */
export const toolchainDownload = 7.3e7;

/** Path of the toolchain below the address of a module proxy. */
export const toolchainModulePath = ({ goos, goarch }: Platform): string =>
  `golang.org/toolchain/@v/v0.0.1-go${goVersion}.${goos}-${goarch}.zip`;

/** Go's own archive. */
export const toolchainArchive = ({ goos, goarch }: Platform): string =>
  `https://go.dev/dl/go${goVersion}.${goos}-${goarch}.tar.gz`;
