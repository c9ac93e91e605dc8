// Command kwok is kwok's own command with one thing beside it that kwok does not have: a resync, as a kubelet has one.
// docs/decisions/0018 says why.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/kwok/cmd"
	"sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

func main() {
	if err := run(signals.SetupSignalContext()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	// Each reader of the command line takes the flags that it knows; what nobody knows is refused by the command at last.
	flags := flagSet("global")
	ctx, _ = log.InitFlags(ctx, flags)
	ctx, err := config.InitFlags(ctx, flags)
	if err != nil {
		return fmt.Errorf("kwok can't read its configuration: %w", err)
	}

	if kubeconfig := kubeconfigOf(os.Args[1:]); kubeconfig != "" {
		go resync(ctx, kubeconfig)
	}

	command := cmd.NewCommand(ctx)
	command.PersistentFlags().AddFlagSet(flags)
	return command.ExecuteContext(ctx)
}

// kubeconfigOf finds the file that the command is going to read from among its arguments.
func kubeconfigOf(arguments []string) string {
	flags := flagSet("resync")
	kubeconfig := flags.String("kubeconfig", "", "")
	// An argument that can't be read is for the command to refuse.
	_ = flags.Parse(arguments)
	return *kubeconfig
}

func flagSet(name string) *pflag.FlagSet {
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	return flags
}
