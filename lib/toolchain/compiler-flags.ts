/**
 * What Go's compiler is told, for a build that ends sooner.
 *
 * - Nothing in what the linker strips of a program, its debugging information, needs to be compiled first.
 * - Calls are not inlined outside of the standard library: that takes a quarter of the compiler's time, and labs wait for
 *   other things than the processor. The standard library has the runtime in it, which would be slow without.
 */
export const compilerFlags: readonly string[] = ['-gcflags', 'all=-dwarf=false -l', '-gcflags', 'std=-dwarf=false'];
