import { expect, test } from '@jest/globals';
import { errorLines } from '../../lib/toolchain/go-errors.ts';

// What Go 1.26 printed on Debian. In each, packages that were compiled meanwhile stand before and after the error.
const packages = ['internal/goarch', 'unicode/utf8', 'fmt', 'k8s.io/api/core/v1', 'runtime/cgo', 'gopkg.in/yaml.v3'];

const outputs: Readonly<Record<string, string>> = {
  "no headers of libseccomp, by pkg-config's own words": `# github.com/seccomp/libseccomp-golang
# [pkg-config --cflags  -- libseccomp]
Package libseccomp was not found in the pkg-config search path.
Perhaps you should add the directory containing \`libseccomp.pc'
to the PKG_CONFIG_PATH environment variable
Package 'libseccomp', required by 'virtual:world', not found`,
  'no pkg-config': `github.com/seccomp/libseccomp-golang: exec: "pkg-config": executable file not found in $PATH`,
  'no headers of libseccomp, where pkg-config finds its description': `# github.com/seccomp/libseccomp-golang
/root/go/pkg/mod/github.com/seccomp/libseccomp-golang@v0.11.1/seccomp.go:23:10: fatal error: seccomp.h: No such file or directory
   23 | #include <seccomp.h>
      |          ^~~~~~~~~~~
compilation terminated.`,
  'no C compiler': `# runtime/cgo
cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH`,
  'a source that does not compile': `# example.com/bad
./main.go:5:27: undefined: undefinedThing
./main.go:5:48: declared and not used: x`,
  'a program that does not link': `# example.com/bad
main.main: relocation target main.f not defined`,
  'a package that no module has': `main.go:3:8: no required module provides package example.com/none; to add it:
	go get example.com/none`,
  'a module that can not be downloaded': `go: k8s.io/api@v0.36.3: Get "https://proxy.example/k8s.io/api/@v/v0.36.3.mod": dial tcp: lookup proxy.example: no such host`,
};

test.each(Object.entries(outputs))('the error alone is kept: %s', (_, error) => {
  const output = ['go: downloading k8s.io/api v0.36.3', ...packages, error, ...packages.toReversed(), ''].join('\n');
  expect(errorLines(output)).toBe(error);
});

test('the words of a linker are kept, without the end of its long command line', () => {
  const output = `runtime/cgo
example.com/bad
# example.com/bad
/usr/local/go/pkg/tool/linux_amd64/link: running gcc failed: exit status 1
/usr/bin/gcc -m64 -o $WORK/b001/exe/a.out ${'/tmp/go-link-2843288862/000000.o '.repeat(30)}-lseccomp
/usr/bin/ld: cannot find -lseccomp: No such file or directory
collect2: error: ld returned 1 exit status

`;
  const [header, link, command, ...cause] = errorLines(output).split('\n');
  expect([header, link]).toEqual([
    '# example.com/bad',
    '/usr/local/go/pkg/tool/linux_amd64/link: running gcc failed: exit status 1',
  ]);
  expect(command).toMatch(/^\/usr\/bin\/gcc -m64 .{250,290}…$/);
  expect(cause).toEqual([
    '/usr/bin/ld: cannot find -lseccomp: No such file or directory',
    'collect2: error: ld returned 1 exit status',
  ]);
});

test('of very many errors, the first are kept', () => {
  const errors = Array.from({ length: 40 }, (_, index) => `./main.go:${index + 1}:1: undefined: x`);
  expect(errorLines(errors.join('\n')).split('\n')).toEqual([...errors.slice(0, 12), '… (+28)']);
});
